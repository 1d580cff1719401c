"""Line kinds of the configuration: their options, and the line each of them builds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from device_drivers.codecs.message import Messages
from device_drivers.lines.device_file import FileLine, FileOptions, InputLine, InputOptions
from device_drivers.lines.http import HttpLine, HttpOptions
from device_drivers.lines.rfc2217 import Rfc2217Line, Rfc2217Options
from device_drivers.lines.serial_port import SerialLine, SerialOptions
from device_drivers.lines.shared import SharedBus, on_bus
from device_drivers.lines.tcp import TcpLine, TcpOptions
from device_drivers.lines.tls import TlsLine, TlsOptions
from device_drivers.options import BadOption, DeviceSpec, Table, read_options
from device_drivers.ports import ByteLine, Line


def _serial_byte_s(options: SerialOptions | Rfc2217Options) -> float:
    bits = 1 + options.bits + (options.parity != "N") + options.stopbits
    return bits / options.baud


def _serial_line(name: str, options: SerialOptions) -> ByteLine:
    if not options.shared:
        return SerialLine(name, options)

    def bus() -> SharedBus:
        line, byte_s = SerialLine(options.port, options), _serial_byte_s(options)
        return SharedBus(line, turn_s=options.turn_ms / 1000, byte_s=byte_s, echo=options.echo)

    return on_bus(name, options, bus)


LineOptions = TypeVar("LineOptions", bound=Table)


class LineKind(NamedTuple, Generic[LineOptions]):
    """`byte_s`: how long one byte takes on the wire, 0 where the wire is not the limit. `carries`: what goes over it;
    a kind of device takes lines of what its link speaks."""

    options: type[LineOptions]
    build: Callable[[str, LineOptions], Line[Any]]
    byte_s: Callable[[LineOptions], float] = lambda options: 0.0
    carries: Literal["bytes", "messages"] = "bytes"


LINE_KINDS: dict[str, LineKind[Any]] = {
    "serial": LineKind(SerialOptions, _serial_line, _serial_byte_s),
    "tcp": LineKind(TcpOptions, TcpLine),
    "rfc2217": LineKind(Rfc2217Options, Rfc2217Line, _serial_byte_s),
    "tls": LineKind(TlsOptions, TlsLine),
    "evdev": LineKind(InputOptions, InputLine),
    "file": LineKind(FileOptions, FileLine),
    "http": LineKind(HttpOptions, HttpLine, carries="messages"),
}


def build_line(spec: DeviceSpec) -> ByteLine:
    """The (closed) line of bytes a device asks for; raises BadOption."""
    kind, options = _read(spec, "bytes")
    return kind.build(f"line-{spec.id}", options)


def build_message_line(spec: DeviceSpec) -> Line[Messages]:
    """The (closed) line of messages a device asks for; raises BadOption."""
    kind, options = _read(spec, "messages")
    return kind.build(f"line-{spec.id}", options)


def carries_messages(spec: DeviceSpec) -> bool:
    """Whether the device's line does, of those that both kinds of line suit."""
    return spec.line is not None and spec.line.kind in LINE_KINDS and LINE_KINDS[spec.line.kind].carries == "messages"


def byte_seconds(spec: DeviceSpec) -> float:
    """How long one byte takes on the device's wire; raises BadOption."""
    kind, options = _read(spec, "bytes")
    return kind.byte_s(options)


def _read(spec: DeviceSpec, carries: str) -> tuple[LineKind[Any], Any]:
    kinds = " or ".join(repr(name) for name, kind in LINE_KINDS.items() if kind.carries == carries)
    if spec.line is None:
        raise BadOption(spec.id, "line", f"is missing, expected a table with kind = {kinds}")
    kind = LINE_KINDS.get(spec.line.kind)
    if kind is None or kind.carries != carries:
        raise BadOption(spec.id, "line.kind", f"expected {kinds}, got {spec.line.kind!r}")
    return kind, read_options(kind.options, spec.line.options, spec.id, "line.")
