"""The big screen as a device of the hall: it is asked whether a call stands there, and says so once it does.

A small server on a thread of its own, for one hall at a time; a newer connection takes the place of the older. Nothing
that comes in is ever shown: whoever asks learns what everybody in the hall sees. Knows no Qt. Protocol:
docs/devices/big-screen.md.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Set
from typing import NamedTuple

import msgspec

_LOGGER = logging.getLogger(__name__)

# A paint comes within a quarter of a second of what was heard; the hall waits for an answer at least twice as long.
STANDS_WITHIN_S = 0.4
LOOK_S = 0.02
_IDLE_S = 0.25
# A hall asks one thing after the other; more than this at once is something else.
_ASKED_AT_MOST = 64
_LONGEST_LINE = 2048

# (number, window) of the calls that stand there, or have stood long enough.
Standing = Callable[[], Set[tuple[str, str]]]


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`lit`: somebody is called at `window`, with that number."""

    screen: str
    window: str
    number: str
    lit: bool


class Shown(msgspec.Struct, frozen=True):
    screen: str
    number: str
    shown: bool


class _Asked(NamedTuple):
    ask: Ask
    until_s: float


class Answering:
    """`standing` is called on the server's thread."""

    def __init__(self, host: str, port: int, standing: Standing) -> None:
        """Raises OSError where the address cannot be taken."""
        self._standing = standing
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = socket.create_server((host, port), family=family)
        self._server.setblocking(False)
        self.port: int = self._server.getsockname()[1]
        self._hall: socket.socket | None = None
        self._rest = b""
        self._asked: list[_Asked] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hall-screen-answers", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._leave()
        self._server.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with selectors.DefaultSelector() as ready:
                for each in (self._server, self._hall):
                    if each is not None:
                        ready.register(each, selectors.EVENT_READ)
                there = [key.fileobj for key, _ in ready.select(LOOK_S if self._asked else _IDLE_S)]
            with contextlib.suppress(OSError):  # whoever came is gone again
                if self._server in there:
                    self._welcome()
                elif there:
                    self._read()
            self._answer()

    def _welcome(self) -> None:
        self._leave()
        self._hall, (host, *_) = self._server.accept()
        self._hall.settimeout(_IDLE_S)
        _LOGGER.info("asked by the hall at %s", host)

    def _leave(self) -> None:
        if self._hall is not None:
            self._hall.close()
        self._hall, self._rest, self._asked = None, b"", []

    def _read(self) -> None:
        assert self._hall is not None
        try:
            data = self._hall.recv(_LONGEST_LINE)
        except OSError:
            data = b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            asks = [msgspec.json.decode(line, type=Ask) for line in lines]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            asks, data = [], b""
        if not data or len(self._rest) > _LONGEST_LINE or len(self._asked) + len(asks) > _ASKED_AT_MOST:
            self._leave()
            return
        until_s = time.monotonic() + STANDS_WITHIN_S
        # What is asked of a screen takes the place of what was asked of it before.
        newest = {ask.screen: _Asked(ask, until_s) for ask in asks}
        self._asked = [each for each in self._asked if each.ask.screen not in newest] + list(newest.values())

    def _answer(self) -> None:
        if not self._asked:
            return
        standing, now_s = self._standing(), time.monotonic()
        waiting = []
        for asked in self._asked:
            ask = asked.ask
            shown = not ask.lit or (ask.number, ask.window) in standing
            if shown or now_s >= asked.until_s:
                self._say(Shown(ask.screen, ask.number, shown))
            else:
                waiting.append(asked)
        self._asked = waiting if self._hall is not None else []

    def _say(self, shown: Shown) -> None:
        if self._hall is not None:
            try:
                self._hall.sendall(msgspec.json.encode(shown) + b"\n")
            except OSError:
                self._leave()
