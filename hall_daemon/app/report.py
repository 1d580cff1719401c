"""A day in figures, from its events alone: tickets, calls, waits, handling times, windows. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e


@dataclass(slots=True)
class _Visit:
    queue: str
    service: str
    drawn: int
    called: int | None = None
    started: int | None = None
    ended: int | None = None
    end: str = "open"
    window: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `n` durations in seconds; everything None when there is none."""

    n: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True)
class DayReport:
    """`left`: cancelled or expired before service; `missed`: void after missed calls, or missed and never back."""

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
    announced = 0
    for row in rows:
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
        spread(_handled(v) for v in visits.values() if v.end == "served"),
        {queue: _group(group) for queue, group in _by(visits, lambda visit: visit.queue)},
        {window: _window(group) for window, group in _by(visits, lambda visit: visit.window) if window},
    )  # fmt: skip


def _by(visits: dict[str, _Visit], key: Callable[[_Visit], str]) -> list[tuple[str, list[_Visit]]]:
    groups: dict[str, list[_Visit]] = {}
    for visit in visits.values():
        groups.setdefault(key(visit), []).append(visit)
    return sorted(groups.items())


def _count(visits: dict[str, _Visit], row: Recorded) -> None:
    event = row.event
    if isinstance(event, e.TicketIssued):
        visits[event.ticket] = _Visit(event.queue, event.services[0], row.tick)
        return
    if isinstance(event, e.PressUndone):
        for ticket_id in event.tickets:
            _undo(visits.get(ticket_id), event.press)
        return
    visit = visits.get(getattr(event, "ticket", ""))
    if visit is None:
        return
    if isinstance(event, e.TicketCalled):
        visit.called = row.tick if visit.called is None else visit.called
        visit.started, visit.window, visit.end = None, event.window, "open"
    elif isinstance(event, e.ServiceStarted):
        visit.started = row.tick
    elif isinstance(event, e.ServiceFinished):
        visit.ended, visit.end = row.tick, "served"
    elif not (isinstance(event, e.TicketExpired) and visit.end == "missed"):
        visit.end = _ENDS.get(type(event), visit.end)


def _undo(visit: _Visit | None, press: str) -> None:
    """An undone call never happened; any other undone press leaves the visit open again."""
    if visit is None:
        return
    if press == "call" and visit.end == "open":
        visit.called, visit.window = None, ""
    visit.end = "open"


_ENDS: dict[type, str] = {
    e.TicketMissed: "missed",
    e.TicketVoided: "void",
    e.TicketReturned: "open",
    e.TicketCancelled: "cancelled",
    e.TicketExpired: "expired",
}


def _handled(visit: _Visit) -> int:
    begun = visit.started if visit.started is not None else visit.called
    return (visit.ended or 0) - (begun or 0)


def _group(visits: list[_Visit]) -> dict[str, int | Spread]:
    return {
        "tickets": len(visits),
        "served": sum(v.end == "served" for v in visits),
        "wait": spread(v.called - v.drawn for v in visits if v.called is not None),
        "handling": spread(_handled(v) for v in visits if v.end == "served"),
    }


def _window(visits: list[_Visit]) -> dict[str, int | float | None]:
    return {
        "served": sum(v.end == "served" for v in visits),
        "handling_mean_s": spread(_handled(v) for v in visits if v.end == "served").mean_s,
    }
