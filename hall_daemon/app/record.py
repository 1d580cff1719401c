"""What goes in and out of the core: a request, its answer, and events with their place in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from hall_daemon.cases.decide import Command as Command
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.events import Event
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment


class Recorded(NamedTuple):
    """An event with its number in the journal, when it happened (hall ticks and wall ms), its business day and
    who caused it (`pad:pad-1`, `staff:window-3`, `kiosk:…`, `core`; never a person's name)."""

    seq: int
    tick: int
    wall: int
    day: str
    by: str
    event: Event

    @property
    def moment(self) -> Moment:
        return Moment(self.tick, self.wall)


class Request(NamedTuple):
    """A command on its way in. `key` makes it happen once however often it is sent; `print` is a digest of
    what was sent with the key, so that one key is not used for two different things."""

    command: Command
    by: str = ""
    key: str = ""
    print: str = ""


class KeyUse(NamedTuple):
    """What an idempotency key did: the digest of its request and its events' numbers (first > last: none)."""

    print: str
    first_seq: int
    last_seq: int


class Accepted(NamedTuple):
    """Done and durable. `repeated`: the key was known, these are the events of the first time."""

    events: tuple[Recorded, ...]
    repeated: bool = False


Answer = Accepted | Refused


class Busy(Exception):
    """The inbox is full or the core is stopping: nothing was taken; try again."""


class NotTaken(Exception):
    """The store cannot be written just now, and nothing of what it was given is in it."""


class Clock(Protocol):
    """The hall's clock. `now().tick` never runs backwards, also across restarts."""

    def now(self) -> Moment: ...


class Subscriber(Protocol):
    """A view of the journal. Called on the follower's thread with the hall *after* the batch; must not keep
    the hall or change it, must return soon (hand slow work to its own thread)."""

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None: ...
