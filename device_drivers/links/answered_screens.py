"""The conversation with screens that say whether they took a text, on one bus. No I/O.

As with screens that never answer, but "reported" means that the screen said so. A screen that is silent or refuses is
asked again after a pause that doubles, and only when no other has anything new: a dead one keeps nobody waiting.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, NoReturn, Protocol, TypeVar

from device_drivers.codecs.codec import FrameStream
from device_drivers.links.screens import Encoder, ScreensLink, Slot
from device_drivers.words import ALL_WELL, Condition

_PAUSE_FIRST_S = 0.5
_PAUSE_MOST_S = 4.0
_DOUBLINGS = 8
# Failures in a row after which a screen is said to be silent: one may be a collision.
_BELIEVED = 3

Answer = TypeVar("Answer")


class Answers(Protocol[Answer]):
    """What a kind of screen that answers adds to the conversation. `longest`: of its answers, in bytes."""

    longest: int

    def cut(self, buffer: bytes) -> tuple[Answer, int] | None:
        """The answer at the front, for a FrameStream."""

    def verdict(self, frame: bytes, answer: Answer) -> bool | None:
        """Whether the screen took `frame`; None for an answer to something else."""


@dataclass(slots=True)
class _Silence:
    failures: int = 0
    again_s: float = -math.inf


class AnsweredScreensLink(ScreensLink, Generic[Answer]):
    """`answer_s`: how long a screen may take to answer, beyond the time on the wire. `echo`: the adapter gives our own
    bytes back, before the answer."""

    def __init__(
        self,
        screens: Iterable[str],
        encoder: Encoder,
        answers: Answers[Answer],
        *,
        answer_s: float = 0.5,
        echo: bool = False,
        gap_s: float = 0.1,
        byte_s: float = 0.0,
        refresh_s: float = 120.0,
    ) -> None:
        super().__init__(screens, encoder, gap_s=gap_s, byte_s=byte_s, refresh_s=refresh_s)
        self._answers = answers
        self._answer_s = answer_s
        self._echo = echo
        self._stream: FrameStream[Answer] = FrameStream(answers.cut, answers.longest)
        self._echoed = b""  # of what was sent last, the part that may still come back
        self._until_s: float | None = None  # when the answer to what is under way is overdue
        self._silences = {screen: _Silence() for screen in self._slots}
        self._counters |= {"answers": 0, "unanswered": 0, "refused": 0, "echoes": 0, "unused_frames": 0}

    @property
    def counters(self) -> dict[str, int]:
        return {**super().counters, "bytes_skipped": self._stream.skipped}

    @property
    def silent(self) -> tuple[str, ...]:
        """Screens that have not taken what they were told for some while."""
        return tuple(screen for screen, silence in self._silences.items() if silence.failures >= _BELIEVED)

    @property
    def condition(self) -> Condition:
        silent = self.silent
        if not silent:
            return ALL_WELL
        code = "screens_silent" if len(silent) == len(self._slots) else "some_screens_silent"
        return Condition(code, {"screens": ", ".join(silent)})

    def receive(self, data: bytes, now: float) -> list[NoReturn]:
        for answer in self._stream.feed(self._without_echo(data)):
            verdict = None
            if self._under_way is not None and self._until_s is not None:
                verdict = self._answers.verdict(self._under_way[2], answer)
            if verdict is None:
                self._counters["unused_frames"] += 1
                continue
            self._counters["answers"] += 1
            self._until_s = None
            self._pace.sent(0, now)  # the wire turns around
            if verdict:
                self._silences[self._screen_under_way()].failures = 0
                self._taken(now)
            else:
                self._failed("refused", now)
        return []

    def tick(self, now: float) -> list[NoReturn]:
        if self._until_s is not None and now >= self._until_s:
            self._until_s = None
            self._stream.clear()
            self._failed("unanswered", now)
        return super().tick(now)

    def written(self, now: float) -> list[NoReturn]:
        if self._under_way is not None and self._until_s is None:
            frame = self._under_way[2]
            self._stream.clear()  # whatever others said on a shared wire before is no beginning of the answer
            self._pace.sent(len(frame), now)
            self._echoed = frame if self._echo else b""
            self._until_s = now + self._pace.wire_s(len(frame)) + self._answer_s
        return []

    def due_s(self, now: float) -> float:
        if self._under_way is not None:
            return math.inf if self._until_s is None else max(0.0, self._until_s - now)
        return super().due_s(now)

    def lost(self, now: float) -> list[NoReturn]:
        self._stream.clear()
        self._echoed, self._until_s = b"", None
        for silence in self._silences.values():
            silence.again_s = -math.inf
        return super().lost(now)

    def _without_echo(self, data: bytes) -> bytes:
        count = 0
        while count < min(len(data), len(self._echoed)) and data[count] == self._echoed[count]:
            count += 1
        self._counters["echoes"] += bool(count) and count == len(self._echoed)
        # What does not come back as it went out will not come back later.
        self._echoed = self._echoed[count:] if count == len(data) else b""
        return data[count:]

    def _screen_under_way(self) -> str:
        assert self._under_way is not None
        return self._under_way[0].screen

    def _failed(self, how: str, now: float) -> None:
        assert self._under_way is not None
        slot = self._under_way[0]
        silence = self._silences[slot.screen]
        self._counters[how] += 1
        silence.again_s = now + min(_PAUSE_MOST_S, _PAUSE_FIRST_S * 2.0 ** min(silence.failures, _DOUBLINGS))
        silence.failures += 1
        # Nobody knows what stands there now: whatever is wanted is sent again.
        slot.sent, slot.reported = b"", None
        self._under_way = None

    def _urgency(self, slot: Slot, now: float) -> tuple[bool, ...]:
        return (bool(self._silences[slot.screen].failures), *super()._urgency(slot, now))

    def _due_in_s(self, slot: Slot, now: float) -> float:
        return max(super()._due_in_s(slot, now), self._silences[slot.screen].again_s - now, 0.0)
