"""What AA-BB strips add to the conversation with screens: a text becomes the frame that shows it. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.text import cells_of, encode_text, strip_controls
from device_drivers.kinds.aabb_strip.codec import TEXT_LIMIT, StripFrame, encode_strip
from device_drivers.options import Byte, GapMs, Name, RefreshS, Table
from device_drivers.ports import ScreenText

# Two bytes a character at most, so this many always fit into a frame.
CHARACTER_LIMIT = TEXT_LIMIT // 2


class StripStyle(Table, frozen=True, kw_only=True):
    """Property bytes as a board wants them. `wide_…` serve a text that is wider than the panel."""

    play: Byte = 1
    speed: Byte = 0
    stay: Byte = 99
    color: Byte = 2
    lit_color: Byte = 0
    valid: Byte = 99
    wide_play: Byte = 8
    wide_speed: Byte = 2


class StripScreen(Table, frozen=True):
    """`address` 255 speaks to every board of the bus. `cells` is the width of the panel (a Hanzi is two),
    None where the board sees to it. `sum_with_end` is the bank variant of the checksum.
    """

    id: Name
    address: Byte
    cells: Annotated[int, Meta(ge=1, le=1000)] | None = None
    sum_with_end: bool = False
    style: StripStyle = StripStyle()


class StripOptions(Table, frozen=True):
    """`screens`: see StripScreen. `gap_ms` of silence between frames; `refresh_s` 0 never repeats itself."""

    screens: Annotated[tuple[StripScreen, ...], Meta(min_length=1, max_length=64)]
    gap_ms: GapMs = 100
    refresh_s: RefreshS = 120.0


class StripEncoder:
    """`links.screens.Encoder`."""

    def __init__(self, screens: Iterable[StripScreen]) -> None:
        self._screens = {screen.id: screen for screen in screens}
        self.counters = {"characters_replaced": 0, "texts_cut": 0}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        place = self._screens[screen]
        words = strip_controls(text.text)
        if len(words) > CHARACTER_LIMIT:
            words = words[:CHARACTER_LIMIT]
            self.counters["texts_cut"] += 1
        encoded = encode_text(words, "gbk")
        self.counters["characters_replaced"] += len(encoded.replaced)
        style = place.style
        is_wide = place.cells is not None and cells_of(words) > place.cells
        frame = StripFrame(
            addr=place.address,
            text=encoded.data,
            play=style.wide_play if is_wide else style.play,
            speed=style.wide_speed if is_wide else style.speed,
            stay=style.stay,
            color=style.lit_color if text.lit else style.color,
            valid=style.valid,
        )
        return encode_strip(frame, sum_with_end=place.sum_with_end)
