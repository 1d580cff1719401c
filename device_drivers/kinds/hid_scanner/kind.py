"""Scanners that are keyboards (USB 键盘口扫码枪), read through evdev: `ports.Reader`."""

from __future__ import annotations

from typing import Any

from device_drivers.families.hid.events import DOWN, KEY, UP, InputEvent, encode_event, event_codec, keys
from device_drivers.families.hid.keys import LEFT_SHIFT, strokes
from device_drivers.families.readers.driver import LineReader
from device_drivers.families.readers.scanner_simulator import SAMPLES
from device_drivers.families.readers.simulator import ReaderSpec, reader_stand_in
from device_drivers.kind import Kind
from device_drivers.kinds.hid_scanner.link import HidScanLink, HidScannerOptions
from device_drivers.options import DeviceSpec, Environment
from device_drivers.simulation.faults import Conditions
from device_drivers.simulation.model import Model, Note, Simulation
from device_drivers.words import Words


class SimulatedKeys(Model):
    """Types what is held before it."""

    def __init__(self, spec: ReaderSpec, conditions: Conditions, note: Note) -> None:
        self._note = note
        self._output = b""
        self._before, self._before_s = "", 0.0
        self._codes = 0

    def present(self, what: str, now_s: float) -> None:
        self._before, self._before_s = what, now_s
        for code, shift in strokes(what):
            shift_key = (encode_event(InputEvent(KEY, LEFT_SHIFT, way)) if shift else b"" for way in (DOWN, UP))
            self._output += next(shift_key) + keys(code) + next(shift_key)
        if what:
            self._output += keys(28)
            self._codes += 1
            self._note("code", f"{len(what)} characters")

    def receive(self, data: bytes, now_s: float) -> None:
        """It is told nothing."""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        self._output = b""

    def state(self) -> dict[str, Any]:
        return {
            "reads": "code",
            "present": self._before,
            "present_s": self._before_s if self._before else None,
            "lit": True,
            "samples": list(SAMPLES[:2]),  # a keyboard types no Hanzi
            "counters": {"codes": self._codes},
        }


def build(spec: DeviceSpec, options: HidScannerOptions, env: Environment) -> LineReader:
    """Raises BadOption."""
    return LineReader(spec, env, HidScanLink(spec.id), "code", {})


KIND = Kind(
    name="hid-scanner",
    words=Words("键盘口扫码枪", "USB keyboard scanner"),
    options=HidScannerOptions,
    parts={"readers": ""},
    lines=("evdev",),
    build=build,
    codecs=(event_codec("hid-scanner", "scanner that is a keyboard, as the kernel says its keys"),),
    simulate=Simulation(entry=ReaderSpec, model=SimulatedKeys, stand_in=reader_stand_in, view="reader"),
)
