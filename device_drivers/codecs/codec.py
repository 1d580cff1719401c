"""What a codec offers to a person with a hex dump: fields as a dict in, fields as a dict out.

Also the readers that check such a dict, and the stream that cuts a noisy wire into frames. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from device_drivers.errors import BadField, BadFrame

Frame = TypeVar("Frame")


@dataclass(frozen=True, slots=True)
class Decoded:
    """One frame from the front of some bytes. `used` is how many of them it took."""

    fields: dict[str, object]
    used: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A frame that is known from elsewhere. `encode(fields)` gives it, unless there are none; `decode` gives at least
    `expect`, or else the fields. `source` says who published it."""

    hex: str
    source: str
    fields: Mapping[str, object] = field(default_factory=dict)
    expect: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One wire format. `encode` raises BadField; `decode` raises BadFrame, also for half a frame.

    `needs_request`: what a byte means depends on what was asked, so that the request may be given before it. `cut` and
    `longest` are what a FrameStream needs to find frames in noise; None where a frame has no end of its own. `aliases`:
    what earlier releases and published vectors call it. `is_text`: it carries characters (a message as JSON, lines of
    a card), so that people write and read it as such; its bytes are their UTF-8. `sum_bits`: how many bits of checksum
    a frame has; from 16 on a damaged one is never taken for another, below that the share is measured (fuzz drill).
    """

    name: str
    summary: str
    directions: str
    encode: Callable[[Mapping[str, object]], bytes]
    decode: Callable[[bytes], Decoded]
    needs_request: bool = False
    cut: Callable[[bytes], tuple[object, int] | None] | None = None
    longest: int = 0
    examples: tuple[Example, ...] = ()
    aliases: tuple[str, ...] = ()
    is_text: bool = False
    sum_bits: int = 0


class BrokenFrame(BadFrame):
    """Bytes at the front that start no good frame. Drop `skip` of them (at least one) and look again."""

    def __init__(self, why: str, skip: int) -> None:
        super().__init__(why)
        self.skip = skip


def whole_frame(cut: Callable[[bytes], tuple[Frame, int] | None], data: bytes, lacks: str) -> tuple[Frame, int]:
    """The frame at the front of `data` and the bytes it took. Raises BadFrame, with what half a frame `lacks`."""
    found = cut(data)
    if found is None:
        raise BadFrame(f"{len(data)} bytes are not a whole frame: {lacks}")
    return found


def only(fields: Mapping[str, object], known: Collection[str]) -> None:
    """Refuse fields that the frame does not have."""
    for name in fields:
        if name not in known:
            raise BadField(f"{name}: no such field, expected {', '.join(known)}")


def number(fields: Mapping[str, object], name: str, low: int, high: int, default: int | None = None) -> int:
    """A whole number within low..high; missing only where there is a default."""
    value = fields.get(name, default)
    if name not in fields and default is None:
        raise BadField(f"{name}: is missing, expected a whole number {low}..{high}")
    if type(value) is not int or not low <= value <= high:
        raise BadField(f"{name}: expected a whole number {low}..{high}, got {value!r}")
    return value


def text(fields: Mapping[str, object], name: str) -> str:
    if name not in fields:
        raise BadField(f"{name}: is missing, expected text")
    value = fields[name]
    if not isinstance(value, str):
        raise BadField(f"{name}: expected text, got {value!r}")
    return value


def hex_text(data: bytes) -> str:
    return data.hex(" ").upper()


class FrameStream(Generic[Frame]):
    """Cuts what a wire delivers into frames, over garbage, halves and merged frames.

    `decode` answers (frame, bytes used), None for "not yet", or raises BrokenFrame. A frame longer
    than `longest` is impossible, so no more than that is ever kept and the stream finds its feet
    within it. `skipped` counts bytes that belonged to no frame.
    """

    def __init__(self, decode: Callable[[bytes], tuple[Frame, int] | None], longest: int) -> None:
        self._decode = decode
        self._longest = longest
        self._buffer = b""
        self.skipped = 0

    @property
    def pending(self) -> int:
        """Bytes of a frame that has begun."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        self._buffer += data
        return self._cut()

    def give_up(self) -> list[Frame]:
        """The wire fell silent in the middle of a frame: look for whole frames behind its start."""
        frames: list[Frame] = []
        while self._buffer:
            self._drop(1)
            frames += self._cut()
        return frames

    def clear(self) -> None:
        self._buffer = b""

    def _cut(self) -> list[Frame]:
        frames: list[Frame] = []
        while self._buffer:
            try:
                found = self._decode(self._buffer)
            except BrokenFrame as broken:
                self._drop(broken.skip)
                continue
            if found is None:
                if len(self._buffer) < self._longest:
                    break
                self._drop(1)
                continue
            frame, used = found
            frames.append(frame)
            self._buffer = self._buffer[used:]
        return frames

    def _drop(self, count: int) -> None:
        self.skipped += min(count, len(self._buffer))
        self._buffer = self._buffer[count:]
