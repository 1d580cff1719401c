"""Events on their way out to somebody who acknowledges them. No socket, no thread, no clock.

The journal is the queue, a bookmark says how far it was read; nothing else is kept.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from hall_daemon.adapters.storage.bookmarks import Bookmark
from hall_daemon.app.record import Recorded
from hall_daemon.domain.events import Event

_LOGGER = logging.getLogger(__name__)

UNDER_WAY = 200
OLDEST_EVENTS = 100_000

Key = TypeVar("Key", bound=Hashable)


class Outbox(Generic[Key]):
    """Events after `acked_seq`, in order, each at least once; `Key` is what an acknowledgement names. Kept by
    `bookmark`, so that a restart goes on where it was."""

    def __init__(
        self, after_seq: int, bookmark: Bookmark | None = None, told: Callable[[Event], bool] = lambda event: True
    ) -> None:
        """`after_seq`: where who never read anything begins, which is the journal's last event at a start. A bookmark
        far behind it, or beyond it, does not count. `told`: which events go out at all."""
        read_upto = bookmark.load() if bookmark is not None else None
        if read_upto is not None:
            after_seq = max(min(read_upto, after_seq), after_seq - OLDEST_EVENTS)
        self.acked_seq = after_seq
        self._bookmark = bookmark
        self._told = told
        self._lost = False
        self._read_seq = after_seq
        self._under_way: OrderedDict[Key, int] = OrderedDict()
        self._early: set[Key] = set()
        self._more = False

    def save(self) -> None:
        """Keep how far it is; cheap when that did not change. A full disk costs repeats after the next start, nothing
        else."""
        if self._bookmark is None:
            return
        try:
            self._bookmark.save(self.acked_seq)
        except OSError as error:
            if not self._lost:
                _LOGGER.warning("bookmark not written: %s", error)
            self._lost = True
        else:
            self._lost = False

    def take(
        self, read: Callable[[int, int], Sequence[Recorded]], most: int = UNDER_WAY
    ) -> Sequence[Recorded]:
        """The next events to publish, as many as may be under way and `most`. Call `sent` for each."""
        room = min(UNDER_WAY - len(self._under_way), most)
        while True:
            rows = read(self._read_seq, room) if room > 0 else ()
            self._more = room <= 0 or len(rows) == room
            wanted = [row for row in rows if self._told(row.event)]
            if wanted or not rows:
                return wanted
            self._read_seq = rows[-1].seq
            if not self._under_way:
                self.acked_seq = self._read_seq

    def sent(self, seq: int, key: Key) -> None:
        self._under_way[key] = seq
        self._read_seq = seq

    def acked(self, key: Key) -> bool:
        """True when there is room again for events that wait."""
        if key not in self._under_way:
            return False
        self._early.add(key)
        while self._under_way and (first := next(iter(self._under_way))) in self._early:
            self._early.remove(first)
            self.acked_seq = self._under_way.pop(first)
        return self._more

    def lost(self) -> None:
        """The connection ended: go on after the last one that surely arrived."""
        self._under_way.clear()
        self._early.clear()
        self._read_seq = self.acked_seq

    @property
    def under_way(self) -> bool:
        return bool(self._under_way)

    @property
    def settled(self) -> bool:
        """Everything the journal had when last read was acknowledged."""
        return not self._under_way and not self._more
