"""The conversation with FF 68 pads and evaluators on one line. No I/O.

Hears presses, acknowledges each by its echo, and hands a press on once however often the pad repeats it.
On a noisy line, or unlike the line's other frames, one counts when it comes again: the sum proves little.
Shows the newest count and ticket only; a beep that could not be sent is forgotten. Our own bytes that a
half-duplex adapter gives back are dropped frame by frame.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import Misuse
from device_drivers.events import KeyPressed, PadKey, Rated
from device_drivers.kinds.ff68_pad.codec import (
    FUNC_BEEP,
    FUNC_EVALUATOR,
    KEYS,
    LONGEST,
    RATINGS,
    KeyPress,
    PadFrame,
    acknowledgement,
    action_of,
    decode_pad,
    display_frame,
    encode_pad,
    key_press,
    number_of,
    typed_digit,
)
from device_drivers.links.pace import Pace
from device_drivers.options import Byte, GapMs, Name, RefreshS, Table

PadEvent = KeyPressed | Rated

# What a key means to the hall. 一米线 (one_metre) has no meaning there: acknowledged, not handed on.
_PAD_KEYS: dict[str, PadKey] = {
    "evaluate": "evaluate",
    "call": "call",
    "recall": "recall",
    "cancel": "cancel",
    "confirm": "confirm",
    "pause": "pause",
    "transfer": "transfer",
    "give_up": "miss",
    "hold": "hold",
    "call_back": "resume",
}

# Silence in the middle of a frame after which its rest is not coming: 9600 baud needs 1 ms a byte, USB
# adapters bundle up to 16 ms, a loaded machine some tens.
BROKEN_OFF_S = 0.25
# An echo arrives with the frame itself; this allows for adapters and for us being late.
ECHO_S = 0.15
# A pad that did not hear its acknowledgement sends the frame again after some tenths of a second, and again. A
# digit is typed twice as fast as that on purpose, so there only the quickest repetition is one.
REPEAT_S = 0.5
DIGIT_REPEAT_S = 0.2
# The sum is a sum: two flipped bits pass one time in hundreds as another key or another pad. So what comes soon after
# garbage is believed when it comes again, as it does from a pad without an answer and from a person without a reaction.
# Garbage is forgotten byte by byte; a stray byte or two are no noise, many adapters make one when they turn around.
NOISE_BYTES = 4.0
NOISE_LIMIT = 14.0
FORGETS_PER_S = 1.0
CONFIRM_S = 3.0
# Digits that were typed and then forgotten.
TYPED_S = 10.0
TYPED_LIMIT = 6
# Acknowledgements that wait for the line. A pad repeats what it got no answer for.
ACK_LIMIT = 16
SENT_LIMIT = 8

TICKET_DIGITS = 6
COUNT_LIMIT = 999
# Beyond three digits the ticket needs the digits of the count as well.
_COUNTED_TICKET_DIGITS = 3


class PadPlace(Table, frozen=True):
    """A pad on the line. An evaluator at the same address belongs to it."""

    id: Name
    address: Byte


class PadOptions(Table, frozen=True):
    """`dedupe_ms`: the same frame again within it is the pad repeating itself. `half_duplex`: our own bytes
    may come back and are dropped; false where the wiring cannot do that and presses come fast.
    """

    pads: Annotated[tuple[PadPlace, ...], Meta(min_length=1, max_length=64)]
    dedupe_ms: Annotated[int, Meta(ge=0, le=10_000)] = int(REPEAT_S * 1000)
    gap_ms: GapMs = 20
    refresh_s: RefreshS = 120.0
    half_duplex: bool = True


@dataclass(slots=True, kw_only=True)
class _Slot:
    place: PadPlace
    typed: tuple[int, ...] = ()
    typed_s: float = 0.0
    heard: PadFrame | None = None
    heard_s: float = 0.0
    doubted: PadFrame | None = None
    doubted_s: float = 0.0
    wanted: bytes = b""
    shown: bytes = b""
    shown_s: float = 0.0
    beep: bool = False


class PadLink:
    """Events are PadEvent. `dedupe_s`: the same frame again within it is a repetition, not a press, and so is one
    within it of the repetition. `half_duplex`: the adapter may give our own bytes back. Takes one pad or more.
    """

    def __init__(
        self,
        pads: Iterable[PadPlace],
        *,
        dedupe_s: float = REPEAT_S,
        gap_s: float = 0.02,
        byte_s: float = 0.0,
        refresh_s: float = 120.0,
        half_duplex: bool = True,
    ) -> None:
        self._slots = {pad.id: _Slot(place=pad) for pad in pads}
        self._by_address = {slot.place.address: slot for slot in self._slots.values()}
        self._in_turn = deque(self._slots.values())
        self._stream = FrameStream(decode_pad, LONGEST)
        self._pace = Pace(gap_s, byte_s)
        self._dedupe_s = dedupe_s
        self._refresh_s = refresh_s
        self._half_duplex = half_duplex
        self._received_s = 0.0
        self._noise = self._noise_s = 0.0  # bytes of garbage that are not forgotten, and when that was true
        self._skipped = 0
        self._funcs: set[int] = set()  # of keys, as this line's pads say them; the published program does not say which
        self._acks: deque[bytes] = deque(maxlen=ACK_LIMIT)
        self._sent: deque[tuple[bytes, float]] = deque(maxlen=SENT_LIMIT)  # frame, echo awaited until
        self._output = b""
        self._showing: tuple[_Slot, bytes] | None = None
        self._counters = dict.fromkeys(
            ("presses", "repeats", "doubted", "echoes", "unknown_pads", "unused_frames", "acks", "displays"), 0
        )

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    def display(self, pad: str, waiting: int | None, ticket: str | None) -> None:
        """Letters of a ticket have no digits to be shown with and are left out: A023 shows 023."""
        slot = self._slot(pad)
        digits = "".join(c for c in ticket or "" if c in "0123456789")[-TICKET_DIGITS:]
        count = None if waiting is None else min(max(waiting, 0), COUNT_LIMIT)
        if len(digits) > _COUNTED_TICKET_DIGITS:
            count = None
        slot.wanted = encode_pad(display_frame(slot.place.address, count, digits))

    def beep(self, pad: str) -> None:
        self._slot(pad).beep = True

    def receive(self, data: bytes, now: float) -> list[PadEvent]:
        frames: list[PadFrame] = []
        if self._stream.pending and now - self._received_s >= BROKEN_OFF_S:
            frames += self._stream.give_up()
        self._received_s = now
        frames += self._stream.feed(data)
        return self._all_heard(frames, now)

    def tick(self, now: float) -> list[PadEvent]:
        presses: list[PadEvent] = []
        if self._stream.pending and now - self._received_s >= BROKEN_OFF_S:
            presses = self._all_heard(self._stream.give_up(), now)
        if not self._output and self._pace.wait_s(now) == 0:
            self._output = self._next(now)
        return presses

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        if output:
            self._sent.append((output, math.inf))
        return output

    def written(self, now: float) -> list[PadEvent]:
        if self._sent:
            frame, _ = self._sent.pop()
            self._sent.append((frame, now + 2 * self._pace.wire_s(len(frame)) + ECHO_S))
            self._pace.sent(len(frame), now)
        if self._showing is not None:
            slot, frame = self._showing
            slot.shown, slot.shown_s = frame, now
            self._counters["displays"] += 1
            self._showing = None
        return []

    def due_s(self, now: float) -> float:
        broken_off = max(0.0, self._received_s + BROKEN_OFF_S - now) if self._stream.pending else math.inf
        speaks = 0.0 if self._acks else min(self._due_in_s(slot, now) for slot in self._slots.values())
        return min(broken_off, max(self._pace.wait_s(now), speaks))

    def lost(self, now: float) -> list[PadEvent]:
        self._stream.clear()
        self._acks.clear()
        self._sent.clear()
        self._output, self._showing = b"", None
        self._pace.reset()
        self._noise = 0.0
        for slot in self._slots.values():
            slot.shown, slot.beep, slot.typed, slot.doubted = b"", False, (), None
        return []

    # What a pad says.

    def _all_heard(self, frames: list[PadFrame], now: float) -> list[PadEvent]:
        left = max(0.0, self._noise - FORGETS_PER_S * (now - self._noise_s))
        self._noise = min(left + self._stream.skipped - self._skipped, NOISE_LIMIT)
        self._noise_s, self._skipped = now, self._stream.skipped
        return [press for frame in frames if (press := self._heard(frame, now)) is not None]

    def _heard(self, frame: PadFrame, now: float) -> PadEvent | None:
        if self._is_echo(frame, now):
            self._counters["echoes"] += 1
            return None
        slot = self._by_address.get(frame.addr)
        if slot is None:
            self._counters["unknown_pads"] += 1
            return None
        press, digit = key_press(frame), typed_digit(frame)
        rating = frame.data[0] if frame.func == FUNC_EVALUATOR and len(frame.data) == 1 else None
        if press is None and digit is None and rating not in RATINGS:
            self._counters["unused_frames"] += 1
            return None
        within_s = self._dedupe_s if digit is None else min(self._dedupe_s, DIGIT_REPEAT_S)
        repeated = frame == slot.heard and now - slot.heard_s < within_s
        if not repeated and self._is_doubtful(slot, frame, now):
            self._counters["doubted"] += 1
            return None
        self._acks.append(encode_pad(acknowledgement(frame)))
        self._counters["acks"] += 1
        slot.heard, slot.heard_s = frame, now
        if repeated:
            self._counters["repeats"] += 1
            return None
        if digit is not None:
            self._type(slot, digit, now)
            return None
        if press is not None:
            return self._press(slot, press, now)
        return None if rating is None else self._pressed(Rated(slot.place.id, rating))

    def _is_doubtful(self, slot: _Slot, frame: PadFrame, now: float) -> bool:
        """Whether a frame is to be heard again before it counts. Unanswered, a pad repeats it."""
        usual = frame.func == FUNC_EVALUATOR or not self._funcs or frame.func in self._funcs
        again = frame == slot.doubted and now - slot.doubted_s < CONFIRM_S
        if (usual and self._noise < NOISE_BYTES) or again:
            self._funcs |= {frame.func} - {FUNC_EVALUATOR}
            slot.doubted = None
            return False
        slot.doubted, slot.doubted_s = frame, now
        return True

    def _press(self, slot: _Slot, press: KeyPress, now: float) -> PadEvent | None:
        typed = slot.typed if now - slot.typed_s < TYPED_S else ()
        digits = (*typed, *press.digits)[-TYPED_LIMIT:]
        slot.typed = ()
        key = _PAD_KEYS.get(action_of(press.key, digits))
        if key is None:
            self._counters["unused_frames"] += 1
            return None
        # A digit that changed the meaning of "confirm" was no number.
        is_number = action_of(press.key, digits) == KEYS[press.key]
        return self._pressed(KeyPressed(slot.place.id, key, number_of(digits) if is_number else None))

    def _type(self, slot: _Slot, digit: int, now: float) -> None:
        before = slot.typed if now - slot.typed_s < TYPED_S else ()
        slot.typed, slot.typed_s = (*before, digit)[-TYPED_LIMIT:], now

    def _pressed(self, press: PadEvent) -> PadEvent:
        self._counters["presses"] += 1
        return press

    def _is_echo(self, frame: PadFrame, now: float) -> bool:
        """An acknowledgement looks like the press it answers: each frame we sent excuses one."""
        if not self._half_duplex:
            return False
        data = encode_pad(frame)
        for entry in tuple(self._sent):
            sent, until_s = entry
            if now > until_s:
                self._sent.remove(entry)
            elif sent == data:
                self._sent.remove(entry)
                return True
        return False

    # What a pad is told.

    def _next(self, now: float) -> bytes:
        if self._acks:
            return self._acks.popleft()
        for _ in range(len(self._in_turn)):
            slot = self._in_turn[0]
            self._in_turn.rotate(-1)
            if slot.beep:
                slot.beep = False
                return encode_pad(PadFrame(slot.place.address, FUNC_BEEP))
            if self._due_in_s(slot, now) == 0:
                self._showing = (slot, slot.wanted)
                return slot.wanted
        return b""

    def _due_in_s(self, slot: _Slot, now: float) -> float:
        """0 when there is news for the pad, else the time to its next refresh."""
        if slot.beep or slot.wanted != slot.shown:
            return 0.0
        if not slot.shown or not self._refresh_s:
            return math.inf
        return max(0.0, slot.shown_s + self._refresh_s - now)

    def _slot(self, pad: str) -> _Slot:
        slot = self._slots.get(pad)
        if slot is None:
            raise Misuse(f"no pad {pad!r} here, there are {', '.join(self._slots)}")
        return slot
