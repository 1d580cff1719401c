"""What is said of the hall to everybody: one set of messages, retained at the broker and answered over HTTP.

Each is an envelope and its body. A state is equal to an earlier one when it differs in `seq` and `as_of` only. No
staff, no ticket id, no token.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from hall_daemon.wire.devices import DeviceLife
from hall_daemon.wire.texts import Message, Text
from hall_daemon.wire.waits import Wait

VERSION = 1

WindowStatus = Literal["closed", "open", "paused"]
TicketState = Literal[
    "waiting", "called", "serving", "held", "missed", "served", "cancelled", "void", "expired"
]
OVER: frozenset[TicketState] = frozenset(("served", "cancelled", "void", "expired"))
"""In these a ticket stays as it is, but for an undone press."""


class Envelope(Message, frozen=True, kw_only=True):
    """In every state: the daemon's start number and the journal's number it is true for, when that was, and after how
    long it is late."""

    version: int = VERSION
    epoch: int
    seq: int
    as_of: str
    ttl_s: int


class FeedEnvelope(Message, frozen=True):
    """Around what a city's page reads, as GBFS has it; `ttl` in seconds."""

    version: int
    last_updated: str
    ttl: int


class QueueState(Envelope, frozen=True, kw_only=True):
    """One queue as everybody may see it. `calling` are the numbers at windows, newest first."""

    id: str
    name: Text
    prefix: str
    waiting: int
    serving: int
    windows_open: int
    wait: Wait
    calling: tuple[str, ...]
    issued: int


class ServiceState(Envelope, frozen=True, kw_only=True):
    """`open` says whether numbers are given now; if not, `closed_because` is a problem code. `wait` is what somebody
    is told who draws a number for it now."""

    id: str
    name: Text
    queue: str
    expected_s: int
    waiting: int
    windows_open: int
    issued: int
    daily_cap: int | None
    open: bool
    closed_because: str | None
    wait: Wait


class WindowState(Envelope, frozen=True, kw_only=True):
    """One counter. `services` are what it does, `waiting` is everybody it may call; `reason` is why it pauses, a code
    of the configuration."""

    id: str
    label: str
    zone: str
    status: WindowStatus
    number: str | None
    state: TicketState | None
    calls: int
    reason: str
    service: str | None
    called_at: str | None
    started_at: str | None
    waiting: int
    services: tuple[str, ...]


class Order(Message, frozen=True):
    """The ids of what the hall has, in the order of its configuration."""

    queues: tuple[str, ...]
    services: tuple[str, ...]
    windows: tuple[str, ...]


class HallState(Envelope, frozen=True, kw_only=True):
    """The hall in figures, and its hours. `opens`, `closes` are of today, HH:MM; `reopens` is the beginning on the next
    day it opens, 2026-11-30T08:30. `tally` counts what happened today."""

    id: str
    name: Text
    day: str
    open: bool
    opens: str | None
    closes: str | None
    waiting: int
    serving: int
    windows_open: int
    reopens: str | None = None
    pick_reasons: dict[str, Text]
    pause_reasons: dict[str, Text]
    priority_reasons: dict[str, Text]
    tally: dict[str, int]
    order: Order


class TicketPage(Envelope, frozen=True, kw_only=True):
    """What a ticket's holder sees. `can` lists what the holder may do now. `slip` is none, pending, printed, failed or
    unknown; `return_until` is until when a missed number may come back, null for any other and where that is the
    whole day. `prepared`: a pre-review passed for it, which is no acceptance. `call_ends`: when a call that nobody
    comes to is missed by itself, null where the clerk says so. `postpone_s`: how much later the holder may ask to be
    called, `postpones_left` times; `postponed_until` until when nobody calls it for that, null for any other. `coming`:
    whoever is called says to be on the way."""

    number: str
    day: str
    state: TicketState
    queue: str
    services: tuple[str, ...]
    service_name: Text
    class_: str = msgspec.field(name="class")
    ahead: int | None
    wait: Wait
    window: str | None
    window_label: str | None
    calls: int
    misses: int
    issued_at: str
    called_at: str | None
    reason: Text | None
    slip: str
    slip_detail: str
    can: tuple[str, ...]
    return_until: str | None = None
    prepared: bool = False
    call_ends: str | None = None
    postpone_s: int = 0
    postpones_left: int = 0
    postponed_until: str | None = None
    coming: bool = False


class DeviceState(Envelope, frozen=True, kw_only=True):
    id: str
    kind: str
    state: DeviceLife
    detail: str
    code: str = ""
    facts: dict[str, str] = msgspec.field(default_factory=dict)


class HallEvent(Envelope, frozen=True, kw_only=True):
    """Something that happened, not retained. `number` and `window` where the event has them."""

    kind: str
    at: str
    day: str
    number: str | None
    window: str | None
    queue: str | None
