"""How well a hall kept its word: a promise held against what happened, and sums of many. Pure.

A promise is the range that was shown when a number was drawn. It is scored by the first call; who left, was told a
reason instead of a range, or whose promise was not recorded is counted and never scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from hall_daemon.prediction.waits.wait_estimate import Range

_Key = TypeVar("_Key", str, int)

# What `said` of a ticket is when a range was shown, and when nobody knows any more what was.
RANGE = "range"
NOT_RECORDED = "not_recorded"
CALLED = "called"
# Of fewer promises than this no share is given: one more or less would move it by five points.
ENOUGH = 20


class Score(NamedTuple):
    """`late_ms` is above 0 when the call came after the middle figure; `off_ms` is the same without its sign."""

    held: bool
    late_ms: int
    off_ms: int


def score(said: Range, waited_ms: int) -> Score:
    late = waited_ms - said.p50_s * 1000
    return Score(said.p10_s * 1000 <= waited_ms <= said.p90_s * 1000, late, abs(late))


class Cell(NamedTuple):
    """Tickets of one service, drawn in one hour, to which the same kind of thing was announced and ended the same way.
    `said` is RANGE, NOT_RECORDED or a code of wire.messages.UNKNOWN_WAITS; `outcome` CALLED, left, expired, moved
    or empty (still waits). The sums are of those that are scored; `moves` and `later` count changes of what was
    shown, and those that went back."""

    service: str
    hour: int
    said: str
    outcome: str
    n: int
    held: int = 0
    late_ms: int = 0
    off_ms: int = 0
    width_s: int = 0
    moves: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Sums over cells, and what they say. Shares and means are None of nothing."""

    tickets: int = 0
    scored: int = 0
    held: int = 0
    late_ms: int = 0
    off_ms: int = 0
    width_s: int = 0
    moves: int = 0
    later: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        return self.scored >= ENOUGH

    @property
    def share_held(self) -> float | None:
        return self.held / self.scored if self.scored else None

    @property
    def bias_s(self) -> float | None:
        """Above 0: people waited longer than the middle figure said."""
        return self.late_ms / self.scored / 1000 if self.scored else None

    @property
    def mean_error_s(self) -> float | None:
        return self.off_ms / self.scored / 1000 if self.scored else None

    @property
    def mean_width_s(self) -> float | None:
        return self.width_s / self.scored if self.scored else None


@dataclass(frozen=True, slots=True)
class Accuracy:
    total: Figures
    services: dict[str, Figures]
    hours: dict[int, Figures]


def figures(cells: Iterable[Cell]) -> Figures:
    kept = list(cells)
    scored = [cell for cell in kept if cell.said == RANGE and cell.outcome == CALLED]
    unknown: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for cell in kept:
        outcomes[cell.outcome or "waiting"] += cell.n
        if cell.said != RANGE:
            unknown[cell.said] += cell.n
    return Figures(
        tickets=sum(cell.n for cell in kept), scored=sum(cell.n for cell in scored),
        held=sum(cell.held for cell in scored), late_ms=sum(cell.late_ms for cell in scored),
        off_ms=sum(cell.off_ms for cell in scored), width_s=sum(cell.width_s for cell in scored),
        moves=sum(cell.moves for cell in kept), later=sum(cell.later for cell in kept),
        unknown=dict(sorted(unknown.items())), outcomes=dict(sorted(outcomes.items())),
    )


def accuracy(cells: Iterable[Cell]) -> Accuracy:
    kept = list(cells)
    return Accuracy(figures(kept), _by(kept, lambda cell: cell.service), _by(kept, lambda cell: cell.hour))


def _by(cells: Iterable[Cell], key: Callable[[Cell], _Key]) -> dict[_Key, Figures]:
    groups: dict[_Key, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return {name: figures(group) for name, group in sorted(groups.items())}
