"""The conversation with pads whose frames the configuration describes. No I/O.

A press is answered as it says and handed on once, however often the pad repeats it. Where the line is noisy, and always
where frames carry no checksum and the line was noisy lately, a press counts when it comes again. Our own bytes
that a half-duplex adapter gives back are dropped frame by frame. Pads that are polled are asked one after the other
when there is nothing to tell them.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.errors import Misuse
from device_drivers.families.pads.layout import LONGEST, Said, cut, encode
from device_drivers.families.pads.press import PadEvent, Typed
from device_drivers.kinds.frame_pad.options import FramePadOptions, PadPlace, Speech
from device_drivers.kinds.frame_pad.polling import Polling
from device_drivers.links.pace import Pace

BROKEN_OFF_S = 0.1
# Garbage makes the line noisy for so long: what comes then is believed when it comes again within CONFIRM_S.
NOISY_S = 5.0
CONFIRM_S = 3.0
ECHO_S = 0.15
# A digit is typed twice as fast as a pad repeats itself.
DIGIT_REPEAT_S = 0.2
ANSWERS = 16


@dataclass(slots=True, kw_only=True)
class _Slot:
    place: PadPlace
    typed: Typed
    heard: bytes = b""
    heard_s: float = -math.inf
    doubted: bytes = b""
    doubted_s: float = -math.inf
    wanted: bytes = b""
    shown: bytes = b""
    shown_s: float = 0.0
    beep: bool = False


@dataclass(slots=True)
class _Heard:
    """One frame: its bytes, and the name of the key or rating."""

    said: Said
    name: str | None
    data: bytes = field(repr=False)


class FramePadLink:
    """`families.pads.driver.Shows` too."""

    def __init__(self, speech: Speech, options: FramePadOptions, byte_s: float) -> None:
        self._speech = speech
        self._options = options
        self._slots = {pad.id: _Slot(place=pad, typed=Typed(pad.id)) for pad in options.pads}
        self._by_address = {pad.address + options.address_offset: self._slots[pad.id] for pad in options.pads}
        self._stream: FrameStream[_Heard] = FrameStream(self._cut, LONGEST)
        self._pace = Pace(options.gap_ms / 1000, byte_s)
        self._heard_s = 0.0
        self._skipped = 0
        self._noisy_until_s = -math.inf
        self._answers: deque[bytes] = deque(maxlen=ANSWERS)
        self._sent: deque[tuple[bytes, float]] = deque(maxlen=ANSWERS)
        self._output = b""
        self._showing: _Slot | None = None
        self._turn = 0
        self._polling = None if speech.poll is None else Polling(
            list(self._slots), every_s=options.poll_ms / 1000, answer_s=options.answer_ms / 1000
        )
        self._counters = dict.fromkeys(
            ("presses", "repeats", "doubted", "echoes", "unknown_pads", "unused_frames", "acks", "displays"), 0
        )

    @property
    def counters(self) -> dict[str, int]:
        polled = {} if self._polling is None else {**self._polling.counters, "silent_pads": self._polling.away}
        return {**self._counters, **polled, "bytes_skipped": self._stream.skipped}

    def display(self, pad: str, waiting: int | None, ticket: str | None) -> None:
        slot = self._slot(pad)
        if self._speech.display is not None:
            slot.wanted = encode(self._speech.display, self._to(slot), waiting=waiting, ticket=ticket or "")

    def beep(self, pad: str) -> None:
        self._slot(pad).beep = self._speech.beep is not None

    def receive(self, data: bytes, now: float) -> list[PadEvent]:
        events = self._given_up(now)
        self._sent = deque((entry for entry in self._sent if now <= entry[1]), maxlen=ANSWERS)
        self._heard_s = now
        return events + self._all(self._stream.feed(data), now)

    def tick(self, now: float) -> list[PadEvent]:
        events = self._given_up(now)
        if self._polling is not None:
            self._polling.tick(now)
        if not self._output and self._pace.wait_s(now) == 0 and not self._is_asked():
            self._output = self._next(now)
        return events

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
            if self._polling is not None:
                self._polling.sent(self._pace.wire_s(len(frame) + self._speech.frame.size), now)
        if self._showing is not None:
            self._showing.shown, self._showing.shown_s = self._showing.wanted, now
            self._counters["displays"] += 1
            self._showing = None
        return []

    def due_s(self, now: float) -> float:
        broken_off = max(0.0, self._heard_s + BROKEN_OFF_S - now) if self._stream.pending else math.inf
        if self._polling is not None and self._polling.waits:
            return min(broken_off, self._polling.due_s(now))
        speaks = 0.0 if self._answers else min(self._due_in_s(slot, now) for slot in self._slots.values())
        asks = math.inf if self._polling is None else self._polling.due_s(now)
        return min(broken_off, max(self._pace.wait_s(now), min(speaks, asks)))

    def lost(self, now: float) -> list[PadEvent]:
        self._stream.clear()
        self._answers.clear()
        self._sent.clear()
        self._output, self._showing = b"", None
        self._pace.reset()
        if self._polling is not None:
            self._polling.stop()
        for slot in self._slots.values():
            slot.shown, slot.beep, slot.doubted = b"", False, b""
        return []

    # -- what a pad says --------------------------------------------------------------------------------

    def _cut(self, buffer: bytes) -> tuple[_Heard, int] | None:
        """A rating where the layout of ratings fits, else a key. What we send ourselves may come back in any layout."""
        own = [frame for frame, _ in self._sent] if self._options.half_duplex else []
        for frame in own:
            if buffer.startswith(frame):
                return _Heard(Said(), None, frame), len(frame)
        if any(frame.startswith(buffer) for frame in own):
            return None
        rating = self._speech.rating
        if rating is not None:
            try:
                found = cut(rating, buffer)
            except BrokenFrame:
                pass
            else:
                if found is None:
                    return None
                return _Heard(found[0], self._speech.rates.get(found[0].rate), buffer[: found[1]]), found[1]
        found = cut(self._speech.frame, buffer)
        return found and (_Heard(found[0], self._speech.keys.get(found[0].key), buffer[: found[1]]), found[1])

    def _given_up(self, now: float) -> list[PadEvent]:
        if self._stream.pending and now - self._heard_s >= BROKEN_OFF_S:
            return self._all(self._stream.give_up(), now)
        return []

    def _all(self, frames: list[_Heard], now: float) -> list[PadEvent]:
        if self._stream.skipped > self._skipped:
            self._skipped, self._noisy_until_s = self._stream.skipped, now + NOISY_S
        return [event for frame in frames if (event := self._one(frame, now)) is not None]

    def _one(self, frame: _Heard, now: float) -> PadEvent | None:
        if self._is_echo(frame.data):
            self._counters["echoes"] += 1
            return None
        slot = self._by_address.get(frame.said.addr) if self._speech.frame.has("addr") else self._only()
        if slot is not None and self._has_answered(slot, frame):
            return None
        if slot is None or frame.name is None:
            self._counters["unknown_pads" if slot is None else "unused_frames"] += 1
            return None
        dedupe_s = self._options.dedupe_ms / 1000
        within_s = min(dedupe_s, DIGIT_REPEAT_S) if frame.name.isdigit() else dedupe_s
        repeated = frame.data == slot.heard and now - slot.heard_s < within_s
        if not repeated and self._is_doubtful(slot, frame.data, now):
            self._counters["doubted"] += 1
            return None
        self._answer(slot, frame)
        slot.heard, slot.heard_s = frame.data, now
        if repeated:
            self._counters["repeats"] += 1
            return None
        event = slot.typed.press(frame.name, now)
        self._counters["presses"] += event is not None
        return event

    def _is_asked(self) -> bool:
        return self._polling is not None and self._polling.waits

    def _has_answered(self, slot: _Slot, frame: _Heard) -> bool:
        """Whether a pad that was asked says that nothing is pressed: the next press is another one."""
        idle = frame.name is None
        if self._polling is None or not self._polling.answered(slot.place.id, idle=idle) or not idle:
            return False
        slot.heard = b""
        return True

    def _is_doubtful(self, slot: _Slot, data: bytes, now: float) -> bool:
        again = data == slot.doubted and now - slot.doubted_s < CONFIRM_S
        if now >= self._noisy_until_s or again:
            slot.doubted = b""
            return False
        slot.doubted, slot.doubted_s = data, now
        return True

    def _answer(self, slot: _Slot, frame: _Heard) -> None:
        if self._speech.echo:
            self._answers.append(frame.data)
        elif self._speech.ack is not None:
            self._answers.append(encode(self._speech.ack, frame.said))
        else:
            return
        self._counters["acks"] += 1

    def _is_echo(self, data: bytes) -> bool:
        """Each frame we sent excuses one; the press that it answers looks the same."""
        for entry in tuple(self._sent) if self._options.half_duplex else ():
            if entry[0] == data:
                self._sent.remove(entry)
                return True
        return False

    def _only(self) -> _Slot | None:
        """Frames without an address are of the one pad on the line."""
        return next(iter(self._slots.values())) if len(self._slots) == 1 else None

    # -- what a pad is told -----------------------------------------------------------------------------

    def _next(self, now: float) -> bytes:
        if self._answers:
            return self._answers.popleft()
        slots = list(self._slots.values())
        for step in range(len(slots)):
            slot = slots[(self._turn + step) % len(slots)]
            if slot.beep and self._speech.beep is not None:
                slot.beep, self._turn = False, self._turn + step + 1
                return encode(self._speech.beep, self._to(slot))
            if self._due_in_s(slot, now) == 0:
                self._showing, self._turn = slot, self._turn + step + 1
                return slot.wanted
        asked = None if self._polling is None else self._polling.turn(now)
        if asked is None or self._speech.poll is None:
            return b""
        return encode(self._speech.poll, self._to(self._slots[asked]))

    def _due_in_s(self, slot: _Slot, now: float) -> float:
        if slot.beep or slot.wanted != slot.shown:
            return 0.0
        if not slot.shown or not self._options.refresh_s:
            return math.inf
        return max(0.0, slot.shown_s + self._options.refresh_s - now)

    def _to(self, slot: _Slot) -> Said:
        return Said(addr=slot.place.address + self._options.address_offset)

    def _slot(self, pad: str) -> _Slot:
        slot = self._slots.get(pad)
        if slot is None:
            raise Misuse(f"no pad {pad!r} here, there are {', '.join(self._slots)}")
        return slot
