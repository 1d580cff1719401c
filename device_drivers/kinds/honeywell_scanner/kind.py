"""Honeywell scanners on a serial port (霍尼韦尔扫码器): `ports.Reader`."""

from __future__ import annotations

from device_drivers.families.readers.driver import LineReader
from device_drivers.families.readers.scan_link import ScanLink, Scanner, ScanOptions
from device_drivers.families.readers.scanned import CodeLine
from device_drivers.families.readers.scanner_simulator import FAULTS, SimulatedScanner, Speech
from device_drivers.families.readers.simulator import ReaderSpec, reader_stand_in
from device_drivers.kind import Kind
from device_drivers.kinds.honeywell_scanner.codec import (
    HONEYWELL_SCANNER,
    LONGEST,
    OFF,
    ON,
    Trigger,
    cut_for_link,
    cut_honeywell,
)
from device_drivers.options import DeviceSpec, Environment
from device_drivers.simulation.faults import Conditions
from device_drivers.simulation.model import Note, Simulation
from device_drivers.words import Words


def build(spec: DeviceSpec, options: ScanOptions, env: Environment) -> LineReader:
    """Raises BadOption."""
    scanner = Scanner(cut=cut_for_link, longest=LONGEST, on=ON, off=OFF)
    link = ScanLink(spec.id, scanner, triggered=options.trigger == "host", ended=options.end != "none")
    return LineReader(spec, env, link, "code", {})


def _obeys(frame: Trigger | CodeLine) -> tuple[str, bytes]:
    return (frame.state if isinstance(frame, Trigger) else ""), b""


def _model(spec: ReaderSpec, conditions: Conditions, note: Note) -> SimulatedScanner:
    return SimulatedScanner(spec, conditions, note, Speech(cut_honeywell, LONGEST, _obeys), always=False)


KIND = Kind(
    name="honeywell-scanner",
    words=Words("霍尼韦尔扫码器", "Honeywell scanner"),
    options=ScanOptions,
    parts={"readers": ""},
    build=build,
    codecs=(HONEYWELL_SCANNER,),
    simulate=Simulation(entry=ReaderSpec, model=_model, stand_in=reader_stand_in, view="reader", faults=FAULTS),
)
