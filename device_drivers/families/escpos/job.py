"""What the printer's link keeps of the slip that it prints, and the times it goes by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from device_drivers.ports import Slip


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterTiming:
    """`answer_timeout_s` for DLE EOT; `confirm_timeout_s` for a slip to come out once the wire has carried it
    (`byte_s` a byte, 0 when the wire is no limit); `settle_s` before a printer without GS r is asked whether
    all went well; `poll_s` between looks at an idle printer, `trouble_poll_s` at one that cannot print,
    `watch_s` between looks at one that prints. One that says all is well gets `patience_s` for a slip in all."""

    answer_timeout_s: float = 0.5
    confirm_timeout_s: float = 4.0
    settle_s: float = 2.0
    patience_s: float = 20.0
    poll_s: float = 1.0
    trouble_poll_s: float = 0.5
    watch_s: float = 0.5
    byte_s: float = 0.0


@dataclass(slots=True, kw_only=True)
class Job:
    """`slip` None: only the paper of a slip that broke off is to be marked and cut; nobody waits for an outcome."""

    id: str
    slip: Slip | None
    phase: Literal["checking", "sending", "confirming"] = "checking"
    data: bytes = b""  # what is still to be written
    size: int = 0
    look_at_s: float = math.inf
    deadline_s: float = math.inf
    patient_until_s: float = -math.inf
    rounds_seen: int = 0
    heard: bool = False  # the printer said something since the slip was sent
    noisy: bool = False  # and something came that no printer says
    confirmed: bool = False
