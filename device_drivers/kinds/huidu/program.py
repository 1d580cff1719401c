"""The XML that makes a Huidu card show areas of text: one program, every area in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal
from xml.sax.saxutils import escape, quoteattr

from msgspec import Meta

from device_drivers.codecs.text import cells_of, strip_controls
from device_drivers.options import Color, Name, Table
from device_drivers.ports import ScreenText

CHARACTER_LIMIT = 200
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
# XML has no such characters.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EFFECTS = {"still": 0, "scroll": 26}

Pixels = Annotated[int, Meta(ge=0, le=8192)]


class HuiduScreen(Table, frozen=True, kw_only=True):
    """One area of text; pixels from the upper left corner. `cells`: how many half-width characters fit."""

    id: Name
    x: Pixels = 0
    y: Pixels = 0
    width: Annotated[int, Meta(ge=8, le=8192)] = 128
    height: Annotated[int, Meta(ge=8, le=8192)] = 32
    font: Annotated[str, Meta(min_length=1, max_length=60)] = "SimSun"
    size: Annotated[int, Meta(ge=6, le=512)] | None = None
    cells: Annotated[int, Meta(ge=1, le=1000)] | None = None
    color: Color = "#FFB000"
    lit_color: Color = "#FF0000"
    align: Literal["left", "center", "right"] = "center"
    speed: Annotated[int, Meta(ge=1, le=10)] = 5

    @property
    def points(self) -> int:
        return self.size or self.height * 3 // 4


def ask_session(version: int) -> bytes:
    inner = f'<in method="GetIFVersion"><version value="{version:x}"/></in>'
    return f'{_HEAD}<sdk guid="##GUID">{inner}</sdk>'.encode()


def add_program(guid: str, screens: Iterable[HuiduScreen], texts: Mapping[str, ScreenText]) -> bytes:
    """One program of all areas that have a text; it takes the place of what the card showed."""
    areas = "".join(_area(screen, texts[screen.id]) for screen in screens if screen.id in texts)
    program = f'<program guid="hall" type="normal"><playControl count="1" disabled="false"/>{areas}</program>'
    inner = f'<in method="AddProgram"><screen timeStamps="0">{program}</screen></in>'
    return f"{_HEAD}<sdk guid={quoteattr(guid)}>{inner}</sdk>".encode("utf-8", "replace")


def _area(screen: HuiduScreen, text: ScreenText) -> str:
    words = _NO_XML.sub("", strip_controls(text.text))[:CHARACTER_LIMIT]
    fits = cells_of(words) <= (screen.cells or max(1, screen.width * 2 // screen.points))
    effect = _EFFECTS["still" if fits else "scroll"]
    name, color = quoteattr(screen.id), screen.lit_color if text.lit else screen.color
    return (
        f'<area guid={name} alpha="255">'
        f'<rectangle x="{screen.x}" y="{screen.y}" width="{screen.width}" height="{screen.height}"/>'
        f'<resources><text guid={name} singleLine="true"><style align="{screen.align}" valign="middle"/>'
        f"<string>{escape(words)}</string>"
        f'<font name={quoteattr(screen.font)} size="{screen.points}" color="{color}" bold="false" italic="false"'
        f' underline="false"/><effect in="{effect}" out="0" inSpeed="{screen.speed}" outSpeed="0" duration="50"/>'
        f"</text></resources></area>"
    )
