"""The conversation with a SAM_V reader: find, select, read, while somebody wants a card. No I/O.

A card is read once: the module finds it again only after it was taken away. Nothing but text and photo is asked for,
the photo is dropped as it comes; fingerprints are never asked for. A reader that nobody wants anything of is asked
how it is, now and then.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.codecs.codec import FrameStream
from device_drivers.events import DeviceEvent, Read, Unreadable
from device_drivers.families.readers.conditions import SILENT
from device_drivers.families.readers.options import ReaderOptions
from device_drivers.kinds.sam_reader.codec import (
    FIND,
    FOUND,
    LONGEST,
    NO_CARD,
    OK,
    READ,
    SELECT,
    STATUS,
    SamFrame,
    command,
    cut_sam,
)
from device_drivers.kinds.sam_reader.text import card_data, person_of

# Between two looks for a card; makers ask for 300 ms at least.
FIND_EVERY_S = 0.3
STATUS_EVERY_S = 15.0
# A read answer is 0.2 s on the wire at 115200 baud and 2.4 s at 9600; the module itself takes up to a second.
ANSWER_S: Mapping[bytes, float] = {FIND: 1.0, SELECT: 1.0, READ: 4.0, STATUS: 1.0}
# Silence in the middle of a frame after which its rest is not coming.
BROKEN_OFF_S = 0.25
# The answer with a card is long, comes in many pieces and comes once: the module does not find the card again.
READ_BROKEN_OFF_S = 1.5
# So many questions without an answer: nobody is there.
SILENT_AFTER = 3
# The same card is new when a look found none since, so long ago at least: some modules find what they have read again
# and again, and a card that was left lying is nobody's who comes next.
SAME_CARD_S = 3.0
# A card that could not be read is tried so often before somebody is told to lay it down again.
TRIES = 2

NOT_AUTHORISED, SELF_TEST = "not_authorised", "self_test"
_MODULE_TROUBLE = {0x66: NOT_AUTHORISED, 0x60: SELF_TEST}

Asked = Literal[b"\x20\x01", b"\x20\x02", b"\x30\x01", b"\x11\xff"]


class SamOptions(ReaderOptions, frozen=True, kw_only=True):
    """`find_ms` between two looks for a card."""

    find_ms: Annotated[int, Meta(ge=300, le=5000)] = int(FIND_EVERY_S * 1000)


class SamLink:
    """`families.readers.driver.ReaderLink`. `reader` is what its events name."""

    def __init__(self, reader: str, *, find_s: float = FIND_EVERY_S) -> None:
        self._reader = reader
        self._find_s = find_s
        self._stream = FrameStream(cut_sam, LONGEST)
        self._heard_s = 0.0
        self._until_s = -math.inf
        self._asked: bytes | None = None  # what is to be answered now
        self._answer_by_s = 0.0
        self._next_s = -math.inf  # when to find again
        self._status_s = -math.inf
        self._output = b""
        self._unanswered = 0
        self._failed = 0  # tries at this card
        self._last: tuple[int, float] | None = None  # what was read last, as a hash that means nothing elsewhere
        self._gone = False  # a look found no card since
        self._trouble = ""
        self._counters = dict.fromkeys(("cards", "unreadable", "repeats", "unanswered", "stray_frames"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    @property
    def trouble(self) -> str:
        return SILENT if self._unanswered >= SILENT_AFTER else self._trouble

    def want(self, until_s: float) -> None:
        self._until_s = until_s

    def receive(self, data: bytes, now: float) -> list[DeviceEvent]:
        frames: list[SamFrame] = self._late(now)
        self._heard_s = now
        frames += self._stream.feed(data)
        return [event for frame in frames for event in self._heard(frame, now)]

    def tick(self, now: float) -> list[DeviceEvent]:
        events = [event for frame in self._late(now) for event in self._heard(frame, now)]
        if self._asked is not None and now >= self._answer_by_s:
            events += self._not_answered(now)
        if self._asked is None and not self._output:
            self._ask_next(now)
        return events

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def written(self, now: float) -> list[DeviceEvent]:
        if self._asked is not None:
            self._answer_by_s = now + ANSWER_S[self._asked]
        return []

    def due_s(self, now: float) -> float:
        broken_off = self._heard_s + self._patience_s if self._stream.pending else math.inf
        if self._asked is not None:
            return max(0.0, min(broken_off, self._answer_by_s) - now)
        asks = min(self._status_s, self._next_s if now < self._until_s else math.inf)
        return max(0.0, min(broken_off, asks) - now)

    def lost(self, now: float) -> list[DeviceEvent]:
        self._stream.clear()
        self._asked, self._output = None, b""
        self._unanswered, self._failed, self._trouble = 0, 0, ""
        self._next_s = self._status_s = now
        return []

    # -- what is asked ----------------------------------------------------------------------------------

    def _ask_next(self, now: float) -> None:
        if now < self._until_s and now >= self._next_s:
            self._ask(FIND, now)
        elif now >= self._status_s:
            self._ask(STATUS, now)

    def _ask(self, what: bytes, now: float) -> None:
        self._asked, self._output = what, command(what)
        self._answer_by_s = now + ANSWER_S[what]
        self._status_s = now + STATUS_EVERY_S

    def _rest(self, now: float) -> None:
        self._asked, self._next_s = None, now + self._find_s

    def _not_answered(self, now: float) -> list[DeviceEvent]:
        asked = self._asked
        self._counters["unanswered"] += 1
        self._unanswered += 1
        self._rest(now)
        return self._pulled(now) if asked in (SELECT, READ) else []

    # -- what is answered -------------------------------------------------------------------------------

    def _late(self, now: float) -> list[SamFrame]:
        """Whole frames behind one that broke off."""
        if self._stream.pending and now - self._heard_s >= self._patience_s:
            return self._stream.give_up()
        return []

    @property
    def _patience_s(self) -> float:
        return READ_BROKEN_OFF_S if self._asked == READ else BROKEN_OFF_S

    def _heard(self, frame: SamFrame, now: float) -> list[DeviceEvent]:
        """An answer names no question, so one that cannot be the answer to what was asked last is somebody's late
        one."""
        asked = self._asked
        card = card_data(frame.data) if frame.is_answer and frame.sw3 == OK else None
        if not frame.is_answer or asked is None or (card is not None) != (asked == READ and frame.sw3 == OK):
            self._counters["stray_frames"] += 1
            return []
        self._unanswered = 0
        if frame.sw3 in _MODULE_TROUBLE:
            self._trouble = _MODULE_TROUBLE[frame.sw3]
            self._rest(now)
            return []
        self._trouble = ""
        if asked == FIND and frame.sw3 == FOUND:
            self._ask(SELECT, now)
            return []
        if asked == SELECT and frame.sw3 == OK:
            self._ask(READ, now)
            return []
        self._rest(now)
        if card is not None:
            return self._read(card.text, now)
        self._gone = self._gone or (asked == FIND and frame.sw3 == NO_CARD)
        if asked == FIND and frame.sw3 == NO_CARD and self._failed:
            return self._unreadable()  # it was pulled away
        return self._pulled(now) if asked in (SELECT, READ) else []

    def _read(self, text: bytes, now: float) -> list[DeviceEvent]:
        seen, again = self._last, hash(text)
        gone, self._gone = self._gone, False
        self._last = (again, now)
        if seen is not None and seen[0] == again and not (gone and now - seen[1] >= SAME_CARD_S):
            self._counters["repeats"] += 1
            return []
        person = person_of(text)
        if person is None:
            return self._unreadable()
        self._failed = 0
        if now >= self._until_s:  # nobody wants it any more
            return []
        self._counters["cards"] += 1
        return [Read(self._reader, person)]

    def _pulled(self, now: float) -> list[DeviceEvent]:
        """Found, and gone before it was read: it is looked for again at once."""
        self._failed += 1
        if self._failed < TRIES and now < self._until_s:
            self._next_s = now
            return []
        return self._unreadable()

    def _unreadable(self) -> list[DeviceEvent]:
        self._failed = 0
        self._counters["unreadable"] += 1
        return [Read(self._reader, Unreadable("card"))]
