"""Which calls are seen on a big screen, and for how long. Pure; ages in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hall_daemon.wire.screens import Called

NEW_S, SEEN_S, STALE_S, PAGE_S = 15.0, 6.0, 60.0, 6.0
# Three changes of colour when a call comes.
_FLASHES_S, _FLASH_S = 1.5, 0.5


class Call(NamedTuple):
    """A call, and how long ago it was."""

    told: Called
    age_s: float

    @property
    def key(self) -> tuple[str, int]:
        return self.told.number, self.told.calls


@dataclass(slots=True)
class _Known:
    """`fresh`: it was new as it came; `seen_s`: how long it has stood there."""

    fresh: bool
    seen_s: float = 0.0


class Picked(NamedTuple):
    """Rows that stand now, and all calls that are new."""

    rows: tuple[Call, ...]
    fresh: tuple[Call, ...]


class Watch:
    """What is remembered of each call while it is told."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], _Known] = {}
        self._chosen: tuple[object, float, tuple[tuple[str, int], ...]] = (None, 0.0, ())

    def take(self, calls: Iterable[Call]) -> None:
        """Forgets what is no longer told."""
        self._known = {call.key: self._known.get(call.key) or _Known(call.age_s < NEW_S) for call in calls}

    def is_new(self, call: Call) -> bool:
        """New for 15 s; of many at once each until it has stood there long enough."""
        known = self._known.get(call.key)
        waits = known is not None and known.fresh and known.seen_s < SEEN_S and call.age_s < STALE_S
        return call.age_s < NEW_S or waits

    def flashes(self, call: Call) -> bool:
        """Whether a new call is just now drawn as the others are."""
        known = self._known.get(call.key)
        seen_s = known.seen_s if known is not None and known.fresh else _FLASHES_S
        return seen_s < _FLASHES_S and seen_s % _FLASH_S < _FLASH_S / 2

    def stood(self, calls: Iterable[Call], seconds: float) -> None:
        for call in calls:
            if call.key in self._known:
                self._known[call.key].seen_s += seconds

    def pick(self, calls: Sequence[Call], room: int) -> Picked:
        """Which of `calls` (newest first) stand in `room` rows: all new ones, then the newest others. Of more new ones
        than there is room for those that were seen least, so that a call that has just come is there at once."""
        fresh = tuple(call for call in calls if self.is_new(call))
        if len(fresh) <= room:
            others = (call for call in calls if call not in fresh)
            return Picked((*fresh, *others)[:room], fresh)
        least = sorted(range(len(fresh)), key=lambda at: (self._known[fresh[at].key].seen_s, at))[:room]
        return Picked(tuple(fresh[at] for at in sorted(least)), fresh)

    def choose(self, calls: Sequence[Call], room: int, now_s: float) -> Picked:
        """New calls stand at once; pages of them change every six seconds."""
        picked = self.pick(calls, room)
        which, (before, since_s, kept) = (room, tuple(call.key for call in picked.fresh)), self._chosen
        if len(picked.fresh) <= room or which != before or now_s - since_s >= PAGE_S:
            self._chosen = which, now_s, tuple(call.key for call in picked.rows)
            return picked
        by_key = {call.key: call for call in calls}
        return Picked(tuple(by_key[key] for key in kept if key in by_key), picked.fresh)
