"""A device that speaks by itself, as `ports.Speaker`: one zone or several behind one line.

The thread is LineDriver's; `say` and `withdraw` may be called from any other. Outcomes are told on the driver's thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from device_drivers.base.line_driver import LineDriver
from device_drivers.errors import Misuse
from device_drivers.links.speech import OnDone, Spoken
from device_drivers.ports import Announcement, Health, Line
from device_drivers.words import Condition, ConditionWords


class SpeakingLink(Protocol):
    """What such a device's link offers besides `links.Link`."""

    @property
    def condition(self) -> Condition: ...

    @property
    def zones(self) -> tuple[str, ...]: ...

    def say(self, announcement: Announcement, on_done: OnDone) -> None: ...

    def withdraw(self, id: str) -> None: ...


class SpeakingDriver(LineDriver[Any, Spoken]):
    """`speech`: the link that speaks, `link` itself or what is inside it."""

    def __init__(
        self,
        id: str,
        kind: str,
        line: Line[Any],
        link: Any,
        *,
        speech: SpeakingLink,
        conditions: Mapping[str, ConditionWords],
        **world: Any,
    ) -> None:
        super().__init__(id, kind, line, link, on_event=tell, **world)
        self._speech = speech
        self._conditions = conditions

    def say(self, announcement: Announcement, on_done: OnDone) -> None:
        if announcement.zone not in self._speech.zones:
            raise Misuse(f"{self.id} has no zone {announcement.zone!r}; it has {', '.join(self._speech.zones)}")
        with self.changing():
            self._speech.say(announcement, on_done)

    def withdraw(self, id: str) -> None:
        with self.changing():
            self._speech.withdraw(id)

    def health(self) -> Health:
        health = super().health()
        if health.state != "ready":
            return health
        with self.reading():
            condition = self._speech.condition
        if not condition.code:
            return health
        said = self._conditions[condition.code].english(condition.facts)
        return replace(health, state="alert", detail=said, code=condition.code, facts=condition.facts)


def tell(spoken: Spoken) -> None:
    on_done, outcome = spoken
    on_done(outcome)
