"""What number boards add to the conversation with screens: of a text, its number. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from device_drivers.kinds.number_board.codec import BoardFrame, encode_board
from device_drivers.options import Byte, GapMs, Name, RefreshS, Table
from device_drivers.ports import ScreenText

_NUMBER = re.compile("[0-9]+")


class BoardScreen(Table, frozen=True):
    """`digits`: how many it has; of a longer number the last ones are shown. `idle`: what stands there meanwhile."""

    id: Name
    address: Byte
    digits: Annotated[int, Meta(ge=1, le=4)] = 4
    idle: Annotated[int, Meta(ge=0, le=9999)] = 0


class BoardOptions(Table, frozen=True):
    """`gap_ms` of silence between frames; `refresh_s` 0 never repeats itself."""

    screens: Annotated[tuple[BoardScreen, ...], Meta(min_length=1, max_length=64)]
    gap_ms: GapMs = 100
    refresh_s: RefreshS = 120.0


class BoardEncoder:
    """`links.screens.Encoder`."""

    def __init__(self, screens: Iterable[BoardScreen]) -> None:
        self._screens = {screen.id: screen for screen in screens}
        self.counters = {"numbers_cut": 0}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        board = self._screens[screen]
        return encode_board(BoardFrame(board.address, self._value(board, text.text)))

    def _value(self, board: BoardScreen, text: str) -> int:
        """The first number of the text: 请A023号到3号窗口 shows 23. Letters have no digits to be shown with."""
        found = _NUMBER.search(text)
        if found is None:
            return board.idle
        self.counters["numbers_cut"] += len(found[0]) > board.digits
        return int(found[0][-board.digits :])
