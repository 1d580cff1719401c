"""A box of buttons (按键取号机): each press is a number, told once however the button bounces. No I/O."""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import BadField
from device_drivers.events import TicketAsked
from device_drivers.families.pads.layout import Layout, Said, cut, encode, read_layout
from device_drivers.options import BadOption, Name, Table
from device_drivers.ports import Given

BROKEN_OFF_S = 0.1
# Behind garbage a press counts when it comes again: boxes of this kind have a checksum of eight bits or none.
NOISY_S = 3.0
CONFIRM_S = 2.0
ANSWERS = 16

LayoutText = Annotated[str, Meta(max_length=300)]
HexByte = Annotated[str, Meta(pattern="^[0-9A-Fa-f]{2}$", description="two hex digits")]


class BoxOptions(Table, frozen=True, kw_only=True):
    """`frame` of a press, drawn as a frame pad's; `buttons`: its byte to the service; `given` and `refused`: what the
    box is told then. One press of a button within `hold_ms` of the last one of the box is the same finger."""

    frame: LayoutText
    buttons: Annotated[dict[HexByte, Name], Meta(min_length=1, max_length=64)]
    printer: Annotated[str, Meta(max_length=100)] = ""
    given: LayoutText = ""
    refused: LayoutText = ""
    counted_from: Annotated[int, Meta(ge=0, le=63)] = 0
    hold_ms: Annotated[int, Meta(ge=200, le=10_000)] = 1500


def layouts(device: str, options: BoxOptions) -> tuple[Layout, Layout | None, Layout | None]:
    """Of a press, of its answers. Raises BadOption."""
    found: list[Layout | None] = []
    for key in ("frame", "given", "refused"):
        text = getattr(options, key)
        try:
            found.append(read_layout(text, counted_from=options.counted_from) if text else None)
        except BadField as error:
            raise BadOption(device, key, str(error)) from error
    press, given, refused = found
    if press is None or not press.has("key"):
        raise BadOption(device, "frame", 'expected bytes with key, as "A0 key xor"')
    return press, given, refused


class BoxLink:
    """`families.machines.driver.Answers` too."""

    def __init__(self, machine: str, options: BoxOptions) -> None:
        """Raises BadOption."""
        self._machine = machine
        self._press, self._given, self._refused = layouts(machine, options)
        self._buttons = {int(byte, 16): byte for byte in options.buttons}
        self._hold_s = options.hold_ms / 1000
        self._stream: FrameStream[Said] = FrameStream(lambda buffer: cut(self._press, buffer), 64)
        self._heard_s = 0.0
        self._pressed_s = -math.inf
        self._skipped = 0
        self._noisy_until_s = -math.inf
        self._doubted: tuple[int, float] = (-1, -math.inf)
        self._output = b""
        self._counters = dict.fromkeys(("presses", "held", "doubted", "unused_frames", "given", "refused"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    def answer(self, machine: str, given: Given) -> None:
        layout = self._given if given.number else self._refused
        self._counters["given" if given.number else "refused"] += 1
        if layout is not None and len(self._output) < ANSWERS * layout.size:
            self._output += encode(layout, Said(), waiting=given.ahead, ticket=given.number)

    def receive(self, data: bytes, now: float) -> list[TicketAsked]:
        asked = self._given_up(now)
        self._heard_s = now
        return asked + self._all(self._stream.feed(data), now)

    def tick(self, now: float) -> list[TicketAsked]:
        return self._given_up(now)

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def written(self, now: float) -> list[TicketAsked]:
        return []

    def due_s(self, now: float) -> float:
        if self._output:
            return 0.0
        return max(0.0, self._heard_s + BROKEN_OFF_S - now) if self._stream.pending else math.inf

    def lost(self, now: float) -> list[TicketAsked]:
        self._stream.clear()
        self._output = b""
        return []

    def _given_up(self, now: float) -> list[TicketAsked]:
        if self._stream.pending and now - self._heard_s >= BROKEN_OFF_S:
            return self._all(self._stream.give_up(), now)
        return []

    def _all(self, frames: list[Said], now: float) -> list[TicketAsked]:
        if self._stream.skipped > self._skipped:
            self._skipped, self._noisy_until_s = self._stream.skipped, now + NOISY_S
        return [asked for frame in frames if (asked := self._one(frame, now)) is not None]

    def _one(self, frame: Said, now: float) -> TicketAsked | None:
        button = self._buttons.get(frame.key)
        if button is None:
            self._counters["unused_frames"] += 1
            return None
        if now - self._pressed_s < self._hold_s:
            self._counters["held"] += 1
            return None
        again = self._doubted[0] == frame.key and now - self._doubted[1] < CONFIRM_S
        if now < self._noisy_until_s and not again:
            self._doubted = (frame.key, now)
            self._counters["doubted"] += 1
            return None
        self._pressed_s, self._doubted = now, (-1, -math.inf)
        self._counters["presses"] += 1
        return TicketAsked(self._machine, button)
