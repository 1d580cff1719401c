"""Pads that speak as the configuration says, as a pure model: keys out, displays and beeps in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from msgspec import Meta, convert, to_builtins

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.errors import BadField
from device_drivers.families.pads.layout import LONGEST, Layout, Said, cut, encode
from device_drivers.families.pads.press import RATES
from device_drivers.kinds.frame_pad.options import FramePadOptions, Speech, speech_of
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import BenchEntry, LabelOf, Model, Note, Placed, Simulation, stand_in_for
from device_drivers.words import Words

SHAKY = Fault("bounce", "each key is sent three times", Words("抖动", "bounce"))
_NO_KEY = 0x00
_ALIASES = {"give_up": "miss", "call_back": "resume"}


class FramePadSpec(BenchEntry, frozen=True, kw_only=True):
    """`speaks`: the options of the device, as its table says them."""

    pads: Annotated[tuple[Placed, ...], Meta(min_length=1, max_length=64)]
    speaks: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class _Pad:
    spec: Placed
    display: str = ""
    beeped_s: float | None = None
    presses: int = 0
    acks: int = 0
    unasked: list[bytes] = field(default_factory=list)  # what a polled pad has to say


class SimulatedFramePads(Model):
    def __init__(self, spec: FramePadSpec, conditions: Conditions, note: Note) -> None:
        pads = [{"id": pad.id, "address": pad.address} for pad in spec.pads]
        options = convert({**spec.speaks, "pads": pads}, FramePadOptions)
        self._speech: Speech = speech_of(spec.id, options)
        self._offset = options.address_offset
        self._conditions = conditions
        self._note = note
        self._pads = [_Pad(spec=pad) for pad in spec.pads]
        self._codes = {name: code for code, name in self._speech.keys.items()}
        self._rates = {name: code for code, name in self._speech.rates.items()}
        self._stream: FrameStream[tuple[str, Said, str]] = FrameStream(self._cut, LONGEST)
        self._output = b""
        self._frames = 0

    def press(self, pad: str, key: str, digits: str | None, now_s: float) -> bytes:
        found = next((each for each in self._pads if each.spec.id == pad), None)
        if found is None:
            raise BadField(f"pad: no {pad!r} on this line")
        frames = [self._key(found, digit) for digit in (digits or "") if key != "rate"]
        frames.append(self._rate(found, digits) if key == "rate" else self._key(found, _ALIASES.get(key, key)))
        found.presses += 1
        said = frames * (3 if SHAKY.name in self._conditions else 1)
        if self._speech.poll is not None:
            found.unasked += said
        else:
            self._output += b"".join(said)
        self._note("press", f"{pad} {digits or ''} {key}")
        return b"".join(frames)

    def receive(self, data: bytes, now_s: float) -> None:
        for what, said, shown in self._stream.feed(data):
            self._frames += 1
            for pad in self._pads:
                if pad.spec.address + self._offset == said.addr:
                    self._obey(pad, what, shown, now_s)

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        self._stream.clear()
        self._output = b""
        for pad in self._pads:
            pad.display = ""
            pad.unasked.clear()

    def state(self) -> dict[str, Any]:
        keys = [*self._codes, *(["rate"] if self._rates else [])]
        return {
            "keys": keys,
            "pads": [
                {
                    **pad.spec.place, "display": pad.display[-6:].rjust(6), "waiting": None,
                    "ticket": pad.display or None,
                    "evaluating": bool(self._rates), "beeped_s": pad.beeped_s, "pending": 0, "presses": pad.presses,
                    "acks": pad.acks, "unacknowledged": 0,
                }
                for pad in self._pads
            ],
            "counters": {"frames": self._frames, "skipped_bytes": self._stream.skipped},
        }

    def _obey(self, pad: _Pad, what: str, shown: str, now_s: float) -> None:
        if what == "beep":
            pad.beeped_s = now_s
            self._note("beep", pad.spec.id)
        elif what == "display":
            pad.display = shown
            self._note("display", f"{pad.spec.id} [{shown}]")
        elif what == "poll":
            self._output += pad.unasked.pop(0) if pad.unasked else self._nothing(pad)
        else:
            pad.acks += 1
            self._note("ack", pad.spec.id)

    def _nothing(self, pad: _Pad) -> bytes:
        """What a polled pad answers when no key was pressed."""
        return b"" if _NO_KEY in self._speech.keys else encode(
            self._speech.frame, Said(pad.spec.address + self._offset, _NO_KEY)
        )

    def _key(self, pad: _Pad, name: str) -> bytes:
        if name not in self._codes:
            raise BadField(f"key: no key {name!r}; there are {', '.join(self._codes)}")
        return encode(self._speech.frame, Said(pad.spec.address + self._offset, self._codes[name]))

    def _rate(self, pad: _Pad, digits: str | None) -> bytes:
        name = next((name for name, told in RATES.items() if str(told) == digits), "")
        if self._speech.rating is None or name not in self._rates:
            raise BadField(f"digits: these pads cannot say the rating {digits!r}")
        return encode(self._speech.rating, Said(pad.spec.address + self._offset, rate=self._rates[name]))

    def _cut(self, buffer: bytes) -> tuple[tuple[str, Said, str], int] | None:
        """What the host says: beep, display or an answer, in the layout that fits."""
        answer = self._speech.ack or (self._speech.frame if self._speech.echo else None)
        told = ((what, getattr(self._speech, what)) for what in ("poll", "beep", "display"))
        layouts = (*told, ("ack", answer))
        unsure = False
        for what, layout in layouts:
            found = None if layout is None else _shown(layout, buffer)
            unsure |= found == ()
            if found:
                said, used, words = found
                return (what, said, words), used
        if unsure:
            return None
        raise BrokenFrame("nothing that these pads are told", 1)


def _shown(layout: Layout, buffer: bytes) -> tuple[Said, int, str] | tuple[()] | None:
    """What a frame of the host shows; () for half a frame, None for another one."""
    try:
        found = cut(layout, buffer)
    except BrokenFrame:
        return None
    if found is None:
        return ()
    at, words = 0, ""
    for piece in layout.pieces:
        if piece.what in ("ticket", "count"):
            data = buffer[at : at + piece.size]
            digits = "".join(str(byte) if byte <= 9 else " " for byte in data)
            words += digits if piece.digits else data.decode("ascii", "replace")
        at += piece.size
    return found[0], found[1], words


def _stand_in(options: FramePadOptions, label_of: LabelOf) -> dict[str, object]:
    speaks = {key: value for key, value in to_builtins(options).items() if key != "pads" and value is not None}
    return {"pads": [stand_in_for(pad, label_of) for pad in options.pads], "speaks": speaks}


SIMULATION = Simulation(
    entry=FramePadSpec, model=SimulatedFramePads, stand_in=_stand_in, view="pads", faults=(SHAKY,),
    alone={"preset": "ub485"},
)
