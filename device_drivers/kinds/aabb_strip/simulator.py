"""LED window strips on one RS-485 bus: AA-BB frames in, what each strip shows out. They never answer.

Pure: the time is an argument. A frame with a wrong sum is counted and ignored, as the hardware does.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from msgspec import Meta

from device_drivers.kinds.aabb_strip.codec import ALL_SCREENS, HEAD, LONGEST, SHOW, StripFrame, decode_strip
from device_drivers.kinds.aabb_strip.link import StripOptions
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, LabelOf, Note, Placed, Simulation, stand_in_for

StripChecksum = Literal["text", "with_ff"]

KEPT_TEXTS = 20


class ScreenSpec(Placed, frozen=True, kw_only=True):
    """One LED strip: `cells` half-width characters wide (a Hanzi takes two). `checksum` None: as its bus."""

    address: Annotated[int, Meta(ge=0, le=0xFE)]  # FF is the address of all strips on the bus
    cells: Annotated[int, Meta(ge=1, le=64)] = 16
    checksum: StripChecksum | None = None


class StripBusSpec(BenchEntry, frozen=True, kw_only=True):
    checksum: StripChecksum = "text"
    screens: Annotated[tuple[ScreenSpec, ...], Meta(min_length=1, max_length=64)]


@dataclass(slots=True, kw_only=True)
class _Strip:
    spec: ScreenSpec
    shown: StripFrame | None = None
    shown_s: float | None = None
    stored: StripFrame | None = None
    frames: int = 0
    history: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_TEXTS))


class SimulatedStripBus(Listener[StripFrame]):
    """All strips of one bus."""

    def __init__(self, spec: StripBusSpec, note: Note) -> None:
        super().__init__(self._decode_own, LONGEST, HEAD)
        self._with_end = {each.address: (each.checksum or spec.checksum) == "with_ff" for each in spec.screens}
        self._checksum = spec.checksum
        self._note = note
        self._strips = [_Strip(spec=screen) for screen in spec.screens]

    def power_off(self) -> None:
        """Dark, and forgotten what they showed; what was stored stays."""
        super().power_off()
        for strip in self._strips:
            strip.shown = None
            strip.shown_s = None

    def _decode_own(self, buffer: bytes) -> tuple[StripFrame, int] | None:
        """Each strip adds up as its own board does."""
        with_end = self._with_end.get(buffer[1], self._checksum == "with_ff") if len(buffer) > 1 else False
        return decode_strip(buffer, sum_with_end=with_end)

    def state(self) -> dict[str, Any]:
        return {
            "checksum": self._checksum,
            "screens": [_screen(strip) for strip in self._strips],
            "counters": self.counted(),
        }

    def obey(self, frame: StripFrame, now_s: float) -> bool:
        meant = [strip for strip in self._strips if frame.addr in (strip.spec.address, ALL_SCREENS)]
        for strip in meant:
            strip.frames += 1
            if frame.cmd == SHOW:
                strip.shown, strip.shown_s = frame, now_s
                strip.history.append({"at_s": now_s, "text": _text(frame), "color": frame.color})
            else:
                strip.stored = frame
        self._note("frame", f"{frame.addr:02X} {_text(frame)}")
        return bool(meant)


def _screen(strip: _Strip) -> dict[str, Any]:
    spec, shown = strip.spec, strip.shown
    return {
        **spec.place,
        "cells": spec.cells,
        "text": None if shown is None else _text(shown),
        "color": None if shown is None else shown.color,
        "play": None if shown is None else shown.play,
        "speed": None if shown is None else shown.speed,
        "stay": None if shown is None else shown.stay,
        "at_s": strip.shown_s,
        "stored": None if strip.stored is None else _text(strip.stored),
        "frames": strip.frames,
        "history": list(strip.history),
    }


def _text(frame: StripFrame) -> str:
    return frame.text.decode("gbk", errors="replace")


def _stand_in(options: StripOptions, label_of: LabelOf) -> dict[str, object]:
    return {
        "screens": [
            stand_in_for(
                screen, label_of, **({} if screen.cells is None else {"cells": screen.cells}),
                **({"checksum": "with_ff"} if screen.sum_with_end else {}),
            )
            for screen in options.screens
        ],
    }


SIMULATION = Simulation(
    entry=StripBusSpec,
    model=lambda entry, _faults, note: SimulatedStripBus(entry, note),
    stand_in=_stand_in,
    view="strips",
)
