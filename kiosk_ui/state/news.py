"""What can be looked up: a number, and what the hall tells everybody (notices, how full the day is). Values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from hall_daemon.wire.figures import DayView
from hall_daemon.wire.guides import Notice
from hall_daemon.wire.messages import TicketView

NewsKind = Literal["notices", "forecast"]


@dataclass(frozen=True, slots=True)
class News:
    """`day` is what was forecast for the hall's day, None where nothing was. `_at_s` None while a request is out."""

    notices: tuple[Notice, ...] = ()
    day: DayView | None = None
    notices_at_s: float | None = 0.0
    forecast_at_s: float | None = 0.0

    def notice(self, id_: str) -> Notice | None:
        return next((notice for notice in self.notices if notice.id == id_), None)


@dataclass(frozen=True, slots=True)
class LookUp:
    """A number being typed. `arrived`: by who came with one from elsewhere."""

    typed: str = ""
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Somebody comes with what was done before: a pre-review that passed, a number of their phone."""


@dataclass(frozen=True, slots=True)
class LookUps:
    """Everything that can be looked up here."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How full it is and will be today, queue by queue."""

    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Notices:
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class OneNotice:
    id: str
    leaf: int = 0


class Watch(NamedTuple):
    """A ticket that a page follows. `next_at_s` None while a request is out; `view` is from `got_at_s`, and its slip
    has been so since `slip_since_s`."""

    ref: str
    view: TicketView | None = None
    got_at_s: float = 0.0
    next_at_s: float | None = None
    slip_since_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number that was looked up, being searched while its watch has no view. `return_key` and `slip_key` are of the
    one press of 过号返回 and of 补打 that may be out. `read_here`: its slip lay on the reader, so that the watch names
    its own secret."""

    watch: Watch
    return_key: str = ""
    returned: bool = False
    slip_key: str = ""
    read_here: bool = False
