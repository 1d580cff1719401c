"""What the configuration says of a device, and how its options become checked, frozen values.

Pure: no device is touched here. Options are msgspec types, as the rest of the configuration is: names, types and
bounds stand in the type. What a type cannot say (two parts alike) is a BadOption that names device and key.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol, TypeVar

import msgspec
from msgspec import Meta, Struct

from device_drivers.errors import DeviceError
from device_drivers.events import DeviceEvent

Name = Annotated[
    str,
    Meta(
        min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$", description="text in quotes, 1 to 100 characters"
    ),
]
Byte = Annotated[int, Meta(ge=0, le=255)]
GapMs = Annotated[int, Meta(ge=0, le=5000)]
Color = Annotated[str, Meta(pattern="^#[0-9A-Fa-f]{6}$", description='a colour as "#FF0000"')]
RefreshS = Annotated[float, Meta(ge=0, le=86_400)]


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a device's options: names, types, bounds and defaults, nothing beside them."""


class Addressed(Protocol):
    """A part of a bus, as the options of a kind list it."""

    @property
    def id(self) -> str: ...

    @property
    def address(self) -> int: ...


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


def _drop(_event: DeviceEvent) -> None:
    """Where no hall listens, presses go nowhere."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a device may use of the world. `tell` runs on a driver's thread and may only enqueue."""

    monotonic: Callable[[], float]
    rng: random.Random
    tell: Callable[[DeviceEvent], None] = _drop


Options = TypeVar("Options", bound=Table)

# msgspec's words for a mistake: what, perhaps the key, and where.
_COMPLAINT = re.compile(r"(?P<what>.*?)(?: field `(?P<key>[^`]*)`)?(?: - at `\$\.?(?P<where>[^`]*)`)?", re.DOTALL)
_ABOUT_A_KEY = {"Object missing required": "is missing", "Object contains unknown": "unknown key"}


def read_options(kind: type[Options], options: Mapping[str, object], device: str, under: str = "") -> Options:
    """A table of the configuration as `kind`; `under` is where it stands ("line."). Raises BadOption."""
    try:
        return msgspec.convert(dict(options), kind)
    except msgspec.ValidationError as error:
        found = _COMPLAINT.fullmatch(str(error))
        assert found is not None, "everything matches"
        key = ".".join(part for part in (found["where"], found["key"]) if part)
        raise BadOption(device, under + key, _ABOUT_A_KEY.get(found["what"], found["what"])) from error


def no_two_alike(device: str, key: str, values: Iterable[object], what: str) -> None:
    """Refuse a list of tables two of which share `what`."""
    seen: set[object] = set()
    for at, value in enumerate(values):
        if value in seen:
            raise BadOption(device, f"{key}[{at}].{what}", f"expected one of its own, {value!r} is taken")
        seen.add(value)
