"""Lines of a configuration for what is plugged in: of each kind of device that can be built on it. No kind is named."""

from __future__ import annotations

import random
import typing
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from device_drivers.kind import Kind
from device_drivers.lines.options import LINE_KINDS
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.registry import KINDS, build_device
from hall_daemon.cli.connected import Connected, Sort
from hall_daemon.config.toml_text import to_toml


class _Way(NamedTuple):
    """How something that is plugged in is reached: the kind of line ("" for none), and what it can be to the hall.
    `part`: what its part is called, "" by its own name."""

    line: str
    roles: frozenset[str]
    part: str = ""


_ANY = frozenset({"screens", "pads", "printers", "zones", "readers", "machines"})
_WAYS: dict[Sort, _Way] = {
    "serial": _Way("serial", _ANY),
    "input": _Way("evdev", frozenset({"pads", "readers"})),
    "printer": _Way("file", frozenset({"printers"})),
    "sound": _Way("", frozenset({"zones"}), part="hall"),  # the zone of windows that name none
}


class Proposal(NamedTuple):
    kind: str
    toml: str


def proposals(found: Connected, id_: str) -> list[Proposal]:
    """What it could be; [] where no kind of device is made for it."""
    way = _WAYS.get(found.sort)
    if way is None or (way.line and way.line not in LINE_KINDS):
        return []
    return [made for kind in KINDS.values() if way.roles & set(kind.parts) and (made := _made(kind, way, found, id_))]


def _made(kind: Kind[Any], way: _Way, found: Connected, id_: str) -> Proposal | None:
    line = LineSpec(way.line, {_first_key(LINE_KINDS[way.line].options): found.name}) if way.line else None
    options = _least(kind, way.part or f"{id_}-1", {} if way.line else {"device": found.name})
    if options is None or not _builds(DeviceSpec(id_, kind.name, line, options)):
        return None
    if line is not None and _builds(DeviceSpec(id_, kind.name, None, options)):
        return None  # it needs none
    # A line whose bytes any kind could read says nothing of the hardware: then it must be made for that line.
    if way.line not in ("", "serial", "file") and _builds(DeviceSpec(id_, kind.name, _SERIAL, options)):
        return None
    table: dict[str, object] = {"kind": kind.name}
    if line is not None:
        table["line"] = {"kind": line.kind, **line.options}
    return Proposal(kind.name, to_toml({"devices": {id_: {**table, **options}}}))


_SERIAL = LineSpec("serial", {"port": "/dev/null"})


def _builds(spec: DeviceSpec) -> bool:
    try:
        build_device(spec, Environment(monotonic=lambda: 0.0, rng=random.Random(0)))  # noqa: S311 (nothing is opened)
    except BadOption:
        return False
    return True


def _first_key(options: type[msgspec.Struct]) -> str:
    """What a line cannot be without: its port, its path."""
    return next(field.encode_name for field in msgspec.structs.fields(options) if field.required)


def _least(kind: Kind[Any], part_id: str, said: Mapping[str, str]) -> dict[str, object] | None:
    """Options with one part of each list of parts, and nothing else; None where more would have to be known. `said`:
    keys of a part that are known."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind.options)}
    options: dict[str, object] = {}
    for key in filter(None, kind.parts.values()):
        entry = next(_structs(fields[key].type), None)
        part = None if entry is None else _part(entry, part_id, said)
        if part is None:
            return None
        options[key] = [part]
    if said and not options:  # nothing to say it in
        return None
    missing = [name for name, field in fields.items() if field.required and name not in options]
    return None if missing else options


def _part(entry: type[msgspec.Struct], id_: str, said: Mapping[str, str]) -> dict[str, object] | None:
    fields = msgspec.structs.fields(entry)
    known: dict[str, object] = {"id": id_, "address": 1, **said}
    names = {field.encode_name for field in fields}
    if not said.keys() <= names or any(field.required and field.encode_name not in known for field in fields):
        return None
    return {name: value for name, value in known.items() if name in names}


def _structs(hint: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for inner in typing.get_args(hint):
        yield from _structs(inner)
