"""A serial port made of a pty: the daemon opens the symlink, a simulated device holds the other end.

Pulling the plug removes the symlink and closes both ends, as a USB adapter does when it goes; plugging
in makes a new pty behind the same name. Used by its device's thread only.
"""

from __future__ import annotations

import contextlib
import os
import select
import tty
from pathlib import Path

from device_drivers.errors import LinkDown


class PtyPort:
    """`fd` is the device's end, or None while unplugged.

    The daemon's end is not held open here: so its closing is seen, the bytes of a port that nobody has
    open are lost as on a wire, and whoever looks for the holder of the port finds the daemon alone.
    """

    def __init__(self, link: Path) -> None:
        self.link = link
        self.fd: int | None = None

    def plug(self) -> None:
        """Make a pty and put its name at `link`; LinkDown when the name is taken by something else."""
        if self.fd is not None:
            return
        if self.link.exists() and not self.link.is_symlink():
            raise LinkDown(f"{self.link}: is there and not a link of ours; remove it or choose another folder")
        self.fd, slave = os.openpty()
        # Raw before anybody opens it: a cooked tty echoes, and turns CR into LF. It stays so while we live.
        tty.setraw(slave)
        name = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self.fd, False)
        fresh = self.link.with_name(f".{self.link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(name)
        fresh.replace(self.link)

    def unplug(self) -> None:
        if self.fd is None:
            return
        self.link.unlink(missing_ok=True)
        os.close(self.fd)
        self.fd = None

    def is_open(self) -> bool:
        """Whether somebody has the port open just now."""
        if self.fd is None:
            return False
        poll = select.poll()
        poll.register(self.fd, 0)
        return not poll.poll(0)  # only a hang-up is reported when nothing is asked for

    def read(self) -> bytes:
        """What was sent, also by somebody who has closed the port since."""
        if self.fd is None:
            return b""
        try:
            return os.read(self.fd, 4096)
        except OSError:  # nothing there, or nobody has it open
            return b""

    def write(self, data: bytes) -> None:
        """What nobody reads is lost, as on a wire."""
        if self.fd is not None and data and self.is_open():
            with contextlib.suppress(OSError):
                os.write(self.fd, data)
