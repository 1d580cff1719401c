"""What is asked of the hall for somebody who rates their visit, and its answer. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hall_daemon.wire.ratings import RatingReason
from kiosk_ui.state.steps import About


@dataclass(frozen=True, slots=True)
class RateVisit:
    """`ref` is the ticket's own secret."""

    session: int
    key: str
    ref: str
    level: int
    reasons: tuple[RatingReason, ...] = ()
    about: ClassVar[About] = "rate"


@dataclass(frozen=True, slots=True)
class VisitRated:
    session: int
    key: str
