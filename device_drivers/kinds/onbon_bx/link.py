"""What Onbon BX font cards add to the conversation with screens: areas of text, and the card's yes or no. No I/O."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.codecs.text import cells_of, encode_text, strip_controls
from device_drivers.errors import BadFrame
from device_drivers.kinds.onbon_bx.commands import (
    ACK,
    ANSWER,
    NAK,
    NO_ANSWER,
    REALTIME,
    TEXT_LIMIT,
    Area,
    Command,
    Voice,
    decode_command,
    encode_command,
)
from device_drivers.kinds.onbon_bx.frame import CARD, HOST, LONGEST, Check, Frame, decode_frame, encode_frame
from device_drivers.options import Byte, GapMs, Name, RefreshS, Table
from device_drivers.ports import ScreenText

Color = Literal["red", "green", "yellow", "own"]
Effect = Literal["still", "fast", "left", "right", "up", "down"]
_COLORS: dict[Color, bytes] = {"red": rb"\C1", "green": rb"\C2", "yellow": rb"\C3", "own": b""}
_EFFECTS: dict[Effect, int] = {"still": 1, "fast": 2, "left": 3, "right": 4, "up": 5, "down": 6}
_LONGEST_CODES = 40
# Two bytes a character at most, behind the inline codes.
CHARACTER_LIMIT = (TEXT_LIMIT - _LONGEST_CODES) // 2
# The card takes a backslash for the beginning of an inline code: of a text it is shown, never obeyed.
_SHOWN_BACKSLASH = "＼"

Pixels = Annotated[int, Meta(ge=0, le=4096)]
Tenth = Annotated[int, Meta(ge=0, le=10)]


class BxVoice(Table, frozen=True, kw_only=True):
    """For cards with a voice (-YY): a call is also said. `times`: how often, 1 to 15."""

    speaker: Annotated[int, Meta(ge=0, le=15)] = 0
    times: Annotated[int, Meta(ge=1, le=15)] = 1
    volume: Tenth = 5
    speed: Tenth = 5


class BxScreen(Table, frozen=True, kw_only=True):
    """One area of text on one card. `address` of the card; pixels from its upper left corner."""

    id: Name
    address: Annotated[int, Meta(ge=0, le=0xFFFE)] = CARD
    area: Annotated[int, Meta(ge=0, le=254)] = 0
    x: Pixels = 0
    y: Pixels = 0
    width: Annotated[int, Meta(ge=8, le=4096)] = 128
    height: Annotated[int, Meta(ge=8, le=1024)] = 16
    cells: Annotated[int, Meta(ge=1, le=1000)] | None = None
    color: Color = "own"
    lit_color: Color = "own"
    effect: Effect = "still"
    wide_effect: Effect = "left"
    speed: Byte = 4
    stay: Byte = 10
    lines: Literal["one", "several"] = "one"
    codes: Annotated[
        str,
        Meta(
            max_length=_LONGEST_CODES - 3, pattern=r"^(\\[A-Z]+[0-9]+)*$",
            description=rf'inline codes as "\\FO001", at most {_LONGEST_CODES - 3} characters',
        ),
    ] = ""
    voice: BxVoice | None = None


class BxOptions(Table, frozen=True, kw_only=True):
    """`answers` false: the cards are not asked whether they took it. `echo`: the adapter gives our own bytes back."""

    screens: Annotated[tuple[BxScreen, ...], Meta(min_length=1, max_length=64)]
    check: Check = "crc16"
    answers: bool = True
    answer_ms: Annotated[int, Meta(ge=50, le=5000)] = 500
    echo: bool = False
    gap_ms: GapMs = 30
    refresh_s: RefreshS = 120.0


class BxEncoder:
    """`links.screens.Encoder`."""

    def __init__(self, options: BxOptions) -> None:
        self._options = options
        self._screens = {screen.id: screen for screen in options.screens}
        self.counters = {"characters_replaced": 0, "texts_cut": 0}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        place = self._screens[screen]
        words = strip_controls(text.text).replace("\\", _SHOWN_BACKSLASH)
        if len(words) > CHARACTER_LIMIT:
            words = words[:CHARACTER_LIMIT]
            self.counters["texts_cut"] += 1
        encoded = encode_text(words, "gbk")
        self.counters["characters_replaced"] += len(encoded.replaced)
        is_wide = cells_of(words) > (place.cells or place.width // 8)
        color = _COLORS[place.lit_color if text.lit else place.color]
        area = Area(
            text=color + place.codes.encode() + encoded.data,
            area_id=place.area,
            x=_across(place.x),
            y=place.y,
            width_units8=_across(place.width),
            height=place.height,
            single_line=1 if place.lines == "one" else 2,
            wrap=1 if place.lines == "one" else 2,
            mode=_EFFECTS[place.wide_effect if is_wide else place.effect],
            speed=place.speed,
            stay=place.stay,
            voice=None if place.voice is None or not text.lit else _said(place.voice, encoded.data),
        )
        response = ANSWER if self._options.answers else NO_ANSWER
        command = Command(group=REALTIME[0], cmd=REALTIME[1], response=response, areas=(area,))
        frame = Frame(data=encode_command(command), dst=place.address, src=HOST, check=self._options.check)
        return encode_frame(frame)


class BxAnswers:
    """`links.answered_screens.Answers`. Only answers with the check that was agreed on are believed."""

    longest = LONGEST

    def __init__(self, check: Check) -> None:
        self._check = check

    def cut(self, buffer: bytes) -> tuple[Frame, int] | None:
        return decode_frame(buffer, check=self._check)

    def verdict(self, frame: bytes, answer: Frame) -> bool | None:
        asked = decode_frame(frame, check=self._check)
        assert asked is not None, "we made it"
        if (answer.src, answer.dst) != (asked[0].dst, asked[0].src):
            return None
        try:
            command = decode_command(answer.data)
        except BadFrame:
            return None
        return {ACK: True, NAK: False}.get((command.group, command.cmd))


def _across(pixels: int) -> int:
    """Eights of pixels, or single ones with the top bit."""
    return pixels // 8 if pixels % 8 == 0 else 0x8000 | pixels


def _said(voice: BxVoice, words: bytes) -> Voice:
    return Voice(words=words, speaker=voice.times << 4 | voice.speaker, volume=voice.volume, speed=voice.speed)
