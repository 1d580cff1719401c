"""A wake-up for a thread that waits for files and for others."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable


class Wake:
    """Ends a `wait` from any thread. `close` once the waiting thread is gone; `rouse` after that does nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._here, self._there = socket.socketpair()
        self._here.setblocking(False)
        self._there.setblocking(False)

    def fileno(self) -> int:
        return self._here.fileno()

    def rouse(self) -> None:
        with self._lock:
            try:
                self._there.send(b"!")
            except OSError:  # closed, or full: it is awake already
                pass

    def clear(self) -> None:
        try:
            self._here.recv(4096)
        except OSError:
            pass

    def wait(self, timeout_s: float | None, *files: int) -> set[int]:
        """Sleep until `rouse`, until one of `files` can be read, or the time is over; returns those that can."""
        poll = select.poll()
        for file in (self._here.fileno(), *files):
            poll.register(file, select.POLLIN)
        ready = {file for file, _ in poll.poll(None if timeout_s is None else max(0.0, timeout_s) * 1000)}
        if self._here.fileno() in ready:
            self.clear()
        return ready

    def sleep(self, seconds: float, enough: Callable[[], bool], monotonic: Callable[[], float]) -> None:
        """Sleep so long, or until `enough`, which is looked at whenever somebody rouses."""
        until_s = monotonic() + seconds
        while not enough() and (left_s := until_s - monotonic()) > 0:
            self.wait(left_s)

    def close(self) -> None:
        with self._lock:
            self._here.close()
            self._there.close()
