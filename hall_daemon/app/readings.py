"""What the readers of each kiosk read, handed to that kiosk and to nobody else; likewise those of a window. In memory,
for seconds.

A reader reads while its kiosk asks; what is read while nobody asks is dropped where it arrives, and what was not
fetched is dropped when its time is over. No field of it is written, logged or counted here. Any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

from device_drivers.events import Code, Page, PersonCard, Read, Reading, Unreadable
from device_drivers.ports import Wanted
from hall_daemon.config.settings import Bindings

# How long a reading waits to be fetched: a poll that broke, and the next one.
LIFE_S = 20.0
# Of one kiosk. The oldest goes: nobody lays down five cards at once.
MOST = 4
# A reader goes on so long after a poll ended: the next one is under way.
GRACE_S = 2.0

_SORTS: Mapping[type[object], Wanted] = {PersonCard: "card", Code: "code", Page: "page"}


def sort_of(what: Reading) -> Wanted:
    """What was wanted when this was read."""
    return what.what if isinstance(what, Unreadable) else _SORTS[type(what)]


def at_window(window: str) -> str:
    """The place of a window's readers, which is no kiosk's."""
    return f"window:{window}"


def places_of(bindings: Bindings) -> dict[str, str]:
    """reader -> who gets what it reads: a kiosk, or whoever logs in at a window."""
    return {**bindings.kiosks, **{reader: at_window(window) for reader, window in bindings.windows["readers"].items()}}


class Kept(NamedTuple):
    """One thing that was read; `n` grows, over a restart too."""

    n: int
    reader: str
    what: Reading
    until_s: float


class KioskReader(Protocol):
    """What is asked of a reader, `device_drivers.ports.Reader`."""

    reads: Wanted

    def want(self, until_s: float) -> None: ...

    def scan(self) -> None: ...


class KioskReadings:
    """`kiosks`: the kiosk of each reader, or `at_window`. `first`: a number that no earlier start has reached, as
    milliseconds of now."""

    def __init__(self, kiosks: Mapping[str, str], monotonic: Callable[[], float], first: int) -> None:
        self._kiosks = kiosks
        self._monotonic = monotonic
        self._next = first
        self._readers: Mapping[str, KioskReader] = {}
        self._lock = threading.Lock()
        self._kept: dict[str, list[Kept]] = {}
        self._wanted: dict[tuple[str, Wanted], float] = {}
        self._on_change: Callable[[], None] = lambda: None

    def bind(self, readers: Mapping[str, KioskReader]) -> None:
        """The readers themselves, once they are built."""
        self._readers = readers

    def listen(self, on_change: Callable[[], None]) -> None:
        """`on_change` runs on a reader's thread when something came: it may only wake somebody."""
        self._on_change = on_change

    def put(self, read: Read) -> None:
        """From a reader's thread."""
        kiosk = self._kiosks.get(read.reader)
        now_s = self._monotonic()
        if kiosk is None or self._wanted.get((kiosk, sort_of(read.what)), 0.0) <= now_s:
            return
        with self._lock:
            kept = self._kept.setdefault(kiosk, [])
            kept.append(Kept(self._next, read.reader, read.what, now_s + LIFE_S))
            self._next += 1
            del kept[:-MOST]
        self._on_change()

    def want(self, kiosk: str, sorts: Collection[Wanted], for_s: float) -> None:
        """Let the readers of a kiosk read so long."""
        until_s = self._monotonic() + for_s + GRACE_S
        for sort in sorts:
            self._wanted[kiosk, sort] = until_s
        for reader in self._of(kiosk):
            if reader.reads in sorts:
                reader.want(until_s)

    def sorts_at(self, kiosk: str) -> tuple[Wanted, ...]:
        """What the readers of a kiosk read, each sort once."""
        return tuple(dict.fromkeys(reader.reads for reader in self._of(kiosk)))

    def scan(self, kiosk: str) -> int:
        """Have every scanner and camera of a kiosk take a picture now; how many there are."""
        found = [reader for reader in self._of(kiosk) if reader.reads == "page"]
        for reader in found:
            reader.scan()
        return len(found)

    def next_after(self, kiosk: str, n: int, sorts: Collection[Wanted]) -> Kept | None:
        """The oldest reading after `n`. All up to `n` have been taken, and go."""
        self.sweep()
        with self._lock:
            kept = [each for each in self._kept.get(kiosk, []) if each.n > n]
            self._kept[kiosk] = kept
            return next((each for each in kept if sort_of(each.what) in sorts), None)

    def page(self, kiosk: str, n: int) -> Page | None:
        """The picture of a reading that is still there."""
        found = self._what(kiosk, n)
        return found if isinstance(found, Page) else None

    def card(self, kiosk: str, n: int) -> PersonCard | None:
        """The card of a reading that is still there: it was laid at this kiosk some seconds ago."""
        found = self._what(kiosk, n)
        return found if isinstance(found, PersonCard) else None

    def _what(self, kiosk: str, n: int) -> Reading | None:
        self.sweep()
        with self._lock:
            return next((each.what for each in self._kept.get(kiosk, []) if each.n == n), None)

    def forget(self, kiosk: str) -> None:
        """A session is over: nothing of it is left, and nothing more is read."""
        with self._lock:
            self._kept.pop(kiosk, None)
        for key in [key for key in self._wanted if key[0] == kiosk]:
            del self._wanted[key]
        for reader in self._of(kiosk):
            reader.want(0.0)

    def sweep(self) -> None:
        """Drop what nobody fetched in time."""
        now_s = self._monotonic()
        with self._lock:
            for kiosk, kept in tuple(self._kept.items()):
                left = [each for each in kept if each.until_s > now_s]
                if left:
                    self._kept[kiosk] = left
                else:
                    del self._kept[kiosk]

    def _of(self, kiosk: str) -> list[KioskReader]:
        return [self._readers[id_] for id_, mine in self._kiosks.items() if mine == kiosk and id_ in self._readers]
