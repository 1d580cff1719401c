"""Why a range is later than what was said before: found in what happened in the hall since. Pure; one thread.

`Changes.see` takes every event in order; `of_ticket` and `of_queue` name at most two causes, the one that costs most
first. A cause is only named when it happened after what was said was computed, and can touch whoever asks; when
none is found the general one is given. Bounded by the tickets of a day.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain import hours
from hall_daemon.domain import visit as v
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment, Plan, Rivals
from hall_daemon.domain.ticket import AT_WINDOW, Ticket
from hall_daemon.domain.visits import Visits
from hall_daemon.prediction.learn.distributions import Distributions

MOST = 2
# The last so many of each kind are remembered: a shown range is seldom older than an hour.
KEPT = 2000
# Longer than in so many of ten cases is longer than usual.
USUAL = 0.9
_ANYTHING = "\U0010ffff"


class Cause(NamedTuple):
    """`code` is one of wire.waits.WAIT_CAUSES, `facts` what its words need: n, min, class, window."""

    code: str
    facts: dict[str, str | int] = {}  # noqa: RUF012 (a value: replaced, never changed)


GENERAL = Cause("re_estimated")


class Present:
    """The moment for which causes are asked, made once for all who ask: the hall after all events, and the
    distributions."""

    def __init__(self, hall: Hall, now: Moment, distributions: Distributions) -> None:
        self.hall = hall
        self.now = now
        self._distributions = distributions
        self._means: dict[str, float] = {}
        self._usual: dict[str, float] = {}
        self._rivals: dict[str, Rivals] = {}

    def rivals(self, plan: Plan, service: str) -> Rivals:
        rivals = self._rivals.get(service)
        if rivals is None:
            rivals = self._rivals[service] = plan.rivals(service, self.hall.open_windows)
        return rivals

    def mean_ms(self, service: str) -> float:
        mean = self._means.get(service)
        if mean is None:
            mean = self._means[service] = self._distributions.of(service).mean_ms()
        return mean

    def over_ms(self, service: str, took_ms: float) -> float:
        """How much longer than the mean a matter took that took longer than usual; else 0."""
        usual = self._usual.get(service)
        if usual is None:
            table = self._distributions.of(service).table
            usual = self._usual[service] = table[int(USUAL * len(table))]
        return took_ms - self.mean_ms(service) if took_ms > usual else 0.0


class Since(NamedTuple):
    """When what was said was computed: of the hall after event `seq`, at `tick`."""

    seq: int
    tick: int


class _Jump(NamedTuple):
    seq: int
    ticket: str
    code: str


class _Turn(NamedTuple):
    """A service that ended, and how long it held its window."""

    seq: int
    window: str
    service: str
    took_ms: int


class _Call(NamedTuple):
    seq: int
    window: str


class _Turned(NamedTuple):
    """A window that opened, paused or closed."""

    seq: int
    status: str


_OWN: dict[str, str] = {
    "transferred": "own_transferred", "call_undone": "own_call_undone", "postponed": "own_postponed",
}
_STATUS: dict[type, str] = {e.WindowOpened: "open", e.WindowPaused: "paused", e.WindowClosed: "closed"}
# What a window was and is -> what that is called.
_LOST: dict[tuple[str, str], str] = {
    ("open", "paused"): "window_paused",
    ("open", "closed"): "window_closed",
    ("paused", "closed"): "window_closed",
    ("paused", "paused"): "window_still_paused",
}


class Changes:
    """What happened, by the numbers of its events."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        # Who drew a number today and did not give it up, by (service, class), in order.
        self._came: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._kinds: dict[str, tuple[str, str]] = {}
        self._jumps = deque[_Jump](maxlen=KEPT)
        self._served = deque[_Turn](maxlen=KEPT)
        self._calls = deque[_Call](maxlen=KEPT)
        self._visits = Visits()
        self._windows: dict[str, list[_Turned]] = {}
        self._taken_by: dict[str, list[str]] = {service: [] for service in plan.services}
        for window in plan.windows.values():
            for service in window.services:
                self._taken_by[service].append(window.id)

    def see(self, event: e.Event, seq: int, tick: int) -> None:
        for change in self._visits.see(event, tick):
            self._happened(change, seq)
        if isinstance(event, e.WindowOpened | e.WindowPaused | e.WindowClosed):
            self._windows.setdefault(event.window, []).append(_Turned(seq, _STATUS[type(event)]))
        elif isinstance(event, e.DayOpened):
            self._new_day()

    def _happened(self, change: v.Seen, seq: int) -> None:
        if isinstance(change, v.Came):
            self._comes(change.visit, seq)
        elif isinstance(change, v.Called):
            self._calls.append(_Call(seq, change.window))
        elif isinstance(change, v.Ended):
            if change.took is not None and change.how in ("served", "advanced"):
                self._served.append(_Turn(seq, change.window, change.service, change.took))
            if change.how in ("advanced", "transferred"):
                self._jumps.append(_Jump(seq, change.visit.ticket, "transferred"))
        elif isinstance(change, v.Moved):
            if change.visit.class_ != change.before.class_:
                self._gone(change.visit.ticket)
                self._comes(change.visit, seq)
            else:
                self._jumps.append(_Jump(seq, change.visit.ticket, "transferred"))
        elif isinstance(change, v.Returned):
            self._jumps.append(_Jump(seq, change.visit.ticket, "returned"))
        elif isinstance(change, v.Postponed):
            self._jumps.append(_Jump(seq, change.visit.ticket, "postponed"))
        elif isinstance(change, v.Gone):
            if change.how == "cancelled":
                self._gone(change.visit.ticket)
        elif isinstance(change, v.TakenBack):
            self._jumps.extend(_Jump(seq, ticket, "call_undone") for ticket in change.tickets)

    def _comes(self, visit: v.Visit, seq: int) -> None:
        kind = self._kinds[visit.ticket] = visit.service, visit.class_
        self._came.setdefault(kind, []).append((seq, visit.ticket))

    def _gone(self, ticket: str) -> None:
        """Who gave up before the turn came overtakes nobody."""
        came = self._came.get(self._kinds.pop(ticket, ("", "")), [])
        at = next((n for n in range(len(came) - 1, -1, -1) if came[n][1] == ticket), None)
        if at is not None:
            del came[at]

    def _new_day(self) -> None:
        self._came.clear()
        self._kinds.clear()
        for turned in self._windows.values():
            del turned[:-1]

    # -- questions --------------------------------------------------------------------------------

    def of_ticket(self, present: Present, since: Since, ticket: Ticket, wait_s: int) -> tuple[Cause, ...]:
        """Why `ticket`, which is now expected to wait `wait_s`, waits longer than was said."""
        takers = [ticket.only_window] if ticket.only_window else self._taken_by.get(ticket.service, [])
        found = [*self._own(since, ticket), *self._windows_lost(present, since, takers, wait_s)]
        found += self._slow(present, since, takers)
        if not ticket.only_window:
            found += self._overtaken(present, since, ticket, _open(present.hall, takers))
        found = found or self._late(present, since, takers)
        return _largest(found or self._few_calls(present, since, takers, present.mean_ms(ticket.service)))

    def of_queue(self, present: Present, since: Since, queue: str, wait_s: int, more: int) -> tuple[Cause, ...]:
        """Why somebody who draws a number of `queue` now waits longer; `more` is by how many its line has grown."""
        services = self._plan.queue_services[queue]
        takers = list(dict.fromkeys(window for service in services for window in self._taken_by[service]))
        found = [*self._windows_lost(present, since, takers, wait_s), *self._slow(present, since, takers)]
        usual_ms = max((present.mean_ms(service) for service in services), default=0.0)
        if more > 0:
            found.append((more * usual_ms / _open(present.hall, takers), Cause("more_people", {"n": more})))
        found = found or self._late(present, since, takers)
        return _largest(found or self._few_calls(present, since, takers, usual_ms))

    def _windows_lost(
        self, present: Present, since: Since, takers: Sequence[str], wait_s: int
    ) -> Iterator[tuple[float, Cause]]:
        share_ms = wait_s * 1000.0 / (_open(present.hall, takers) + 1)
        minute = hours.minute_of_day(present.hall, present.now)
        before = minute - (present.now.tick - since.tick) / 60_000
        for window in takers:
            was, now = self._status_at(window, since.seq), present.hall.window(window).status
            code = _LOST.get((was, now))
            # What was planned to open between then and now is late.
            shifts = self._plan.windows[window].shifts
            if now == "closed" and any(before <= begin <= minute < end for begin, end in shifts):
                code = code or "window_late"
            if code is not None:
                yield share_ms, Cause(code, {"window": window})

    def _late(self, present: Present, since: Since, takers: Sequence[str]) -> list[tuple[float, Cause]]:
        """Windows that are planned and still closed, when nothing else is known: each minute less is expected of them.
        One that was closed in its shift is not awaited any more."""
        if present.now.tick - since.tick < MINUTE_MS:
            return []
        minute = hours.minute_of_day(present.hall, present.now)
        found = []
        for window in takers:
            state = present.hall.window(window)
            closed = minute - (present.now.tick - state.since) / MINUTE_MS
            shifts = self._plan.windows[window].shifts
            if state.status == "closed" and any(closed <= begin <= minute < end for begin, end in shifts):
                found.append((0.0, Cause("window_late", {"window": window})))
        return found

    def _status_at(self, window: str, seq: int) -> str:
        turned = self._windows.get(window, ())
        at = bisect_right(turned, (seq, _ANYTHING))
        return turned[at - 1].status if at else "closed"

    def _slow(self, present: Present, since: Since, takers: Sequence[str]) -> Iterator[tuple[float, Cause]]:
        """Windows where a matter lasts, or lasted since then, longer than usual."""
        over: dict[str, float] = {}
        for turn in reversed(self._served):
            if turn.seq <= since.seq:
                break
            if turn.window in takers:
                over[turn.window] = over.get(turn.window, 0.0) + present.over_ms(turn.service, turn.took_ms)
        for window in takers:
            ticket = present.hall.tickets.get(present.hall.window(window).ticket)
            if ticket is not None and ticket.state in AT_WINDOW:
                lasts_ms = present.now.tick - ticket.called_tick
                over[window] = over.get(window, 0.0) + present.over_ms(ticket.service, lasts_ms)
        for window, over_ms in over.items():
            if over_ms > 0:
                yield over_ms / _open(present.hall, takers), Cause("slow_matter", {"window": window})

    def _few_calls(
        self, present: Present, since: Since, takers: Sequence[str], usual_ms: float
    ) -> list[tuple[float, Cause]]:
        """Fewer calls than the windows usually make in that time, when nothing else is known."""
        passed_ms = present.now.tick - since.tick
        n = 0
        for call in reversed(self._calls):
            if call.seq <= since.seq:
                break
            n += call.window in takers
        lost_ms = passed_ms - n * usual_ms / _open(present.hall, takers)
        if passed_ms < MINUTE_MS or lost_ms <= 0:
            return []
        facts: dict[str, str | int] = {"n": n, "min": round(passed_ms / MINUTE_MS)}
        return [(lost_ms, Cause("few_calls", facts) if n else Cause("no_calls", {"min": facts["min"]}))]

    def _overtaken(self, present: Present, since: Since, ticket: Ticket, windows: int) -> Iterator[tuple[float, Cause]]:
        """People who came since then and are called before `ticket`, or take turns with it."""
        weight = self._plan.policy.weight
        rivals = present.rivals(self._plan, ticket.service)
        own = weight(ticket.class_)
        sizes: dict[tuple[str, str], tuple[int, float]] = {}
        for (service, class_), everybody in self._came.items():
            came = everybody[bisect_right(everybody, (since.seq, _ANYTHING)) :]
            if service in rivals.before:
                key, share = ("preferred", ""), 1.0
            elif service not in rivals.alike:
                continue
            elif class_ == ticket.class_:
                # An appointment's place may be before that of somebody who is here already.
                key, share = ("overtaken", class_) if class_ == "appointment" else ("drew_before", ""), 1.0
                came = [each for each in came if _before(present.hall.tickets, each[1], ticket)]
            elif weight(class_) > own:
                key, share = ("overtaken", class_), 1.0
            else:
                key, share = ("taking_turns", class_), weight(class_) / (weight(class_) + own)
            if came:
                n, cost = sizes.get(key, (0, 0.0))
                sizes[key] = n + len(came), cost + len(came) * share * present.mean_ms(service)
        for (code, class_), (n, cost) in sizes.items():
            yield cost / windows, Cause(code, {"n": n, "class": class_} if class_ else {"n": n})
        yield from self._jumped(present, since, ticket, {*rivals.alike, *rivals.before}, windows)

    def _own(self, since: Since, ticket: Ticket) -> Iterator[tuple[float, Cause]]:
        """What happened to `ticket` itself, which weighs more than anybody else."""
        codes = {jump.code for jump in self._jumps if jump.seq > since.seq and jump.ticket == ticket.id}
        yield from ((math.inf, Cause(_OWN[code])) for code in sorted(codes & _OWN.keys()))

    def _jumped(
        self, present: Present, since: Since, ticket: Ticket, services: set[str], windows: int
    ) -> Iterator[tuple[float, Cause]]:
        """People with a place before `ticket` who came (back) into line since then."""
        sizes: dict[str, dict[str, float]] = {}
        for jump in reversed(self._jumps):
            if jump.seq <= since.seq:
                break
            other = present.hall.tickets.get(jump.ticket)
            if other is None or other.id == ticket.id or other.service not in services:
                continue
            # Whoever goes back keeps nobody else.
            if jump.code == "postponed" or (jump.code == "call_undone" and other.state != "waiting"):
                continue
            if other.only_window or other.place < ticket.place:
                sizes.setdefault(jump.code, {})[other.id] = present.mean_ms(other.service)
        for code, costs in sizes.items():
            yield sum(costs.values()) / windows, Cause(code, {"n": len(costs)})


def _before(tickets: Mapping[str, Ticket], ticket_id: str, than: Ticket) -> bool:
    other = tickets.get(ticket_id)
    return other is not None and other.place < than.place


def _open(hall: Hall, windows: Sequence[str]) -> int:
    """How many of `windows` are open; one at least, to divide by."""
    return max(1, sum(hall.window(window).status == "open" for window in windows))


def _largest(found: Sequence[tuple[float, Cause]]) -> tuple[Cause, ...]:
    ranked = sorted(found, key=lambda each: (-each[0], each[1].code, str(each[1].facts)))
    return tuple(cause for _, cause in ranked[:MOST]) or (GENERAL,)
