"""What the configuration fixes about a hall: services, queues, windows, hours, policy.

Frozen values, checked once in `Plan`. Nothing here changes while the hall runs, and events never
depend on it: whatever the plan decided is written into the event, so an old day replays under a new plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from hall_daemon.words.text import Text, text

MINUTE_MS = 60_000
DAY_MIN = 1440

Skill = Literal["first", "yes", "idle", "never"]
# How gladly a window takes a service, most gladly first.
SKILLS: tuple[Skill, ...] = ("first", "yes", "idle", "never")


class Moment(NamedTuple):
    """One reading of the hall's clock.

    tick: ms that never run backwards, for durations and order. wall: ms since 1970 UTC, for hours and display.
    """

    tick: int
    wall: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A row of numbers: one prefix, counted from `first` each business day."""

    id: str
    name: Text
    prefix: str
    digits: int = 3
    first: int = 1

    def number(self, n: int) -> str:
        return f"{self.prefix}{n:0{self.digits}d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A matter (事项) an applicant comes for. `expected_s` serves until the hall has its own figures. `when_ready` is
    the service that it becomes once a pre-review has passed, with windows, waits and times of its own; nobody draws
    that one without. `ticket_class`: who would be ordinary goes in this class."""

    id: str
    name: Text
    queue: str
    expected_s: int = 600
    daily_cap: int | None = None
    stop_issuing_min: int | None = None
    when_ready: str = ""
    ticket_class: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A counter. `skills` maps service to first / yes / idle (only when nothing else waits). `shifts` are when
    somebody is planned to sit here, in minutes of the local day, lunch left out; nothing planned is an empty tuple.
    Waits look ahead with them; who may call now is what the clerk pressed."""

    id: str
    label: str
    skills: dict[str, Skill]
    zone: str = "hall"
    shifts: tuple[tuple[int, int], ...] = ()

    def takes(self, service: str) -> bool:
        """However gladly."""
        return self.skills.get(service, "never") != "never"

    @property
    def services(self) -> tuple[str, ...]:
        """What it takes, however gladly."""
        return tuple([service for service, skill in self.skills.items() if skill != "never"])


@dataclass(frozen=True, slots=True)
class ClassRule:
    """A class of tickets and its share of the calls when several classes wait (2 : 1 by default)."""

    id: str
    name: Text
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who is next, as data. Every time is in seconds."""

    classes: tuple[ClassRule, ...] = (
        ClassRule("priority", text("优先", "Priority"), 2),
        ClassRule("appointment", text("预约", "Appointment"), 2),
        ClassRule("ordinary", text("普通", "Ordinary"), 1),
    )
    longest_wait_s: int = 2700
    longest_wait_every: int = 3
    recall_lock_s: int = 3
    missed_lock_s: int = 30
    return_after_calls: int = 3
    return_limit_s: int = 3600
    misses_before_void: int = 3
    no_show_s: int = 0
    postpone_s: int = 600
    postpone_times: int = 2
    undo_s: int = 60
    call_next_finishes: bool = True
    appointment_early_s: int = 120
    appointment_late_s: int = 900
    rating_s: int = 60

    def weight(self, class_: str) -> int:
        for rule in self.classes:
            if rule.id == class_:
                return rule.weight
        return 1


Sessions = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours in minutes of the local day. `weekly[0]` is Monday; `days` overrides single dates
    (a holiday is an empty tuple, a make-up working day its sessions). `serve_out`: who has a number at the end of
    the day is still served; otherwise the windows stop calling."""

    weekly: tuple[Sessions, ...]
    days: dict[date, Sessions] = field(default_factory=dict)
    stop_issuing_min: int = 15
    serve_out: bool = True

    def sessions(self, day: date) -> Sessions:
        return self.days.get(day, self.weekly[day.weekday()])


ALWAYS = Hours(weekly=(((0, DAY_MIN),),) * 7, stop_issuing_min=0)


class PlanError(ValueError):
    """The plan contradicts itself. `where` is the path of the key, as in `services[2].queue`."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message


class Rivals(NamedTuple):
    """Whom somebody who waits for a service stands in line with: services the same windows take as gladly, where
    the earlier one goes first, and services they take more gladly, who all go first."""

    alike: tuple[str, ...]
    before: tuple[str, ...] = ()


class Takers(NamedTuple):
    """Windows that take a service as gladly (`rank` in SKILLS), and beside it the same others, the service itself among
    those alike."""

    rank: int
    rivals: Rivals
    windows: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One hall; what is derived from its parts is derived once. Raises PlanError when they do not fit together."""

    id: str
    name: Text
    timezone: str
    queues: dict[str, Queue]
    services: dict[str, Service]
    windows: dict[str, Window]
    hours: Hours = ALWAYS
    policy: Policy = Policy()
    daily_cap: int | None = None
    priority_reasons: dict[str, Text] = field(default_factory=dict)
    pick_reasons: dict[str, Text] = field(default_factory=dict)
    pause_reasons: dict[str, Text] = field(default_factory=dict)
    queue_services: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    takers: dict[str, tuple[Takers, ...]] = field(init=False, repr=False, compare=False)
    # What is drawn with a passed review only -> the plain service that it is the prepared one of.
    plain: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        prefixes: dict[str, str] = {}
        for queue in self.queues.values():
            if queue.prefix in prefixes:
                raise PlanError(
                    f"queues.{queue.id}.prefix",
                    f"prefix {queue.prefix!r} is already used by queue {prefixes[queue.prefix]!r}; "
                    "numbers would be given twice",
                )
            prefixes[queue.prefix] = queue.id
        for service in self.services.values():
            if service.queue not in self.queues:
                raise PlanError(
                    f"services.{service.id}.queue",
                    f"no queue {service.queue!r}; expected one of {', '.join(self.queues)}",
                )
        object.__setattr__(self, "plain", self._plain_services())
        for window in self.windows.values():
            for service_id in window.skills:
                if service_id not in self.services:
                    raise PlanError(
                        f"windows.{window.id}.skills",
                        f"no service {service_id!r}; expected one of {', '.join(self.services)}",
                    )
        if not any(rule.id == "ordinary" for rule in self.policy.classes):
            raise PlanError("policy.classes", "the class 'ordinary' is missing")
        by_queue = {
            queue_id: tuple(s.id for s in self.services.values() if s.queue == queue_id) for queue_id in self.queues
        }
        object.__setattr__(self, "queue_services", by_queue)
        object.__setattr__(self, "takers", {service: self._takers_of(service) for service in self.services})

    def _plain_services(self) -> dict[str, str]:
        """What each prepared service is the prepared one of."""
        plain: dict[str, str] = {}
        known = {rule.id for rule in self.policy.classes}
        for service in self.services.values():
            ready, where = service.when_ready, f"services.{service.id}"
            if service.ticket_class and service.ticket_class not in known:
                message = f"no class {service.ticket_class!r}; expected one of {', '.join(sorted(known))}"
                raise PlanError(f"{where}.ticket_class", message)
            if not ready:
                continue
            if ready not in self.services:
                message = f"no service {ready!r}; expected one of {', '.join(self.services)}"
                raise PlanError(f"{where}.when_ready", message)
            if ready in plain or ready == service.id or self.services[ready].when_ready:
                message = f"{ready!r} is a plain service, or the prepared one of another; give it one of its own"
                raise PlanError(f"{where}.when_ready", message)
            plain[ready] = service.id
        return plain

    def prepared(self, service: str) -> str:
        """What `service` becomes when its pre-review has passed: itself where the hall makes no difference."""
        known = self.services.get(service)
        return (known.when_ready if known else "") or service

    def class_of(self, service: str) -> str:
        """The class of whoever has no other."""
        known = self.services.get(service)
        return (known.ticket_class if known else "") or "ordinary"

    def _takers_of(self, service: str) -> tuple[Takers, ...]:
        groups: dict[tuple[int, Rivals], list[str]] = {}
        for window in self.windows.values():
            if window.takes(service):
                rank = SKILLS.index(window.skills[service])
                ranks = {other: SKILLS.index(skill) for other, skill in window.skills.items()}
                alike = tuple(other for other in ranks if ranks[other] == rank)
                before = tuple(other for other in ranks if ranks[other] < rank)
                groups.setdefault((rank, Rivals(alike, before)), []).append(window.id)
        return tuple(Takers(*group, frozenset(windows)) for group, windows in groups.items())

    def rivals(self, service: str, open_windows: frozenset[str]) -> Rivals:
        """Judged at the open windows that take `service` most gladly; at all windows when none of them is open."""
        takers = self.takers.get(service, ())
        if len(takers) > 1:
            takers = tuple([group for group in takers if not group.windows.isdisjoint(open_windows)]) or takers
            best = min([group.rank for group in takers])
            takers = tuple([group for group in takers if group.rank == best])
        if len(takers) == 1:
            return takers[0].rivals
        before = dict.fromkeys([other for group in takers for other in group.rivals.before])
        alike = dict.fromkeys([service, *[other for group in takers for other in group.rivals.alike]])
        return Rivals(tuple([other for other in alike if other not in before]), tuple(before))

    def sessions(self, day: str) -> Sessions:
        """The opening hours of an ISO date, in minutes of the local day."""
        return self.hours.sessions(date.fromisoformat(day))
