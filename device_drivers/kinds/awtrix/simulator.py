"""A broker and the AWTRIX matrices behind it: messages in, what each shows out. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.codecs.message import Message, readable
from device_drivers.families.mqtt.simulated import REFUSE, SimulatedBroker
from device_drivers.kinds.awtrix.link import AwtrixOptions
from device_drivers.simulation.faults import Conditions
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation

CELLS = 8
_AMBER, _RED = 2, 0


class MatrixSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    topic: Annotated[str, Meta(min_length=1, max_length=200)]
    label: Label = ""


class MatricesSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[MatrixSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedMatrices(SimulatedBroker):
    """Each shows its app. Without power it forgets; characters outside ASCII are dropped, as the real one does."""

    def __init__(self, spec: MatricesSpec, faults: Conditions, note: Note) -> None:
        super().__init__(faults, note)
        self._spec = spec
        self._shown: dict[str, tuple[str, str, float]] = {}
        self._frames = {matrix.id: 0 for matrix in spec.screens}

    def power_off(self) -> None:
        super().power_off()
        self._shown.clear()

    def obey(self, message: Message, now_s: float) -> None:
        payload = readable(message.payload)
        for matrix in self._spec.screens:
            if matrix.topic != message.topic:
                continue
            self._frames[matrix.id] += 1
            if isinstance(payload, dict):
                text = "".join(c for c in str(payload.get("text", "")) if c.isascii())[:60]
                self._shown[matrix.id] = (text, str(payload.get("color", ""))[:7], now_s)
            else:
                self._shown.pop(matrix.id, None)
        self.note("frame", f"{message.topic} {payload}"[:100])

    def state(self) -> dict[str, Any]:
        return {"screens": [self._screen(matrix) for matrix in self._spec.screens], "counters": self.counted()}

    def _screen(self, matrix: MatrixSpec) -> dict[str, Any]:
        text, color, at_s = self._shown.get(matrix.id, (None, "", None))
        return {
            "id": matrix.id, "address": matrix.topic, "label": matrix.label or matrix.id, "cells": CELLS,
            "text": text, "color": _RED if color.upper() == "#FF0000" else _AMBER, "at_s": at_s,
            "frames": self._frames[matrix.id],
        }


def _stand_in(options: AwtrixOptions, label_of: LabelOf) -> dict[str, object]:
    return {
        "screens": [
            {"id": one.id, "topic": f"{one.prefix}/custom/{one.app}", "label": label_of(one.id)}
            for one in options.screens
        ]
    }


SIMULATION = Simulation(
    entry=MatricesSpec, model=SimulatedMatrices, stand_in=_stand_in, view="strips", faults=(REFUSE,)
)
