"""The conversation with a Huidu card: version, session, then one program of all areas whenever a text changed. No I/O.

The newest texts go together; the card says whether it took them. A card that says nothing for a while is a line that
went down.
"""

from __future__ import annotations

import math
from typing import Annotated, NoReturn

from msgspec import Meta

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import LinkDown, Misuse
from device_drivers.kinds.huidu.codec import (
    ALIVE_ANSWER,
    ALIVE_ASK,
    ERROR,
    LONGEST,
    VERSION,
    VERSION_ANSWER,
    VERSION_ASK,
    XML_ANSWER,
    Gathered,
    Packet,
    attribute,
    decode_packet,
    encode_packet,
    xml_packets,
)
from device_drivers.kinds.huidu.program import HuiduScreen, add_program, ask_session
from device_drivers.options import RefreshS, Table
from device_drivers.ports import ScreenState, ScreenText
from device_drivers.words import ALL_WELL, Condition

ALIVE_EVERY_S = 15.0
_REFUSED_PAUSE_S = 5.0
_TAKEN = "kSuccess"


class HuiduOptions(Table, frozen=True, kw_only=True):
    """The areas of one card. `answer_s`: how long it may take to answer."""

    screens: Annotated[tuple[HuiduScreen, ...], Meta(min_length=1, max_length=32)]
    answer_s: Annotated[float, Meta(ge=0.2, le=30)] = 5.0
    refresh_s: RefreshS = 300.0


class HuiduLink:
    """`links.Link`, and what a bus of screens asks of it: `show`, `screens`, `condition`."""

    def __init__(self, options: HuiduOptions) -> None:
        self._options = options
        self._stream = FrameStream(decode_packet, LONGEST)
        self._gathered = Gathered()
        self._desired: dict[str, ScreenText] = {}
        self._reported: dict[str, ScreenText] = {}
        self._reported_s: float | None = None
        self._under_way: dict[str, ScreenText] | None = None
        self._output = b""
        self._guid: str | None = None
        self._greeted = False
        self._answer_by_s: float | None = None
        self._again_s = -math.inf
        self._spoke_s = 0.0
        self._refused = ""
        self._counters = dict.fromkeys(("programs", "refreshes", "refused", "answers"), 0)

    @property
    def counters(self) -> dict[str, int]:
        return {**self._counters, "bytes_skipped": self._stream.skipped}

    @property
    def condition(self) -> Condition:
        return Condition("card_refuses", {"result": self._refused}) if self._refused else ALL_WELL

    def show(self, screen: str, text: ScreenText, now: float) -> None:
        ids = [each.id for each in self._options.screens]
        if screen not in ids:
            raise Misuse(f"no screen {screen!r} here, there are {', '.join(ids)}")
        self._desired[screen] = text

    def screens(self) -> tuple[ScreenState, ...]:
        return tuple(
            ScreenState(screen.id, self._desired.get(screen.id), self._reported.get(screen.id), self._reported_s)
            for screen in self._options.screens
        )

    def receive(self, data: bytes, now: float) -> list[NoReturn]:
        for packet in self._stream.feed(data):
            self._counters["answers"] += 1
            self._heard(packet, now)
        return []

    def tick(self, now: float) -> list[NoReturn]:
        if self._answer_by_s is not None and now >= self._answer_by_s:
            raise LinkDown(f"the card has not answered for {self._options.answer_s:g} s", "host_silent")
        if not self._greeted:
            self._greeted = True
            self._ask(encode_packet(Packet(VERSION_ASK, VERSION)), now)
        elif self._guid is not None and self._answer_by_s is None:
            if self._due_in_s(now) <= 0:
                self._counters["refreshes"] += self._desired == self._reported
                self._under_way = dict(self._desired)
                self._ask_xml(add_program(self._guid, self._options.screens, self._under_way), now)
            elif now - self._spoke_s >= ALIVE_EVERY_S:
                self._ask(encode_packet(Packet(ALIVE_ASK)), now)
        return []

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def written(self, now: float) -> list[NoReturn]:
        return []

    def due_s(self, now: float) -> float:
        if self._output or not self._greeted:
            return 0.0
        if self._answer_by_s is not None:
            return max(0.0, self._answer_by_s - now)
        return max(0.0, min(self._due_in_s(now), self._spoke_s + ALIVE_EVERY_S - now))

    def lost(self, now: float) -> list[NoReturn]:
        self._stream.clear()
        self._gathered.clear()
        self._output, self._guid, self._greeted = b"", None, False
        self._answer_by_s, self._under_way, self._again_s = None, None, -math.inf
        self._reported.clear()
        return []

    def _due_in_s(self, now: float) -> float:
        if self._desired != self._reported:
            return max(0.0, self._again_s - now)
        if not self._desired or not self._options.refresh_s or self._reported_s is None:
            return math.inf
        return max(0.0, self._reported_s + self._options.refresh_s - now)

    def _ask(self, data: bytes, now: float) -> None:
        self._output += data
        self._spoke_s = now
        self._answer_by_s = now + self._options.answer_s

    def _ask_xml(self, xml: bytes, now: float) -> None:
        self._ask(b"".join(encode_packet(packet) for packet in xml_packets(xml)), now)

    def _heard(self, packet: Packet, now: float) -> None:
        if packet.cmd == ALIVE_ASK:
            self._output += encode_packet(Packet(ALIVE_ANSWER))
        elif packet.cmd == ALIVE_ANSWER and self._under_way is None and self._guid is not None:
            self._answer_by_s = None
        elif packet.cmd == VERSION_ANSWER and self._guid is None:
            self._ask_xml(ask_session(packet.value), now)
        elif packet.cmd == ERROR:
            raise LinkDown(f"the card answers with error {packet.value}", "host_silent")
        elif packet.cmd == XML_ANSWER and (xml := self._gathered.add(packet)) is not None:
            self._answered(xml, now)

    def _answered(self, xml: bytes, now: float) -> None:
        method, result = attribute(xml, "method"), attribute(xml, "result")
        if method == "GetIFVersion" and self._guid is None:
            self._guid, self._answer_by_s = attribute(xml, "guid") or "##GUID", None
        elif method == "AddProgram" and self._under_way is not None:
            texts, self._under_way, self._answer_by_s = self._under_way, None, None
            if result == _TAKEN:
                self._reported, self._reported_s, self._refused = texts, now, ""
                self._counters["programs"] += 1
            else:
                self._counters["refused"] += 1
                self._refused = result[:60] or "?"
                self._again_s = now + _REFUSED_PAUSE_S
