"""Boxes of buttons that give numbers (按键取号机), each with a printer of its own: `ports.TicketMachine`."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.errors import BadField
from device_drivers.families.machines.driver import MachineLine
from device_drivers.families.pads.layout import Said, cut, encode, read_layout
from device_drivers.kind import Kind
from device_drivers.kinds.button_box.link import BoxLink, BoxOptions
from device_drivers.options import DeviceSpec, Environment
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import BenchEntry, LabelOf, Model, Note, Simulation
from device_drivers.words import Words

BOUNCE = Fault("bounce", "each touch is sent five times", Words("抖动", "bounce"))


class BoxSpec(BenchEntry, frozen=True, kw_only=True):
    """`buttons`: byte of each button to what is written on it; `told`: what the host says when a number was given or
    not."""

    frame: str
    counted_from: int = 0
    buttons: Annotated[dict[str, str], Meta(min_length=1, max_length=64)]
    told: tuple[str, ...] = ()


class SimulatedBox(Model):
    def __init__(self, spec: BoxSpec, conditions: Conditions, note: Note) -> None:
        self._spec = spec
        self._conditions = conditions
        self._note = note
        self._press = read_layout(spec.frame, counted_from=spec.counted_from)
        self._told = [read_layout(text, counted_from=spec.counted_from) for text in spec.told]
        self._stream: FrameStream[int] = FrameStream(self._cut, 64)
        self._output = b""
        self._presses = self._answers = 0

    def press(self, pad: str, key: str, digits: str | None, now_s: float) -> bytes:
        """`key` is what is written on the button."""
        code = next((byte for byte, label in self._spec.buttons.items() if label == key), None)
        if code is None:
            raise BadField(f"key: no button {key!r}; there are {', '.join(self._spec.buttons.values())}")
        data = encode(self._press, Said(key=int(code, 16)))
        self._output += data * (5 if BOUNCE.name in self._conditions else 1)
        self._presses += 1
        self._note("press", key)
        return data

    def receive(self, data: bytes, now_s: float) -> None:
        self._answers += len(self._stream.feed(data))

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        self._output = b""
        self._stream.clear()

    def state(self) -> dict[str, Any]:
        pad = {
            "id": self._spec.id, "address": 0, "label": self._spec.label or self._spec.id, "display": " " * 6,
            "waiting": None, "ticket": None, "evaluating": False, "beeped_s": None, "pending": 0,
            "presses": self._presses, "acks": self._answers, "unacknowledged": 0,
        }
        keys = list(self._spec.buttons.values())
        return {"keys": keys, "pads": [pad], "counters": {"presses": self._presses, "acks": self._answers}}

    def _cut(self, buffer: bytes) -> tuple[int, int] | None:
        unsure = False
        for at, layout in enumerate(self._told):
            try:
                found = cut(layout, buffer)
            except BrokenFrame:
                continue
            if found is not None:
                return at, found[1]
            unsure = True
        if unsure:
            return None
        raise BrokenFrame("nothing that a box is told", 1)


def _stand_in(options: BoxOptions, label_of: LabelOf) -> dict[str, object]:
    told = [text for text in (options.given, options.refused) if text]
    return {
        "frame": options.frame, "counted_from": options.counted_from, "buttons": dict(options.buttons), "told": told
    }


def build(spec: DeviceSpec, options: BoxOptions, env: Environment) -> MachineLine:
    """Raises BadOption."""
    link = BoxLink(spec.id, options)
    return MachineLine(spec, env, link, link)


KIND = Kind(
    name="button-box",
    words=Words("按键取号机", "Button box"),
    options=BoxOptions,
    parts={"machines": ""},
    build=build,
    simulate=Simulation(
        entry=BoxSpec, model=SimulatedBox, stand_in=_stand_in, view="buttons", faults=(BOUNCE,),
        alone={"frame": "A0 key xor", "buttons": {"01": "one", "02": "two"}, "given": "A1 00 xor"},
    ),
)
