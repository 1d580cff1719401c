"""sd_notify: tells the service manager that we are ready, alive, or stopping. Does nothing elsewhere."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


class Notifier:
    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self.watchdog_s = int(environ.get("WATCHDOG_USEC") or 0) / 1e6

    def tell(self, message: str) -> None:
        """`READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=…`. Never waits: a manager that went away or does not read
        is no reason to stop."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as link:
            try:
                link.sendto(message.encode(), address)
            except OSError:
                return
