"""The bench file: which simulated devices stand on the bench, as frozen values.

Pure reading and checking of JSON; an error names the path of the key and what was expected there.
A device of a kind that has no simulator here (a speaker) is kept by name in `ignored`, not built.
"""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

StripChecksum = Literal["text", "with_ff"]

MAX_DEVICES = 32
MAX_UNITS = 64  # screens or pads behind one line
MAX_LABEL = 40
# What serial ports of this kind of hardware can be set to; pacing at another rate would be a typo.
BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class BadBench(ValueError):
    """The bench file cannot be used. The message names the key and what was expected."""


@dataclass(frozen=True, slots=True)
class ScreenSpec:
    """One LED strip: `cells` half-width characters wide (a Hanzi takes two)."""

    id: str
    address: int
    cells: int
    label: str


@dataclass(frozen=True, slots=True)
class PadSpec:
    id: str
    address: int
    label: str


@dataclass(frozen=True, slots=True)
class StripBusSpec:
    id: str
    label: str
    pace_baud: int | None
    checksum: StripChecksum
    screens: tuple[ScreenSpec, ...]
    kind: str = "aabb-strip"


@dataclass(frozen=True, slots=True)
class PadBusSpec:
    id: str
    label: str
    pace_baud: int | None
    pads: tuple[PadSpec, ...]
    kind: str = "ff68-pad"


@dataclass(frozen=True, slots=True)
class PrinterSpec:
    """`ms_per_line` is how long one line of single height takes; 0 prints at once."""

    id: str
    label: str
    pace_baud: int | None
    columns: int
    ms_per_line: int
    kind: str = "escpos-printer"


DeviceSpec = StripBusSpec | PadBusSpec | PrinterSpec


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the bar at the top of the page."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class BenchSpec:
    """`timezone` is an IANA name, by which the page tells the time; "" is the browser's own."""

    title: str
    seed: int
    devices: tuple[DeviceSpec, ...]
    links: tuple[Link, ...] = ()
    ignored: tuple[str, ...] = ()
    timezone: str = ""


def read_bench(path: Path) -> BenchSpec:
    """Read a bench file; BadBench says which file, which key and what was expected."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadBench(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadBench(f"{path}: is not JSON in UTF-8: {error}") from error
    try:
        return parse_bench(raw)
    except BadBench as error:
        raise BadBench(f"{path}: {error}") from None


def parse_bench(raw: object) -> BenchSpec:
    """Check a decoded bench file, whole, and turn it into values."""
    top = _Keys(raw, "bench")
    default_baud = _maybe_baud(top, None)
    built: list[DeviceSpec] = []
    ignored: list[str] = []
    for index, entry in enumerate(top.list("devices", MAX_DEVICES)):
        keys = _Keys(entry, f"devices[{index}]")
        kind = keys.text("kind")
        build = _BUILDERS.get(kind)
        if build is None:
            ignored.append(keys.name("id"))
            continue
        built.append(build(keys, default_baud))
        keys.finish()
    _refuse_twins("devices", "id", [device.id for device in built] + ignored)
    links = tuple(_link(entry, f"links[{i}]") for i, entry in enumerate(top.list("links", 16, default=[])))
    spec = BenchSpec(
        title=top.text("title", default="模拟设备 Simulated devices"),
        seed=top.integer("seed", 0, 2**32 - 1, default=1),
        devices=tuple(built),
        links=links,
        ignored=tuple(ignored),
        timezone=_timezone(top),
    )
    top.finish()
    return spec


def _strip_bus(keys: _Keys, default_baud: int | None) -> StripBusSpec:
    name, label, baud = _line_keys(keys, default_baud)
    checksum = keys.choice("checksum", ("text", "with_ff"), default="text")
    screens = []
    for unit in keys.units("screens"):
        # 0xFF is the address of all strips on the bus.
        address = unit.integer("address", 0, 0xFE)
        cells = unit.integer("cells", 1, 64, default=16)
        screen = ScreenSpec(unit.name("id"), address, cells, unit.text("label", default=f"{address}号窗口"))
        unit.finish()
        screens.append(screen)
    _refuse_twins(f"{keys.path}.screens", "id", [screen.id for screen in screens])
    _refuse_twins(f"{keys.path}.screens", "address", [screen.address for screen in screens])
    return StripBusSpec(name, label, baud, cast(StripChecksum, checksum), tuple(screens))


def _pad_bus(keys: _Keys, default_baud: int | None) -> PadBusSpec:
    name, label, baud = _line_keys(keys, default_baud)
    pads = []
    for unit in keys.units("pads"):
        address = unit.integer("address", 0, 0xFF)
        pad = PadSpec(unit.name("id"), address, unit.text("label", default=f"{address}号窗口"))
        unit.finish()
        pads.append(pad)
    _refuse_twins(f"{keys.path}.pads", "id", [pad.id for pad in pads])
    _refuse_twins(f"{keys.path}.pads", "address", [pad.address for pad in pads])
    return PadBusSpec(name, label, baud, tuple(pads))


def _printer(keys: _Keys, default_baud: int | None) -> PrinterSpec:
    name, label, baud = _line_keys(keys, default_baud)
    # 32 columns on 58 mm paper, 42 or 48 on 80 mm.
    columns = keys.integer("columns", 16, 64, default=32)
    return PrinterSpec(name, label, baud, columns, keys.integer("ms_per_line", 0, 5000, default=0))


_BUILDERS: dict[str, Callable[[_Keys, int | None], DeviceSpec]] = {
    "aabb-strip": _strip_bus,
    "ff68-pad": _pad_bus,
    "escpos-printer": _printer,
}
KINDS = tuple(_BUILDERS)


def _line_keys(keys: _Keys, default_baud: int | None) -> tuple[str, str, int | None]:
    name = keys.name("id")
    return name, keys.text("label", default=name), _maybe_baud(keys, default_baud)


def _maybe_baud(keys: _Keys, default: int | None) -> int | None:
    value = keys.take("pace_baud", default)
    if value is None or (isinstance(value, int) and value in BAUD_RATES):
        return value
    raise BadBench(f"{keys.path}.pace_baud: expected null or one of {BAUD_RATES}, got {value!r}")


def _timezone(top: _Keys) -> str:
    if (name := top.take("timezone", "")) == "":
        return ""
    try:
        return zoneinfo.ZoneInfo(str(name)).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BadBench(f'bench.timezone: expected a name of the tz database as "Asia/Shanghai", got {name!r}') from None


def _link(raw: object, path: str) -> Link:
    keys = _Keys(raw, path)
    link = Link(keys.text("label"), keys.text("href", limit=500))
    keys.finish()
    if not link.href.startswith(("http://", "https://", "/")):
        raise BadBench(f"{path}.href: expected an address that starts with http://, https:// or /")
    return link


_Same = TypeVar("_Same", str, int)


def _refuse_twins(path: str, key: str, values: Iterable[_Same]) -> None:
    seen: set[_Same] = set()
    for value in values:
        if value in seen:
            raise BadBench(f"{path}: two entries have {key} {value!r}; give each its own")
        seen.add(value)


_MISSING = object()


class _Keys:
    """The keys of one JSON object, taken one by one; what is left over at the end is an error."""

    def __init__(self, raw: object, path: str) -> None:
        if not isinstance(raw, dict):
            raise BadBench(f"{path}: expected an object in braces, got {type(raw).__name__}")
        self.path = path
        self._left: dict[str, object] = dict(raw)

    def take(self, key: str, default: object = _MISSING) -> object:
        value = self._left.pop(key, default)
        if value is _MISSING:
            raise BadBench(f"{self.path}: the key {key!r} is missing")
        return value

    def text(self, key: str, *, default: object = _MISSING, limit: int = MAX_LABEL) -> str:
        value = self.take(key, default)
        if isinstance(value, str) and 0 < len(value) <= limit and value.isprintable():
            return value
        raise BadBench(f"{self.path}.{key}: expected 1 to {limit} printable characters, got {value!r}")

    def name(self, key: str) -> str:
        """An id: it becomes a file name and a part of an address."""
        value = self.text(key)
        if value.isascii() and value.replace("-", "").replace("_", "").isalnum():
            return value
        raise BadBench(f"{self.path}.{key}: expected letters, digits, '-' and '_', got {value!r}")

    def integer(self, key: str, low: int, high: int, *, default: object = _MISSING) -> int:
        value = self.take(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise BadBench(f"{self.path}.{key}: expected a whole number from {low} to {high}, got {value!r}")

    def choice(self, key: str, allowed: tuple[str, ...], *, default: str) -> str:
        value = self.take(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        raise BadBench(f"{self.path}.{key}: expected one of {', '.join(allowed)}, got {value!r}")

    def list(self, key: str, limit: int, *, default: object = _MISSING) -> list[object]:
        value = self.take(key, default)
        if isinstance(value, list) and len(value) <= limit:
            return value
        raise BadBench(f"{self.path}.{key}: expected a list of at most {limit} entries")

    def units(self, key: str) -> Iterable[_Keys]:
        entries = self.list(key, MAX_UNITS)
        if not entries:
            raise BadBench(f"{self.path}.{key}: expected at least one entry")
        for index, entry in enumerate(entries):
            yield _Keys(entry, f"{self.path}.{key}[{index}]")

    def finish(self) -> None:
        if self._left:
            raise BadBench(f"{self.path}: unknown key {min(self._left)!r}; remove it or correct its spelling")
