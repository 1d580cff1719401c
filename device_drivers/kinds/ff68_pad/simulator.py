"""Caller pads on one bus: a key pressed becomes an FF 68 frame, sent again until the host echoes it.

Pure: the time is an argument. Display, beep and evaluation frames of the host are shown.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, Any

from msgspec import Meta

from device_drivers.errors import BadField, Misuse
from device_drivers.kinds.ff68_pad.codec import (
    CONFIRMED,
    DATA_LIMIT,
    FUNC_BEEP,
    FUNC_DISPLAY,
    FUNC_EVALUATOR,
    FUNC_HOST,
    HEAD,
    KEY_CONFIRM,
    KEYPAD_FF68,
    KEYS,
    LONGEST,
    RATINGS,
    PadFrame,
    acknowledgement,
    decode_pad,
    encode_pad,
)
from device_drivers.kinds.ff68_pad.link import PadOptions
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, LabelOf, Note, Placed, Simulation, stand_in_for

# A real pad waits this long for the echo, and sends a frame four times in all.
ACK_WITHIN_S = 0.3
RESENDS = 3
# Presses that wait for the one before them; a person does not get further ahead.
_WAITING_PRESSES = 8
_DARK = " " * 6
_EVALUATE = next(code for code, action in KEYS.items() if action == "evaluate")

# What is printed on the keys, the actions that are a digit and confirm, and the hall's words for those.
_CODES: dict[str, tuple[int, ...]] = {
    **{action: (code,) for code, action in KEYS.items()},
    **{action: (digit, KEY_CONFIRM) for digit, action in CONFIRMED.items()},
}
_ALIASES = {"miss": "give_up", "resume": "call_back"}
_PAD_COUNTERS = ("presses", "acks", "resends", "unacknowledged", "beeps")
KEY_NAMES = (*_CODES, *_ALIASES, "rate")


class PadBusSpec(BenchEntry, frozen=True, kw_only=True):
    """`resends`: how often a pad repeats what is not acknowledged."""

    resends: Annotated[int, Meta(ge=0, le=10)] = RESENDS
    pads: Annotated[tuple[Placed, ...], Meta(min_length=1, max_length=64)]


@dataclass(slots=True, kw_only=True)
class _Pad:
    spec: Placed
    display: str = _DARK
    waiting: int | None = None
    ticket: str | None = None
    evaluating: bool = False
    beeped_s: float | None = None
    outbox: deque[PadFrame] = field(default_factory=deque)
    tries: int = 0
    again_s: float = 0.0
    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PAD_COUNTERS, 0))


class SimulatedPads(Listener[PadFrame]):
    """All pads of one bus."""

    def __init__(self, spec: PadBusSpec, note: Note) -> None:
        super().__init__(decode_pad, LONGEST, HEAD[0])
        self._note = note
        self._resends = spec.resends
        self._pads = [_Pad(spec=pad) for pad in spec.pads]
        self._output = bytearray()

    def press(self, pad: str, key: str, digits: str | None, now_s: float) -> bytes:
        """Type `digits`, then press `key`: a name of KEY_NAMES ("rate" sends the digit as a rating).

        Returns the frame. BadField names a wrong pad, key or digits; Misuse when eight presses wait for
        their acknowledgement already.
        """
        found = self._find(pad)
        frame = _key_frame(found.spec.address, key, digits or "")
        if len(found.outbox) > _WAITING_PRESSES:
            raise Misuse(f"{pad}: {_WAITING_PRESSES} presses wait already; the host does not acknowledge them")
        found.counters["presses"] += 1
        found.outbox.append(frame)
        self._note("press", f"{pad} {digits or ''}{'+' if digits else ''}{key}")
        if len(found.outbox) == 1:
            self._send(found, now_s)
        return encode_pad(frame)

    def tick(self, now_s: float) -> bool:
        changed = super().tick(now_s)
        for pad in self._pads:
            if pad.outbox and now_s >= pad.again_s:
                self._send_again(pad, now_s)
                changed = True
        return changed

    def take_output(self) -> bytes:
        out = bytes(self._output)
        self._output.clear()
        return out

    def due_s(self) -> float | None:
        dues = (super().due_s(), *(pad.again_s for pad in self._pads if pad.outbox))
        return min((due_s for due_s in dues if due_s is not None), default=None)

    def power_off(self) -> None:
        super().power_off()
        self._output.clear()
        for pad in self._pads:
            pad.display, pad.waiting, pad.ticket, pad.evaluating = _DARK, None, None, False
            pad.outbox.clear()
            pad.tries = 0

    def state(self) -> dict[str, Any]:
        return {
            "keys": list(KEY_NAMES),
            "pads": [_shown(pad) for pad in self._pads],
            "counters": {
                **self.counted(),
                **{name: sum(pad.counters[name] for pad in self._pads) for name in _PAD_COUNTERS},
            },
        }

    # -- towards the host -----------------------------------------------------------------------------

    def _send(self, pad: _Pad, now_s: float) -> None:
        pad.tries += 1
        pad.again_s = now_s + ACK_WITHIN_S
        self._output += encode_pad(pad.outbox[0])

    def _send_again(self, pad: _Pad, now_s: float) -> None:
        if pad.tries <= self._resends:
            pad.counters["resends"] += 1
            self._note("resend", f"{pad.spec.id} {pad.tries}")
            self._send(pad, now_s)
            return
        pad.counters["unacknowledged"] += 1
        self._note("unacknowledged", pad.spec.id)
        self._next(pad, now_s)

    def _next(self, pad: _Pad, now_s: float) -> None:
        pad.outbox.popleft()
        pad.tries = 0
        if pad.outbox:
            self._send(pad, now_s)

    # -- from the host --------------------------------------------------------------------------------

    def obey(self, frame: PadFrame, now_s: float) -> bool:
        meant = [pad for pad in self._pads if pad.spec.address == frame.addr]
        for pad in meant:
            if pad.outbox and acknowledgement(pad.outbox[0]) == frame:
                self._acknowledged(pad, now_s)
            elif frame.func == FUNC_BEEP:
                pad.counters["beeps"] += 1
                pad.beeped_s = now_s
                self._note("beep", pad.spec.id)
            elif frame.func == FUNC_DISPLAY and len(frame.data) == len(_DARK):
                self._display(pad, frame)
            elif frame.func == FUNC_HOST and frame.data == bytes([_EVALUATE]):
                pad.evaluating = True
                self._note("evaluate", pad.spec.id)
        return bool(meant)

    def _acknowledged(self, pad: _Pad, now_s: float) -> None:
        frame = pad.outbox[0]
        if frame.func == FUNC_EVALUATOR:
            pad.evaluating = False
        elif frame.data == bytes([_EVALUATE]):
            pad.evaluating = True
        pad.counters["acks"] += 1
        self._note("ack", pad.spec.id)
        self._next(pad, now_s)

    def _display(self, pad: _Pad, frame: PadFrame) -> None:
        read = KEYPAD_FF68.decode(encode_pad(frame)).fields
        waiting, ticket = read.get("waiting"), read.get("ticket")
        pad.waiting = waiting if isinstance(waiting, int) else None
        pad.ticket = ticket if isinstance(ticket, str) else None
        pad.display = "".join(str(digit) if digit <= 9 else " " for digit in frame.data)
        self._note("display", f"{pad.spec.id} [{pad.display}]")

    def _find(self, id: str) -> _Pad:
        for pad in self._pads:
            if pad.spec.id == id:
                return pad
        raise BadField(f"pad: no {id!r} on this line; there are {', '.join(pad.spec.id for pad in self._pads)}")


def _key_frame(address: int, key: str, digits: str) -> PadFrame:
    if not (digits.isascii() and (digits.isdecimal() or not digits)) or len(digits) >= DATA_LIMIT - 1:
        raise BadField(f"digits: expected a few digits, got {digits!r}")
    typed = bytes(int(digit) for digit in digits)
    if key == "rate":
        if len(typed) != 1 or typed[0] not in RATINGS:
            raise BadField(f"digits: a rating is one digit 0..{RATINGS[-1]}, got {digits!r}")
        return PadFrame(address, FUNC_EVALUATOR, typed)
    code = _CODES.get(_ALIASES.get(key, key))
    if code is None:
        raise BadField(f"key: no key {key!r}; there are {', '.join(KEY_NAMES)}")
    if len(code) > 1 and digits:
        raise BadField(f"digits: {key!r} is digit {code[0]} and confirm; it takes no digits before it")
    return PadFrame(address, FUNC_HOST, typed + bytes(code))


def _shown(pad: _Pad) -> dict[str, Any]:
    return {
        **pad.spec.place,
        "display": pad.display,
        "waiting": pad.waiting,
        "ticket": pad.ticket,
        "evaluating": pad.evaluating,
        "beeped_s": pad.beeped_s,
        "pending": len(pad.outbox),
        **pad.counters,
    }


def _stand_in(options: PadOptions, label_of: LabelOf) -> dict[str, object]:
    return {"pads": [stand_in_for(pad, label_of) for pad in options.pads]}


SIMULATION = Simulation(
    entry=PadBusSpec,
    model=lambda entry, _faults, note: SimulatedPads(entry, note),
    stand_in=_stand_in,
    view="pads",
)
