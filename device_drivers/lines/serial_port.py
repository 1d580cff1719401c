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
from typing import Literal

import serial
from serial.rs485 import RS485Settings

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import DescriptorLine, PortMissing
from device_drivers.lines.holders import describe_holders, holders

Parity = Literal["N", "E", "O"]


class SerialLine(DescriptorLine):
    """`port` by /dev/serial/by-id/… where the adapter has a serial number, else by-path.

    `rs485` asks the kernel to switch direction (real UARTs only; USB adapters do it by themselves).
    """

    def __init__(
        self,
        name: str,
        port: str,
        baud: int = 9600,
        *,
        parity: Parity = "N",
        stopbits: Literal[1, 2] = 1,
        rs485: bool = False,
        write_timeout_s: float = 2.0,
    ) -> None:
        super().__init__(name, write_timeout_s)
        self.port = port
        self.baud = baud
        self._parity = parity
        self._stopbits = stopbits
        self._rs485 = rs485
        self._serial: serial.Serial | None = None

    def _open_descriptor(self) -> int:
        self._must_be_a_device()
        device = serial.Serial()
        try:
            device.port = self.port
            device.baudrate = self.baud
            device.parity = self._parity
            device.stopbits = self._stopbits
            device.exclusive = True
            device.dtr = False
            if self._rs485:
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
            return LinkDown(
                f"{self.name}: {self.port} refuses {self.baud} baud 8{self._parity}{self._stopbits}"
                f"{' with rs485' if self._rs485 else ''} ({error}): check the line's settings",
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
