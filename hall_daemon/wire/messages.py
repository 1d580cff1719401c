"""Bodies of HTTP and MQTT as msgspec structs; OpenAPI and AsyncAPI are generated from them.

Times are ISO 8601 in UTC with a Z, durations whole seconds with `_s` in the name. `version` counts breaking
changes. Nothing here carries a person: a ticket is a number, or a random token in its own page's address.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from hall_daemon.wire.bodies import Body as Body
from hall_daemon.wire.bodies import CallTicketBody as CallTicketBody
from hall_daemon.wire.bodies import Code as Code
from hall_daemon.wire.bodies import Id as Id
from hall_daemon.wire.bodies import IssueBody as IssueBody
from hall_daemon.wire.bodies import NoBody as NoBody
from hall_daemon.wire.bodies import OpenBody as OpenBody
from hall_daemon.wire.bodies import PauseBody as PauseBody
from hall_daemon.wire.bodies import PriorityBody as PriorityBody
from hall_daemon.wire.bodies import ResumeBody as ResumeBody
from hall_daemon.wire.bodies import SlipBody as SlipBody
from hall_daemon.wire.bodies import Slot as Slot
from hall_daemon.wire.bodies import TransferBody as TransferBody
from hall_daemon.wire.devices import OUT_OF_SERVICE as OUT_OF_SERVICE
from hall_daemon.wire.devices import DeviceLife as DeviceLife
from hall_daemon.wire.devices import DeviceView as DeviceView
from hall_daemon.wire.ratings import RatingState as RatingState
from hall_daemon.wire.states import VERSION as VERSION
from hall_daemon.wire.states import DeviceState as DeviceState
from hall_daemon.wire.states import Envelope as Envelope
from hall_daemon.wire.states import FeedEnvelope as FeedEnvelope
from hall_daemon.wire.states import HallEvent as HallEvent
from hall_daemon.wire.states import HallState as HallState
from hall_daemon.wire.states import Order as Order
from hall_daemon.wire.states import QueueState as QueueState
from hall_daemon.wire.states import ServiceState as ServiceState
from hall_daemon.wire.states import TicketPage as TicketPage
from hall_daemon.wire.states import TicketState as TicketState
from hall_daemon.wire.states import WindowState as WindowState
from hall_daemon.wire.states import WindowStatus as WindowStatus
from hall_daemon.wire.texts import Message as Message
from hall_daemon.wire.texts import Text as Text
from hall_daemon.wire.waits import UNKNOWN_WAITS as UNKNOWN_WAITS
from hall_daemon.wire.waits import Cause as Cause
from hall_daemon.wire.waits import Wait as Wait

# -- what we answer --------------------------------------------------------------------------------


class Issued(Message, frozen=True, kw_only=True):
    """201: the number exists and survives a power cut. `url` is the ticket's page, reached by its token."""

    ticket: str
    number: str
    token: str
    day: str
    queue: str
    services: tuple[str, ...]
    ahead: int
    wait: Wait
    issued_at: str
    url: str


class Done(Message, frozen=True, kw_only=True):
    """What a press did: the number it was about (or None) and the events, by name, in order."""

    window: str | None
    ticket: str | None
    number: str | None
    events: tuple[str, ...]
    seq: int
    reason: Text | None = None


class DayView(Message, frozen=True):
    """GET /api/v1/day: the business day and the hall's time; `machine` is what the machine's clock says where the hall
    does not believe it, else None."""

    day: str
    now: str
    machine: str | None


class LineView(Message, frozen=True, kw_only=True):
    """One person in line, for staff: `blocked` is why not yet (slot, lock, postponed, returner), `prepared` that a
    pre-review passed for this number, `coming` that whoever was called said to be on the way."""

    ticket: str
    number: str
    service: str
    class_: str = msgspec.field(name="class")
    state: TicketState
    waited_s: int
    calls: int
    misses: int
    only_window: str | None
    blocked: str | None
    prepared: bool = False
    coming: bool = False


class Announced(Message, frozen=True):
    """What took a call: a screen, a voice. Neither: nobody in the hall can know of it."""

    visible: bool
    audible: bool


class WindowView(WindowState, frozen=True, kw_only=True):
    """One counter over HTTP. The rest is for staff, and empty in public: `staff`, `ticket` and `held` (ticket ids),
    `can_undo` the press that undo would take back now, `announced` what became of the present call, null while that
    is not known, `coming` that whoever is called says to be on the way."""

    staff: str = ""
    ticket: str | None = None
    held: tuple[str, ...] = ()
    can_undo: str | None = None
    announced: Announced | None = None
    coming: bool = False


class HallView(HallState, frozen=True, kw_only=True):
    """GET /api/v1/hall: everything a screen or a page needs. `seq` is the journal's number it is true for.
    `printers` are the devices that a slip may be asked from; devices and printers: none in public."""

    queues: tuple[QueueState, ...]
    services: tuple[ServiceState, ...]
    windows: tuple[WindowView, ...]
    devices: tuple[DeviceView, ...] = ()
    printers: tuple[str, ...] = ()


class TicketView(TicketPage, frozen=True, kw_only=True):
    """A ticket over HTTP; `ticket` is its id, "" in public. For staff and kiosks `can` may hold `slip`: it did not come
    out and may be printed again. `rating`, to who asks by its token only: whether the visit is `open` to be rated, or
    `rated`; `served_at` when it was done."""

    ticket: str = ""
    rating: RatingState = ""
    served_at: str | None = None


class QueueDetail(Message, frozen=True):
    """GET /api/v1/queues/{id}: the queue and its line in order of call as far as policy fixes it."""

    queue: QueueState
    line: tuple[LineView, ...]
    missed: tuple[LineView, ...]


class WindowLine(Message, frozen=True):
    """GET /api/v1/windows/{id}/line: whom the window would call, one after the other, then those who may not be called
    yet. `waiting` and `missing` count everybody, the lists end somewhere. Somebody in `line` who does not wait is at
    the window and is called again for the next matter."""

    window: str
    waiting: int
    line: tuple[LineView, ...]
    missing: int
    missed: tuple[LineView, ...]


class Queues(Message, frozen=True):
    """GET /api/v1/queues."""

    queues: tuple[QueueState, ...]


class Windows(Message, frozen=True):
    """GET /api/v1/windows."""

    windows: tuple[WindowView, ...]


class Explanation(Message, frozen=True):
    """GET /api/v1/tickets/{ticket}/why: why this ticket was called, or why `before` went first. `facts` are the
    figures the words were made of."""

    ticket: str
    number: str
    before: str | None
    text: Text
    facts: dict[str, str | int]


class FeedData(Message, frozen=True, kw_only=True):
    """What a city's page may show of a hall, without login."""

    hall: str
    name: Text
    open: bool
    opens: str | None
    closes: str | None
    queues: tuple[QueueState, ...]
    services: tuple[ServiceState, ...]
    reopens: str | None = None


class Feed(FeedEnvelope, frozen=True):
    """GET /api/v1/feed, public: one envelope, as GBFS has it. Ask again after `ttl` seconds."""

    data: FeedData


class PublicHealth(Message, frozen=True):
    """GET /healthz: `ok` or `degraded` (200), `failing` (503)."""

    status: Literal["ok", "degraded", "failing"]


class Health(PublicHealth, frozen=True):
    """The same for staff; `checks` says why, for whoever has the right `measure`."""

    version: str
    seq: int
    checks: dict[str, str]


class StreamEvent(Message, frozen=True, kw_only=True):
    """One server-sent event of GET /api/v1/events; its id is `seq`. `body` never holds a token or subject."""

    seq: int
    at: str
    day: str
    kind: str
    by: str
    body: dict[str, object]


class History(Message, frozen=True):
    """GET /api/v1/tickets/{ticket}/history: what happened to a ticket, oldest first."""

    ticket: str
    events: tuple[StreamEvent, ...]


class ProblemWords(Message, frozen=True, kw_only=True):
    """One row of the table of problems; `{…}` in the words is filled in when it happens."""

    status: int
    type: str
    detail: str
    detail_zh: str
    advice: str
    advice_zh: str


class Problems(Message, frozen=True):
    """GET /api/v1/problems: every way the hall says no, by code."""

    problems: dict[str, ProblemWords]


class Refusal(Message, frozen=True):
    """What happened and what to do, in one language."""

    detail: str
    advice: str


class Problem(Message, frozen=True, kw_only=True):
    """RFC 9457. `code` is stable; `detail_zh` / `detail` say what happened, `advice_zh` / `advice` what to do; `words`
    the same in every other language that the hall has words for, left out where there is none."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    detail_zh: str
    advice: str
    advice_zh: str
    instance: str = ""
    retry_after_s: int | None = None
    words: dict[str, Refusal] | UnsetType = UNSET

    def said(self, language: str) -> Refusal:
        """In a language, else in Chinese."""
        told = {"zh": Refusal(self.detail_zh, self.advice_zh), "en": Refusal(self.detail, self.advice)}
        told |= self.words or {}
        return told.get(language) or told["zh"]
