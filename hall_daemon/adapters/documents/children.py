"""Children for files, forked by a server that has loaded what they need: to start a program anew for each file would
take the daemon's threads milliseconds in which none of them, and so no press, goes on.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Sequence
from typing import NamedTuple

from device_drivers.base.child import Child, end
from hall_daemon.adapters.system import child_process

SERVER = child_process.module("hall_daemon.adapters.documents.fork_server", nice=10)
# What a child is for: a file that is opened, letters of a page that are read.
FILE, LETTERS = b"+", b"a"
# What a child says first; on a machine that does nothing else the server is there in a third of a second.
BEGUN, START_S = b"+", 30.0


class Begun(NamedTuple):
    """A child that waits for its file. Whoever closes `door` ends it."""

    door: socket.socket
    server: Child


class Children:
    """The server is started when somebody needs a child, from a thread that stays: it ends with that thread. Any thread
    may call."""

    def __init__(self, command: Sequence[str], start_s: float) -> None:
        self._command = tuple(command)
        self._start_s = start_s
        self._lock = threading.Lock()
        self._over = False
        self._server: Child | None = None
        self._control: socket.socket | None = None

    def begin(self, work: bytes = FILE) -> Begun:
        """A child of one's own, for FILE or LETTERS. A server that gives none is ended, and another one is asked, once.
        Raises OSError."""
        why: OSError = ConnectionResetError("its server ended")
        for _ in range(2):
            server, control = self._asked()
            ours, theirs = socket.socketpair()
            ours.settimeout(self._start_s)
            try:
                with theirs:
                    socket.send_fds(control, [work], [theirs.fileno()])
                if ours.recv(len(BEGUN)) == BEGUN:
                    return Begun(ours, server)
            except OSError as error:
                why = error
            ours.close()
            self._end(server)
        raise why

    def end(self) -> None:
        """All of them, and their server; there will be none any more."""
        with self._lock:
            self._over = True
        if self._server is not None:
            self._end(self._server)

    def _asked(self) -> tuple[Child, socket.socket]:
        with self._lock:
            if self._over:
                raise ChildProcessError("it is over")
            if self._server is None or self._control is None:
                ours, theirs = socket.socketpair()
                ours.settimeout(self._start_s)
                try:
                    with theirs:
                        self._server = child_process.start(
                            self._command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                        )
                except OSError:
                    ours.close()
                    raise
                self._control = ours
            return self._server, self._control

    def _end(self, server: Child) -> None:
        with self._lock:
            if self._server is server and self._control is not None:
                self._control.close()
                self._server = self._control = None
        with contextlib.suppress(OSError):
            server.kill()
        end(server)
