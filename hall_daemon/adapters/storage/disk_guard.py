"""Room on the disk: when it runs low no new numbers are given, while calls and screens go on with what is left."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from hall_daemon.app.record import Command
from hall_daemon.cases.commands import OpenReview, TakeTicket
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused

_LOGGER = logging.getLogger(__name__)
LOOK_EVERY_S = 2.0
MB = 1024 * 1024


class StorageGuard:
    """`admit` is asked by the core for every command, so it looks at the disk at most every two seconds. Any thread."""

    def __init__(self, folder: Path, min_free_mb: int, monotonic: Callable[[], float]) -> None:
        self._folder = folder
        self.min_free = min_free_mb * MB
        self._monotonic = monotonic
        self._next_look = 0.0
        self.low = False

    def admit(self, command: Command) -> Refused | None:
        if not isinstance(command, c.IssueTicket | TakeTicket | OpenReview):
            return None
        self.look()
        return Refused("storage_low") if self.low else None

    def look(self) -> None:
        """See for oneself, at most every LOOK_EVERY_S. Also called when nobody draws a number: staff must be told."""
        now = self._monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY_S
            self._look()

    def _look(self) -> None:
        try:
            disk = os.statvfs(self._folder)
            low = disk.f_bavail * disk.f_frsize < self.min_free
        except OSError as error:
            _LOGGER.warning("cannot look at the disk of %s: %s", self._folder, error)
            low = True
        if low != self.low:
            self.low = low
            _LOGGER.warning("storage is %s: numbers are %s", *(("low", "stopped") if low else ("free again", "given")))
