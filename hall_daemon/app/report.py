"""A day in figures, from its events alone: tickets, calls, waits, handling times, windows. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e


@dataclass(frozen=True, slots=True)
class _Visit:
    """`called` is the first call, `begun` the present turn at a window, `handled` what all turns took so far.
    `before` is the visit before its last press, which began with event `press`."""

    queue: str
    drawn: int
    called: int | None = None
    begun: int = 0
    handled: int = 0
    end: str = "open"
    window: str = ""
    before: _Visit | None = None
    press: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `n` durations in seconds; everything None when there is none."""

    n: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True)
class DayReport:
    """`left`: cancelled or expired before service; `missed`: void after missed calls, or missed and never back;
    `ratings`: how often each level, 5 the best, was given."""

    day: str
    tickets: int
    served: int
    missed: int
    left: int
    open: int
    calls: int
    recalls: int
    undone: int
    announced: int
    events: int
    wait: Spread
    handling: Spread
    queues: dict[str, dict[str, int | Spread]] = field(default_factory=dict)
    windows: dict[str, dict[str, int | float | None]] = field(default_factory=dict)
    ratings: dict[int, int] = field(default_factory=dict)


def spread(values_ms: Iterable[int]) -> Spread:
    """Mean, median and 90th percentile (nearest rank) in seconds."""
    ordered = sorted(values_ms)
    if not ordered:
        return Spread(0, None, None, None)
    count = len(ordered)
    rank = [ordered[math.ceil(count * share) - 1] / 1000 for share in (0.5, 0.9)]
    return Spread(count, round(sum(ordered) / count / 1000, 1), rank[0], rank[1])


def day_report(day: str, rows: Iterable[Recorded]) -> DayReport:
    """The report of business day `day` from its events, oldest first. Waits run from draw to first call."""
    visits: dict[str, _Visit] = {}
    kinds: Counter[str] = Counter()
    ratings: Counter[int] = Counter()
    announced = 0
    for row in rows:
        if isinstance(row.event, e.ServiceRated):
            ratings[row.event.level] += 1
        kinds[type(row.event).__name__] += 1
        announced += isinstance(row.event, e.CallAnnounced) and (row.event.visible or row.event.audible)
        _count(visits, row)
    ends = Counter(visit.end for visit in visits.values())
    left = ends["cancelled"] + ends["expired"]
    return DayReport(
        day, len(visits), ends["served"], ends["missed"] + ends["void"], left,
        len(visits) - ends["served"] - ends["missed"] - ends["void"] - left,
        kinds["TicketCalled"], kinds["TicketRecalled"], kinds["PressUndone"], announced, sum(kinds.values()),
        spread(v.called - v.drawn for v in visits.values() if v.called is not None),
        spread(v.handled for v in visits.values() if v.end == "served"),
        {queue: _group(group) for queue, group in _by(visits, lambda visit: visit.queue)},
        {window: _window(group) for window, group in _by(visits, lambda visit: visit.window) if window},
        dict(sorted(ratings.items(), reverse=True)),
    )  # fmt: skip


def _by(visits: dict[str, _Visit], key: Callable[[_Visit], str]) -> list[tuple[str, list[_Visit]]]:
    groups: dict[str, list[_Visit]] = {}
    for visit in visits.values():
        groups.setdefault(key(visit), []).append(visit)
    return sorted(groups.items())


def _count(visits: dict[str, _Visit], row: Recorded) -> None:
    event = row.event
    if isinstance(event, e.TicketIssued):
        visits[event.ticket] = _Visit(event.queue, row.tick)
        return
    if isinstance(event, e.PressUndone):
        for ticket_id in event.tickets:
            visit = visits.get(ticket_id)
            if visit is not None and visit.before is not None:
                visits[ticket_id] = visit.before
        return
    ticket_id = getattr(event, "ticket", "")
    visit = visits.get(ticket_id)
    if visit is None:
        return
    after = _after(visit, row)
    if type(event) in _PRESSES:
        # Two events of one press (a miss that voids, a finish that calls the same person again) are undone as one.
        one_press = isinstance(event, e.TicketVoided) or (isinstance(event, e.TicketCalled) and event.continues)
        same = one_press and visit.press == row.seq - 1
        after = replace(after, before=visit.before if same else replace(visit, before=None), press=row.seq)
    visits[ticket_id] = after


def _after(visit: _Visit, row: Recorded) -> _Visit:
    """The visit after an event."""
    event = row.event
    if isinstance(event, e.TicketCalled):
        called = row.tick if visit.called is None else visit.called
        return replace(visit, called=called, begun=row.tick, window=event.window, end="open")
    if isinstance(event, e.ServiceStarted):
        return replace(visit, begun=row.tick)
    if isinstance(event, e.ServiceAdvanced):
        return replace(visit, handled=visit.handled + row.tick - visit.begun)
    if isinstance(event, e.ServiceFinished):
        return replace(visit, handled=visit.handled + row.tick - visit.begun, end="served")
    if isinstance(event, e.TicketExpired) and visit.end == "missed":
        return visit
    return replace(visit, end=_ENDS.get(type(event), visit.end))


_PRESSES = (
    e.TicketCalled, e.TicketRecalled, e.ServiceStarted, e.ServiceFinished, e.ServiceAdvanced, e.TicketMissed,
    e.TicketVoided, e.TicketHeld, e.TicketResumed, e.TicketTransferred,
)  # fmt: skip
_ENDS: dict[type, str] = {
    e.TicketMissed: "missed",
    e.TicketVoided: "void",
    e.TicketReturned: "open",
    e.TicketCancelled: "cancelled",
    e.TicketExpired: "expired",
}


def _group(visits: list[_Visit]) -> dict[str, int | Spread]:
    return {
        "tickets": len(visits),
        "served": sum(v.end == "served" for v in visits),
        "wait": spread(v.called - v.drawn for v in visits if v.called is not None),
        "handling": spread(v.handled for v in visits if v.end == "served"),
    }


def _window(visits: list[_Visit]) -> dict[str, int | float | None]:
    return {
        "served": sum(v.end == "served" for v in visits),
        "handling_mean_s": spread(v.handled for v in visits if v.end == "served").mean_s,
    }
