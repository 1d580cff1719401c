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

# What kind of line something is reached by; a sound card by none.
_LINES: dict[Sort, str] = {"serial": "serial", "input": "evdev", "printer": "file", "sound": ""}
# What a part of a role is called at first: windows that name no zone mean the hall's.
_FIRST_PARTS = {"zones": "hall"}


class Proposal(NamedTuple):
    kind: str
    toml: str


def proposals(found: Connected, id_: str) -> list[Proposal]:
    """What it could be; [] where no kind of device is made for it."""
    line = _LINES.get(found.sort)
    if line is None or (line and line not in LINE_KINDS):
        return []
    fitting = (kind for kind in KINDS.values() if (line in kind.lines if line else not kind.lines))
    return [made for kind in fitting if (made := _made(kind, line, found, id_))]


def _made(kind: Kind[Any], line_kind: str, found: Connected, id_: str) -> Proposal | None:
    line = LineSpec(line_kind, {_first_key(LINE_KINDS[line_kind].options): found.name}) if line_kind else None
    options = _least(kind, id_, {} if line_kind else {"device": found.name})
    if options is None or not _builds(DeviceSpec(id_, kind.name, line, options)):
        return None
    table: dict[str, object] = {"kind": kind.name}
    if line is not None:
        table["line"] = {"kind": line.kind, **line.options}
    return Proposal(kind.name, to_toml({"devices": {id_: {**table, **options}}}))


def _builds(spec: DeviceSpec) -> bool:
    try:
        build_device(spec, Environment(monotonic=lambda: 0.0, rng=random.Random(0)))  # noqa: S311 (nothing is opened)
    except BadOption:
        return False
    return True


def _first_key(options: type[msgspec.Struct]) -> str:
    """What a line cannot be without: its port, its path."""
    return next(field.encode_name for field in msgspec.structs.fields(options) if field.required)


def _least(kind: Kind[Any], id_: str, said: Mapping[str, str]) -> dict[str, object] | None:
    """Options with one part of each list of parts, and nothing else; None where more would have to be known. `said`:
    keys of a part that are known."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind.options)}
    options: dict[str, object] = {}
    for role, key in kind.parts.items():
        entry = next(_structs(fields[key].type), None) if key else None
        part = None if entry is None else _part(entry, _FIRST_PARTS.get(role, f"{id_}-1"), said)
        if part is not None:
            options[key] = [part]
    if said and not options:  # nothing to say it in
        return None
    # Another thing's name, as of the kiosk that a reader stands at: the first of its sort.
    names = {name for name, field in fields.items() if (field.required or name == "kiosk") and name not in options}
    return options | {name: f"{name}-1" for name in names}


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
