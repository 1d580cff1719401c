"""A visit, and what can become of it: the values that `visits` makes of recorded events. Times are ms."""

from __future__ import annotations

from typing import Literal, NamedTuple

How = Literal["served", "advanced", "transferred", "missed", "held"]
Left = Literal["cancelled", "expired", "void"]


class Visit(NamedTuple):
    """Somebody with a number: `service` and `queue` are the present ones. `ready`: since when they stand in line and
    could have been called; 0 where a wait would say nothing (others go first, or they stand at a window). `first`:
    not called yet. `waits`: stands in line."""

    ticket: str
    service: str
    queue: str
    class_: str
    drawn: int
    ready: int
    first: bool = True
    waits: bool = True


class Came(NamedTuple):
    """Drew a number."""

    visit: Visit
    tick: int


class Called(NamedTuple):
    """`waited`: time in line, None where it says nothing; `first` as before the call; `gap`: how long the window had
    been free while this person stood in line, None when that is not so; `load`: how many waited in that queue then.
    `unsure`: who was there before ended by the same press, and it is not known when."""

    visit: Visit
    tick: int
    window: str
    waited: int | None
    first: bool
    gap: int | None
    load: int
    unsure: bool = False


class Recalled(NamedTuple):
    """`calls`: the how-manieth call of this turn."""

    visit: Visit
    tick: int
    window: str
    calls: int


class Started(NamedTuple):
    visit: Visit
    tick: int
    window: str


class Ended(NamedTuple):
    """A turn at a window is over: `service` is the matter that was in hand, "" where that is not known. `called`: the
    tick of its call, 0 where the time says nothing (put aside in between, or begun before). `clerk` made the call and
    is still there, else "". `load` as of the call."""

    visit: Visit
    tick: int
    window: str
    how: How
    service: str
    called: int
    clerk: str
    load: int

    @property
    def took(self) -> int | None:
        """From the call to the end, or None."""
        return self.tick - self.called if self.called else None


class Resumed(NamedTuple):
    visit: Visit
    tick: int
    window: str


class Returned(NamedTuple):
    """Back after a missed call."""

    visit: Visit
    tick: int


class Postponed(NamedTuple):
    """Asked to be called later."""

    visit: Visit
    tick: int


class Moved(NamedTuple):
    """Into another line or class without having been called; `before` is what the visit was."""

    visit: Visit
    tick: int
    before: Visit


class Gone(NamedTuple):
    """The visit is over without service; `waited`: time in line until then, None where that says nothing."""

    visit: Visit
    tick: int
    how: Left
    waited: int | None


class Paused(NamedTuple):
    """A pause of a window is over."""

    window: str
    reason: str
    took: int


class TakenBack(NamedTuple):
    """A press was undone: these changes never were; the newest is the last."""

    window: str
    press: str
    tickets: tuple[str, ...]
    changes: tuple[Change, ...]


Change = Came | Called | Recalled | Started | Ended | Resumed | Returned | Postponed | Moved | Gone | Paused
Seen = Change | TakenBack
