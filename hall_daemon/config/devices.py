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
from device_drivers.registry import build_device
from device_drivers.specs import BadOption, DeviceSpec, Environment, LineSpec
from hall_daemon.config.problem import KeyPath, Problem, did_you_mean, listed, shown

_KEY_PART = re.compile(r"[^.\[\]]+|\[\d+\]")
_KNOWN_KEYS = re.compile(r"(?:expected one of|known here:) (.*)$")


@dataclass(slots=True)
class Found:
    """What the devices offer: part -> device, and which device ids are printers. `faulty` could not be built:
    what refers to one of them is not wrong itself."""

    specs: list[DeviceSpec] = field(default_factory=list)
    screens: dict[str, str] = field(default_factory=dict)
    pads: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    printers: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)


def read_devices(tables: Mapping[str, Mapping[str, Any]], problems: list[Problem]) -> Found:
    found = Found()
    for device_id, table in tables.items():
        spec = _spec(device_id, table, problems)
        if spec is not None:
            found.specs.append(spec)
            _register(spec, found, problems)
    return found


def _spec(device_id: str, table: Mapping[str, Any], problems: list[Problem]) -> DeviceSpec | None:
    path: KeyPath = ("devices", device_id)
    options = dict(table)
    kind, line = options.pop("kind", None), options.pop("line", None)
    if not isinstance(kind, str):
        problems.append(_no_kind((*path, "kind"), kind, "aabb-strip"))
        return None
    if line is None:
        return DeviceSpec(device_id, kind, None, options)
    if not isinstance(line, dict):
        expected = 'a table as { kind = "serial", port = "/dev/serial/by-id/…" }'
        problems.append(Problem((*path, "line"), "wrong value", shown(line), expected))
        return None
    line = dict(line)
    line_kind = line.pop("kind", None)
    if not isinstance(line_kind, str):
        problems.append(_no_kind((*path, "line", "kind"), line_kind, "serial"))
        return None
    return DeviceSpec(device_id, kind, LineSpec(line_kind, line), options)


def _no_kind(path: KeyPath, given: object, example: str) -> Problem:
    if given is None:
        return Problem(path, "is missing", expected=f'text as "{example}"')
    return Problem(path, "wrong value", shown(given), f'text as "{example}"')


def _register(spec: DeviceSpec, found: Found, problems: list[Problem]) -> None:
    """Build the driver, and note what it offers by the port it has."""
    try:
        driver = build_device(spec, Environment(monotonic=lambda: 0.0, rng=random.Random(0)))  # noqa: S311
    except DeviceError as error:
        problems.append(_device_problem(spec, error))
        found.faulty.append(spec.id)
        driver = None
    if hasattr(driver, "print"):
        found.printers.append(spec.id)
    for what, parts in (("screens", found.screens), ("pads", found.pads), ("zones", found.zones)):
        for at, part in enumerate(_part_ids(spec, driver, what)):
            if part in parts and parts[part] != spec.id:
                path = ("devices", spec.id, what, at, "id")
                message = f"device {parts[part]} has {what[:-1]} {part!r} already"
                problems.append(Problem(path, message, hint="give each its own id"))
            else:
                parts[part] = spec.id


def _part_ids(spec: DeviceSpec, driver: object, what: str) -> list[str]:
    """The ids under `screens`, `pads` or `zones`, from the file, so that a faulty device still has them."""
    if what == "zones" and "zones" not in spec.options and hasattr(driver, "zones"):
        return list(driver.zones)
    entries = spec.options.get(what)
    if not isinstance(entries, list):
        return []
    return [entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]


def _device_problem(spec: DeviceSpec, error: DeviceError) -> Problem:
    """A driver's complaint, at the key it names (BadOption.key, or `key: words` of a plain message)."""
    if isinstance(error, BadOption):
        key, words = error.key, error.expected
    else:
        key, _, words = str(error).partition(": ")
    path: KeyPath = ("devices", spec.id, *parse_key(key))
    hint = ""
    known = _KNOWN_KEYS.search(words)
    if known is not None:
        names = known[1].partition(", got ")[0].replace("'", "").split(", ")
        meant = str(path[-1]) if "unknown key" in words else spec.kind if key == "kind" else ""
        hint = did_you_mean(meant, names) if meant else ""
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
