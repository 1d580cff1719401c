"""A model that hears frames: what is common to hardware on a bus that resynchronises after noise and silence."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.simulation.model import Model

# A gap this long inside a frame: the receiver starts anew with the next byte.
SILENCE_S = 0.25

Frame = TypeVar("Frame")


class Listener(Model, Generic[Frame]):
    """`decode` and `longest` are FrameStream's. A broken frame that starts with `head` is counted as a bad one and
    ignored, as hardware does; without a head nothing tells it from noise."""

    def __init__(self, decode: Callable[[bytes], tuple[Frame, int] | None], longest: int, head: int | None) -> None:
        self._cut = decode
        self._head = head
        self._stream = FrameStream(self._decode, longest)
        self._heard_s = 0.0
        self._heard = dict.fromkeys(("frames", "bad_frames", "other_address"), 0)

    @abstractmethod
    def obey(self, frame: Frame, now_s: float) -> bool:
        """Do what a frame says; False when it is meant for nobody here."""

    def counted(self) -> dict[str, int]:
        return {**self._heard, "skipped_bytes": self._stream.skipped}

    def receive(self, data: bytes, now_s: float) -> None:
        self._heard_s = now_s
        self._take(self._stream.feed(data), now_s)

    def tick(self, now_s: float) -> bool:
        if not self._stream.pending or now_s < self._heard_s + SILENCE_S:
            return False
        self._take(self._stream.give_up(), now_s)
        return True

    def due_s(self) -> float | None:
        return self._heard_s + SILENCE_S if self._stream.pending else None

    def power_off(self) -> None:
        self._stream.clear()

    def _take(self, frames: list[Frame], now_s: float) -> None:
        for frame in frames:
            self._heard["frames"] += 1
            self._heard["other_address"] += not self.obey(frame, now_s)

    def _decode(self, buffer: bytes) -> tuple[Frame, int] | None:
        try:
            return self._cut(buffer)
        except BrokenFrame:
            self._heard["bad_frames"] += buffer[0] == self._head
            raise
