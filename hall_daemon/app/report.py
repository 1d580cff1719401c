"""A day in figures, from its events alone: tickets, calls, waits, handling times, windows. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hall_daemon.app.record import Recorded
from hall_daemon.domain import events as e
from hall_daemon.domain import visit as v
from hall_daemon.domain.visits import Visits


@dataclass(slots=True, kw_only=True)
class _Visit:
    """`called` is the first call, `begun` the present turn at a window, `handled` what all turns took so far."""

    queue: str
    drawn: int
    called: int | None = None
    begun: int = 0
    handled: int = 0
    end: str = "open"
    window: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `n` durations in seconds; everything None when there is none."""

    n: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """`left`: cancelled or expired before service; `missed`: void after missed calls, or missed and never back;
    `ratings`: how often each level, 5 the best, was given; `rating_reasons`: how often each reason for a low one."""

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
    rating_reasons: dict[str, int] = field(default_factory=dict)


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
    fold, visits = Visits(), dict[str, _Visit]()
    kinds: Counter[str] = Counter()
    ratings: Counter[int] = Counter()
    reasons: Counter[str] = Counter()
    announced = 0
    for row in rows:
        if isinstance(row.event, e.ServiceRated):
            ratings[row.event.level] += 1
            reasons.update(row.event.reasons)
        kinds[type(row.event).__name__] += 1
        announced += isinstance(row.event, e.CallAnnounced) and (row.event.visible or row.event.audible)
        fold.see(row.event, row.tick)
        _count(visits, fold.stood())
    fold.settle()
    _count(visits, fold.stood())
    ends = Counter(visit.end for visit in visits.values())
    left = ends["cancelled"] + ends["expired"]
    return DayReport(
        day=day,
        tickets=len(visits),
        served=ends["served"],
        missed=ends["missed"] + ends["void"],
        left=left,
        open=len(visits) - ends["served"] - ends["missed"] - ends["void"] - left,
        calls=kinds["TicketCalled"],
        recalls=kinds["TicketRecalled"],
        undone=kinds["PressUndone"],
        announced=announced,
        events=sum(kinds.values()),
        wait=spread(v.called - v.drawn for v in visits.values() if v.called is not None),
        handling=spread(v.handled for v in visits.values() if v.end == "served"),
        queues={queue: _group(group) for queue, group in _by(visits, lambda visit: visit.queue)},
        windows={window: _window(group) for window, group in _by(visits, lambda visit: visit.window) if window},
        ratings=dict(sorted(ratings.items(), reverse=True)),
        rating_reasons=dict(reasons.most_common()),
    )


def _by(visits: dict[str, _Visit], key: Callable[[_Visit], str]) -> list[tuple[str, list[_Visit]]]:
    groups: dict[str, list[_Visit]] = {}
    for visit in visits.values():
        groups.setdefault(key(visit), []).append(visit)
    return sorted(groups.items())


def _count(visits: dict[str, _Visit], changes: Iterable[v.Change]) -> None:
    for change in changes:
        if isinstance(change, v.Came):
            visits[change.visit.ticket] = _Visit(queue=change.visit.queue, drawn=change.tick)
        elif not isinstance(change, v.Paused) and (visit := visits.get(change.visit.ticket)) is not None:
            _follow(visit, change)


def _follow(visit: _Visit, change: v.Change) -> None:
    if isinstance(change, v.Called):
        if visit.called is None:
            visit.called = change.tick
        visit.begun, visit.window, visit.end = change.tick, change.window, "open"
    elif isinstance(change, v.Started):
        visit.begun = change.tick
    elif isinstance(change, v.Returned):
        visit.end = "open"
    elif isinstance(change, v.Ended):
        if change.how in ("served", "advanced"):
            visit.handled += change.tick - visit.begun
        visit.end = {"served": "served", "missed": "missed"}.get(change.how, visit.end)
    elif isinstance(change, v.Gone) and not (change.how == "expired" and visit.end == "missed"):
        visit.end = change.how


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
