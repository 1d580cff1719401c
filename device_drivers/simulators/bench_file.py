"""The bench file: which simulated devices stand on the bench, as frozen values.

Pure reading and checking of JSON; an error names the path of the key and what was expected there. How a device is
described is said by its kind. One of a kind that has no simulator (a speaker) is kept by name in `ignored`.
"""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta

from device_drivers.registry import KINDS
from device_drivers.simulation.model import Baud, BenchEntry, BenchTable, Id, Label

MAX_DEVICES = 32


class BadBench(ValueError):
    """The bench file cannot be used. The message names the key and what was expected."""


class Link(BenchTable, frozen=True, kw_only=True):
    """A link in the bar at the top of the page."""

    label: Label
    href: Annotated[str, Meta(max_length=500, pattern=r"^(https?://|/)")]


class _BenchFile(BenchTable, frozen=True, kw_only=True):
    devices: Annotated[tuple[dict[str, Any], ...], Meta(max_length=MAX_DEVICES)]
    title: Annotated[str, Meta(min_length=1, max_length=40)] = "模拟设备 Simulated devices"
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 1
    pace_baud: Baud | None = None
    links: Annotated[tuple[Link, ...], Meta(max_length=16)] = ()
    timezone: str = ""


class _Device(msgspec.Struct, frozen=True):
    """What every entry has, whatever its kind."""

    id: Id
    kind: str


class BenchSpec(msgspec.Struct, frozen=True, kw_only=True):
    """`timezone` is an IANA name, by which the page tells the time; "" is the browser's own."""

    title: str
    seed: int
    devices: tuple[BenchEntry, ...]
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
    file = _read(raw, _BenchFile, "bench")
    built: list[BenchEntry] = []
    ignored: list[str] = []
    for at, entry in enumerate(file.devices):
        path = f"bench.devices[{at}]"
        device = _read(entry, _Device, path)
        kind = KINDS.get(device.kind)
        if kind is None or kind.simulate is None:
            ignored.append(device.id)
            continue
        found: BenchEntry = _read(entry, kind.simulate.entry, path)
        for role, key in kind.parts.items():
            if key:
                parts = getattr(found, key)
                _refuse_twins(f"{path}.{role}", "id", [part.id for part in parts])
                spots = [_spot(part) for part in parts]
                _refuse_twins(f"{path}.{role}", "address", [spot for spot in spots if spot is not None])
        pace_baud = file.pace_baud if found.pace_baud is UNSET else found.pace_baud
        built.append(msgspec.structs.replace(found, pace_baud=pace_baud))
    _refuse_twins("bench.devices", "id", [device.id for device in built] + ignored)
    return BenchSpec(
        title=file.title,
        seed=file.seed,
        devices=tuple(built),
        links=file.links,
        ignored=tuple(ignored),
        timezone=_timezone(file.timezone),
    )


def _spot(part: Any) -> object:
    """Where it hangs on its bus: an address, or an area of a screen there; None where only names tell parts apart."""
    address, area = getattr(part, "address", None), getattr(part, "area", None)
    return address if area is None else f"{address}/{area}"


def _timezone(name: str) -> str:
    try:
        return zoneinfo.ZoneInfo(name).key if name else ""
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BadBench(f'bench.timezone: expected a name of the tz database as "Asia/Shanghai", got {name!r}') from None


Value = TypeVar("Value")


def _read(raw: object, kind: type[Value], path: str) -> Value:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise BadBench(f"{path}{where.rstrip('`')}: {what}") from error


def _refuse_twins(path: str, key: str, values: Iterable[object]) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise BadBench(f"{path}: two entries have {key} {value!r}; give each its own")
        seen.add(value)
