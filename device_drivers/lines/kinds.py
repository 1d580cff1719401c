"""Line kinds of the configuration: their options, and the line each of them builds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from device_drivers.lines.serial_port import SerialLine
from device_drivers.lines.tcp import TcpLine
from device_drivers.ports import Line
from device_drivers.specs import BadOption, Between, DeviceSpec, LineSpec, parse_options

_BITS_PER_BYTE = 8
# The rates that pyserial lists: a port that is asked for another one takes what it has, and every byte is wrong.
Baud = Literal[
    300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600,
    1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SerialOptions:
    port: Annotated[str, Between(1, 4096)]
    baud: Baud = 9600
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    rs485: bool = False
    write_timeout_s: Annotated[float, Between(0.1, 30)] = 2.0


@dataclass(frozen=True, slots=True)
class TcpOptions:
    host: Annotated[str, Between(1, 253)]
    port: Annotated[int, Between(1, 65535)] = 9100
    write_timeout_s: Annotated[float, Between(0.1, 30)] = 2.0


def _build_serial(spec: LineSpec, device: str) -> SerialLine:
    options = parse_options(SerialOptions, spec.options, device, "line.")
    return SerialLine(
        f"line-{device}",
        options.port,
        options.baud,
        parity=options.parity,
        stopbits=options.stopbits,
        rs485=options.rs485,
        write_timeout_s=options.write_timeout_s,
    )


def _build_tcp(spec: LineSpec, device: str) -> TcpLine:
    options = parse_options(TcpOptions, spec.options, device, "line.")
    return TcpLine(f"line-{device}", options.host, options.port, write_timeout_s=options.write_timeout_s)


LINE_KINDS: dict[str, Callable[[LineSpec, str], Line]] = {"serial": _build_serial, "tcp": _build_tcp}


def build_line(spec: DeviceSpec) -> Line:
    """The (closed) line a device asks for; raises BadOption."""
    if spec.line is None:
        raise BadOption(spec.id, "line", f"is missing, expected a table with kind = {_kinds()}")
    build = LINE_KINDS.get(spec.line.kind)
    if build is None:
        raise BadOption(spec.id, "line.kind", f"expected {_kinds()}, got {spec.line.kind!r}")
    return build(spec.line, spec.id)


def byte_seconds(spec: DeviceSpec) -> float:
    """How long one byte takes on the wire; 0 where the wire is not the limit (TCP)."""
    if spec.line is None or spec.line.kind != "serial":
        return 0.0
    options = parse_options(SerialOptions, spec.line.options, spec.id, "line.")
    bits = 1 + _BITS_PER_BYTE + (options.parity != "N") + options.stopbits
    return bits / options.baud


def _kinds() -> str:
    return " or ".join(repr(kind) for kind in LINE_KINDS)
