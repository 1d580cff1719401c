"""What is plugged into a machine, read from /dev, /sys and /proc below a root (a recorded tree in tests)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

Sort = Literal["serial", "input", "printer", "sound", "camera"]
# Names that stay, best first: by the adapter's own number, by the socket it is in.
_LASTING = {"serial": "/dev/serial", "input": "/dev/input", "camera": "/dev/v4l"}
_MAX_BYTES = 65_536
_DEEP = 12
# What 8250 ports of a board that has none say of themselves.
_NO_UART = "0"
# Bridges between USB and serial lines, by USB ids; 1a86:7523 and clones of 067b:2303 have no number of their own.
BRIDGES = {"0403": "FTDI", "067b": "Prolific PL2303", "10c4": "CP210x", "1a86": "CH340"}


class Connected(NamedTuple):
    """`name`: by which the configuration should call it. `usb`: "vendor:product" as four hex digits each, "" for none.
    `what`: what it says of itself."""

    sort: Sort
    name: str
    node: str
    usb: str
    what: str


def connected(root: Path) -> list[Connected]:
    return [*_serial(root), *_input(root), *_printers(root), *_sound(root), *_cameras(root)]


def _serial(root: Path) -> Iterator[Connected]:
    for tty in _entries(root / "sys/class/tty"):
        kernel_type = _word(tty / "type")
        # Ports of hardware have a device; consoles and pseudo-terminals have none.
        if (tty / "device").exists() and kernel_type != _NO_UART:
            yield _device(root, "serial", tty, f"/dev/{tty.name}")


def _printers(root: Path) -> Iterator[Connected]:
    for entry in _entries(root / "sys/class/usbmisc"):
        if re.fullmatch(r"lp\d+", entry.name):
            yield _device(root, "printer", entry, f"/dev/usb/{entry.name}")


def _cameras(root: Path) -> Iterator[Connected]:
    for entry in _entries(root / "sys/class/video4linux"):
        found = _device(root, "camera", entry, f"/dev/{entry.name}")
        yield found._replace(what=_word(entry / "name") or found.what)


def _input(root: Path) -> Iterator[Connected]:
    """Whatever types: keypads, scanners and card readers that act as a keyboard."""
    for block in _text(root / "proc/bus/input/devices").split("\n\n"):
        ids = re.search(r"^I: Bus=0003 Vendor=([0-9a-f]{4}) Product=([0-9a-f]{4})", block, re.MULTILINE)
        name = re.search(r'^N: Name="(.*)"$', block, re.MULTILINE)
        handlers = re.search(r"^H: Handlers=(.*)$", block, re.MULTILINE)
        words = handlers[1].split() if handlers else []
        event = next((word for word in words if re.fullmatch(r"event\d+", word)), None)
        if ids and event and "kbd" in words:
            node = f"/dev/input/{event}"
            yield Connected("input", _lasting(root, "input", node), node, f"{ids[1]}:{ids[2]}", name[1] if name else "")


def _sound(root: Path) -> Iterator[Connected]:
    rows = re.findall(r"^ *(\d+) \[(\S+) *\]: (.+)$", _text(root / "proc/asound/cards"), re.MULTILINE)
    for number, card, what in rows:
        folder = root / f"proc/asound/card{number}"
        if not folder.is_dir() or any(re.fullmatch(r"pcm\d+p", entry.name) for entry in folder.iterdir()):
            yield Connected("sound", f"plughw:CARD={card}", f"card {number}", "", what)


def _device(root: Path, sort: Sort, entry: Path, node: str) -> Connected:
    usb = _usb(root, entry)
    ids = f"{_word(usb / 'idVendor')}:{_word(usb / 'idProduct')}" if usb is not None else ""
    said = [] if usb is None else [_word(usb / "manufacturer"), _word(usb / "product")]
    what = " ".join(word for word in said if word) or BRIDGES.get(ids.partition(":")[0], "")
    return Connected(sort, _lasting(root, sort, node), node, ids, what)


def _usb(root: Path, entry: Path) -> Path | None:
    """The USB device above an entry of /sys/class."""
    base, here = root.resolve(), entry.resolve()
    for _ in range(_DEEP):
        if here == base or base not in here.parents:
            return None
        if (here / "idVendor").is_file():
            return here
        here = here.parent
    return None


def _lasting(root: Path, sort: Sort, node: str) -> str:
    """A name that is the same after a replug, else the node itself."""
    target = os.path.realpath(root / node.lstrip("/"))
    for by in ("by-id", "by-path"):
        folder = f"{_LASTING.get(sort, '/nowhere')}/{by}"
        for link in _entries(root / folder.lstrip("/")):
            if os.path.realpath(link) == target:
                return f"{folder}/{link.name}"
    return node


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _word(path: Path) -> str:
    """One line that hardware says of itself, without what a terminal would obey."""
    return "".join(letter for letter in _text(path).strip() if letter.isprintable())


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode(errors="replace")
    except OSError:
        return ""
