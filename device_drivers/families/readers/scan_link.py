"""The conversation with a code scanner: triggered while somebody wants a code, or scanning by itself. No I/O.

Code lines carry no checksum: a line that is no text is dropped and counted, and one that broke off is not believed
unless the scanner is known to send no end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

from device_drivers.codecs.codec import FrameStream
from device_drivers.events import Code, DeviceEvent, Read
from device_drivers.families.readers.conditions import SILENT
from device_drivers.families.readers.options import ReaderOptions
from device_drivers.families.readers.scanned import LONGEST_CODE, CodeLine, code_text

# A gap within a code: 9600 baud needs 1 ms a byte, USB adapters bundle up to 16 ms.
BROKEN_OFF_S = 0.12
# A scanner that sees the same code still says it again.
SAME_CODE_S = 1.5
# A scanner stops by itself after some seconds; it is triggered again while somebody waits.
TRIGGER_EVERY_S = 4.0
ALIVE_EVERY_S = 15.0
ANSWER_S = 1.0
SILENT_AFTER = 3


class ScanOptions(ReaderOptions, frozen=True, kw_only=True):
    """`trigger`: `host` has it scan while somebody wants a code, `self`: it scans whenever it sees one. `end`: what it
    sends behind a code, `none`: nothing, so that silence ends it."""

    trigger: Literal["host", "self"] = "host"
    end: Literal["cr", "none"] = "cr"


class PlainOptions(ReaderOptions, frozen=True, kw_only=True):
    """The same of a scanner that cannot be triggered."""

    end: Literal["cr", "none"] = "cr"


class Answered(NamedTuple):
    """The scanner's answer to a command."""

    ok: bool


class Scanner(NamedTuple):
    """What a kind adds: its frames, what makes it scan and stop, and a question that it answers when it is there."""

    cut: Callable[[bytes], tuple[CodeLine | Answered | None, int] | None]
    longest: int
    on: bytes = b""
    off: bytes = b""
    alive: bytes = b""


class ScanLink:
    """`families.readers.driver.ReaderLink`. `reader` is what its events name."""

    def __init__(self, reader: str, scanner: Scanner, *, triggered: bool, ended: bool = True) -> None:
        self._reader = reader
        self._scanner = scanner
        self._triggered = triggered and bool(scanner.on)
        self._ended = ended
        self._stream = FrameStream(scanner.cut, scanner.longest)
        self._heard_s = 0.0
        self._until_s = -math.inf
        self._scanning = False
        self._trigger_s = -math.inf
        self._alive_s = -math.inf
        self._answer_by_s = math.inf
        self._unanswered = 0
        self._last: tuple[int, float] | None = None
        self._output = b""
        self._counters = dict.fromkeys(("codes", "unreadable", "repeats", "refused", "unanswered"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    @property
    def trouble(self) -> str:
        return SILENT if self._unanswered >= SILENT_AFTER else ""

    def want(self, until_s: float) -> None:
        self._until_s = until_s
        self._trigger_s = -math.inf if not self._scanning else self._trigger_s

    def receive(self, data: bytes, now: float) -> list[DeviceEvent]:
        events = self._silence(now)
        self._heard_s = now
        return events + [event for frame in self._stream.feed(data) for event in self._heard(frame, now)]

    def tick(self, now: float) -> list[DeviceEvent]:
        events = self._silence(now)
        if now >= self._answer_by_s:
            self._unanswered += 1
            self._counters["unanswered"] += 1
            self._answer_by_s = math.inf
        if not self._output:
            self._output = self._next(now)
        return events

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def written(self, now: float) -> list[DeviceEvent]:
        return []

    def due_s(self, now: float) -> float:
        silence = self._heard_s + BROKEN_OFF_S if self._stream.pending > 1 else math.inf
        dues = [silence, self._answer_by_s]
        if self._scanner.alive:
            dues.append(self._alive_s)
        if self._triggered:
            wanted = now < self._until_s
            dues.append(self._trigger_s if wanted else (now if self._scanning else math.inf))
            dues.append(self._until_s if self._scanning else math.inf)
        return max(0.0, min(dues) - now)

    def lost(self, now: float) -> list[DeviceEvent]:
        self._stream.clear()
        self._output, self._scanning = b"", False
        self._trigger_s = self._alive_s = now
        self._answer_by_s, self._unanswered = math.inf, 0
        return []

    # -- what it is told --------------------------------------------------------------------------------

    def _next(self, now: float) -> bytes:
        if self._triggered and now < self._until_s and now >= self._trigger_s:
            self._scanning, self._trigger_s = True, now + TRIGGER_EVERY_S
            return self._expecting(self._scanner.on, now)
        if self._triggered and self._scanning and now >= self._until_s:
            self._scanning = False
            if self._scanner.off:
                return self._expecting(self._scanner.off, now)
        if self._scanner.alive and now >= self._alive_s:
            return self._expecting(self._scanner.alive, now)
        return b""

    def _expecting(self, what: bytes, now: float) -> bytes:
        self._alive_s = now + ALIVE_EVERY_S
        if self._scanner.alive:  # one that answers
            self._answer_by_s = now + ANSWER_S
        return what

    # -- what it says -----------------------------------------------------------------------------------

    def _silence(self, now: float) -> list[DeviceEvent]:
        if self._stream.pending <= 1 or now - self._heard_s < BROKEN_OFF_S:
            return []
        if not self._ended:
            return [event for frame in self._stream.feed(b"\r") for event in self._heard(frame, now)]
        return [event for frame in self._stream.give_up() for event in self._heard(frame, now)]

    def _heard(self, frame: CodeLine | Answered | None, now: float) -> list[DeviceEvent]:
        if isinstance(frame, Answered):
            self._answer_by_s, self._unanswered = math.inf, 0
            self._counters["refused"] += not frame.ok
            return []
        if frame is None:  # a command: our own, that came back
            return []
        said, _ = code_text(frame.data[:LONGEST_CODE])
        if not said.strip():
            self._counters["unreadable"] += 1
            return []
        seen, this = self._last, hash(said)
        self._last = (this, now)
        if seen is not None and seen[0] == this and now - seen[1] < SAME_CODE_S:
            self._counters["repeats"] += 1
            return []
        self._counters["codes"] += 1
        self._trigger_s = now if now < self._until_s else self._trigger_s  # it stops at a code
        return [Read(self._reader, Code(said))]
