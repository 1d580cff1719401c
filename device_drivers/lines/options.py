"""Line kinds of the configuration: their options, and the line each of them builds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from device_drivers.lines.device_file import FileLine, FileOptions, InputLine, InputOptions
from device_drivers.lines.serial_port import SerialLine, SerialOptions
from device_drivers.lines.tcp import TcpLine, TcpOptions
from device_drivers.options import BadOption, DeviceSpec, Table, read_options
from device_drivers.ports import ByteLine

_BITS_PER_BYTE = 8
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
    "serial": LineKind(SerialOptions, SerialLine, _serial_byte_s),
    "tcp": LineKind(TcpOptions, TcpLine, lambda options: 0.0),
    "evdev": LineKind(InputOptions, InputLine, lambda options: 0.0),
    "file": LineKind(FileOptions, FileLine, lambda options: 0.0),
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
