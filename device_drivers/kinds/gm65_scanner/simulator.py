"""A GM65 module and the codes that people hold before it, as a pure model."""

from __future__ import annotations

from device_drivers.families.readers.scan_link import ScanOptions
from device_drivers.families.readers.scanner_simulator import FAULTS, SimulatedScanner, Speech
from device_drivers.families.readers.simulator import ReaderSpec, reader_stand_in
from device_drivers.kinds.gm65_scanner.codec import (
    HEARTBEAT,
    LONGEST,
    TRIGGER,
    TRIGGER_ZONE,
    WRITE_ZONE,
    Message,
    ZoneAnswer,
    ZoneCommand,
    cut_gm65,
    encode_answer,
)
from device_drivers.simulation.faults import Conditions
from device_drivers.simulation.model import LabelOf, Note, Simulation

DONE = encode_answer(ZoneAnswer(0, b"\x00"))


class Gm65Spec(ReaderSpec, frozen=True, kw_only=True):
    """`always`: it scans by itself, untriggered."""

    always: bool = False


def _obeys(message: Message) -> tuple[str, bytes]:
    if not isinstance(message, ZoneCommand):
        return "", b""
    if message.type == HEARTBEAT:
        return "", encode_answer(ZoneAnswer(0, b"\x00", heartbeat=True))
    triggers = (message.type, message.addr, message.data) == (WRITE_ZONE, TRIGGER_ZONE, TRIGGER)
    return ("on" if triggers else ""), DONE


def _model(spec: Gm65Spec, conditions: Conditions, note: Note) -> SimulatedScanner:
    return SimulatedScanner(spec, conditions, note, Speech(cut_gm65, LONGEST, _obeys), always=spec.always)


def _stand_in(options: ScanOptions, label_of: LabelOf) -> dict[str, object]:
    return {**reader_stand_in(options, label_of), "always": options.trigger == "self"}


SIMULATION = Simulation(entry=Gm65Spec, model=_model, stand_in=_stand_in, view="reader", faults=FAULTS)
