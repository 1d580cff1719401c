"""A SYN6288 module: frames in, what it says out, and its single bytes. Pure."""

from __future__ import annotations

import math
import re
from collections import deque
from typing import Annotated, Any

from msgspec import Meta

from device_drivers.kinds.syn6288.codec import (
    ACCEPTED,
    BUSY,
    ENCODINGS,
    ERROR,
    HEAD,
    IDLE,
    LONGEST,
    QUERY,
    SPEAK,
    STOP,
    Frame,
    decode_frame,
)
from device_drivers.kinds.syn6288.link import SynOptions
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation
from device_drivers.words import Words

KEPT = 20
_ORDERS = re.compile(r"\[[a-z]\d+\]")
STUCK = Fault("stuck", "the module never comes to an end of a sentence", Words("一直播报", "speaks on"))
REFUSE = Fault("refuse", "the module takes no text", Words("拒绝", "refuse"))


class ZoneSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    label: Label = ""


class ModuleSpec(BenchEntry, frozen=True, kw_only=True):
    """`character_s`: how long it speaks for each character."""

    zones: Annotated[tuple[ZoneSpec, ...], Meta(min_length=1, max_length=1)]
    character_s: Annotated[float, Meta(ge=0.001, le=1)] = 0.2


class SimulatedModule(Listener[Frame]):
    def __init__(self, spec: ModuleSpec, faults: Conditions, note: Note) -> None:
        super().__init__(decode_frame, LONGEST, HEAD)
        self._spec = spec
        self._faults = faults
        self._note = note
        self._said: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._until_s = -math.inf
        self._output = b""

    def power_off(self) -> None:
        super().power_off()
        self._until_s, self._output = -math.inf, b""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def tick(self, now_s: float) -> bool:
        changed = super().tick(now_s)
        if self._until_s <= now_s and self._until_s > -math.inf and "stuck" not in self._faults:
            self._until_s = -math.inf
            self._output += bytes([IDLE])
            return True
        return changed

    def due_s(self) -> float | None:
        dues = [super().due_s(), self._until_s if self._until_s > -math.inf else None]
        return min((due for due in dues if due is not None), default=None)

    def obey(self, frame: Frame, now_s: float) -> bool:
        if frame.cmd == QUERY:
            self._output += bytes([BUSY if self._until_s > now_s or "stuck" in self._faults else IDLE])
        elif frame.cmd == SPEAK and "refuse" in self._faults:
            self._output += bytes([ERROR])
        else:
            self._output += bytes([ACCEPTED])
            if frame.cmd == SPEAK:
                self._speak(frame, now_s)
            elif frame.cmd == STOP:
                self._until_s = now_s
        return True

    def _speak(self, frame: Frame, now_s: float) -> None:
        words = _ORDERS.sub("", frame.text.decode(ENCODINGS[(frame.param or 0) & 3], "replace"))
        self._until_s = now_s + self._spec.character_s * len(words)
        self._said.append({"at_s": now_s, "text": words})
        self._note("speech", words)

    def state(self) -> dict[str, Any]:
        zones = [
            {"id": zone.id, "label": zone.label or zone.id, "said": list(self._said), "until_s": self._speaks_until()}
            for zone in self._spec.zones
        ]
        return {"zones": zones, "counters": self.counted()}

    def _speaks_until(self) -> float | None:
        return self._until_s if self._until_s > -math.inf else None


def _stand_in(options: SynOptions, label_of: LabelOf) -> dict[str, object]:
    return {"zones": [{"id": zone.id, "label": label_of(zone.id)} for zone in options.zones]}


SIMULATION = Simulation(
    entry=ModuleSpec, model=SimulatedModule, stand_in=_stand_in, view="voices", faults=(STUCK, REFUSE)
)
