"""The tables under [devices]: what each asks for, checked by building its driver once without opening a line.

Building is the only check there is, so the file and the running hall can never disagree. Opens nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from device_drivers.errors import DeviceError
from device_drivers.registry import DEVICE_KINDS, LINE_KINDS, build_device
from device_drivers.specs import BadOption, DeviceSpec, Environment, LineSpec
from hall_daemon.config.problem import KeyPath, Problem, did_you_mean, listed, nearest, nearest_number, shown

_KEY_PART = re.compile(r"[^.\[\]]+|\[\d+\]")
_KNOWN_KEYS = re.compile(r"(?:expected one of|known here:) (.*)$")
_KNOWN_NUMBERS = re.compile(r"expected one of ([\d, ]+), got '?(\d{1,18})'?$")


@dataclass(slots=True)
class Found:
    """What the devices offer: part -> device, and which device ids are printers.

    A reference to something that has a mistake of its own is not wrong itself: `faulty` devices could not be
    built, and `unsure` says that one of them did not even show its parts.
    """

    specs: list[DeviceSpec] = field(default_factory=list)
    screens: dict[str, str] = field(default_factory=dict)
    pads: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    printers: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)
    unsure: bool = False
    lines: dict[object, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[tuple[str, dict[str, str]], ...]:
        return ("screens", self.screens), ("pads", self.pads), ("zones", self.zones)


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
    kind, options = _split_kind(table, path, list(DEVICE_KINDS), problems)
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
    """Build the driver, and note what it offers by the port it has."""
    try:
        driver = build_device(spec, Environment(monotonic=lambda: 0.0, rng=random.Random(0)))  # noqa: S311
    except DeviceError as error:
        problems.append(_device_problem(spec, error))
        found.faulty.append(spec.id)
        found.unsure |= not any(_listed_ids(spec, what) for what, _ in found.parts)
        driver = None
    else:
        _check_line(spec, found, problems)
    if hasattr(driver, "print"):
        found.printers.append(spec.id)
    if "zones" not in spec.options:
        found.zones |= dict.fromkeys(getattr(driver, "zones", ()), spec.id)
    for what, parts in found.parts:
        for at, part in enumerate(_listed_ids(spec, what)):
            if parts.setdefault(part, spec.id) != spec.id:
                path = ("devices", spec.id, what, at, "id")
                message = f"device {parts[part]} has {what[:-1]} {part!r} already"
                problems.append(Problem(path, message, hint="give each its own id"))


def _check_line(spec: DeviceSpec, found: Found, problems: list[Problem]) -> None:
    """Two drivers on one line would steal each other's bytes."""
    if spec.line is None:
        return
    port = (spec.line.options.get("host"), spec.line.options.get("port"))
    owner = found.lines.setdefault(port, spec.id)
    if owner != spec.id:
        path = ("devices", spec.id, "line", "port")
        problems.append(Problem(path, f"device {owner} has this line already", shown(port[1]), "a line of its own"))


def _listed_ids(spec: DeviceSpec, what: str) -> list[str]:
    """The ids under `screens`, `pads` or `zones`, as the file has them; [] unless every entry has one."""
    entries = spec.options.get(what)
    if not isinstance(entries, list):
        return []
    ids = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    names = [name for name in ids if isinstance(name, str)]
    return names if len(names) == len(entries) else []


def _device_problem(spec: DeviceSpec, error: DeviceError) -> Problem:
    """A driver's complaint, at the key it names (BadOption.key, or `key: words` of a plain message)."""
    if isinstance(error, BadOption):
        key, words = error.key, error.expected
    else:
        key, _, words = str(error).partition(": ")
    path: KeyPath = ("devices", spec.id, *parse_key(key))
    hint = ""
    known = _KNOWN_KEYS.search(words)
    if known is not None and "unknown key" in words:
        hint = did_you_mean(str(path[-1]), known[1].split(", "))
    numbers = _KNOWN_NUMBERS.search(words)
    if numbers is not None:
        meant = nearest_number(int(numbers[2]), [int(number) for number in numbers[1].split(", ")])
        hint = f"did you mean {meant}?"
    return Problem(path, words, hint=hint)


def parse_key(key: str) -> KeyPath:
    """`screens[1].address` as ("screens", 1, "address")."""
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in _KEY_PART.findall(key))


def refer(
    path: KeyPath, name: str, known: Mapping[str, object] | list[str], what: str, problems: list[Problem]
) -> bool:
    """Report a name that nothing has; True when it is known."""
    if name in known:
        return True
    problems.append(Problem(path, f"there is no such {what}", shown(name), listed(known), did_you_mean(name, known)))
    return False
