"""Faults that a simulated device can be given, by name, and how a plan of them is written.

A fault is a condition that holds until its time is over or its cure comes ("plug" cures "unplug").
Pure tables; the wire and the models ask which conditions hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from device_drivers.words import Words


class Fault(NamedTuple):
    """`meaning` for the command line, `words` for a button. A fault that `cures` others is asked for like any and
    never holds itself; one that `replaces` others cannot hold beside them. `button`: the page offers it by itself.
    `ends_after_s`: when it ends if nobody said how long."""

    name: str
    meaning: str
    words: Words
    cures: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    button: bool = True
    ends_after_s: float | None = None


# Faults of the wire, on any device. A hall left slow would be slow for everybody who comes after.
WIRE: tuple[Fault, ...] = (
    Fault("unplug", "the plug is pulled: line and power go, the device forgets what it showed",
        Words("拔线", "unplug"), button=False),
    Fault("plug", "the plug is back in, behind the same name", Words("插上", "plug in"), ("unplug",), button=False),
    Fault("silence", "swallows everything and answers nothing", Words("无应答", "silence")),
    Fault("garbage", "random bytes arrive at the daemon", Words("乱码", "garbage")),
    Fault("noise", "bits flip in what the device receives", Words("接收出错", "noise in")),
    Fault("corrupt", "bits flip in what the device sends", Words("发送出错", "corrupt out")),
    Fault("drop", "a fifth of what the device should receive is lost on the way", Words("丢字节", "drop")),
    Fault("half", "the device breaks off in the middle of what it says", Words("半帧", "half a frame")),
    Fault("wrong_baud", "the device listens and speaks at another rate: nothing but nonsense arrives, either way",
        Words("波特率错", "wrong baud")),
    Fault("reboot", "the device starts anew: it forgets what it showed and hears nothing for three seconds",
        Words("重启", "reboot"), ends_after_s=3.0),
    Fault("echo", "what the daemon sends comes back to it, as on a half-duplex RS-485 pair", Words("回显", "echo")),
    Fault("slow", "the wire holds bytes back for a quarter of a second each way; a printer prints slowly; "
        "over after a minute when nobody says how long", Words("变慢", "slow"), ends_after_s=60.0),
)


class UnknownFault(ValueError):
    """No such fault, or not on this kind of device. The message lists what there is."""


class Conditions:
    """Which faults hold now on one device, and until when. Not thread-safe: its device guards it."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """`faults`: those of the device's kind, beside those of any wire."""
        self._allowed: Mapping[str, Fault] = {fault.name: fault for fault in (*WIRE, *faults)}
        self._until_s: dict[str, float | None] = {}

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every word that this device understands, cures included."""
        return tuple(self._allowed)

    def ends_after_s(self, fault: str) -> float | None:
        """How long a fault holds when nobody said; None until its cure."""
        return self._allowed[fault].ends_after_s if fault in self._allowed else None

    def __contains__(self, fault: str) -> bool:
        return fault in self._until_s

    def apply(self, fault: str, until_s: float | None) -> None:
        """Let a fault begin, or a cure act. `until_s` None: until it is cured or cleared."""
        found = self._allowed.get(fault)
        if found is None:
            raise UnknownFault(f"no fault {fault!r} here; choose one of {', '.join(self._allowed)}")
        for gone in (*found.cures, *found.replaces):
            self._until_s.pop(gone, None)
        if not found.cures:
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
