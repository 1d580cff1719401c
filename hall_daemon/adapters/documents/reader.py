"""Files that people send, made into pages by a child that is locked in: one file, one child, a few at a time.

Nothing that opens a picture or a PDF is ever loaded here. What the child says is not believed but read within bounds: a
file may have taken it over. It dies alone; whoever sent the file gets an answer.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from device_drivers.events import LARGEST_PAGE
from hall_daemon.adapters.documents.children import SERVER, START_S, Children
from hall_daemon.adapters.documents.recogniser import Recogniser
from hall_daemon.adapters.documents.refused import REASONS
from hall_daemon.matters.facts import MOST_FACTS, Fact, is_sound
from hall_daemon.matters.pictures import Measures, marks

_LOGGER = logging.getLogger(__name__)

LIBRARIES = ("PIL", "pypdfium2")
MOST_BYTES = LARGEST_PAGE
MOST_PAGES = 30
ANSWER_S = 90.0
PATIENCE_S = 30.0
_MOST_SAID = 64 * 1024 * 1024
_MOST_HEAD = 4096
_AT_A_TIME = 1024 * 1024
_LENGTH = 4
_JPEG = b"\xff\xd8\xff"


class PagePicture(NamedTuple):
    """A page as JPEG; `marks` are codes of what its picture lacks, `facts` numbers that a machine could read."""

    jpeg: bytes
    marks: tuple[str, ...]
    measures: Measures
    facts: tuple[Fact, ...] = ()


class Looked(NamedTuple):
    """`why` it is not accepted, one of REASONS, "" when it is; then it has pages."""

    why: str
    pages: tuple[PagePicture, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.why


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    size: int = 0
    measures: Measures | None = None
    facts: tuple[Fact, ...] = ()
    ended: bool = False
    why: str = ""
    locks: tuple[str, ...] = ()


class BadAnswer(Exception):
    """The child said what it never says."""


class DocumentReader:
    """`at_once` children at a time; whoever comes later waits, and is told to come back after half a minute. From any
    thread that stays: the children's server ends with the thread that needed it first."""

    def __init__(
        self, at_once: int = 2, command: Sequence[str] = SERVER, answer_s: float = ANSWER_S, start_s: float = START_S
    ) -> None:
        self._room = threading.Semaphore(at_once)
        self._answer_s = answer_s
        self._children = Children(command, start_s)
        self.recogniser = Recogniser(self._children)
        self._stopping = False
        self.missing = next((name for name in LIBRARIES if importlib.util.find_spec(name) is None), "")
        self.locks: tuple[str, ...] | None = None

    def look(self, data: bytes) -> Looked:
        """Its pages, or why there are none. Takes about a second; raises nothing."""
        if self.missing:
            return Looked("unavailable")
        if not data or len(data) > MOST_BYTES:
            return Looked("too_large" if data else "empty_file")
        if not self._room.acquire(timeout=PATIENCE_S):
            return Looked("busy")
        try:
            return self._asked(data)
        finally:
            self._room.release()

    def health(self) -> Mapping[str, str]:
        """Which locks held the last child."""
        if self.missing:
            return {"documents": f"degraded: no papers are taken, {self.missing} is not installed"}
        said = "" if self.locks is None else f": {', '.join(self.locks) or 'no lock holds'}"
        return {"documents": f"ok{said}"}

    def stop(self) -> None:
        """Whoever waits is told to come back; so is who comes later."""
        self._stopping = True
        self.recogniser.stop()
        self._children.end()

    def _asked(self, data: bytes) -> Looked:
        try:
            door, server = self._children.begin()
        except OSError as error:
            if self._stopping:
                return Looked("busy")
            _LOGGER.error("documents: no child can be started: %s", error.strerror or error)
            return Looked("unavailable")
        with door:
            said = _told(door, data, self._answer_s)
        try:
            looked, locks = answered(said)
        except BadAnswer as error:
            if server.poll() is not None:
                return Looked("busy")  # it did not end by the file: all of them are gone
            _LOGGER.warning("documents: a file was refused: its child said no more, or what none says: %s", error)
            return Looked("too_hard")
        if looked.accepted:
            self.locks = locks
        return looked


def _told(door: socket.socket, data: bytes, answer_s: float) -> bytes:
    """Give the child its file; what it says, as far as that is bounded, in size and in time."""
    end_at = time.monotonic() + answer_s
    said = bytearray()
    door.settimeout(answer_s)
    with contextlib.suppress(OSError):  # it may have ended before it has read all
        door.sendall(data)
        door.shutdown(socket.SHUT_WR)
    with contextlib.suppress(OSError):  # it is late, or was killed
        while len(said) <= _MOST_SAID and (left_s := end_at - time.monotonic()) > 0:
            door.settimeout(left_s)
            heard = door.recv(_AT_A_TIME)
            if not heard:
                break
            said += heard
    return bytes(said)


def answered(said: bytes) -> tuple[Looked, tuple[str, ...]]:
    """What a child said, and its locks. Raises BadAnswer for whatever it never says, and for less than all."""
    if len(said) > _MOST_SAID:
        raise BadAnswer("it says too much")
    pages: list[PagePicture] = []
    at = 0
    while True:
        head, at = _head(said, at)
        if head.ended:
            break
        jpeg = said[at : at + head.size]
        at += head.size
        if head.measures is None or len(jpeg) != head.size or not jpeg.startswith(_JPEG) or len(pages) >= MOST_PAGES:
            raise BadAnswer("no page")
        if len(head.facts) > MOST_FACTS or not all(is_sound(fact) for fact in head.facts):
            raise BadAnswer("no fact")
        pages.append(PagePicture(jpeg, marks(head.measures), head.measures, head.facts))
    if head.why and head.why not in REASONS:
        raise BadAnswer("no reason")
    if head.why:
        return Looked(head.why), head.locks
    if not pages:
        raise BadAnswer("neither pages nor a reason")
    return Looked("", tuple(pages)), head.locks


def _head(said: bytes, at: int) -> tuple[_Head, int]:
    length = int.from_bytes(said[at : at + _LENGTH], "big")
    text = said[at + _LENGTH : at + _LENGTH + length]
    if not 0 < length <= _MOST_HEAD or len(text) != length:
        raise BadAnswer("it ended before its last word")
    try:
        head = msgspec.json.decode(text, type=_Head)
    except msgspec.MsgspecError as error:
        raise BadAnswer("no head") from error
    if head.size < 0:
        raise BadAnswer("no size")
    return head, at + _LENGTH + length
