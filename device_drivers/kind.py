"""A kind of device, as one record: everything that the rest of the program knows of it is derived from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple

from device_drivers.codecs.codec import Codec
from device_drivers.options import DeviceSpec, Environment, Options
from device_drivers.ports import Driver, Role
from device_drivers.simulation.model import Simulation
from device_drivers.words import ConditionWords, Words


class Need(NamedTuple):
    """What a device needs of its machine beside a line: a program by its name, with the package of Debian that has it,
    or a file or folder by its path, in which it `writes`."""

    sort: Literal["program", "path"]
    name: str
    package: str = ""
    writes: bool = False


def _nothing(_options: Any) -> Iterable[Need]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Options]):
    """`name` is what a configuration calls it, `words` what people do.

    `options`: what its table takes. `parts`: what it is to the hall, and which list of the options names its parts of
    that role; "" when the device is the part itself. `build`: a driver that is ready to start, raises BadOption for
    what the types of the options cannot say. `codecs`: its wire formats, for `hall frame`. `conditions`: what can be
    the matter with it, by code, beside what can happen to any line. `simulate`: None where nothing stands in for it.
    `lines`: what its hardware is sold with, by the names of lines in a configuration; () for what has no wire.
    `needs`: what must be there for a device with these options, for `hall doctor`.
    """

    name: str
    words: Words
    options: type[Options]
    parts: Mapping[Role, str]
    build: Callable[[DeviceSpec, Options, Environment], Driver]
    codecs: tuple[Codec, ...] = ()
    conditions: Mapping[str, ConditionWords] = field(default_factory=dict)
    simulate: Simulation[Any, Options] | None = None
    lines: tuple[str, ...] = ("serial", "tcp")
    needs: Callable[[Options], Iterable[Need]] = _nothing

    def part_ids(self, device: str, options: Options) -> dict[Role, tuple[str, ...]]:
        """Role -> the ids of its parts; each entry of a list of parts has an `id`."""
        return {
            role: tuple(part.id for part in getattr(options, key)) if key else (device,)
            for role, key in self.parts.items()
        }
