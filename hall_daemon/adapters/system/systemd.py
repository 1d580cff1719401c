"""The service manager: told that we are ready, alive, or stopping (sd_notify), and how much each log line matters.
Does nothing elsewhere."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

# sd-daemon(3): the priority of a line that journald reads from a service's output.
_PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}


def is_journal(descriptor: int, environ: Mapping[str, str]) -> bool:
    """Whether what is written to `descriptor` goes to journald; the variable alone is inherited by whoever we start."""
    told = os.fstat(descriptor)
    return environ.get("JOURNAL_STREAM") == f"{told.st_dev}:{told.st_ino}"


class JournalLines(logging.Formatter):
    """Each line of a record begins with its priority, as `<4>`: a stack keeps that of its record."""

    def format(self, record: logging.LogRecord) -> str:
        mark = f"<{_PRIORITIES.get(record.levelno, 6)}>"
        return "\n".join(mark + line for line in super().format(record).splitlines())


class Notifier:
    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")

    @property
    def managed(self) -> bool:
        """Whether a service manager started us."""
        return bool(self._address)

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
