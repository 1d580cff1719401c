"""A serial port: opened and configured by pyserial, read and written by `DescriptorLine`.

pyserial raises SerialException, OSError, termios.error and ValueError depending on the call; all of them
become LinkDown here. DTR stays low (CH340 boards reset on it), input is flushed on open, and the port is
locked against a second open.
"""

from __future__ import annotations

import errno
import os
import stat
import termios
from typing import Annotated, Literal

import serial
from msgspec import Meta
from serial.rs485 import RS485Settings

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import DescriptorLine, PortMissing, WriteTimeoutS
from device_drivers.lines.holders import describe_holders, holders
from device_drivers.options import Table

# The rates that pyserial lists: a port that is asked for another one takes what it has, and every byte is wrong.
Baud = Literal[
    300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600,
    1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000
]


class SerialOptions(Table, frozen=True, kw_only=True):
    """`shared`: other devices name the same port, with the same settings. Then `turn_ms` is the silence between two
    frames of anybody, and `echo` drops our own bytes that the adapter gives back."""

    port: Annotated[str, Meta(min_length=1, max_length=4096)]
    baud: Baud = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    rs485: bool = False
    shared: bool = False
    turn_ms: Annotated[int, Meta(ge=0, le=1000)] = 10
    echo: bool = False
    write_timeout_s: WriteTimeoutS = 2.0


class SerialLine(DescriptorLine):
    """`port` of its options by /dev/serial/by-id/… where the adapter has a serial number, else by-path.

    `rs485` asks the kernel to switch direction (real UARTs only; USB adapters do it by themselves).
    """

    def __init__(self, name: str, options: SerialOptions) -> None:
        super().__init__(name, options.write_timeout_s)
        self.port = options.port
        self.options = options
        self._serial: serial.Serial | None = None

    def _open_descriptor(self) -> int:
        self._must_be_a_device()
        device, options = serial.Serial(), self.options
        try:
            device.port = options.port
            device.baudrate = options.baud
            device.bytesize = options.bits
            device.parity = options.parity
            device.stopbits = options.stopbits
            device.exclusive = True
            device.dtr = False
            if options.rs485:
                device.rs485_mode = RS485Settings()
            device.open()  # flushes the input as well
        except (OSError, termios.error, ValueError) as error:
            _close_quietly(device)
            raise self._refused(error) from error
        self._serial = device
        return int(device.fileno())

    def _close_descriptor(self) -> None:
        if self._serial is not None:
            _close_quietly(self._serial)
        self._serial = None

    def _must_be_a_device(self) -> None:
        """A plain file would open and swallow bytes; a missing one deserves a better word than ENOENT."""
        try:
            mode = os.stat(self.port).st_mode
        except FileNotFoundError:
            raise PortMissing(
                f"{self.name}: there is no {self.port}: plug the cable in; ls -l /dev/serial/by-id/ "
                "lists what is there",
                "port_missing",
                port=self.port,
            ) from None
        except OSError as error:
            raise self._refused(error) from error
        if not stat.S_ISCHR(mode):
            raise LinkDown(
                f"{self.name}: {self.port} is not a serial port: name a device under /dev", "not_a_port", port=self.port
            )

    def _refused(self, error: Exception) -> LinkDown:
        code = getattr(error, "errno", None) or (error.args[0] if error.args else None)
        if code in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
            message = f"{self.name}: {self.port} has no device behind it: check the cable"
            return PortMissing(message, "port_missing", port=self.port)
        if code in (errno.EACCES, errno.EPERM):
            return LinkDown(
                f"{self.name}: no permission for {self.port}: add the hall's user to the group dialout "
                "(sudo usermod -aG dialout USER) and start again",
                "port_denied",
                port=self.port,
            )
        if code in (errno.EBUSY, errno.EAGAIN):
            holder = describe_holders(self.port)
            return LinkDown(f"{self.name}: {self.port} is {holder}", "port_busy", port=self.port, holder=holder)
        if isinstance(error, ValueError):
            asked = self.options
            return LinkDown(
                f"{self.name}: {self.port} refuses {asked.baud} baud {asked.bits}{asked.parity}{asked.stopbits}"
                f"{' with rs485' if asked.rs485 else ''} ({error}): check the line's settings",
                "port_settings",
                port=self.port,
            )
        message = f"{self.name}: {self.port} does not open as a serial port ({error})"
        return LinkDown(message, "not_a_port", port=self.port)

    def _why_silent(self) -> str:
        others = [holder for holder in holders(self.port) if holder.pid != os.getpid()]
        if others:
            words = ", ".join(f"{holder.pid} ({holder.command})" for holder in others)
            return f"{self.port} went silent and {words} has it open too: stop it, it takes our bytes"
        return f"{self.port} is gone: check the cable and the adapter"


def _close_quietly(device: serial.Serial) -> None:
    try:
        device.close()
    except (OSError, termios.error):
        pass
