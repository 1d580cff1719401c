"""A model of hardware, how a bench file describes it, and what a kind says of both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from device_drivers.errors import DeviceError
from device_drivers.options import Addressed
from device_drivers.simulation.faults import Conditions, Fault

# Writes a line in the bench's log: what happened (one of a few words), and its detail.
Note = Callable[[str, str], None]
# part -> what is written on it, "" where nobody named it.
LabelOf = Callable[[str], str]

# An id becomes a file name and a part of an address.
Id = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
# Control characters have no business on a label.
Label = Annotated[str, Meta(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
# What serial ports of this kind of hardware can be set to; pacing at another rate would be a typo.
Baud = Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]


class Cannot(DeviceError):
    """What was asked of a device is nothing that its kind can do."""


class Model(ABC):
    """What a piece of hardware does with bytes. Never raises for what it is sent; its device's thread owns it."""

    @abstractmethod
    def receive(self, data: bytes, now_s: float) -> None: ...

    def tick(self, now_s: float) -> bool:
        """Do what is due; True when something that `state` shows has changed."""
        return False

    def take_output(self) -> bytes:
        return b""

    def due_s(self) -> float | None:
        return None

    @abstractmethod
    def power_off(self) -> None:
        """The plug was pulled."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """What it shows, as JSON values; `counters` are counted on."""

    # What a person does to it. A kind that has no such part leaves these.

    def press(self, pad: str, key: str, digits: str | None, now_s: float) -> bytes:
        """Press a key of a pad, after typing `digits`; returns the frame that goes out."""
        raise Cannot("has no keys")

    def present(self, what: str, now_s: float) -> None:
        """Lay something before a reader: the id of a sample, or a code's text; "" takes it away."""
        raise Cannot("reads nothing")

    def tear_off(self, now_s: float) -> bool:
        """Tear off the paper that sticks out; False when there was none."""
        raise Cannot("has no paper")


class BenchTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a bench file."""


class Placed(BenchTable, frozen=True, kw_only=True):
    """A part of a bus, at its address. `label` is what is written on it, by default the window it would stand at."""

    id: Id
    address: Annotated[int, Meta(ge=0, le=0xFF)]
    label: Label = ""

    @property
    def place(self) -> dict[str, Any]:
        """What `state` shows of it, whatever it is."""
        return {"id": self.id, "address": self.address, "label": self.label or f"{self.address}号窗口"}


def stand_in_for(part: Addressed, label_of: LabelOf, **more: object) -> dict[str, object]:
    """The entry of a bench file for what must stand at the other end."""
    return {"id": part.id, "address": part.address, "label": label_of(part.id), **more}


class BenchEntry(BenchTable, frozen=True, kw_only=True):
    """One device of a bench file. `pace_baud`: how fast its wire is; null is no limit, absent is the bench's own."""

    id: Id
    kind: str
    label: Label = ""
    pace_baud: Baud | UnsetType | None = UNSET


Entry = TypeVar("Entry", bound=BenchEntry)
Options = TypeVar("Options")


class Simulation(NamedTuple, Generic[Entry, Options]):
    """The other end of a kind's wire.

    `entry`: how a bench file describes it. `model`: what it does, built with the faults that hold. `stand_in`: what
    must stand at the other end of a device with these options, without id and kind. `view`: which drawing of the
    device page shows it (a script of simulators/page). `slow_wire`: the fault "slow" holds bytes back. `alone`: options
    of a device that stands alone, where the least of them say nothing.
    """

    entry: type[Entry]
    model: Callable[[Entry, Conditions, Note], Model]
    stand_in: Callable[[Options, LabelOf], dict[str, object]]
    view: str
    faults: tuple[Fault, ...] = ()
    slow_wire: bool = True
    alone: Mapping[str, object] = {}
