"""Keys for whoever listens and the jack of headphones, as the kernel tells of them (evdev). Knows no Qt.

A keypad that is named is taken over whole, so that its keys do nothing twice; a jack is only listened to. What is
unplugged is looked for again.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kiosk_ui.listening import Act

_LOGGER = logging.getLogger(__name__)

# struct input_event of linux/input.h: time (two longs), type, code, value.
_EVENT = struct.Struct("@llHHi")
_KEY, _SWITCH, _DOWN = 0x01, 0x05, 1
_HEADPHONES = 0x02
# Take over: EVIOCGRAB.
_GRAB = 0x40044590
# KEY_* of linux/input-event-codes.h: arrows, a number pad (8 2 4 6, 5 and 0), Enter, space, R; F15 and F16 are what
# keypads with a jack of their own send when something is plugged in and out.
KEYS: Mapping[int, Act] = {
    106: "next", 108: "next", 77: "next", 80: "next", 15: "next",
    103: "back", 105: "back", 72: "back", 75: "back",
    28: "choose", 57: "choose", 76: "choose", 96: "choose",
    19: "again", 82: "again", 110: "again",
    185: "in", 186: "out",
}
_DEVICES = Path("/proc/bus/input/devices")
_MOST = 64 * _EVENT.size


def acts(data: bytes) -> list[Act]:
    """What a piece of a device's stream asks for; what it has besides asks for nothing."""
    found: list[Act] = []
    for _, _, kind, code, value in _EVENT.iter_unpack(data[: len(data) // _EVENT.size * _EVENT.size]):
        if kind == _SWITCH and code == _HEADPHONES:
            found.append("in" if value else "out")
        elif kind == _KEY and value == _DOWN and code in KEYS:
            found.append(KEYS[code])
    return found


def jacks(listing: str) -> tuple[str, ...]:
    """Devices of /proc/bus/input/devices that tell of headphones."""
    found = []
    for block in listing.split("\n\n"):
        switches, event = re.search(r"^B: SW=([0-9a-f ]+)$", block, re.MULTILINE), re.search(r"\b(event\d+)\b", block)
        if switches and event and int(switches[1].split()[-1], 16) >> _HEADPHONES & 1:
            found.append(f"/dev/input/{event[1]}")
    return tuple(found)


def jacks_of_this_machine() -> tuple[str, ...]:
    try:
        return jacks(_DEVICES.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ()


class Keypad:
    """Devices that are open. `paths` are keypads, () for the jacks that `look` finds."""

    def __init__(self, paths: Sequence[str] = (), look: Callable[[], Sequence[str]] = jacks_of_this_machine) -> None:
        self._paths = tuple(paths)
        self._look = look
        self._open: dict[str, int] = {}
        self._told: set[str] = set()

    def plug(self) -> list[int]:
        """Open what is there and is not open: its descriptors."""
        return [one for path in self._paths or self._look() if path not in self._open for one in self._opened(path)]

    def _opened(self, path: str) -> list[int]:
        try:
            one = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if path not in self._told:
                _LOGGER.warning("%s cannot be read: %s; is the kiosk's user in the group input?", path, error.strerror)
                self._told.add(path)
            return []
        self._told.discard(path)
        self._open[path] = one
        if self._paths:
            with contextlib.suppress(OSError):
                fcntl.ioctl(one, _GRAB, 1)
        return [one]

    def read(self, descriptor: int) -> list[Act] | None:
        """What came since; None where the device is gone, which is closed then."""
        try:
            data = os.read(descriptor, _MOST)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if data:
            return acts(data)
        self._open = {path: one for path, one in self._open.items() if one != descriptor}
        os.close(descriptor)
        return None

    def close(self) -> None:
        for one in self._open.values():
            os.close(one)
        self._open = {}
