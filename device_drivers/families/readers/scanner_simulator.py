"""A code scanner as a pure model: a code is held before it, and it says it, when it scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from device_drivers.errors import BadField
from device_drivers.families.readers.scanned import LONGEST_CODE, encode_code
from device_drivers.families.readers.simulator import ReaderSpec
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import Note
from device_drivers.words import Words

# A scanner that was triggered and sees nothing gives up after this.
SCANS_S: Final = 5.0
FAULTS = (
    Fault("half_answer", "a code breaks off in its middle", Words("半码", "half a code")),
    Fault("no_end", "codes come without their carriage return", Words("无回车", "no CR")),
)
SAMPLES = (
    {"id": "http://hall.example/t/sample", "zh": "小票二维码", "en": "a slip's code"},
    {"id": "6901234567892", "zh": "商品条码", "en": "EAN-13"},
    {"id": "示例 · 昇喆〇", "zh": "中文二维码", "en": "Hanzi"},
)


class Speech(NamedTuple):
    """How a scanner is spoken to. `obeys` says what a frame makes it do ("on", "off", "" for nothing of that) and
    what it answers."""

    cut: Callable[[bytes], Any]
    longest: int
    obeys: Callable[[Any], tuple[str, bytes]]


class SimulatedScanner(Listener[Any]):
    """`always`: it scans by itself."""

    def __init__(
        self,
        spec: ReaderSpec,
        conditions: Conditions,
        note: Note,
        speech: Speech,
        *,
        always: bool,
    ) -> None:
        super().__init__(speech.cut, speech.longest, None)
        self._conditions = conditions
        self._note = note
        self._obeys = speech.obeys
        self._always = always
        self._scans_until_s = 0.0
        self._before = ""
        self._before_s: float | None = None
        self._output = b""
        self._counters = dict.fromkeys(("codes", "triggers"), 0)

    def present(self, what: str, now_s: float) -> None:
        """Hold a code before it; it is gone when it was read."""
        if what:
            encode_code({"code": what})
        self._before, self._before_s = what, now_s
        self._look(now_s)

    def obey(self, frame: Any, now_s: float) -> bool:
        does, says = self._obeys(frame)
        self._output += says
        if does:
            self._counters["triggers"] += does == "on"
            self._scans_until_s = now_s + SCANS_S if does == "on" else now_s
            self._look(now_s)
        return bool(does or says)

    def tick(self, now_s: float) -> bool:
        changed = super().tick(now_s)
        if self._scans_until_s and now_s >= self._scans_until_s:
            self._scans_until_s = 0.0
            return True
        return changed

    def due_s(self) -> float | None:
        dues = (super().due_s(), self._scans_until_s or None)
        return min((due for due in dues if due is not None), default=None)

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        super().power_off()
        self._output, self._scans_until_s = b"", 0.0

    def state(self) -> dict[str, Any]:
        return {
            "reads": "code",
            "present": self._before,
            "present_s": self._before_s,
            "lit": self._always or self._scans_until_s > 0,
            "samples": list(SAMPLES),
            "counters": {**self.counted(), **self._counters},
        }

    def _look(self, now_s: float) -> None:
        if not self._before or not (self._always or now_s < self._scans_until_s):
            return
        try:
            line = encode_code({"code": self._before[:LONGEST_CODE]})
        except BadField:
            return
        if "half_answer" in self._conditions:
            line = line[: len(line) // 2]
        self._output += line.rstrip(b"\r") if "no_end" in self._conditions else line
        self._counters["codes"] += 1
        self._note("code", f"{len(line)} bytes")
        self._before, self._scans_until_s = "", 0.0
