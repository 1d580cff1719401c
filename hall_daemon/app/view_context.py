"""What every view needs beside the hall: the plan, who says the waits, and small words in common.

Pure; any thread. What is made of it: `states` (for everybody), `views` (for staff), `replies`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

from hall_daemon.app.announced_waits import Drawn
from hall_daemon.config.floor import Floor
from hall_daemon.config.settings import BigScreen
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import REASONS
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.wire import messages as m
from hall_daemon.wire.accuracy import AccuracyFeed
from hall_daemon.wire.figures import ForecastData
from hall_daemon.wire.screens import Recent
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Fact, Text, joined, same

TTL_S = 30


class Waits(Protocol):
    """Who says how long it takes. Answers at once, from any thread."""

    def queue(self, queue_id: str) -> m.Wait:
        """For somebody who draws a number of this queue now."""
        ...

    def service(self, service_id: str) -> m.Wait:
        """For somebody who draws a number for this matter now."""
        ...

    def ticket(self, ticket_id: str, drawn: Drawn) -> m.Wait:
        """For whoever drew it, as a ticket or in the event of its draw."""
        ...


class NoWaits:
    """No predictor runs: every wait is unknown, and says so."""

    def queue(self, queue_id: str) -> m.Wait:
        return m.Wait(unknown="predictor_away")

    def service(self, service_id: str) -> m.Wait:
        return m.Wait(unknown="predictor_away")

    def ticket(self, ticket_id: str, drawn: Drawn) -> m.Wait:
        return m.Wait(unknown="predictor_away")


def _no_forecast() -> ForecastData | None:
    return None


def _no_accuracy() -> AccuracyFeed | None:
    return None


def _no_reason(ticket_id: str) -> e.Reason | None:
    return None


def _no_calls() -> Recent:
    return Recent()


def _no_report(ticket_id: str, call: int) -> e.CallAnnounced | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewContext:
    """What views need beside the hall. `ticket_url` holds `{token}`; `reasons` gives the reason of a ticket's
    last call where somebody remembers it (it stands in the event, not in the hall), `announced` what became of its call
    number n; `printers` are the devices that print slips; `recent` what was called last, `screen` what the
    big screens are, `floor` where the windows are; `forecast` the newest forecast of the days, `accuracy` how well the
    hall kept its word, None where nobody knows; `staff_number` what people call the
    member of staff whom events name by an id."""

    plan: Plan
    epoch: int
    waits: Waits = field(default_factory=NoWaits)
    devices: Callable[[], tuple[m.DeviceView, ...]] = tuple
    printers: tuple[str, ...] = ()
    ttl_s: int = TTL_S
    ticket_url: str = "/t/{token}"
    reasons: Callable[[str], e.Reason | None] = _no_reason
    announced: Callable[[str, int], e.CallAnnounced | None] = _no_report
    recent: Callable[[], Recent] = _no_calls
    screen: BigScreen = field(default_factory=BigScreen)
    floor: Floor = field(default_factory=Floor)
    forecast: Callable[[], ForecastData | None] = _no_forecast
    accuracy: Callable[[], AccuracyFeed | None] = _no_accuracy
    staff_number: Callable[[str], str] = str
    queue_windows: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    service_windows: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, lines in (
            ("queue_windows", self.plan.queue_services),
            ("service_windows", {service: (service,) for service in self.plan.services}),
        ):
            object.__setattr__(self, name, {id_: self._doing(services) for id_, services in lines.items()})

    def _doing(self, services: Iterable[str]) -> tuple[str, ...]:
        """The windows that do any of these."""
        return tuple(window.id for window in self.plan.windows.values() if any(map(window.takes, services)))


def iso(wall: int) -> str:
    """Wall ms as ISO 8601 in UTC: 2026-11-22T01:02:03.004Z."""
    second, ms = divmod(wall, 1000)
    return f"{_second(second)}.{ms:03d}Z"


@lru_cache(256)  # whoever draws or presses now is answered with the second of now
def _second(wall_s: int) -> str:
    return datetime.fromtimestamp(wall_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso_of_tick(tick: int, now: Moment) -> str | None:
    """When a tick was, by the wall clock of now; 0 is never. Whole seconds, because the two clocks are read one after
    the other, and rounded up, because nobody is called before the number was drawn."""
    return iso(-((now.tick - tick - now.wall) // 1000) * 1000) if tick else None


def reason_text(plan: Plan, reason: e.Reason) -> Text:
    """Why this ticket was called, in words an applicant may read. An unknown code reads as itself."""
    if reason.code not in REASONS:
        return same(reason.code)
    classes = {rule.id: rule.name for rule in plan.policy.classes}
    facts: dict[str, Fact] = dict(reason.facts)
    for key in facts.keys() & {"class", "others"}:
        named = [classes.get(id_, same(id_)) for id_ in str(facts[key]).split(",")]
        facts[key] = joined(named, tables().text("list.classes"))
    if "why" in facts:
        why = str(facts["why"])
        facts["why"] = plan.pick_reasons.get(why, same(why))
    return tables().text(f"reasons.{reason.code}", facts)


def number_of(ticket_id: str) -> str:
    """The number inside a ticket id: 2026-11-22-A012 gives A012."""
    return ticket_id.split("-", 3)[-1]
