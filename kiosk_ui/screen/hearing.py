"""The big screen's ear: the hall's stream of pictures, on a thread of its own; it comes back by itself. Knows no Qt."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import msgspec
import requests

from hall_daemon.wire.screens import ScreenView

_LOGGER = logging.getLogger(__name__)

PATH = "/api/v1/screen"
CONNECT_S, ANSWER_S = 2.0, 4.0
# A stream that says nothing for so long is a dead line: the hall says something every three seconds.
SILENT_S = 8.0
# Without a stream it asks so often; after so many seconds it tries the stream again.
POLL_S = 1.5
AGAIN_S = (1.0, 2.0, 4.0, 8.0, 15.0)
# A hall with a thousand queues is under a megabyte.
MAX_BYTES = 4_000_000
_CHUNK = 65_536
_DATA = b"data: "

Heard = Callable[[ScreenView], None]


class Deaf(Exception):
    """The hall could not be heard; the message says why."""


class Ear:
    """`on_heard` runs on the ear's thread and may only enqueue. `base` is the public listener's address; `ca` the file
    of the authority that signs for it, "" for the public ones. Follows no redirect and no proxy."""

    def __init__(self, base: str, on_heard: Heard, *, ca: str = "", rng: Random, silent_s: float = SILENT_S) -> None:
        self._base = base.rstrip("/")
        self._on_heard = on_heard
        self._rng = rng
        self._silent_s = silent_s
        self._web = requests.Session()
        self._web.trust_env = False
        self._web.verify = ca or True
        self._stopped = threading.Event()
        # A read that hangs must not keep the screen from stopping.
        self._thread = threading.Thread(target=self._run, name="hall-screen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        self._stopped.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            heard = False
            try:
                for view in self._stream():
                    if not heard:
                        _LOGGER.info("the hall is heard: %s", self._base)
                    heard, failures = True, 0
                    self._on_heard(view)
                    if self._stopped.is_set():
                        return
                why = "its stream ended"
            except Deaf as deaf:
                why = str(deaf)
            if heard or not failures:
                _LOGGER.warning("the hall is not heard (%s); trying again", why)
            self._ask_until_again(AGAIN_S[min(failures, len(AGAIN_S) - 1)] * self._rng.uniform(0.75, 1.25))
            failures += 1

    def _ask_until_again(self, seconds: float) -> None:
        """Where there is no stream (none is left), asking does."""
        while seconds > 0 and not self._stopped.is_set():
            try:
                self._on_heard(self._once())
            except Deaf as deaf:
                _LOGGER.debug("%s", deaf)
            self._stopped.wait(min(POLL_S, seconds))
            seconds -= POLL_S

    def _once(self) -> ScreenView:
        """Raises Deaf."""
        with self._asked(PATH, ANSWER_S) as answer:
            return _read(b"".join(_bounded(answer)))

    def _stream(self) -> Iterator[ScreenView]:
        """Raises Deaf."""
        with self._asked(f"{PATH}/stream", self._silent_s) as answer:
            rest = b""
            for chunk in _chunks(answer):
                *whole, rest = (rest + chunk).split(b"\n")
                if len(rest) > MAX_BYTES:
                    raise Deaf(f"a picture over {MAX_BYTES} bytes")
                # Of several that came together the newest is enough.
                for line in [line for line in whole if line.startswith(_DATA)][-1:]:
                    yield _read(line.removeprefix(_DATA))

    def _asked(self, path: str, read_s: float) -> Any:
        """The answer, open. Raises Deaf."""
        try:
            answer = self._web.get(
                self._base + path, timeout=(CONNECT_S, read_s), allow_redirects=False, stream=True
            )
        except requests.exceptions.SSLError as error:
            raise Deaf(f"its certificate is not believed ({error}); see HALL_CA and hall check") from error
        except (requests.RequestException, OSError, ValueError) as error:
            raise Deaf(type(error).__name__) from error
        if answer.status_code != 200:
            answer.close()
            raise Deaf(f"answered {answer.status_code}")
        return answer


def _bounded(answer: requests.Response) -> Iterator[bytes]:
    left = MAX_BYTES
    for chunk in _chunks(answer):
        left -= len(chunk)
        if left < 0:
            raise Deaf(f"a picture over {MAX_BYTES} bytes")
        yield chunk


def _chunks(answer: requests.Response) -> Iterator[bytes]:
    """As they come. Raises Deaf when they stop."""
    try:
        yield from answer.iter_content(_CHUNK)
    except (requests.RequestException, OSError, ValueError) as error:
        raise Deaf(type(error).__name__) from error


def _read(body: bytes) -> ScreenView:
    try:
        return msgspec.json.decode(body, type=ScreenView)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Deaf(f"what it says cannot be read: {error}") from error
