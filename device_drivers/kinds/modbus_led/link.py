"""What Modbus LED boards add to the conversation with screens: of a text, its number; and the board's yes. No I/O."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.codecs.text import ticket_number
from device_drivers.kinds.modbus_led.codec import (
    LONGEST,
    REFUSED,
    TEXT_REGISTER,
    VALUE_REGISTER,
    WRITE_SEVERAL,
    Frame,
    characters,
    cut_frame,
    write_one,
    write_several,
)
from device_drivers.options import GapMs, Name, RefreshS, Table
from device_drivers.ports import ScreenText


class ModbusScreen(Table, frozen=True, kw_only=True):
    """`shows` text: letters and digits of the number, by characters; number: its digits alone, by register 0."""

    id: Name
    address: Annotated[int, Meta(ge=1, le=247)]
    shows: Literal["text", "number"] = "text"
    digits: Annotated[int, Meta(ge=1, le=16)] = 4
    idle: Annotated[str, Meta(max_length=16, pattern=r"^[ -~]*$", description="ASCII, at most 16 characters")] = ""


class ModbusOptions(Table, frozen=True, kw_only=True):
    """`gap_ms`: 3.5 characters of silence are asked for. `echo`: the adapter gives our own bytes back."""

    screens: Annotated[tuple[ModbusScreen, ...], Meta(min_length=1, max_length=64)]
    answer_ms: Annotated[int, Meta(ge=20, le=5000)] = 200
    echo: bool = False
    gap_ms: GapMs = 5
    refresh_s: RefreshS = 60.0


class ModbusEncoder:
    """`links.screens.Encoder`."""

    def __init__(self, options: ModbusOptions) -> None:
        self._screens = {screen.id: screen for screen in options.screens}
        self.counters = {"numbers_cut": 0}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        board = self._screens[screen]
        ticket = ticket_number(text.text)
        if board.shows == "number":
            digits = "".join(c for c in ticket or board.idle if c.isdigit()) or "0"
            self.counters["numbers_cut"] += len(digits) > min(board.digits, 4)
            return write_one(board.address, VALUE_REGISTER, int(digits[-min(board.digits, 4) :]))
        words = ticket or board.idle
        self.counters["numbers_cut"] += len(words) > board.digits
        width = board.digits + board.digits % 2
        return write_several(board.address, TEXT_REGISTER, characters(words[-board.digits :].rjust(width)))


class ModbusAnswers:
    """`links.answered_screens.Answers`: an answer says again what was written."""

    longest = LONGEST

    def cut(self, buffer: bytes) -> tuple[Frame, int] | None:
        return cut_frame(buffer)

    def verdict(self, frame: bytes, answer: Frame) -> bool | None:
        found = cut_frame(frame)
        assert found is not None, "we made it"
        asked = found[0]
        if answer.unit != asked.unit:
            return None
        if answer.function == asked.function | REFUSED:
            return False
        taken = asked
        if asked.function == WRITE_SEVERAL:
            taken = Frame(unit=asked.unit, function=WRITE_SEVERAL, register=asked.register, count=asked.count)
        return True if answer == taken else None
