"""Pipes to hardware, behind `ports.Line`: bytes so far, messages beside them. The only room that imports pyserial.

A line is owned by one driver thread; only `cancel_read` may be called from another. Every failure
leaves as `LinkDown` whose message says what a person at the cabinet can do about it.
"""

from __future__ import annotations

from device_drivers.lines.descriptor import PortMissing
from device_drivers.lines.options import LINE_KINDS, build_line, byte_seconds
from device_drivers.lines.serial_port import SerialLine, SerialOptions
from device_drivers.lines.tcp import TcpLine, TcpOptions

__all__ = [
    "LINE_KINDS",
    "PortMissing",
    "SerialLine",
    "SerialOptions",
    "TcpLine",
    "TcpOptions",
    "build_line",
    "byte_seconds",
]
