"""What AWTRIX matrices add to the conversation with screens: the ticket number as a custom app. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.message import Message, compact, write_message
from device_drivers.codecs.text import ticket_number
from device_drivers.families.mqtt.options import Broker
from device_drivers.kinds.awtrix.codec import shown_text
from device_drivers.options import Color, Name, RefreshS, Table
from device_drivers.ports import ScreenText

Words = Annotated[str, Meta(max_length=60, pattern=r"^[ -~]*$", description="ASCII, at most 60 characters")]
Part = Annotated[
    str,
    Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_/-]+$", description="1 to 100 letters, digits, _, -, /"),
]


class Matrix(Table, frozen=True, kw_only=True):
    """`prefix` of its topics; over HTTP the host of the line is the matrix, and there is one. `text` holds {number}."""

    id: Name
    prefix: Part = "awtrix"
    app: Annotated[
        str, Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9_-]+$", description="1 to 40 letters, digits, _, -")
    ] = "hall"
    text: Words = "{number}"
    idle: Words = ""
    color: Color = "#FFB000"
    lit_color: Color = "#FF0000"
    lifetime_s: Annotated[int, Meta(ge=0, le=86_400)] = 600


class AwtrixOptions(Table, frozen=True, kw_only=True):
    """`refresh_s`: an app goes when its lifetime is over, so it is told again before."""

    screens: Annotated[tuple[Matrix, ...], Meta(min_length=1, max_length=64)]
    broker: Broker = Broker()
    refresh_s: RefreshS = 120.0


class AwtrixEncoder:
    """`links.screens.Encoder`. `by_http`: topics are paths."""

    def __init__(self, screens: Iterable[Matrix], *, by_http: bool) -> None:
        self._screens = {screen.id: screen for screen in screens}
        self._by_http = by_http
        self.counters = {"characters_replaced": 0}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        matrix = self._screens[screen]
        ticket = ticket_number(text.text)
        words, replaced = shown_text(matrix.text.replace("{number}", ticket) if ticket else matrix.idle)
        self.counters["characters_replaced"] += replaced
        payload: dict[str, object] = {
            "text": words, "color": matrix.lit_color if text.lit else matrix.color, "noScroll": True,
        }
        if matrix.lifetime_s:
            payload["lifetime"] = matrix.lifetime_s
        topic = f"/api/custom?name={matrix.app}" if self._by_http else f"{matrix.prefix}/custom/{matrix.app}"
        return write_message(Message(topic, compact(payload) if words else b""))
