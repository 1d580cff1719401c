"""Scanners on a serial port that say a code and a carriage return (串口扫码枪): `ports.Reader`."""

from __future__ import annotations

from typing import Any

from device_drivers.families.readers.driver import LineReader
from device_drivers.families.readers.line_codec import LONGEST, line_codec
from device_drivers.families.readers.scan_link import PlainOptions, ScanLink, Scanner
from device_drivers.families.readers.scanned import cut_line
from device_drivers.families.readers.scanner_simulator import FAULTS, SimulatedScanner, Speech
from device_drivers.families.readers.simulator import ReaderSpec, reader_stand_in
from device_drivers.kind import Kind
from device_drivers.options import DeviceSpec, Environment
from device_drivers.simulation.faults import Conditions
from device_drivers.simulation.model import Note, Simulation
from device_drivers.words import Words


def build(spec: DeviceSpec, options: PlainOptions, env: Environment) -> LineReader:
    """Raises BadOption."""
    scanner = Scanner(cut=cut_line, longest=LONGEST)
    link = ScanLink(spec.id, scanner, triggered=False, ended=options.end != "none")
    return LineReader(spec, env, link, "code", {})


def _model(spec: ReaderSpec, conditions: Conditions, note: Note) -> SimulatedScanner:
    def obeys(_line: Any) -> tuple[str, bytes]:
        return "", b""

    return SimulatedScanner(spec, conditions, note, Speech(cut_line, LONGEST, obeys), always=True)


KIND = Kind(
    name="line-scanner",
    words=Words("扫码枪", "Code scanner"),
    options=PlainOptions,
    parts={"readers": ""},
    build=build,
    codecs=(line_codec("line-scanner", "code scanner, text and carriage return"),),
    simulate=Simulation(entry=ReaderSpec, model=_model, stand_in=reader_stand_in, view="reader", faults=FAULTS),
)
