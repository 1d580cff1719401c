"""Presses of buttons behind a broker, each handed on once. No I/O; the session around it is links.mqtt.

What the broker had kept is no press; the same press on a second topic, or the same message once more, is one.
"""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal

from msgspec import Meta

from device_drivers.codecs.message import Messages
from device_drivers.events import PadKey
from device_drivers.families.mqtt.options import Broker, Topic
from device_drivers.families.pads.press import PadEvent, Typed
from device_drivers.kinds.mqtt_button.codec import Pressed, Push, Speaks, pressed
from device_drivers.options import Name, Table

# The two topics of one press come within this, and so does a broker that says it twice; a person takes longer.
TWICE_S: Final = 0.4
# A number of a press (event_cnt, ts) that came within this is the same press, delivered again after a reconnect.
REMEMBERED_S: Final = 600.0
REMEMBERED = 32

Rate = Literal["rate-5", "rate-4", "rate-3", "rate-2", "rate-1"]
Key = PadKey | Rate | Literal[""]


class Button(Table, frozen=True, kw_only=True):
    """`device`: the topic that its own begin with. `button`: which of several, None for any. `short` … `long`: what
    each way to press it means, "" nothing."""

    id: Name
    device: Topic
    speaks: Speaks
    button: Annotated[int, Meta(ge=0, le=9)] | None = None
    short: Key = "call"
    double: Key = "recall"
    triple: Key = ""
    long: Key = "miss"


class ButtonOptions(Table, frozen=True, kw_only=True):
    pads: Annotated[tuple[Button, ...], Meta(min_length=1, max_length=64)]
    broker: Broker = Broker()


class ButtonLink:
    """Link[Messages, PadEvent], and `families.pads.driver.Shows`: buttons have no face."""

    def __init__(self, buttons: tuple[Button, ...]) -> None:
        self._buttons = buttons
        self._typed = {button.id: Typed(button.id) for button in buttons}
        self._last: dict[tuple[str, int], tuple[Push, float]] = {}
        self._marks: dict[tuple[str, str], float] = {}
        self._counters = dict.fromkeys(("presses", "retained", "repeats", "unused_messages"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return self._counters

    def display(self, pad: str, waiting: int | None, ticket: str | None) -> None:
        """They have none."""

    def beep(self, pad: str) -> None:
        """They cannot."""

    def receive(self, data: Messages, now: float) -> list[PadEvent]:
        events: list[PadEvent] = []
        for message in data:
            if message.retain:
                self._counters["retained"] += 1
                continue
            heard = [(button, pressed(button.speaks, button.device, message)) for button in self._buttons]
            mine = [(button, found) for button, found in heard if found and button.button in (None, found.button)]
            self._counters["unused_messages"] += not mine
            for button, found in mine:
                events += self._press(button, found, now)
        return events

    def tick(self, now: float) -> list[PadEvent]:
        return []

    def take_output(self) -> Messages:
        return ()

    def written(self, now: float) -> list[PadEvent]:
        return []

    def due_s(self, now: float) -> float:
        return math.inf

    def lost(self, now: float) -> list[PadEvent]:
        return []

    def _press(self, button: Button, found: Pressed, now: float) -> list[PadEvent]:
        if self._is_repeated(button, found, now):
            self._counters["repeats"] += 1
            return []
        means: Key = getattr(button, found.push)
        event = self._typed[button.id].press(means, now) if means else None
        self._counters["presses"] += event is not None
        return [] if event is None else [event]

    def _is_repeated(self, button: Button, found: Pressed, now: float) -> bool:
        last = self._last.get((button.id, found.button))
        self._last[button.id, found.button] = (found.push, now)
        if not found.mark:
            return last is not None and last[0] == found.push and now - last[1] < TWICE_S
        key = (button.id, found.mark)
        before = self._marks.pop(key, -math.inf)
        self._marks[key] = now
        while len(self._marks) > REMEMBERED * len(self._buttons):
            del self._marks[next(iter(self._marks))]
        return now - before < REMEMBERED_S
