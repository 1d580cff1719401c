"""A ticket printer: ESC/POS bytes in, slips of paper and truthful status bytes out.

Pure: the time is an argument. Real-time status is answered when its bytes arrive, also while the head
is busy; what is to be printed waits in the buffer and takes its time, line by line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any

import segno
from msgspec import Meta

from device_drivers.codecs.text import fit
from device_drivers.families.escpos.commands import CLEARED
from device_drivers.families.escpos.decode import EscposDecoder
from device_drivers.families.escpos.paper import (
    Barcode,
    Cut,
    Feed,
    PaperItem,
    PrintedLine,
    Qr,
    Raster,
    StatusRequest,
    Unknown,
)
from device_drivers.families.escpos.paper_json import paper_json
from device_drivers.families.escpos.status import encode_buffered, encode_real_time
from device_drivers.kinds.escpos_printer.options import PrinterOptions
from device_drivers.ports import PaperState
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import BenchEntry, LabelOf, Model, Note, Simulation
from device_drivers.words import Words

KEPT_SLIPS = 50
# A stream that never cuts is torn off here, so that the paper in the slot stays bounded.
_LONGEST_SLIP = 400
# What waits for the head; a printer without flow control loses what does not fit.
_BUFFER_ITEMS = 2000
# 24 dots of a character and 6 between lines (ESC 2, the default spacing).
_DOTS_PER_LINE = 30
# "slow": a worn head or a cold motor.
_SLOW_MS_PER_LINE = 400


# Faults of the paper path. Paper is near its end or out, never both.
FAULTS = (
    Fault("paper_ok", "a new roll", Words("装纸", "new roll"), ("paper_near_end", "paper_out")),
    Fault("paper_near_end", "the paper roll is nearly used up", Words("纸将尽", "near end"), replaces=("paper_out",)),
    Fault("paper_out", "no paper: the printer goes offline and keeps what is not printed yet",
        Words("缺纸", "paper out"), replaces=("paper_near_end",)),
    Fault("cover_open", "the cover is open: offline", Words("开盖", "cover open")),
    Fault("cover_closed", "the cover is closed again", Words("合盖", "close cover"), ("cover_open",), button=False),
    Fault("offline", "switched offline by its button", Words("离线", "offline")),
    Fault("online", "switched online again", Words("联机", "online"), ("offline",), button=False),
)


class PrinterSpec(BenchEntry, frozen=True, kw_only=True):
    """`columns`: 32 on 58 mm paper, 42 or 48 on 80 mm. `ms_per_line` is how long one line of single height takes; 0
    prints at once."""

    columns: Annotated[int, Meta(ge=16, le=96)] = 32
    ms_per_line: Annotated[int, Meta(ge=0, le=5000)] = 0


class SimulatedPrinter(Model):
    """`conditions` says what state paper, cover and switch are in."""

    def __init__(self, spec: PrinterSpec, conditions: Conditions, note: Note) -> None:
        self._spec = spec
        self._conditions = conditions
        self._note = note
        self._decoder = EscposDecoder()
        self._waiting: deque[PaperItem] = deque()
        self._in_slot: list[PaperItem] = []
        self._slips: deque[dict[str, Any]] = deque(maxlen=KEPT_SLIPS)
        self._output = bytearray()
        self._head_free_s = 0.0
        self._counters = dict.fromkeys(("slips", "lines", "status_asked", "unknown", "lost_items"), 0)

    def receive(self, data: bytes, now_s: float) -> None:
        if not self._waiting:
            self._head_free_s = max(self._head_free_s, now_s)
        for item in self._decoder.feed(data):
            if isinstance(item, StatusRequest) and item.kind == "dle_eot":
                self._counters["status_asked"] += 1
                self._output.append(self._real_time_status(item.n))
            elif isinstance(item, StatusRequest) and item.kind == "clear":
                self._waiting.clear()
                self._output += CLEARED
            elif isinstance(item, Unknown):
                self._counters["unknown"] += 1
            elif len(self._waiting) >= _BUFFER_ITEMS:
                self._counters["lost_items"] += 1
            else:
                self._waiting.append(item)

    def tick(self, now_s: float) -> bool:
        printed = False
        while self._waiting and self._can_print() and now_s >= self._head_free_s:
            item = self._waiting.popleft()
            self._head_free_s += self._takes_s(item)
            self._put(item, now_s)
            printed = True
        if self._waiting and not self._can_print():
            # The head stands; it must not make up for the pause afterwards.
            self._head_free_s = max(self._head_free_s, now_s)
        return printed

    def take_output(self) -> bytes:
        out = bytes(self._output)
        self._output.clear()
        return out

    def due_s(self) -> float | None:
        return self._head_free_s if self._waiting and self._can_print() else None

    def power_off(self) -> None:
        """The buffer is gone; the paper in the slot stays where it is."""
        self._counters["lost_items"] += len(self._waiting)
        self._waiting.clear()
        self._output.clear()
        self._decoder.reset()
        self._head_free_s = 0.0

    def tear_off(self, now_s: float) -> bool:
        """Somebody tears off what sticks out: how a printer without a cutter gives a slip."""
        torn = bool(self._in_slot)
        self._cut("torn", now_s)
        return torn

    def state(self) -> dict[str, Any]:
        return {
            "columns": self._spec.columns,
            "paper": self._paper(),
            "cover_open": "cover_open" in self._conditions,
            "online": self._can_print(),
            "busy": bool(self._waiting),
            "waiting_items": len(self._waiting),
            "in_slot": _drawn(self._in_slot),
            "slips": list(reversed(self._slips)),
            "counters": dict(self._counters),
        }

    # -- status ---------------------------------------------------------------------------------------

    def _paper(self) -> PaperState:
        if "paper_out" in self._conditions:
            return "out"
        return "near_end" if "paper_near_end" in self._conditions else "ok"

    def _can_print(self) -> bool:
        return not any(stop in self._conditions for stop in ("paper_out", "cover_open", "offline"))

    def _real_time_status(self, n: int) -> int:
        out = self._paper() == "out"
        flags = {
            1: {"offline": not self._can_print()},
            2: {"cover_open": "cover_open" in self._conditions, "stopped_for_paper": out},
            4: self._roll(),
        }
        return encode_real_time(n, flags.get(n, {}))

    def _roll(self) -> dict[str, bool]:
        # Both sensors look at the same roll: when it is used up the near-end one sees nothing either.
        return {"near_end": self._paper() != "ok", "out": self._paper() == "out"}

    # -- paper ----------------------------------------------------------------------------------------

    def _takes_s(self, item: PaperItem) -> float:
        ms = self._spec.ms_per_line
        if "slow" in self._conditions:
            ms = max(_SLOW_MS_PER_LINE, ms * 4)
        return _lines_of(item, self._spec.columns) * ms / 1000

    def _put(self, item: PaperItem, now_s: float) -> None:
        match item:
            case StatusRequest(kind="gs_r", n=1 | 49):
                self._counters["status_asked"] += 1
                self._output.append(encode_buffered(self._roll()))
            case StatusRequest():
                pass
            case Cut(mode=mode):
                self._cut(mode, now_s)
            case PrintedLine():
                lines = _wrapped(item, self._spec.columns)
                self._counters["lines"] += len(lines)
                self._in_slot += lines
            case _:
                self._in_slot.append(item)
        if len(self._in_slot) >= _LONGEST_SLIP:
            self._cut("torn", now_s)

    def _cut(self, mode: str, now_s: float) -> None:
        if not self._in_slot:
            return
        self._counters["slips"] += 1
        number, items = self._counters["slips"], _drawn(self._in_slot)
        self._slips.append({"n": number, "at_s": now_s, "cut": mode, "items": items})
        self._in_slot = []
        self._note("slip", f"#{self._counters['slips']} {mode}")


def _wrapped(line: PrintedLine, columns: int) -> list[PrintedLine]:
    """A line wider than the paper goes on in the next one, as the head would have it."""
    room = max(2, columns // line.size)
    pieces, rest = [], line.text
    while piece := fit(rest, room):
        pieces.append(replace(line, text=piece))
        rest = rest[len(piece) :]
    return pieces or [line]


def _lines_of(item: PaperItem, columns: int) -> float:
    """How many lines of single height the paper moves."""
    match item:
        case PrintedLine(size=size):
            return size * len(_wrapped(item, columns))
        case Feed(lines=lines, dots=dots):
            return lines + dots / _DOTS_PER_LINE
        case Raster(height_px=dots):
            return dots / _DOTS_PER_LINE
        case Qr(module=module):
            return len(_qr_rows(item)) * module / _DOTS_PER_LINE
        case Barcode():
            return 162 / _DOTS_PER_LINE  # GS h, the default height
        case _:
            return 0


def _drawn(items: Iterable[PaperItem]) -> list[dict[str, object]]:
    """The items as JSON. A QR code has the `rows` of its modules: `1` is black, no quiet zone."""
    on_paper = [item for item in items if not isinstance(item, StatusRequest)]
    return [
        {**entry, "rows": list(_qr_rows(item))} if isinstance(item, Qr) else entry
        for item, entry in zip(on_paper, paper_json(on_paper), strict=True)
    ]


@lru_cache(maxsize=64)
def _qr_rows(qr: Qr) -> tuple[str, ...]:
    try:
        code = segno.make(qr.data, error=qr.level, micro=False, boost_error=False)
    except ValueError:  # more than a code holds: the printer prints nothing
        return ()
    return tuple("".join(str(module) for module in row) for row in code.matrix)


def _stand_in(options: PrinterOptions, label_of: LabelOf) -> dict[str, object]:
    return {"columns": options.printer_profile().columns}


# A printer that is slow is slow at its head, not on its wire.
SIMULATION = Simulation(
    entry=PrinterSpec, model=SimulatedPrinter, stand_in=_stand_in, view="printer", faults=FAULTS, slow_wire=False
)
