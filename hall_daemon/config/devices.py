"""The tables under [devices]: every mistake against the types of their kind and line, then the driver built once.

What a kind takes and offers is said by its record, so nothing here names one. Opens nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from device_drivers.errors import DeviceError
from device_drivers.kind import Kind
from device_drivers.lines.options import LINE_KINDS
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec, Table, read_options
from device_drivers.ports import Role
from device_drivers.registry import KINDS, build_device
from hall_daemon.config.problem import KeyPath, Problem, did_you_mean, listed, nearest, shown
from hall_daemon.config.prune import prune
from hall_daemon.config.settings import none_of_any_role

_KEY_PART = re.compile(r"[^.\[\]]+|\[\d+\]")


@dataclass(slots=True)
class Found:
    """What the devices offer. `parts`: role -> part -> device.

    A reference to something that has a mistake of its own is not wrong itself: `faulty` devices could not be
    built, and `unsure` says that one of them did not even show its parts.
    """

    specs: list[DeviceSpec] = field(default_factory=list)
    parts: dict[Role, dict[str, str]] = field(default_factory=none_of_any_role)
    faulty: list[str] = field(default_factory=list)
    unsure: bool = False
    lines: dict[object, DeviceSpec] = field(default_factory=dict)


def read_devices(tables: Mapping[str, Mapping[str, Any]], problems: list[Problem]) -> Found:
    found = Found()
    for device_id, table in tables.items():
        spec = _spec(device_id, table, problems)
        if spec is None:
            found.faulty.append(device_id)
            found.unsure = True
        else:
            found.specs.append(spec)
            _register(spec, found, problems)
    return found


def _spec(device_id: str, table: Mapping[str, Any], problems: list[Problem]) -> DeviceSpec | None:
    path: KeyPath = ("devices", device_id)
    kind, options = _split_kind(table, path, list(KINDS), problems)
    line = options.pop("line", None)
    if kind is None:
        return None
    if line is None:
        return DeviceSpec(device_id, kind, None, options)
    if not isinstance(line, dict):
        expected = 'a table as { kind = "serial", port = "/dev/serial/by-id/…" }'
        problems.append(Problem((*path, "line"), "wrong value", shown(line), expected))
        return None
    line_kind, line_options = _split_kind(line, (*path, "line"), list(LINE_KINDS), problems)
    return None if line_kind is None else DeviceSpec(device_id, kind, LineSpec(line_kind, line_options), options)


def _split_kind(
    table: Mapping[str, Any], path: KeyPath, kinds: list[str], problems: list[Problem]
) -> tuple[str | None, dict[str, Any]]:
    """The word under `kind`, or None when it is reported, and the other keys."""
    options = dict(table)
    kind = options.pop("kind", None)
    if kind in kinds:
        return kind, options
    misspelt = next((key for key in options if nearest(key, ["kind"])), None)
    if kind is not None:
        hint = did_you_mean(kind, kinds) if isinstance(kind, str) else ""
        problems.append(Problem((*path, "kind"), "wrong value", shown(kind), listed(kinds), hint))
    elif misspelt is not None:
        problems.append(Problem((*path, misspelt), "unknown key", hint='did you mean "kind"?'))
    else:
        problems.append(Problem((*path, "kind"), "is missing", expected=listed(kinds), hint="add it here"))
    return None, options


def _register(spec: DeviceSpec, found: Found, problems: list[Problem]) -> None:
    """Check the device, and note what it offers to the hall."""
    kind = KINDS[spec.kind]
    mistakes = _mistakes(spec, kind)
    if mistakes:
        problems += mistakes
        found.faulty.append(spec.id)
        parts = {role: _listed_ids(spec, key) for role, key in kind.parts.items()}
        found.unsure |= not any(parts.values())
    else:
        _check_line(spec, found, problems)
        parts = kind.part_ids(spec.id, read_options(kind.options, spec.options, spec.id))
    for role, ids in parts.items():
        for at, part in enumerate(ids):
            owner = found.parts[role].setdefault(part, spec.id)
            if owner != spec.id:
                path = ("devices", spec.id, kind.parts[role], at, "id")
                message = f"device {owner} has {role[:-1]} {part!r} already"
                problems.append(Problem(path, message, hint="give each its own id"))


def _mistakes(spec: DeviceSpec, kind: Kind[Any]) -> list[Problem]:
    """What is wrong by type, all of it; else what the driver says that is built for once."""
    path: KeyPath = ("devices", spec.id)
    problems: list[Problem] = []
    prune(kind.options, dict(spec.options), path, problems)
    if spec.line is not None and not kind.lines:
        problems.append(Problem((*path, "line"), f"{spec.kind} has no line", hint="take it out"))
    elif spec.line is not None:
        prune(LINE_KINDS[spec.line.kind].options, dict(spec.line.options), (*path, "line"), problems)
    if not problems:
        try:
            build_device(spec, Environment(monotonic=lambda: 0.0, rng=random.Random(0)))  # noqa: S311
        except DeviceError as error:
            problems.append(_device_problem(spec, error))
    return problems


def _check_line(spec: DeviceSpec, found: Found, problems: list[Problem]) -> None:
    """Two drivers on one line would steal each other's bytes, unless both say that they share it."""
    if spec.line is None:
        return
    port = (spec.line.options.get("host"), spec.line.options.get("port"))
    first = found.lines.setdefault(port, spec)
    line, its = _line_options(spec), _line_options(first)
    shared = getattr(line, "shared", None)
    if first is spec or (shared and line == its):
        return
    path = ("devices", spec.id, "line", "port")
    if shared and getattr(its, "shared", False):
        differs = [name for name in line.__struct_fields__ if getattr(line, name) != getattr(its, name)]
        message = f"device {first.id} says something else of this line: {', '.join(differs)}"
        problems.append(Problem(path, message, shown(port[1]), "the same of a shared line"))
        return
    hint = "or shared = true at both, where they are on one pair of wires" if shared is not None else ""
    problems.append(
        Problem(path, f"device {first.id} has this line already", shown(port[1]), "a line of its own", hint)
    )


def _line_options(spec: DeviceSpec) -> Table:
    assert spec.line is not None
    options: Table = read_options(LINE_KINDS[spec.line.kind].options, spec.line.options, spec.id, "line.")
    return options


def doubtful_lines(specs: Iterable[DeviceSpec]) -> Iterator[Problem]:
    """Lines that no hardware of that kind has. A serial one is a simulator's too, so none is a mistake; one that is
    handed on by another machine is as good as it."""
    for spec in specs:
        lines = KINDS[spec.kind].lines
        other = {"tls": "tcp", "rfc2217": "serial"}
        if spec.line is not None and not {spec.line.kind, other.get(spec.line.kind)} & {*lines}:
            hint = "only a simulator of it is there" if spec.line.kind == "serial" else ""
            path = ("devices", spec.id, "line", "kind")
            yield Problem(path, f"no {spec.kind} is sold with it", shown(spec.line.kind), listed(lines), hint)


def _listed_ids(spec: DeviceSpec, key: str) -> tuple[str, ...]:
    """The ids in the list under `key`, as the file has them; () unless every entry has one."""
    entries = spec.options.get(key)
    if not isinstance(entries, list):
        return ()
    ids = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    names = tuple(name for name in ids if isinstance(name, str))
    return names if len(names) == len(entries) else ()


def _device_problem(spec: DeviceSpec, error: DeviceError) -> Problem:
    """A driver's complaint, at the key it names (BadOption.key, or `key: words` of a plain message)."""
    if isinstance(error, BadOption):
        key, words = error.key, error.expected
    else:
        key, _, words = str(error).partition(": ")
    return Problem(("devices", spec.id, *parse_key(key)), words)


def parse_key(key: str) -> KeyPath:
    """`screens[1].address` as ("screens", 1, "address")."""
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in _KEY_PART.findall(key))


def refer(
    path: KeyPath, name: str, known: Collection[str], what: str, problems: list[Problem]
) -> bool:
    """Report a name that nothing has; True when it is known."""
    if name in known:
        return True
    problems.append(Problem(path, f"there is no such {what}", shown(name), listed(known), did_you_mean(name, known)))
    return False
