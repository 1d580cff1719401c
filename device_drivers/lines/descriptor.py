"""Reading and writing a file descriptor with bounds, for serial ports and sockets alike.

Bytes move through `poll` and non-blocking descriptors: no limit at descriptor 1023 as with `select`, and
one kind of error instead of four. The driver's thread calls everything here except `cancel_read`.
"""

from __future__ import annotations

import os
import select
import threading
import time
from abc import ABC, abstractmethod
from typing import Annotated

from msgspec import Meta

from device_drivers.errors import LinkDown

READ_LIMIT = 4096  # one read; also the size of the kernel's tty buffer

WriteTimeoutS = Annotated[float, Meta(ge=0.1, le=30)]

_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


class PortMissing(LinkDown):
    """There is nothing to open. Asking again costs nothing, so drivers ask often."""


class DescriptorLine(ABC):
    """A `ports.Line` over one file descriptor. Subclasses say how it is opened and closed."""

    def __init__(self, name: str, write_timeout_s: float) -> None:
        self.name = name
        self._write_timeout_s = write_timeout_s
        self._fd = -1
        # Guards the life of `_wake`: a cancel from another thread must not hit a recycled descriptor.
        self._guard = threading.Lock()
        self._wake = -1

    @abstractmethod
    def _open_descriptor(self) -> int:
        """Open the device and return its non-blocking descriptor; raises LinkDown."""

    @abstractmethod
    def _close_descriptor(self) -> None:
        """Close what `_open_descriptor` opened; never raises."""

    # What is between the descriptor and its bytes, where that is more than the kernel.

    def _buffered(self) -> bool:
        """Whether bytes are here that `poll` does not see."""
        return False

    def _take(self, limit: int) -> bytes:
        """As `os.read`: b"" at the end, BlockingIOError for nothing yet."""
        return os.read(self._fd, limit)

    def _put(self, data: memoryview) -> int:
        """As `os.write`."""
        return os.write(self._fd, data)

    def _why_silent(self) -> str:
        """What to tell when the descriptor is readable and holds nothing: the other end is gone."""
        return "the other end closed the connection"

    def open(self) -> None:
        self.close()
        fd = self._open_descriptor()
        with self._guard:
            self._fd = fd
            self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def close(self) -> None:
        with self._guard:
            if self._wake >= 0:
                os.close(self._wake)
            self._wake = -1
            if self._fd >= 0:
                self._close_descriptor()
            self._fd = -1

    def cancel_read(self) -> None:
        """Make the current `read`, or else the next one, return at once. No effect while closed."""
        with self._guard:
            if self._wake >= 0:
                os.eventfd_write(self._wake, 1)

    def read(self, timeout_s: float) -> bytes:
        """Whatever is there, as soon as something is; b"" after `timeout_s`, a cancel, or bytes that carry none."""
        self._must_be_open()
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        buffered = self._buffered()
        ready = dict(poll.poll(0 if buffered else max(0.0, timeout_s) * 1000))
        if self._wake in ready:
            os.eventfd_read(self._wake)
        if self._fd not in ready and not buffered:
            return b""
        try:
            data = self._take(READ_LIMIT)
        except BlockingIOError:
            if ready.get(self._fd, 0) & _GONE:
                raise self._gone() from None
            return b""
        except OSError as error:
            raise self._gone(error) from error
        if not data:
            raise self._gone()
        return data

    def write(self, data: bytes) -> None:
        """Hand all of `data` to the kernel within the line's write time-out."""
        self._must_be_open()
        poll = select.poll()
        poll.register(self._fd, select.POLLOUT)
        give_up_at = time.monotonic() + self._write_timeout_s
        rest = memoryview(data)
        while rest:
            left_s = give_up_at - time.monotonic()
            if left_s <= 0 or not poll.poll(left_s * 1000):
                raise LinkDown(
                    f"{self.name}: took {len(data) - len(rest)} of {len(data)} bytes in "
                    f"{self._write_timeout_s:g} s: check that the device is on and flow control is off",
                    "line_stuck",
                )
            try:
                rest = rest[self._put(rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._gone(error) from error

    def _gone(self, error: OSError | None = None) -> LinkDown:
        because = "" if error is None else f" ({error.strerror})"
        return LinkDown(f"{self.name}: {self._why_silent()}{because}", "line_gone")

    def _must_be_open(self) -> None:
        if self._fd < 0:
            raise LinkDown(f"{self.name}: is not open")
