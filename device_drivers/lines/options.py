"""Line kinds of the configuration: their options, and the line each of them builds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

from msgspec import Meta

from device_drivers.lines.serial_port import SerialLine
from device_drivers.lines.tcp import TcpLine
from device_drivers.options import BadOption, DeviceSpec, Table, read_options
from device_drivers.ports import ByteLine

_BITS_PER_BYTE = 8
# The rates that pyserial lists: a port that is asked for another one takes what it has, and every byte is wrong.
Baud = Literal[
    300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600,
    1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000
]

WriteTimeoutS = Annotated[float, Meta(ge=0.1, le=30)]


class SerialOptions(Table, frozen=True, kw_only=True):
    port: Annotated[str, Meta(min_length=1, max_length=4096)]
    baud: Baud = 9600
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    rs485: bool = False
    write_timeout_s: WriteTimeoutS = 2.0


class TcpOptions(Table, frozen=True):
    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 9100
    write_timeout_s: WriteTimeoutS = 2.0


def _build_serial(name: str, options: SerialOptions) -> SerialLine:
    return SerialLine(
        name,
        options.port,
        options.baud,
        parity=options.parity,
        stopbits=options.stopbits,
        rs485=options.rs485,
        write_timeout_s=options.write_timeout_s,
    )


def _build_tcp(name: str, options: TcpOptions) -> TcpLine:
    return TcpLine(name, options.host, options.port, write_timeout_s=options.write_timeout_s)


def _serial_byte_s(options: SerialOptions) -> float:
    bits = 1 + _BITS_PER_BYTE + (options.parity != "N") + options.stopbits
    return bits / options.baud


LineOptions = TypeVar("LineOptions", bound=Table)


class LineKind(NamedTuple, Generic[LineOptions]):
    """`byte_s`: how long one byte takes on the wire, 0 where the wire is not the limit."""

    options: type[LineOptions]
    build: Callable[[str, LineOptions], ByteLine]
    byte_s: Callable[[LineOptions], float]


LINE_KINDS: dict[str, LineKind[Any]] = {
    "serial": LineKind(SerialOptions, _build_serial, _serial_byte_s),
    "tcp": LineKind(TcpOptions, _build_tcp, lambda options: 0.0),
}


def build_line(spec: DeviceSpec) -> ByteLine:
    """The (closed) line a device asks for; raises BadOption."""
    kind, options = _read(spec)
    return kind.build(f"line-{spec.id}", options)


def byte_seconds(spec: DeviceSpec) -> float:
    """How long one byte takes on the device's wire; raises BadOption."""
    kind, options = _read(spec)
    return kind.byte_s(options)


def _read(spec: DeviceSpec) -> tuple[LineKind[Any], Any]:
    kinds = " or ".join(repr(kind) for kind in LINE_KINDS)
    if spec.line is None:
        raise BadOption(spec.id, "line", f"is missing, expected a table with kind = {kinds}")
    kind = LINE_KINDS.get(spec.line.kind)
    if kind is None:
        raise BadOption(spec.id, "line.kind", f"expected {kinds}, got {spec.line.kind!r}")
    return kind, read_options(kind.options, spec.line.options, spec.id, "line.")
