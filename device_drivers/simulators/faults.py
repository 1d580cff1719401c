"""Faults that a simulated device can be given, by name, and how a plan of them is written.

A fault is a condition that holds until its time is over or its cure comes ("plug" cures "unplug").
Pure tables; the wire and the models ask which conditions hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Faults of the wire, on any device.
WIRE = ("unplug", "silence", "garbage", "corrupt", "noise", "echo", "slow")
# Faults of the paper path, on a printer.
PAPER = ("paper_near_end", "paper_out", "cover_open", "offline")

# What each word takes away. A cure is asked for like a fault and never holds itself.
CURES: dict[str, tuple[str, ...]] = {
    "plug": ("unplug",),
    "paper_ok": ("paper_near_end", "paper_out"),
    "cover_closed": ("cover_open",),
    "online": ("offline",),
}
# Paper is near its end or out, never both.
_REPLACES = {"paper_near_end": ("paper_out",), "paper_out": ("paper_near_end",)}

# What ends by itself when nobody said how long: a hall left slow would be slow for everybody who comes after.
ENDS_AFTER_S: dict[str, float] = {"slow": 60.0}

MEANING: dict[str, str] = {
    "unplug": "the plug is pulled: line and power go, the device forgets what it showed",
    "plug": "the plug is back in, behind the same name",
    "silence": "swallows everything and answers nothing",
    "garbage": "random bytes arrive at the daemon",
    "corrupt": "bits flip in what the device sends",
    "noise": "bits flip in what the device receives",
    "echo": "what the daemon sends comes back to it, as on a half-duplex RS-485 pair",
    "slow": "the wire holds bytes back for a quarter of a second each way; a printer prints slowly; "
    "over after a minute when nobody says how long",
    "paper_near_end": "the paper roll is nearly used up",
    "paper_out": "no paper: the printer goes offline and keeps what is not printed yet",
    "paper_ok": "a new roll",
    "cover_open": "the cover is open: offline",
    "cover_closed": "the cover is closed again",
    "offline": "switched offline by its button",
    "online": "switched online again",
}


class UnknownFault(ValueError):
    """No such fault, or not on this kind of device. The message lists what there is."""


def faults_of(kind: str) -> tuple[str, ...]:
    """Every word a device of this kind understands, cures included."""
    if kind == "escpos-printer":
        return (*WIRE, "plug", *PAPER, "paper_ok", "cover_closed", "online")
    return (*WIRE, "plug")


class Conditions:
    """Which faults hold now on one device, and until when. Not thread-safe: its device guards it."""

    def __init__(self, kind: str) -> None:
        self._allowed = faults_of(kind)
        self._until_s: dict[str, float | None] = {}

    def __contains__(self, fault: str) -> bool:
        return fault in self._until_s

    def apply(self, fault: str, until_s: float | None) -> None:
        """Let a fault begin, or a cure act. `until_s` None: until it is cured or cleared."""
        if fault not in self._allowed:
            raise UnknownFault(f"no fault {fault!r} here; choose one of {', '.join(self._allowed)}")
        for gone in (*CURES.get(fault, ()), *_REPLACES.get(fault, ())):
            self._until_s.pop(gone, None)
        if fault not in CURES:
            self._until_s[fault] = until_s

    def clear(self, fault: str | None = None) -> None:
        """End one fault, or all."""
        if fault is None:
            self._until_s.clear()
        elif fault in self._allowed:
            self._until_s.pop(fault, None)
        else:
            raise UnknownFault(f"no fault {fault!r} here; choose one of {', '.join(self._allowed)}")

    def expire(self, now_s: float) -> list[str]:
        """End the faults whose time is over; returns their names."""
        over = [name for name, until_s in self._until_s.items() if until_s is not None and until_s <= now_s]
        for name in over:
            del self._until_s[name]
        return over

    def next_end_s(self) -> float | None:
        return min((until_s for until_s in self._until_s.values() if until_s is not None), default=None)

    def left_s(self, now_s: float) -> dict[str, float | None]:
        """Fault -> seconds it still holds, or None."""
        return {
            name: None if until_s is None else round(max(0.0, until_s - now_s), 1)
            for name, until_s in self._until_s.items()
        }


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault that begins `at_s` seconds after the start and holds for `for_s` seconds, or for good."""

    device: str
    fault: str
    at_s: float = 0.0
    for_s: float | None = None


_PLAN = re.compile(
    r"(?P<device>[A-Za-z0-9_-]+):(?P<fault>[a-z_]+)"
    r"(?:@(?P<at>\d{1,6}(?:\.\d+)?)(?:\+(?P<span>\d{1,6}(?:\.\d+)?))?)?"
)


def parse_plan(text: str) -> PlannedFault:
    """`strips:unplug@5+10`: unplug `strips` at 5 s for 10 s. Without `+10` for good, without `@5` at once."""
    match = _PLAN.fullmatch(text)
    if match is None:
        raise UnknownFault(f"{text!r} is not DEVICE:FAULT[@START_S[+FOR_S]], for example strips:unplug@5+10")
    span = match["span"]
    return PlannedFault(match["device"], match["fault"], float(match["at"] or 0), None if span is None else float(span))
