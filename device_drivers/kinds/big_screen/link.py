"""What the big screen's window adds to the conversation with screens: of a text, its number; its yes or no. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.text import ticket_number
from device_drivers.kinds.big_screen.codec import LONGEST, Ask, Shown, cut_line, write_line
from device_drivers.options import Name, RefreshS, Table
from device_drivers.ports import ScreenText


class Place(Table, frozen=True, kw_only=True):
    """`window`: whose calls they are, as the hall calls it."""

    id: Name
    window: Name


class BigScreenOptions(Table, frozen=True, kw_only=True):
    """`answer_ms`: longer than a window waits for its own paint. What has stood there is not asked again."""

    screens: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=64)]
    answer_ms: Annotated[int, Meta(ge=500, le=5000)] = 1000
    refresh_s: RefreshS = 0.0


class WindowEncoder:
    """`links.screens.Encoder`."""

    def __init__(self, screens: Iterable[Place]) -> None:
        self._windows = {screen.id: screen.window for screen in screens}
        self.counters: dict[str, int] = {}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        number = ticket_number(text.text) if text.lit else ""
        return write_line(Ask(screen, self._windows[screen], number, bool(number)))


class WindowAnswers:
    """`links.answered_screens.Answers`."""

    longest = LONGEST

    def cut(self, buffer: bytes) -> tuple[Ask | Shown, int] | None:
        return cut_line(buffer)

    def verdict(self, frame: bytes, answer: Ask | Shown) -> bool | None:
        found = cut_line(frame)
        assert found is not None, "we made it"
        asked = found[0]
        if not isinstance(answer, Shown) or (answer.screen, answer.number) != (asked.screen, asked.number):
            return None
        return answer.shown
