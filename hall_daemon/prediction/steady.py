"""A shown range stays until the present one has left it by a margin: no number trembles for nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hall_daemon.prediction.outlook import Outlook, Range

# One of the three figures must differ by more than a share of it, and by more than what nobody plans with.
MARGIN = 0.15
LEAST_S = 30


class Shown(NamedTuple):
    """What was said, and at which tick."""

    said: Outlook
    tick: int

    def at(self, tick: int) -> Outlook:
        """The same promise later: as much nearer as time has passed."""
        if isinstance(self.said, str):
            return self.said
        passed_s = (tick - self.tick) // 1000
        return Range(*(max(0, figure - passed_s) for figure in self.said))


def steadied(shown: Mapping[str, Shown], fresh: Mapping[str, Outlook], tick: int, *, promise: bool) -> dict[str, Shown]:
    """What to show now of `fresh`. `promise`: a moment was promised and comes nearer (a ticket); otherwise a length
    was said that holds for whoever comes (a queue)."""
    return {key: _steadied(shown.get(key), outlook, tick, promise) for key, outlook in fresh.items()}


def _steadied(shown: Shown | None, fresh: Outlook, tick: int, promise: bool) -> Shown:
    if shown is not None and not isinstance(fresh, str):
        said = shown.at(tick) if promise else shown.said
        if not isinstance(said, str) and all(
            abs(old - new) <= max(LEAST_S, MARGIN * new) for old, new in zip(said, fresh, strict=True)
        ):
            return shown if promise else Shown(said, tick)
    return Shown(fresh, tick)
