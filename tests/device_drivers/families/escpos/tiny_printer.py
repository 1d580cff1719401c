"""A ticket printer of thirty lines: a buffer that is worked off in order, sensors, and truthful answers."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from device_drivers.families.escpos.commands import CLEARED
from device_drivers.families.escpos.decode import EscposDecoder
from device_drivers.families.escpos.paper import Cut, PaperItem, PrintedLine, Qr, Raster, StatusRequest
from device_drivers.families.escpos.paper_json import paper_text
from device_drivers.families.escpos.status import encode_buffered, encode_real_time


@dataclass
class TinyPrinter:
    """`work` prints what is in the buffer, as far as there is paper; `stop_after` items the roll ends.

    `work_most` items are printed at a time. `slips` are the texts of `papers`. `clears` when told to forget, as not
    every board does. `nonsense` is answered to every real-time request instead of a status.
    """

    near_end: bool = False
    out: bool = False
    cover_open: bool = False
    error: bool = False
    real_time: bool = True
    buffered: bool = True
    clears: bool = True
    stop_after: int | None = None
    work_most: int | None = None
    nonsense: int | None = None
    slips: list[str] = field(default_factory=list)
    papers: list[list[PaperItem]] = field(default_factory=list)
    requests: list[StatusRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._decoder = EscposDecoder(clears=self.clears)
        self._buffer: deque[PaperItem] = deque()
        self._slot: list[PaperItem] = []

    @property
    def uncut(self) -> str:
        """What lies under the head and sticks out."""
        return paper_text(self._slot)

    def power_off(self) -> None:
        self._decoder.reset()
        self._buffer.clear()

    def receive(self, data: bytes) -> bytes:
        """Answers to real-time requests; everything else waits for `work`."""
        answers = bytearray()
        for item in self._decoder.feed(data):
            if isinstance(item, StatusRequest):
                self.requests.append(item)
            if isinstance(item, StatusRequest) and item.kind == "clear":
                self._buffer.clear()  # what is on paper already stays there, and stays uncut
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
        left = len(self._buffer) if self.work_most is None else self.work_most
        while left and self._buffer and not (self.out or self.cover_open or self.error):
            item, left = self._buffer.popleft(), left - 1
            if isinstance(item, StatusRequest):
                if self.buffered:
                    answers.append(encode_buffered({"near_end": self.near_end, "out": self.out}))
                continue
            self._slot.append(item)
            if isinstance(item, Cut) and not any(isinstance(entry, PrintedLine | Qr | Raster) for entry in self._slot):
                self._slot = []  # a strip of blank paper
            elif isinstance(item, Cut):
                self.papers.append(self._slot)
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
