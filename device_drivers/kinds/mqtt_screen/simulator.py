"""A broker and the screens that listen to it: messages in, what each shows out. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.codecs.message import Message
from device_drivers.families.mqtt.simulated import REFUSE, SimulatedBroker
from device_drivers.kinds.mqtt_screen.link import MqttScreenOptions
from device_drivers.simulation.faults import Conditions
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation

SHOWN_CHARACTERS = 200


class ScreenSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    topic: Annotated[str, Meta(min_length=1, max_length=200)]
    cells: Annotated[int, Meta(ge=1, le=64)] = 16
    label: Label = ""


class ScreensSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[ScreenSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedScreens(SimulatedBroker):
    """Each screen shows what its topic says, as it came. What is retained stands there after a power cut too."""

    def __init__(self, spec: ScreensSpec, faults: Conditions, note: Note) -> None:
        super().__init__(faults, note)
        self._spec = spec
        self._shown: dict[str, tuple[str, float]] = {}
        self._retained: dict[str, tuple[str, float]] = {}
        self._frames = {screen.id: 0 for screen in spec.screens}

    def power_off(self) -> None:
        super().power_off()
        self._shown = dict(self._retained)

    def obey(self, message: Message, now_s: float) -> None:
        text = message.payload.decode("utf-8", "replace")[:SHOWN_CHARACTERS]
        for screen in self._spec.screens:
            if screen.topic == message.topic:
                self._shown[screen.id] = (text, now_s)
                self._frames[screen.id] += 1
                if message.retain:
                    self._retained[screen.id] = (text, now_s)
        self.note("frame", f"{message.topic} {text[:60]}")

    def state(self) -> dict[str, Any]:
        return {"screens": [self._screen(screen) for screen in self._spec.screens], "counters": self.counted()}

    def _screen(self, screen: ScreenSpec) -> dict[str, Any]:
        text, at_s = self._shown.get(screen.id, (None, None))
        return {
            "id": screen.id, "address": screen.topic, "label": screen.label or screen.id, "cells": screen.cells,
            "text": text, "color": 2, "at_s": at_s, "frames": self._frames[screen.id],
        }


def _stand_in(options: MqttScreenOptions, label_of: LabelOf) -> dict[str, object]:
    return {
        "screens": [
            {
                "id": screen.id, "topic": screen.topic, "cells": min(64, screen.cells or 16),
                "label": label_of(screen.id),
            }
            for screen in options.screens
        ]
    }


SIMULATION = Simulation(
    entry=ScreensSpec, model=SimulatedScreens, stand_in=_stand_in, view="strips", faults=(REFUSE,)
)
