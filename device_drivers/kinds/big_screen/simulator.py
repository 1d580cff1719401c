"""The big screen's window: calls that are asked for, and the answer that they stand there. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.kinds.big_screen.codec import LONGEST, Ask, Shown, cut_line, write_line
from device_drivers.kinds.big_screen.link import BigScreenOptions
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation
from device_drivers.words import Words

_CELLS = 8
OLD = Fault("old", "the picture is not up to date: no call stands there", Words("画面停了", "old picture"))


class PlaceSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    window: Annotated[str, Meta(min_length=1, max_length=100)]
    label: Label = ""


class WindowSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[PlaceSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedWindow(Listener[Ask | Shown]):
    """Shows the number of each window until somebody else is called there."""

    def __init__(self, spec: WindowSpec, faults: Conditions, note: Note) -> None:
        super().__init__(cut_line, LONGEST, head=None)
        self._spec = spec
        self._faults = faults
        self._note = note
        self._stands: dict[str, tuple[str, float]] = {}
        self._frames = {place.id: 0 for place in spec.screens}
        self._output = b""

    def power_off(self) -> None:
        super().power_off()
        self._stands.clear()
        self._output = b""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def obey(self, frame: Ask | Shown, now_s: float) -> bool:
        if not isinstance(frame, Ask) or frame.screen not in self._frames:
            return False
        stands = not frame.lit or "old" not in self._faults
        if stands:
            self._stands[frame.screen] = (frame.number, now_s)
        self._frames[frame.screen] += 1
        self._note("frame", f"{frame.window} {frame.number}")
        self._output += write_line(Shown(frame.screen, frame.number, stands))
        return True

    def state(self) -> dict[str, Any]:
        return {"screens": [self._screen(place) for place in self._spec.screens], "counters": self.counted()}

    def _screen(self, place: PlaceSpec) -> dict[str, Any]:
        text, at_s = self._stands.get(place.id, (None, None))
        return {
            "id": place.id, "address": place.window, "label": place.label or f"{place.window}号窗口", "cells": _CELLS,
            "text": text, "color": 3, "at_s": at_s, "frames": self._frames[place.id],
        }


def _stand_in(options: BigScreenOptions, label_of: LabelOf) -> dict[str, object]:
    return {
        "screens": [
            {"id": place.id, "window": place.window, "label": label_of(place.id)} for place in options.screens
        ]
    }


SIMULATION = Simulation(entry=WindowSpec, model=SimulatedWindow, stand_in=_stand_in, view="panel", faults=(OLD,))
