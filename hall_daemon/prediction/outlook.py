"""How long everybody waits, as ranges or reasons: roll-outs of the present hall, and what cannot be said.

`outlook(...)` is what the forecaster calls and what an evaluation calls: same hall, same laws, same random numbers,
same answer. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from hall_daemon.domain import hours
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment, Plan, Skill
from hall_daemon.domain.ticket import Place, Ticket
from hall_daemon.prediction.laws import Laws
from hall_daemon.prediction.rollout import RollOuts, Scene
from hall_daemon.prediction.tides import Stream

QUANTILES = (0.1, 0.5, 0.9)
# Who works after hours, with people in line, is taken to go on for so long; a hall that serves out, for so long.
OVERTIME_MS = 120 * MINUTE_MS
SERVE_OUT_MS = 12 * 60 * MINUTE_MS


class Range(NamedTuple):
    """Seconds until the call: in 80 of 100 cases between p10 and p90."""

    p10_s: int
    p50_s: int
    p90_s: int


Outlook = Range | str
"""A range, or a code of wire.messages.UNKNOWN_WAITS."""


class Effort(NamedTuple):
    """Roll until `steps` calls and arrivals were played, but at least `least` and at most `most` runs."""

    steps: int = 25_000
    least: int = 24
    most: int = 200


@dataclass(frozen=True, slots=True)
class Waits:
    """Of one moment: everybody who waits by ticket id, and who would come now by queue id. `samples` are the waits
    (ms) in possible rests of the day, of those who were called in each of them."""

    tickets: dict[str, Outlook] = field(default_factory=dict)
    queues: dict[str, Outlook] = field(default_factory=dict)
    runs: int = 0
    steps: int = 0
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)


def outlook(
    plan: Plan,
    hall: Hall,
    now: Moment,
    laws: Laws,
    random: Random,
    *,
    mix: Mapping[str, float] | None = None,
    streams: Sequence[Stream] = (),
    free_since: Mapping[str, int] | None = None,
    effort: Effort = Effort(),  # noqa: B008 (a value)
) -> Waits:
    """Roll the hall forward from `now`. `mix` weighs the services of a queue for somebody who comes (even when
    absent), `streams` are who may come later, `free_since` the tick since which a window has nobody. Reads the hall,
    does not change it."""
    waiting = [ticket for ticket in hall.tickets.values() if ticket.state == "waiting"]
    spans = working_spans(plan, hall, now)
    windows = _taking_part(plan, hall, now)
    served = _served(plan, windows)
    issuing = hall.day_open and hours.session_at(plan, hall, now) is not None
    nobody = "no_window_open" if spans and hall.day_open else "hall_closed"
    tickets: dict[str, Outlook] = {ticket.id: nobody for ticket in waiting}
    queues: dict[str, Outlook] = dict.fromkeys(plan.queues, "no_window_open" if issuing else "hall_closed")
    strangers = {
        queue: group
        for queue in plan.queues
        if issuing and (group := _strangers(plan, hall, now, queue, served, mix or {}))
    }
    expected = [ticket.id for ticket in waiting if ticket.service in served]
    if not spans or not (strangers or expected):
        return Waits(tickets, queues)
    scene = Scene(
        plan, hall, now.tick, spans, laws, windows, strangers,
        tuple(stream for stream in streams if _may_overtake(plan, windows, waiting, stream)),
        shifts=_shifts(plan, hall, now), free_since=free_since or {},
        issuing_until=_issuing_until(plan, hall, now),
    )  # fmt: skip
    rolled = _rolled(scene, random, effort)
    end = spans[-1][1] - now.tick
    for ticket_id in expected:
        tickets[ticket_id] = summary(rolled.waits[ticket_id], rolled.runs, end)
    for queue in strangers:
        queues[queue] = summary(rolled.newcomers[queue], rolled.runs, end)
    surely = {ticket_id: waits for ticket_id, waits in rolled.waits.items() if len(waits) == rolled.runs}
    return Waits(tickets, queues, rolled.runs, rolled.steps, surely)


def one_wait(
    plan: Plan,
    hall: Hall,
    now: Moment,
    laws: Laws,
    random: Random,
    ticket_id: str,
    *,
    streams: Sequence[Stream] = (),
    free_since: Mapping[str, int] | None = None,
    effort: Effort = Effort(),  # noqa: B008 (a value)
) -> list[float]:
    """The waits (ms, ascending) of one waiting ticket in possible rests of the day; each ends with its call, so that
    asking for one person costs little. Empty when nobody serves it today."""
    windows = _taking_part(plan, hall, now)
    spans = working_spans(plan, hall, now)
    if not spans or hall.tickets[ticket_id].service not in _served(plan, windows):
        return []
    waiting = [ticket for ticket in hall.tickets.values() if ticket.state == "waiting"]
    scene = Scene(
        plan, hall, now.tick, spans, laws, windows, {},
        tuple(stream for stream in streams if _may_overtake(plan, windows, waiting, stream)),
        shifts=_shifts(plan, hall, now), free_since=free_since or {}, asked=ticket_id,
        issuing_until=_issuing_until(plan, hall, now),
    )  # fmt: skip
    return sorted(_rolled(scene, random, effort).waits[ticket_id])


def _rolled(scene: Scene, random: Random, effort: Effort) -> RollOuts:
    rolled = RollOuts(scene, random)
    while rolled.runs < effort.least or (rolled.runs < effort.most and rolled.steps < effort.steps):
        rolled.run()
    return rolled


def _taking_part(plan: Plan, hall: Hall, now: Moment) -> tuple[str, ...]:
    """Windows that are open or paused, and those where somebody is planned to begin later today."""
    minute = hours.minute_of_day(hall, now)
    return tuple(
        id_
        for id_, window in plan.windows.items()
        if hall.window(id_).status != "closed" or any(begin > minute for begin, _ in window.shifts)
    )


def _served(plan: Plan, windows: Sequence[str]) -> set[str]:
    return {s for w in windows for s, skill in plan.windows[w].skills.items() if skill != "never"}


def _issuing_until(plan: Plan, hall: Hall, now: Moment) -> float:
    """The tick after which no number is given today."""
    ends = [end for _, end in plan.sessions(hall.day)]
    return now.tick - now.wall + hall.midnight_wall + max(ends, default=0) * MINUTE_MS


def _shifts(plan: Plan, hall: Hall, now: Moment) -> dict[str, tuple[tuple[int, int], ...]]:
    """What is left of today's shifts, in ticks. What the clerk pressed is believed first: a window that is closed
    begins with its next shift, one that is open before its shift is there, one that is open after the last stays.
    Who is still with the person of a shift that is over goes when that person does."""
    to_tick = now.tick - now.wall + hall.midnight_wall
    left: dict[str, tuple[tuple[int, int], ...]] = {}
    for id_, window in plan.windows.items():
        state = hall.window(id_)
        every = [(to_tick + begin * MINUTE_MS, to_tick + end * MINUTE_MS) for begin, end in window.shifts]
        spans = [span for span in every if (span[0] if state.status == "closed" else span[1] - 1) >= now.tick]
        if state.status == "open" and not (spans and spans[0][0] <= now.tick):
            over = [span for span in every if span[1] <= now.tick]
            if over and state.ticket and hall.tickets[state.ticket].called_tick < over[-1][1]:
                spans = spans or over[-1:]
            elif spans:
                spans[0] = (now.tick, spans[0][1])
        if spans:
            left[id_] = tuple(spans)
    return left


def summary(waits_ms: Sequence[float], runs: int, end_ms: float) -> Outlook:
    """The range of `runs` cases of which only `waits_ms` came to a call before the end of the day."""
    ordered = sorted(waits_ms)
    low, middle, high = (quantile(ordered, runs, share) for share in QUANTILES)
    if math.isinf(middle):
        return "closing_before_turn"
    return Range(int(low // 1000), round(middle / 1000), -int(-min(high, end_ms) // 1000))


def quantile(ordered: Sequence[float], runs: int, share: float) -> float:
    """Of `runs` values, of which all but `ordered` (ascending) are infinite; between two values in proportion."""
    at = share * runs - 0.5
    below = max(0, min(math.floor(at), runs - 1))
    above = min(below + 1, runs - 1)
    if above >= len(ordered):
        return ordered[below] if below < len(ordered) and at <= below else math.inf
    return ordered[below] + (ordered[above] - ordered[below]) * min(1.0, max(0.0, at - below))


def working_spans(plan: Plan, hall: Hall, now: Moment) -> tuple[tuple[int, int], ...]:
    """When windows call, in ticks from now on: the rest of today's sessions. A window that is open outside of
    them works over time."""
    if not hall.day_open:
        return ()
    to_tick = now.tick - now.wall + hall.midnight_wall
    sessions = [(to_tick + begin * MINUTE_MS, to_tick + end * MINUTE_MS) for begin, end in plan.sessions(hall.day)]
    if sessions and plan.hours.serve_out:
        sessions[-1] = (sessions[-1][0], sessions[-1][1] + SERVE_OUT_MS)
    spans = [(max(begin, now.tick), end) for begin, end in sessions if end > now.tick]
    begins = spans[0][0] if spans else now.tick + OVERTIME_MS
    if begins > now.tick and any(hall.window(window).status == "open" for window in plan.windows):
        spans.insert(0, (now.tick, min(begins, now.tick + OVERTIME_MS)))
    return tuple(spans)


def _strangers(
    plan: Plan, hall: Hall, now: Moment, queue: str, served: set[str], mix: Mapping[str, float]
) -> list[tuple[Ticket, float]]:
    """A ticket for each service of `queue` that somebody could come for now, with its share."""
    services = [service for service in plan.queue_services[queue] if service in served]
    known = any(mix.get(service, 0.0) > 0.0 for service in services)
    return [
        (
            # The empty day keeps the id apart from those of real tickets.
            Ticket(
                f"-{service}", "", "", queue, (service,), "ordinary", "waiting",
                Place(now.tick, hall.serial + 1), "", now.tick, now.wall,
            ),
            mix.get(service, 0.0) if known else 1.0,
        )
        for service in services
        if not known or mix.get(service, 0.0) > 0.0
    ]  # fmt: skip


_RANK: dict[Skill, int] = {"first": 0, "yes": 1, "idle": 2}


def _may_overtake(plan: Plan, windows: Sequence[str], waiting: Sequence[Ticket], stream: Stream) -> bool:
    """Whether people of `stream` can be called before somebody who is here already: in another class than some,
    or with a better skill at some window. All others stand behind and are left out."""
    if stream.class_ != "ordinary":
        return True
    for window in windows:
        skills = plan.windows[window].skills
        own = _RANK.get(skills.get(stream.service, "never"))
        if own is None:
            continue
        if any(_RANK.get(skill, own) > own for skill in skills.values()):
            return True
        if any(ticket.class_ != stream.class_ and ticket.service in skills for ticket in waiting):
            return True
    return False
