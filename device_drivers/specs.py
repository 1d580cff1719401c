"""What the configuration says of a device, and how its options become a checked, frozen object.

Pure: no device is touched here. Every refusal is a BadOption that names the device, the key and what
was expected, so that the configuration can point at the line.
"""

from __future__ import annotations

import dataclasses
import random
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar, Union

from device_drivers.errors import BadField, DeviceError
from device_drivers.ports import PadPress


class BadOption(DeviceError):
    """A device of the configuration that cannot be built. `key` is dotted: `screens[1].address`."""

    def __init__(self, device: str, key: str, expected: str) -> None:
        super().__init__(f"device {device!r}: {key}: {expected}")
        self.device = device
        self.key = key
        self.expected = expected


@dataclass(frozen=True, slots=True)
class LineSpec:
    """`kind` names a line in LINE_KINDS; the options are checked when the line is built."""

    kind: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    id: str
    kind: str
    line: LineSpec | None = None
    options: Mapping[str, object] = field(default_factory=dict)


def _drop(_press: PadPress) -> None:
    """Where no hall listens, presses go nowhere."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a device may use of the world. `on_press` runs on the pad's thread and may only enqueue."""

    monotonic: Callable[[], float]
    rng: random.Random
    on_press: Callable[[PadPress], None] = _drop


@dataclass(frozen=True, slots=True)
class Between:
    """A bound on a number, or on the length of a text or a list: `Annotated[int, Between(1, 255)]`."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:g}..{self.high:g}"


Options = TypeVar("Options")

_WORDS: dict[type, str] = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def parse_options(
    kind: type[Options], options: Mapping[str, object], device: str, under: str = ""
) -> Options:
    """Make a dataclass `kind` from a table of the configuration.

    Understands int, float, str, bool, Literal, `| None`, tuple[X, ...], nested dataclasses and
    `Annotated[X, Between(low, high)]`; a BadField of the dataclass itself counts. Raises BadOption.
    """
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = {entry.name: entry for entry in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for name in options:
        if name not in fields:
            raise BadOption(device, under + name, f"unknown key, expected one of {', '.join(fields)}")
    values: dict[str, Any] = {}
    for name, entry in fields.items():
        if name in options:
            values[name] = _value(hints[name], options[name], device, under + name)
        elif entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING:
            raise BadOption(device, under + name, f"is missing, expected {_expected(hints[name])}")
    try:
        return kind(**values)
    except BadField as error:  # the dataclass itself knows what it takes, and says "name: expected …"
        name, _, expected = str(error).partition(": ")
        raise BadOption(device, under + name, expected) from error


def no_two_alike(device: str, key: str, values: Iterable[object], what: str) -> None:
    """Refuse a list of tables two of which share `what`."""
    seen: set[object] = set()
    for at, value in enumerate(values):
        if value in seen:
            raise BadOption(device, f"{key}[{at}].{what}", f"expected one of its own, {value!r} is taken")
        seen.add(value)


def _value(hint: Any, given: object, device: str, key: str) -> object:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        value = _value(inner[0], given, device, key)
        size = len(value) if isinstance(value, str | tuple) else value
        if isinstance(size, int | float) and not inner[1].low <= size <= inner[1].high:
            raise BadOption(device, key, f"expected {_expected(hint)}, got {given!r}")
        return value
    if origin in (Union, types.UnionType):
        return None if given is None else _value(inner[0], given, device, key)
    if origin is tuple:
        if not isinstance(given, list | tuple):
            raise BadOption(device, key, f"expected {_expected(hint)}, got {given!r}")
        return tuple(_value(inner[0], one, device, f"{key}[{at}]") for at, one in enumerate(given))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(given, Mapping):
        return parse_options(hint, given, device, f"{key}.")
    if origin is Literal and any(given == word and type(given) is type(word) for word in inner):
        return given
    if hint is float and type(given) is int:
        return float(given)
    if hint in _WORDS and type(given) is hint:
        return given
    raise BadOption(device, key, f"expected {_expected(hint)}, got {given!r}")


def _expected(hint: Any) -> str:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        of = "" if inner[0] in (int, float) else "length "
        return f"{_expected(inner[0])}, {of}{inner[1]}"
    if origin in (Union, types.UnionType):
        return _expected(inner[0])
    if origin is tuple:
        return f"a list, each {_expected(inner[0])}"
    if origin is Literal:
        return "one of " + ", ".join(repr(word) for word in inner)
    if dataclasses.is_dataclass(hint):
        return "a table with " + ", ".join(entry.name for entry in dataclasses.fields(hint))
    return _WORDS.get(hint, str(hint))
