"""How well the hall kept its word, as it is published. Nothing here is about one person: what fewer than `enough`
people make up is counted and not judged."""

from __future__ import annotations

from hall_daemon.wire.states import Envelope, FeedEnvelope
from hall_daemon.wire.texts import Message, Text


class AccuracyFigures(Message, frozen=True, kw_only=True):
    """Of `tickets` drawn, `scored` were shown a range and called. `share_held` of these waited as long as their range
    said; `bias_s` is how much later than its middle they were called on average (below 0: sooner), `mean_error_s` the
    same without its sign, `mean_width_s` how wide the ranges were. All null when fewer than `enough` are scored.
    `unknown` counts those who were shown a reason at the draw, by its code, and `not_recorded`; `outcomes` what
    became of all: called, left, expired, moved, waiting. `later` is how often a shown range went back."""

    tickets: int
    scored: int
    share_held: float | None
    bias_s: int | None
    mean_error_s: int | None
    mean_width_s: int | None
    unknown: dict[str, int]
    outcomes: dict[str, int]
    changes: int
    later: int


class AccuracyService(Message, frozen=True):
    id: str
    name: Text
    figures: AccuracyFigures


class AccuracyHour(Message, frozen=True):
    """`hour` is the local hour of the draw: 9 is 9:00 to 9:59."""

    hour: int
    figures: AccuracyFigures


class AccuracySpan(Message, frozen=True, kw_only=True):
    """The last `days` days, from `first` to `last`."""

    days: int
    first: str
    last: str
    total: AccuracyFigures
    services: tuple[AccuracyService, ...]
    hours: tuple[AccuracyHour, ...]


class AccuracyData(Message, frozen=True):
    """`aimed` is the share that shall hold."""

    hall: str
    name: Text
    aimed: float
    enough: int
    spans: tuple[AccuracySpan, ...]


class AccuracyFeed(FeedEnvelope, frozen=True):
    """GET /api/v1/accuracy, public: one envelope, as the feed has it. Ask again after `ttl` seconds."""

    data: AccuracyData


class AccuracyState(Envelope, frozen=True, kw_only=True):
    """Retained: the same; `as_of` is when it was counted."""

    data: AccuracyData
