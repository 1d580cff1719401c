"""How well the hall kept its word, for everybody to see: spans of the promise ledger become the public feed and
figures for Prometheus. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from hall_daemon.app.view_context import iso
from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.waits.accuracy import ENOUGH, Accuracy, Figures
from hall_daemon.wire import accuracy as w
from hall_daemon.wire.messages import VERSION
from hall_daemon.words.text import same

AIMED = 0.8
TTL_S = 60


class Span(NamedTuple):
    """The last `days` days, `first` to `last` (ISO)."""

    days: int
    first: str
    last: str
    accuracy: Accuracy


def accuracy_feed(plan: Plan, spans: Sequence[Span], as_of_wall: int) -> w.AccuracyFeed:
    return w.AccuracyFeed(
        VERSION, iso(as_of_wall), TTL_S,
        w.AccuracyData(plan.id, plan.name, AIMED, ENOUGH, tuple(_span(plan, span) for span in spans)),
    )


class AccuracyOf:
    """The feed of whatever the ledger says now, made anew when it says something else. Any thread."""

    def __init__(self, plan: Plan, spans: Callable[[], tuple[Sequence[Span], int]]) -> None:
        """`spans` gives the spans, a new value whenever they changed, and when they were counted, wall ms."""
        self._plan = plan
        self._spans = spans
        self._made: tuple[Sequence[Span], w.AccuracyFeed] | None = None

    def __call__(self) -> w.AccuracyFeed:
        (spans, as_of), made = self._spans(), self._made
        if made is None or made[0] is not spans:
            made = self._made = spans, accuracy_feed(self._plan, spans, as_of)
        return replace(made[1], last_updated=iso(as_of))


def _span(plan: Plan, span: Span) -> w.AccuracySpan:
    names = {id_: service.name for id_, service in plan.services.items()}
    return w.AccuracySpan(
        days=span.days, first=span.first, last=span.last, total=judged(span.accuracy.total),
        services=tuple(
            w.AccuracyService(id_, names.get(id_, same(id_)), judged(figures))
            for id_, figures in _in_order(span.accuracy.services, plan)
        ),
        hours=tuple(w.AccuracyHour(hour, judged(figures)) for hour, figures in span.accuracy.hours.items()),
    )


def _in_order(services: Mapping[str, Figures], plan: Plan) -> list[tuple[str, Figures]]:
    """As in the configuration; services that are gone from it last."""
    order = {id_: n for n, id_ in enumerate(plan.services)}
    return sorted(services.items(), key=lambda each: (order.get(each[0], len(order)), each[0]))


def judged(figures: Figures) -> w.AccuracyFigures:
    """Shares and means of enough promises; of fewer only the counts."""
    return exact(figures, figures.enough)


def exact(figures: Figures, enough: bool = True) -> w.AccuracyFigures:
    return w.AccuracyFigures(
        tickets=figures.tickets,
        scored=figures.scored,
        share_held=_rounded(figures.share_held, 3) if enough else None,
        bias_s=_whole(figures.bias_s) if enough else None,
        mean_error_s=_whole(figures.mean_error_s) if enough else None,
        mean_width_s=_whole(figures.mean_width_s) if enough else None,
        unknown=figures.unknown,
        outcomes=figures.outcomes,
        changes=figures.moves,
        later=figures.later,
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


Sample = tuple[str, Mapping[str, str], float]


def promise_samples(spans: Sequence[Span]) -> Iterator[Sample]:
    """Figures of the whole hall, by span."""
    for span in spans:
        days, total = {"days": str(span.days)}, span.accuracy.total
        yield "hall_promises_scored", days, total.scored
        for reason, count in total.unknown.items():
            yield "hall_promises_unknown", {**days, "reason": reason}, count
        if total.share_held is not None and total.bias_s is not None and total.mean_error_s is not None:
            yield "hall_promises_held_ratio", days, total.share_held
            yield "hall_promises_bias_seconds", days, total.bias_s
            yield "hall_promises_error_seconds", days, total.mean_error_s
