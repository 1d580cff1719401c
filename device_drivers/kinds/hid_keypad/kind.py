"""Keypads that are keyboards (USB 数字小键盘), read through evdev: `ports.Pads`, one pad each."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.errors import BadField
from device_drivers.families.hid.events import event_codec, keys
from device_drivers.families.hid.keys import CODES, DIGITS
from device_drivers.families.pads.driver import PadLine
from device_drivers.families.pads.press import check_key
from device_drivers.kind import Kind
from device_drivers.kinds.hid_keypad.link import USUAL, HidKeypadOptions, HidPadLink
from device_drivers.options import BadOption, DeviceSpec, Environment
from device_drivers.simulation.faults import Conditions
from device_drivers.simulation.model import BenchEntry, LabelOf, Model, Note, Simulation
from device_drivers.words import Words


class KeypadSpec(BenchEntry, frozen=True, kw_only=True):
    """`keys` as of the device."""

    keys: Annotated[dict[str, str], Meta(max_length=64)]


class SimulatedKeypad(Model):
    def __init__(self, spec: KeypadSpec, conditions: Conditions, note: Note) -> None:
        self._id, self._label = spec.id, spec.label or spec.id
        self._note = note
        self._codes = {meaning: CODES[name] for name, meaning in spec.keys.items() if name in CODES}
        self._digits = {digit: code for code, digit in DIGITS.items()}
        self._output = b""
        self._presses = 0

    def press(self, pad: str, key: str, digits: str | None, now_s: float) -> bytes:
        if key not in self._codes:
            raise BadField(f"key: no key {key!r}; there are {', '.join(self._codes)}")
        typed = keys(*(self._digits[digit] for digit in digits or "" if digit in self._digits), self._codes[key])
        self._output += typed
        self._presses += 1
        self._note("press", f"{digits or ''} {key}")
        return typed

    def receive(self, data: bytes, now_s: float) -> None:
        """It is told nothing."""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        self._output = b""

    def state(self) -> dict[str, Any]:
        pad = {
            "id": self._id, "address": 0, "label": self._label, "display": None, "waiting": None, "ticket": None,
            "evaluating": False, "beeped_s": None, "pending": 0, "presses": self._presses, "acks": 0,
            "unacknowledged": 0,
        }
        return {"keys": list(self._codes), "pads": [pad], "counters": {"presses": self._presses}}


def _stand_in(options: HidKeypadOptions, label_of: LabelOf) -> dict[str, object]:
    return {"keys": options.keys or USUAL}


def build(spec: DeviceSpec, options: HidKeypadOptions, env: Environment) -> PadLine:
    """Raises BadOption."""
    keys_of = options.keys or USUAL
    for name, meaning in keys_of.items():
        if name not in CODES:
            raise BadOption(spec.id, f"keys.{name}", f"expected a key of {', '.join(CODES)}")
        try:
            check_key(meaning)
        except BadField as error:
            raise BadOption(spec.id, f"keys.{name}", str(error)) from error
    link = HidPadLink(spec.id, keys_of)
    return PadLine(spec, env, link, link)


KIND = Kind(
    name="hid-keypad",
    words=Words("USB 小键盘", "USB keypad"),
    options=HidKeypadOptions,
    parts={"pads": ""},
    lines=("evdev",),
    build=build,
    codecs=(event_codec("hid-keypad", "keypad that is a keyboard, as the kernel says its keys"),),
    simulate=Simulation(entry=KeypadSpec, model=SimulatedKeypad, stand_in=_stand_in, view="pads"),
)
