"""A ticket printer of thirty lines: a buffer that is worked off in order, sensors, and truthful answers."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from device_drivers.families.escpos.commands import CLEARED
from device_drivers.families.escpos.decode import Cut, EscposDecoder, PaperItem, StatusRequest
from device_drivers.families.escpos.paper_json import paper_text
from device_drivers.families.escpos.status import encode_buffered, encode_real_time


@dataclass
class TinyPrinter:
    """`work` prints what is in the buffer, as far as there is paper; `stop_after` items the roll ends.

    `clears` when told to forget, as not every board does. `nonsense` is answered to every
    real-time request instead of a status.
    """

    near_end: bool = False
    out: bool = False
    cover_open: bool = False
    error: bool = False
    real_time: bool = True
    buffered: bool = True
    clears: bool = True
    stop_after: int | None = None
    nonsense: int | None = None
    slips: list[str] = field(default_factory=list)
    requests: list[StatusRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._decoder = EscposDecoder()
        self._buffer: deque[PaperItem] = deque()
        self._slot: list[PaperItem] = []

    def receive(self, data: bytes) -> bytes:
        """Answers to real-time requests; everything else waits for `work`."""
        answers = bytearray()
        for item in self._decoder.feed(data):
            if isinstance(item, StatusRequest):
                self.requests.append(item)
            if isinstance(item, StatusRequest) and item.kind == "clear":
                if self.clears:
                    self._buffer.clear()
                    self._slot = []
                    answers += CLEARED
                continue
            if not isinstance(item, StatusRequest) or item.kind != "dle_eot":
                self._buffer.append(item)
            elif self.real_time:
                status = encode_real_time(item.n, self._flags(item.n))
                answers.append(status if self.nonsense is None else self.nonsense)
        return bytes(answers)

    def work(self) -> bytes:
        answers = bytearray()
        while self._buffer and not (self.out or self.cover_open or self.error):
            item = self._buffer.popleft()
            if isinstance(item, StatusRequest):
                if self.buffered:
                    answers.append(encode_buffered({"near_end": self.near_end, "out": self.out}))
                continue
            self._slot.append(item)
            if isinstance(item, Cut):
                self.slips.append(paper_text(self._slot))
                self._slot = []
            if self.stop_after is not None:
                self.stop_after -= 1
                self.out = self.stop_after <= 0
        return bytes(answers)

    def _flags(self, n: int) -> dict[str, bool]:
        return {
            1: {"offline": self.out or self.cover_open or self.error},
            2: {"cover_open": self.cover_open, "stopped_for_paper": self.out, "error": self.error},
            3: {},
            4: {"near_end": self.near_end, "out": self.out},
        }[n]
