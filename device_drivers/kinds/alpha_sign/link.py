"""What Alpha signs add to the conversation with screens: of a text, its ticket number in a line of ASCII. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.codecs.text import ticket_number
from device_drivers.kinds.alpha_sign.codec import Frame, encode_frame, shown_text, write_text
from device_drivers.options import Byte, GapMs, Name, RefreshS, Table
from device_drivers.ports import ScreenText

_POSITIONS = {"middle": 0x20, "top": 0x22, "bottom": 0x26, "fill": 0x30}
_COLORS = {"own": b"", "red": b"\x1c1", "green": b"\x1c2", "amber": b"\x1c3"}
Words = Annotated[str, Meta(max_length=100, pattern=r"^[ -~]*$", description="ASCII, at most 100 characters")]


class AlphaScreen(Table, frozen=True, kw_only=True):
    """`address` 0 speaks to every sign. `label` of the TEXT file: 0 is the priority text, which needs no memory.
    `text` holds {number}; `idle` stands there while nobody is called."""

    id: Name
    address: Byte = 0
    label: Annotated[str, Meta(pattern=r"^[!-~]$", description="one ASCII character")] = "0"
    text: Words = "{number}"
    idle: Words = " "
    position: Literal["middle", "top", "bottom", "fill"] = "fill"
    mode: Annotated[str, Meta(pattern=r"^[a-z]$", description="one letter from a to z")] = "b"
    color: Literal["own", "red", "green", "amber"] = "own"
    checksum: bool = False


class AlphaOptions(Table, frozen=True, kw_only=True):
    """`gap_ms` of silence between frames; `refresh_s` 0 never repeats itself."""

    screens: Annotated[tuple[AlphaScreen, ...], Meta(min_length=1, max_length=64)]
    gap_ms: GapMs = 100
    refresh_s: RefreshS = 120.0


class AlphaEncoder:
    """`links.screens.Encoder`."""

    def __init__(self, screens: Iterable[AlphaScreen]) -> None:
        self._screens = {screen.id: screen for screen in screens}
        self.counters = {"characters_replaced": 0}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        sign = self._screens[screen]
        ticket = ticket_number(text.text)
        words, replaced = shown_text(sign.text.replace("{number}", ticket) if ticket else sign.idle)
        self.counters["characters_replaced"] += replaced
        position = _POSITIONS[sign.position]
        command = write_text(sign.label, _COLORS[sign.color] + words, position=position, mode=sign.mode)
        return encode_frame(Frame(command=command, addr=f"{sign.address:02X}", checksum=sign.checksum))
