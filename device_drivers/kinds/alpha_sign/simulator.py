"""Alpha signs on one line: frames in, what each sign shows out. They are not asked. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any

from msgspec import Meta

from device_drivers.kinds.alpha_sign.codec import LONGEST, Frame, decode_frame
from device_drivers.kinds.alpha_sign.link import AlphaOptions
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, LabelOf, Note, Placed, Simulation, stand_in_for

_TEXT = re.compile("A(.)(?:\x1b(.)(.))?(.*)", re.DOTALL)
_CODES = re.compile("\x1c(.)")
_COLORS = {"1": 0, "2": 1, "3": 2}


class SignSpec(Placed, frozen=True, kw_only=True):
    cells: Annotated[int, Meta(ge=1, le=64)] = 14


class SignsSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[SignSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedSigns(Listener[Frame]):
    """All signs of one line. Of the TEXT files the one written last stands; an empty priority text goes."""

    def __init__(self, spec: SignsSpec, note: Note) -> None:
        super().__init__(decode_frame, LONGEST, head=None)
        self._spec = spec
        self._note = note
        self._shown: dict[str, tuple[str, int, float]] = {}
        self._frames = {sign.id: 0 for sign in spec.screens}

    def power_off(self) -> None:
        super().power_off()
        self._shown.clear()

    def obey(self, frame: Frame, now_s: float) -> bool:
        meant = [sign for sign in self._spec.screens if frame.addr in ("00", "??", f"{sign.address:02X}")]
        for command in (frame.command, *frame.more):
            found = _TEXT.fullmatch(command.decode("ascii", "replace"))
            if found is None:
                continue
            color = _CODES.search(found[4])
            shown = (_CODES.sub("", found[4]), _COLORS.get(color[1], 2) if color else 0, now_s)
            for sign in meant:
                self._shown[sign.id] = shown
                self._frames[sign.id] += 1
            self._note("frame", f"{frame.addr} {shown[0]}")
        return bool(meant)

    def state(self) -> dict[str, Any]:
        return {"screens": [self._screen(sign) for sign in self._spec.screens], "counters": self.counted()}

    def _screen(self, sign: SignSpec) -> dict[str, Any]:
        text, color, at_s = self._shown.get(sign.id, (None, 0, None))
        frames = self._frames[sign.id]
        return {**sign.place, "cells": sign.cells, "text": text, "color": color, "at_s": at_s, "frames": frames}


def _stand_in(options: AlphaOptions, label_of: LabelOf) -> dict[str, object]:
    return {"screens": [stand_in_for(sign, label_of) for sign in options.screens]}


SIMULATION = Simulation(
    entry=SignsSpec,
    model=lambda entry, _faults, note: SimulatedSigns(entry, note),
    stand_in=_stand_in,
    view="strips",
)
