"""Letters of kept pages, read by a child of their own (letters.py), one at a time; only whether they agree comes back.

An extra (tesseract.py), looked for once. What the child says is not believed but read within bounds, as its siblings'
is.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Collection
from typing import NamedTuple

import msgspec

from hall_daemon.adapters.documents.children import LETTERS, Begun, Children
from hall_daemon.adapters.documents.tesseract import missing_package
from hall_daemon.matters.facts import MOST_FACTS, Fact, is_sound
from hall_daemon.matters.printed import LONGEST_VALUE, MOST_WANTED, Seen, Wanted

_LOGGER = logging.getLogger(__name__)

# It computes for two seconds, when nobody else wants the CPU: a busy hall lets it wait for long.
ANSWER_S = 300.0
_MOST_SAID = 64 * 1024
_AT_A_TIME = 16 * 1024
_LENGTH = 4


class Letters(NamedTuple):
    """What a page's letters said. `failed`: the child was killed or gave up. `labelled`: where nothing was wanted, what
    stands after known labels."""

    facts: tuple[Fact, ...] = ()
    seen: tuple[Seen, ...] = ()
    labelled: tuple[tuple[str, str], ...] = ()
    failed: bool = False


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    facts: tuple[Fact, ...] = ()
    seen: tuple[Seen, ...] = ()
    labelled: tuple[tuple[str, str], ...] = ()
    failed: bool = False


class Recogniser:
    """`missing`: the package without which no letters are read, "" for none. One thread asks; `stop` comes from any,
    and ends what is under way."""

    def __init__(self, children: Children, answer_s: float = ANSWER_S) -> None:
        self._children = children
        self._answer_s = answer_s
        self._door_lock = threading.Lock()
        self._begun: Begun | None = None
        self._over = False
        self.missing = missing_package()

    def read(self, jpeg: bytes, wanted: Collection[Wanted] | None, today: int) -> Letters | None:
        """What a page that was made anew says of `wanted`; without any, what stands there after labels. None where
        nothing could be asked now: it is over, the CPU is never idle, or no child can be had. Takes seconds and may
        take minutes; raises nothing."""
        if self.missing:
            return None
        try:
            begun = self._children.begin(LETTERS)
        except OSError as error:
            if not self._over:
                _LOGGER.error("letters: no child can be started: %s", error.strerror or error)
            return None
        with self._door_lock:
            self._begun = begun
            over = self._over
        try:
            said = None if over else _told(begun.door, _question(jpeg, wanted, today), self._answer_s)
        finally:
            with self._door_lock:
                self._begun = None
                begun.door.close()
        if said is None:
            return None
        found = answered(said, wanted)
        if found.failed and (self._over or begun.server.poll() is not None):
            return None  # it did not end by this page: all of them are gone
        if found.failed:
            _LOGGER.warning("letters: a page was given up: its child said no more, or what none says")
        return found

    def stop(self) -> None:
        with self._door_lock:
            self._over = True
            if self._begun is not None:
                with contextlib.suppress(OSError):
                    self._begun.door.shutdown(socket.SHUT_RDWR)


def _question(jpeg: bytes, wanted: Collection[Wanted] | None, today: int) -> bytes:
    head = msgspec.json.encode({"wanted": None if wanted is None else list(wanted), "today": today})
    return len(head).to_bytes(_LENGTH, "big") + head + jpeg


def _told(door: socket.socket, question: bytes, answer_s: float) -> bytes | None:
    """What it says, as far as that is bounded; None where it has not ended in time."""
    end_at = time.monotonic() + answer_s
    said = bytearray()
    door.settimeout(answer_s)
    try:
        door.sendall(question)
        door.shutdown(socket.SHUT_WR)
        while len(said) <= _MOST_SAID:
            door.settimeout(max(0.001, end_at - time.monotonic()))
            heard = door.recv(_AT_A_TIME)
            if not heard:
                break
            said += heard
    except TimeoutError:
        return None
    except OSError:
        pass  # it was killed, or it is over
    return bytes(said)


def answered(said: bytes, wanted: Collection[Wanted] | None) -> Letters:
    """What the child said, failed for whatever it never says."""
    try:
        heard = msgspec.json.decode(said, type=_Said)
    except msgspec.MsgspecError:
        return Letters(failed=True)
    asked = [each.field for each in wanted or ()]
    sound = (
        not heard.failed
        and len(said) <= _MOST_SAID
        and len(heard.facts) <= MOST_FACTS
        and all(is_sound(fact) for fact in heard.facts)
        and len(heard.seen) <= MOST_WANTED
        and [each.field for each in heard.seen] == asked
        and all(_is_plain(each.value) for each in heard.seen)
        and all(_is_plain(value) for pair in heard.labelled for value in pair)
    )
    if not sound:
        return Letters(failed=True)
    return Letters(heard.facts, heard.seen, heard.labelled)


def _is_plain(value: str) -> bool:
    return len(value) <= LONGEST_VALUE and (not value or value.isprintable())
