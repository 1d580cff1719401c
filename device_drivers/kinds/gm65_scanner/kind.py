"""GM65, GM67, GM805 and GM861 scanner modules (扫码模块): `ports.Reader`."""

from __future__ import annotations

from device_drivers.families.readers.conditions import READER_CONDITIONS
from device_drivers.families.readers.driver import LineReader
from device_drivers.families.readers.scan_link import ScanLink, Scanner, ScanOptions
from device_drivers.kind import Kind
from device_drivers.kinds.gm65_scanner.codec import (
    GM65_SCANNER,
    HEARTBEAT,
    LONGEST,
    TRIGGER,
    TRIGGER_ZONE,
    WRITE_ZONE,
    ZoneCommand,
    cut_for_link,
    encode_command,
)
from device_drivers.kinds.gm65_scanner.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import Words

GM65 = Scanner(
    cut=cut_for_link,
    longest=LONGEST,
    on=encode_command(ZoneCommand(WRITE_ZONE, TRIGGER_ZONE, TRIGGER, crc=False)),
    alive=encode_command(ZoneCommand(HEARTBEAT, 0, b"\x00")),
)


def build(spec: DeviceSpec, options: ScanOptions, env: Environment) -> LineReader:
    """Raises BadOption."""
    link = ScanLink(spec.id, GM65, triggered=options.trigger == "host", ended=options.end != "none")
    return LineReader(spec, env, link, "code", READER_CONDITIONS)


KIND = Kind(
    name="gm65-scanner",
    words=Words("扫码器", "Code scanner"),
    options=ScanOptions,
    parts={"readers": ""},
    build=build,
    codecs=(GM65_SCANNER,),
    conditions=READER_CONDITIONS,
    simulate=SIMULATION,
)
