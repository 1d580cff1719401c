"""The conversation with a SYN6288 module: one sentence after the other, each until it is idle again. No I/O.

A new sentence would cut the running one, so the next goes when the module said that it is idle, or when it was asked
and said so. A module that does not answer is silent; it is asked again every few seconds.
"""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.text import strip_controls
from device_drivers.errors import BadField
from device_drivers.kinds.syn6288.codec import (
    ACCEPTED,
    ANSWERS,
    BUSY,
    ERROR,
    IDLE,
    QUERY,
    READY,
    STOP,
    TEXT_LIMIT,
    Frame,
    encode_frame,
    speak,
)
from device_drivers.links.speech import OnDone, SpeechQueue, Spoken
from device_drivers.options import Name, Table
from device_drivers.ports import Announcement
from device_drivers.words import ALL_WELL, Condition

ANSWER_S = 1.0
ASK_EVERY_S = 3.0
# Slower than anybody speaks; after that the module is asked whether it still does.
_CHARACTER_S, _SENTENCE_S = 0.5, 3.0
_GIVE_UP_S = 60.0
_SILENT = "the module does not answer"


class SynZone(Table, frozen=True):
    id: Name


class SynOptions(Table, frozen=True, kw_only=True):
    """One module is one zone. `before` each sentence, `[x1]sounda` for a chime of the module's own."""

    zones: Annotated[tuple[SynZone, ...], Meta(min_length=1, max_length=1)] = (SynZone("hall"),)
    volume: Annotated[int, Meta(ge=0, le=16)] = 10
    speed: Annotated[int, Meta(ge=0, le=5)] = 4
    before: Annotated[
        str,
        Meta(
            max_length=40, pattern=r"^[a-z0-9\[\]]*$",
            description='small letters, digits and [ ] as "[x1]sounda", at most 40 characters',
        ),
    ] = ""


class SynLink:
    """`links.Link`; events are what became of announcements."""

    def __init__(self, options: SynOptions) -> None:
        self.zones = tuple(zone.id for zone in options.zones)
        self._before = f"{options.before}[v{options.volume}][t{options.speed}]"
        self.queue = SpeechQueue()
        self._output = b""
        self._left = 0  # how often the sentence is still to be said
        self._accepted = False
        self._wait_until_s = -math.inf  # for an answer, or for the end of a sentence
        self._gives_up_s = math.inf
        self._asked = False
        self.heard: bool | None = None  # None: nobody knows yet
        self._counters = {"answers": 0, "refused": 0, "bytes_skipped": 0}

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, **self.queue.counters}

    @property
    def condition(self) -> Condition:
        return Condition("module_silent") if self.heard is False else ALL_WELL

    def say(self, announcement: Announcement, on_done: OnDone) -> None:
        self.queue.say(announcement, on_done)

    def withdraw(self, id: str) -> None:
        if self.queue.withdraw(id):
            self.queue.finish("dropped", "withdrawn")
            self._left = 0
            self._output = encode_frame(Frame(STOP))

    def receive(self, data: bytes, now: float) -> list[Spoken]:
        for byte in data:
            if byte not in ANSWERS:
                self._counters["bytes_skipped"] += 1
                continue
            self._counters["answers"] += 1
            self.heard = True
            self._answered(byte, now)
        return self.queue.spoken()

    def tick(self, now: float) -> list[Spoken]:
        if now >= self._wait_until_s and not self._output:
            if self._asked:
                self._asked = False
                self.heard = False
                self.queue.fail_all(_SILENT)
                self._wait_until_s = now + ASK_EVERY_S
            elif self.queue.speaking is not None and now >= self._gives_up_s:
                self.queue.finish("silent", "the module never came to an end")
            elif self.queue.speaking is not None or self.heard is not True:
                self._ask(now)
            elif self.queue.has_news:
                self._begin(now)
        return self.queue.spoken()

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def written(self, now: float) -> list[Spoken]:
        return []

    def due_s(self, now: float) -> float:
        if self._output or (self.queue.has_news and self.heard is True):
            return max(0.0, 0.0 if self._output else self._wait_until_s - now)
        waits = self.queue.speaking is not None or self.heard is not True
        return max(0.0, self._wait_until_s - now) if waits else math.inf

    def lost(self, now: float) -> list[Spoken]:
        self.queue.fail_all("the line is down")
        self._output, self._left, self.heard = b"", 0, None
        self._asked, self._wait_until_s = False, -math.inf
        return self.queue.spoken()

    def _answered(self, byte: int, now: float) -> None:
        speaking = self.queue.speaking
        if byte == ERROR and speaking is not None:
            self._counters["refused"] += 1
            self.queue.finish("silent", "the module did not take the text")
        elif byte == ACCEPTED and speaking is not None and not self._accepted:
            self._accepted = True
            self._wait_until_s = now + _SENTENCE_S + _CHARACTER_S * len(speaking.text)
        elif byte == BUSY:
            self._wait_until_s = now + ANSWER_S
        elif byte == IDLE and speaking is not None and self._accepted:
            self._one_said(now)
        elif byte == READY and speaking is not None:
            self.queue.finish("silent", "the module started anew in the middle of it")
        elif byte in (IDLE, READY) and speaking is None:
            self._wait_until_s = now
        self._asked = False

    def _ask(self, now: float) -> None:
        self._asked = True
        self._output = encode_frame(Frame(QUERY))
        self._wait_until_s = now + ANSWER_S

    def _begin(self, now: float) -> None:
        announcement = self.queue.next(now)
        if announcement is not None:
            self._left = announcement.times
            self._gives_up_s = now + _GIVE_UP_S
            self._speak(announcement, now)

    def _speak(self, announcement: Announcement, now: float) -> None:
        # A bracket would begin an order to the module.
        words = strip_controls(announcement.text).replace("[", "").replace("]", "")
        try:
            self._output = encode_frame(speak(self._before + words[: TEXT_LIMIT // 2 - len(self._before)]))
        except BadField as error:
            self.queue.finish("silent", str(error))
            return
        self._accepted, self._asked = False, True
        self._wait_until_s = now + ANSWER_S

    def _one_said(self, now: float) -> None:
        self._left -= 1
        speaking = self.queue.speaking
        if speaking is not None and self._left > 0:
            self._speak(speaking, now)
            return
        self.queue.finish("said")
        self._wait_until_s = now
