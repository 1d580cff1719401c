"""The tables of hall.toml that become the Plan: names, types, bounds and defaults. Data only."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from device_drivers.ports import Role
from hall_daemon.config.floor import Floor
from hall_daemon.config.section import Date, Id, References, Section, Words
from hall_daemon.config.settings import (
    Access,
    BigScreen,
    Board,
    Data,
    Forecast,
    Http,
    Log,
    Matters,
    Mqtt,
    Oidc,
    Papers,
    Platform,
    Public,
    Reviews,
)
from hall_daemon.config.wording import Label, Wording
from hall_daemon.domain.plan import Policy
from hall_daemon.wire.kiosks import KioskOptions

SESSION_PATTERN = r"^([01]?\d|2[0-3]):[0-5]\d ?- ?(([01]?\d|2[0-3]):[0-5]\d|24:00)$"

Session = Annotated[str, Meta(pattern=SESSION_PATTERN, description='from-to as "08:30-12:00"')]
Sessions = Annotated[tuple[Session, ...], Meta(max_length=8)]
Cap = Annotated[int, Meta(ge=1, le=1_000_000)]
Minutes = Annotated[int, Meta(ge=0, le=1440)]
SecondsOrNone = Annotated[int, Meta(ge=0, le=86_400)]  # 0 switches the rule off

_USUAL = Policy()


class HallTable(Section, frozen=True):
    id: Id
    name: Words
    timezone: Annotated[str, Meta(max_length=64)] = "Asia/Shanghai"
    daily_cap: Cap | None = None


class HoursTable(Section, frozen=True, kw_only=True):
    """A day without sessions is closed."""

    mon: Sessions = ()
    tue: Sessions = ()
    wed: Sessions = ()
    thu: Sessions = ()
    fri: Sessions = ()
    sat: Sessions = ()
    sun: Sessions = ()
    stop_issuing_min: Minutes = 15
    serve_out: bool = True
    days: dict[Date, Sessions] = field(default_factory=dict)

    @property
    def weekly(self) -> dict[str, tuple[str, ...]]:
        return {day: getattr(self, day) for day in WEEKDAYS}


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ClassTable(Section, frozen=True):
    name: Words
    weight: Annotated[int, Meta(ge=1, le=100)] = 1


class PolicyTable(Section, frozen=True, kw_only=True):
    """Names and defaults are those of domain.plan.Policy."""

    classes: dict[Id, ClassTable] | None = None
    longest_wait_s: SecondsOrNone = _USUAL.longest_wait_s
    longest_wait_every: Annotated[int, Meta(ge=1, le=100)] = _USUAL.longest_wait_every
    recall_lock_s: SecondsOrNone = _USUAL.recall_lock_s
    missed_lock_s: SecondsOrNone = _USUAL.missed_lock_s
    return_after_calls: Annotated[int, Meta(ge=0, le=1000)] = _USUAL.return_after_calls
    return_limit_s: SecondsOrNone = _USUAL.return_limit_s
    misses_before_void: Annotated[int, Meta(ge=1, le=100)] = _USUAL.misses_before_void
    no_show_s: SecondsOrNone = _USUAL.no_show_s
    postpone_s: SecondsOrNone = _USUAL.postpone_s
    postpone_times: Annotated[int, Meta(ge=0, le=100)] = _USUAL.postpone_times
    undo_s: SecondsOrNone = _USUAL.undo_s
    call_next_finishes: bool = _USUAL.call_next_finishes
    appointment_early_s: SecondsOrNone = _USUAL.appointment_early_s
    appointment_late_s: SecondsOrNone = _USUAL.appointment_late_s
    rating_s: SecondsOrNone = _USUAL.rating_s


class QueueTable(Section, frozen=True):
    name: Words
    prefix: Annotated[str, Meta(pattern="^[A-Za-z]{1,3}$", description="1 to 3 letters, as in A012")]
    digits: Annotated[int, Meta(ge=2, le=6)] = 3
    first: Annotated[int, Meta(ge=0, le=999_999)] = 1


class ServiceTable(Section, frozen=True, kw_only=True):
    name: Words
    queue: str
    expected_s: Annotated[int, Meta(ge=1, le=86_400)] = 600
    daily_cap: Cap | None = None
    stop_issuing_min: Minutes | None = None
    when_ready: str = ""
    ticket_class: str = ""


class WindowTable(Section, frozen=True, kw_only=True):
    """first, yes, idle, never: the services the window takes, by how gladly. screens, pads, readers: what stands there.
    desk: the addresses that its browser comes from, by default this machine's; a card on its reader logs in there."""

    label: Label
    zone: Id = "hall"
    first: References = ()
    yes: References = ()
    idle: References = ()
    never: References = ()
    shifts: Sessions = ()
    screens: References = ()
    pads: References = ()
    readers: References = ()
    desk: Annotated[tuple[Annotated[str, Meta(min_length=2, max_length=45)], ...], Meta(max_length=8)] = ()

    @property
    def parts(self) -> dict[Role, References]:
        """What stands at the window, by the role it has."""
        return {"screens": self.screens, "pads": self.pads, "readers": self.readers}


class KioskTable(KioskOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a kiosk is told when it asks, and a word of older files: whoever starts it says whether it has a window."""

    fullscreen: bool = False


class HallFile(Section, frozen=True, kw_only=True):
    """The whole file."""

    hall: HallTable
    queues: Annotated[dict[Id, QueueTable], Meta(min_length=1)]
    services: Annotated[dict[Id, ServiceTable], Meta(min_length=1)]
    windows: Annotated[dict[Id, WindowTable], Meta(min_length=1)]
    hours: HoursTable | None = None
    policy: PolicyTable = PolicyTable()
    priority_reasons: dict[Id, Words] = field(default_factory=dict)
    pick_reasons: dict[Id, Words] = field(default_factory=dict)
    pause_reasons: dict[Id, Words] = field(default_factory=dict)
    data: Data = Data()
    log: Log = Log()
    http: Http = Http()
    public: Public = Public()
    access: Access = Access()
    oidc: Oidc = Oidc()
    mqtt: Mqtt = Mqtt()
    wording: Wording = Wording()
    forecast: Forecast = Forecast()
    reviews: Reviews = Reviews()
    matters: Matters = Matters()
    papers: Papers = Papers()
    platform: Platform = Platform()
    devices: dict[Id, dict[str, Any]] = field(default_factory=dict)
    kiosks: dict[Id, KioskTable] = field(default_factory=dict)
    screen: BigScreen = BigScreen()
    boards: dict[Id, Board] = field(default_factory=dict)
    floor: Floor = Floor()
