"""Device files that are opened as they are: input devices (evdev) and printers (`/dev/usb/lp0`).

An input device is grabbed (EVIOCGRAB), so that its keys do not land in a console or a browser as well.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import stat
import time
from typing import Annotated

from msgspec import Meta

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import DescriptorLine, PortMissing, WriteTimeoutS
from device_drivers.lines.holders import describe_holders
from device_drivers.options import Table

# _IOW('E', 0x90, int), linux/input.h
EVIOCGRAB = 0x4004_4590
# A printer's file that is readable and holds nothing is asked again so soon.
_EMPTY_S = 0.05

DevicePath = Annotated[str, Meta(min_length=1, max_length=4096, pattern="^/", description="a path that begins with /")]


class InputOptions(Table, frozen=True, kw_only=True):
    """`port` by /dev/input/by-id/…-event-kbd. `grab`: the keys are ours alone."""

    port: DevicePath
    grab: bool = True


class FileOptions(Table, frozen=True, kw_only=True):
    port: DevicePath
    write_timeout_s: WriteTimeoutS = 10.0


class _DeviceFile(DescriptorLine):
    def __init__(self, name: str, port: str, flags: int, write_timeout_s: float) -> None:
        super().__init__(name, write_timeout_s)
        self.port = port
        self._flags = flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        self._file = -1

    def _open_descriptor(self) -> int:
        try:
            if not stat.S_ISCHR(os.stat(self.port).st_mode):
                raise LinkDown(
                    f"{self.name}: {self.port} is no device: name one under /dev", "not_a_port", port=self.port
                )
            self._file = os.open(self.port, self._flags)
            self._opened()
        except OSError as error:
            self._close_descriptor()
            raise self._refused(error) from error
        return self._file

    def _opened(self) -> None:
        """Raises OSError when the device is not what is wanted."""

    def _close_descriptor(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def _refused(self, error: OSError) -> LinkDown:
        if error.errno in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
            message = f"{self.name}: there is no {self.port}: plug it in; ls -l {os.path.dirname(self.port)} lists them"
            return PortMissing(message, "port_missing", port=self.port)
        if error.errno in (errno.EACCES, errno.EPERM):
            message = f"{self.name}: no permission for {self.port}: add the hall's user to the group of that file"
            return LinkDown(message, "file_denied", port=self.port)
        if error.errno in (errno.EBUSY, errno.EAGAIN):
            holder = describe_holders(self.port)
            return LinkDown(f"{self.name}: {self.port} is {holder}", "port_busy", port=self.port, holder=holder)
        message = f"{self.name}: {self.port} does not open as such a device ({error.strerror})"
        return LinkDown(message, "not_a_port", port=self.port)

    def _why_silent(self) -> str:
        return f"{self.port} is gone: check the cable"


class InputLine(_DeviceFile):
    """What an input device says, as struct input_event after struct input_event. Nothing is written to it."""

    def __init__(self, name: str, options: InputOptions) -> None:
        super().__init__(name, options.port, os.O_RDONLY, 1.0)
        self._grab = options.grab

    def _opened(self) -> None:
        if self._grab:
            fcntl.ioctl(self._file, EVIOCGRAB, 1)


class FileLine(_DeviceFile):
    """A printer behind its file. Many answer nothing there: an empty read is silence, a hang-up is the end."""

    def __init__(self, name: str, options: FileOptions) -> None:
        super().__init__(name, options.port, os.O_RDWR, options.write_timeout_s)

    def read(self, timeout_s: float) -> bytes:
        try:
            return super().read(timeout_s)
        except LinkDown:
            poll = select.poll()
            poll.register(self._file, 0)
            if self._file < 0 or poll.poll(0):
                raise
            time.sleep(min(timeout_s, _EMPTY_S))
            return b""
