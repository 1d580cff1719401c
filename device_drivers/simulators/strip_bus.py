"""LED window strips on one RS-485 bus: AA-BB frames in, what each strip shows out. They never answer.

Pure: the time is an argument. A frame with a wrong sum is counted and ignored, as the hardware does.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.kinds.aabb_strip.codec import ALL_SCREENS, HEAD, LONGEST, SHOW, StripFrame, decode_strip
from device_drivers.simulators.bench_file import ScreenSpec, StripBusSpec
from device_drivers.simulators.device import Note

KEPT_TEXTS = 20
# A gap this long inside a frame: the receiver starts anew with the next byte.
SILENCE_S = 0.25


@dataclass(slots=True)
class _Strip:
    spec: ScreenSpec
    shown: StripFrame | None = None
    shown_s: float | None = None
    stored: StripFrame | None = None
    frames: int = 0
    history: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_TEXTS))


class SimulatedStripBus:
    """All strips of one bus. Its device's thread owns it."""

    def __init__(self, spec: StripBusSpec, note: Note) -> None:
        self._sum_with_end = spec.checksum == "with_ff"
        self._checksum = spec.checksum
        self._note = note
        self._strips = [_Strip(screen) for screen in spec.screens]
        self._stream = FrameStream(self._decode, LONGEST)
        self._heard_s = 0.0
        self._counters = dict.fromkeys(("frames", "bad_frames", "other_address"), 0)

    def receive(self, data: bytes, now_s: float) -> None:
        self._heard_s = now_s
        for frame in self._stream.feed(data):
            self._obey(frame, now_s)

    def tick(self, now_s: float) -> bool:
        due_s = self.due_s()
        if due_s is None or now_s < due_s:
            return False
        for frame in self._stream.give_up():
            self._obey(frame, now_s)
        return True

    def take_output(self) -> bytes:
        return b""

    def due_s(self) -> float | None:
        return self._heard_s + SILENCE_S if self._stream.pending else None

    def power_off(self) -> None:
        """Dark, and forgotten what they showed; what was stored stays."""
        self._stream.clear()
        for strip in self._strips:
            strip.shown = None
            strip.shown_s = None

    def state(self) -> dict[str, Any]:
        return {
            "checksum": self._checksum,
            "screens": [_screen(strip) for strip in self._strips],
            "counters": {**self._counters, "skipped_bytes": self._stream.skipped},
        }

    def _decode(self, buffer: bytes) -> tuple[StripFrame, int] | None:
        try:
            return decode_strip(buffer, sum_with_end=self._sum_with_end)
        except BrokenFrame:
            if buffer[0] == HEAD:
                self._counters["bad_frames"] += 1
            raise

    def _obey(self, frame: StripFrame, now_s: float) -> None:
        self._counters["frames"] += 1
        meant = [strip for strip in self._strips if frame.addr in (strip.spec.address, ALL_SCREENS)]
        if not meant:
            self._counters["other_address"] += 1
        for strip in meant:
            strip.frames += 1
            if frame.cmd == SHOW:
                strip.shown, strip.shown_s = frame, now_s
                strip.history.append({"at_s": now_s, "text": _text(frame), "color": frame.color})
            else:
                strip.stored = frame
        self._note("frame", f"{frame.addr:02X} {_text(frame)}")


def _screen(strip: _Strip) -> dict[str, Any]:
    spec, shown = strip.spec, strip.shown
    return {
        "id": spec.id,
        "address": spec.address,
        "cells": spec.cells,
        "label": spec.label,
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
