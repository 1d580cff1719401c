"""A recorded day becomes a hall that can be played: services, queues, windows, shifts, and who comes. Pure.

What the recording has is taken from it. What it has not is fitted:

* windows unknown, service ends known: a service has the number of windows with which people would wait most nearly
  as long as they did;
* both unknown (calls only): while people stand in line, a call every `gap` seconds says windows / service time, never
  the two apart. A matter is taken to need MATTER_S, so a service has MATTER_S / gap windows, and the n-th person's
  service lasts until the call that follows `windows` calls later, if that one had been waiting; else as the median of
  those, but no longer than until that call. So the line moves as it did, whatever the number of windows really was.
"""

from __future__ import annotations

import heapq
import math
import re
import string
from itertools import pairwise, product
from statistics import fmean, median

from hall_daemon.domain.plan import Plan, Queue, Service, Skill, Window
from hall_daemon.rehearsal.day import Day, Shift, Visit
from hall_daemon.rehearsal.district import PAUSES, PICKS, PRIORITIES
from hall_daemon.rehearsal.trace import BadTrace, Recording, Row
from hall_daemon.words.text import same

MATTER_S = 480.0
WAITED_S = 60.0  # who waited this long stood in line: the call before it was not idle time
SERVICES_LIMIT = 100
WINDOWS_LIMIT = 64
SHORTEST_S, LONGEST_S = 20.0, 4 * 3600.0
BREAK_S = 20 * 60.0
DEFAULT_S = 600.0


def fit(recording: Recording) -> Day:
    """Raises BadTrace when the day is too large a hall, or nobody served."""
    rows = recording.rows
    services = sorted({row.service for row in rows})
    if len(services) > SERVICES_LIMIT:
        raise BadTrace(f"{recording.hall} has {len(services)} services on {recording.day}; at most {SERVICES_LIMIT}")
    known = any(row.server for row in rows)
    times = _service_times(rows)
    windows, shifts = _recorded_windows(rows, services) if known else _fitted_windows(rows, times)
    ids = _ids(services)
    plan = Plan(
        id=_id(recording.hall),
        name=same(recording.hall),
        timezone="Asia/Shanghai",
        queues={ids[s]: Queue(ids[s], same(s), prefix) for s, prefix in _prefixes(services).items()},
        services={
            ids[s]: Service(id=ids[s], name=same(s), queue=ids[s], expected_s=round(times[s].typical)) for s in services
        },
        windows={
            window: Window(window, window, {ids[s]: skill for s, skill in skills.items()})
            for window, skills in windows.items()
        },
        priority_reasons=PRIORITIES,
        pick_reasons=PICKS,
        pause_reasons=PAUSES,
    )
    visits = tuple(_visit(row, ids[row.service], times[row.service]) for row in rows)
    waits = [row.starts_s - row.arrives_s for row in rows if row.starts_s is not None]
    return Day(
        name=recording.hall,
        date=recording.day,
        plan=plan,
        visits=visits,
        shifts=shifts,
        wait_mean_s=fmean(waits) if waits else None,
        notes=_notes(rows, known),
    )


class _Times:
    """Service times of one service: recorded or fitted per row, and a typical one for the rest."""

    def __init__(self, rows: list[Row]) -> None:
        self.calls = sorted(row for row in rows if row.starts_s is not None)
        self.calls.sort(key=lambda row: (row.starts_s or 0.0, row.arrives_s))
        starts = [row.starts_s or 0.0 for row in self.calls]
        waited = [start - row.arrives_s > WAITED_S for start, row in zip(starts, self.calls, strict=True)]
        self.recorded = any(row.ends_s is not None for row in self.calls)
        gaps = [then - before for (before, then), stood in zip(pairwise(starts), waited[1:], strict=True) if stood]
        self.windows = _windows_for_waits(self.calls) if self.recorded else _windows_for(gaps)
        self.of: dict[Row, float] = {}
        if self.recorded:
            self.of = {row: row.ends_s - row.starts_s for row in self.calls if row.ends_s and row.starts_s is not None}
            self.typical = _clip(median(self.of.values()))
        else:
            until = list(zip(self.calls, starts, starts[self.windows :], waited[self.windows :], strict=False))
            in_line = [then - start for _, start, then, stood in until if stood]
            self.typical = _clip(median(in_line)) if in_line else DEFAULT_S
            for row, start, then, stood in until:
                self.of[row] = then - start if stood else min(self.typical, then - start)

    def refit(self, windows: int) -> None:
        """With fewer windows than guessed, each works faster by as much."""
        share = windows / self.windows
        self.windows, self.typical = windows, _clip(self.typical * share)
        self.of = {row: time_s * share for row, time_s in self.of.items()}

    def __getitem__(self, row: Row) -> float:
        # A fitted time that is far too long is a clerk's lunch, not a person's matter.
        longest = LONGEST_S if self.recorded else 4 * self.typical
        return min(_clip(self.of.get(row, self.typical)), longest)


def _clip(time_s: float) -> float:
    return min(max(time_s, SHORTEST_S), LONGEST_S)


def _windows_for(gaps: list[float]) -> int:
    return max(1, round(MATTER_S / max(fmean(gaps), 1.0))) if gaps else 1


def _windows_for_waits(calls: list[Row]) -> int:
    """The number of windows with which people who come and take as long as these wait most nearly as these did."""
    people = sorted(
        (row.arrives_s, row.ends_s - row.starts_s) for row in calls if row.ends_s and row.starts_s is not None
    )
    waited_s = fmean(row.starts_s - row.arrives_s for row in calls if row.starts_s is not None)
    best = (math.inf, 1)
    for windows in range(1, WINDOWS_LIMIT + 1):
        wait_s = _mean_wait(people, windows)
        best = min(best, (abs(wait_s - waited_s), windows))
        if wait_s <= waited_s:  # more windows only make it shorter
            break
    return best[1]


def _mean_wait(people: list[tuple[float, float]], windows: int) -> float:
    """First come, first served."""
    free = [-math.inf] * windows
    waits = []
    for arrives_s, takes_s in people:
        starts_s = max(arrives_s, heapq.heappop(free))
        waits.append(starts_s - arrives_s)
        heapq.heappush(free, starts_s + takes_s)
    return fmean(waits)


def _service_times(rows: list[Row]) -> dict[str, _Times]:
    by_service: dict[str, list[Row]] = {}
    for row in rows:
        by_service.setdefault(row.service, []).append(row)
    return {service: _Times(of) for service, of in by_service.items()}


_Windows = tuple[dict[str, dict[str, Skill]], dict[str, Shift]]


def _fitted_windows(rows: list[Row], times: dict[str, _Times]) -> _Windows:
    """Windows of their own for every service: counters that share services cannot be told from calls."""
    total = sum(service.windows for service in times.values())
    if len(times) > WINDOWS_LIMIT:
        raise BadTrace(f"{len(times)} services need a window each; at most {WINDOWS_LIMIT} are simulated")
    if total > WINDOWS_LIMIT:
        spare = WINDOWS_LIMIT - len(times)
        extra = sum(service.windows - 1 for service in times.values())
        for service in times.values():
            service.refit(1 + (service.windows - 1) * spare // extra)
    windows: dict[str, dict[str, Skill]] = {}
    shifts: dict[str, Shift] = {}
    ends_s = max(row.starts_s or row.left_s or row.arrives_s for row in rows)
    for name, service in sorted(times.items()):
        # Nobody is called before the first call of the recording: the window was not open yet.
        begins_s = min((row.starts_s or 0.0 for row in service.calls), default=0.0)
        for _ in range(service.windows):
            window = str(len(windows) + 1)
            windows[window] = {name: "first"}
            shifts[window] = Shift(begins_s, ends_s)
    return windows, shifts


def _recorded_windows(rows: list[Row], services: list[str]) -> _Windows:
    """A window per server, for the services it was seen to serve, from its first call to its last service."""
    by_server: dict[str, list[Row]] = {}
    for row in rows:
        if row.server:
            by_server.setdefault(row.server, []).append(row)
    if len(by_server) > WINDOWS_LIMIT:
        raise BadTrace(f"{len(by_server)} windows; at most {WINDOWS_LIMIT} are simulated")
    windows: dict[str, dict[str, Skill]] = {}
    shifts: dict[str, Shift] = {}
    for server in sorted(by_server, key=lambda name: (len(name), name)):
        served = sorted(
            (row.starts_s or 0.0, row.ends_s or row.starts_s or 0.0, row.service) for row in by_server[server]
        )
        window = str(len(windows) + 1)
        windows[window] = {service: "first" for _, _, service in served}
        breaks = tuple((ends, begins) for (_, ends, _), (begins, _, _) in pairwise(served) if begins - ends >= BREAK_S)
        shifts[window] = Shift(
            served[0][0], served[-1][1], tuple(gap for gap in breaks if _stood(rows, windows[window], gap))
        )
    seen = {service for skills in windows.values() for service in skills}
    for service in services:
        if service not in seen:  # everybody left: somebody would have served them in the end
            next(iter(windows.values()))[service] = "idle"
    return windows, shifts


def _stood(rows: list[Row], skills: dict[str, Skill], gap: tuple[float, float]) -> bool:
    """Did somebody stand in line in the middle of `gap`? Then the clerk was away and not just without work."""
    middle = (gap[0] + gap[1]) / 2
    return any(row.service in skills and row.arrives_s < middle < (row.starts_s or row.left_s or 0.0) for row in rows)


def _visit(row: Row, service: str, times: _Times) -> Visit:
    time_s = times[row] if row.starts_s is not None else times.typical
    class_, reason = ("priority", next(iter(PRIORITIES))) if row.priority else ("ordinary", "")
    return Visit(
        at_s=row.arrives_s,
        services=(service,),
        service_s=(time_s,),
        class_=class_,
        class_reason=reason,
        leaves_s=row.left_s,
    )


def _notes(rows: list[Row], known: bool) -> tuple[str, ...]:
    notes = ["windows, skills and shifts as recorded" if known else "windows fitted: not in the recording"]
    ends = any(row.ends_s is not None for row in rows)
    notes.append("service times as recorded" if ends else "service times fitted from the gaps between calls")
    return tuple(notes)


def _id(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_")[:48] or "hall"


def _ids(names: list[str]) -> dict[str, str]:
    """An id for each, also when two differ in characters that an id cannot hold."""
    ids: dict[str, str] = {}
    for name in names:
        base = _id(name)
        taken = set(ids.values())
        ids[name] = next(id_ for n in range(len(names) + 1) if (id_ := base if n == 0 else f"{base}-{n}") not in taken)
    return ids


def _prefixes(names: list[str]) -> dict[str, str]:
    """One to three letters for each: those it begins with when nobody else has them, else the next free ones."""
    free = (("".join(letters)) for size in (1, 2) for letters in product(string.ascii_uppercase, repeat=size))
    wanted = {name: re.sub(r"[^A-Z]", "", re.split(r"\d", name.upper())[0])[:3] for name in names}
    prefixes: dict[str, str] = {}
    for name in names:
        if wanted[name] and wanted[name] not in prefixes.values():
            prefixes[name] = wanted[name]
    for name in names:
        if name not in prefixes:
            taken = set(prefixes.values())
            prefixes[name] = next(prefix for prefix in free if prefix not in taken)
    return {name: prefixes[name] for name in names}
