"""A Huidu card: packets in, what stands in each area out, and its answers. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any
from xml.sax.saxutils import unescape

from msgspec import Meta

from device_drivers.kinds.huidu.codec import (
    ALIVE_ANSWER,
    ALIVE_ASK,
    LONGEST,
    VERSION_ANSWER,
    VERSION_ASK,
    XML_ANSWER,
    XML_ASK,
    Gathered,
    Packet,
    attribute,
    decode_packet,
    encode_packet,
    xml_packets,
)
from device_drivers.kinds.huidu.link import HuiduOptions
from device_drivers.kinds.huidu.program import HuiduScreen
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation
from device_drivers.words import Words

GUID = "8a1f-simulated"
_AREA = re.compile(r'<area guid="([^"]*)".*?<string>(.*?)</string>.*?color="(#[0-9A-Fa-f]{6})"', re.DOTALL)
_RED, _AMBER = 0, 2
REFUSE = Fault("refuse", "the card takes no program", Words("拒绝", "refuse"))


class AreaSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    cells: Annotated[int, Meta(ge=1, le=64)] = 16
    label: Label = ""


class CardSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[AreaSpec, ...], Meta(min_length=1, max_length=32)]


class SimulatedCard(Listener[Packet]):
    def __init__(self, spec: CardSpec, faults: Conditions, note: Note) -> None:
        super().__init__(decode_packet, LONGEST, head=None)
        self._spec = spec
        self._faults = faults
        self._note = note
        self._gathered = Gathered()
        self._shown: dict[str, tuple[str, str, float]] = {}
        self._frames = {screen.id: 0 for screen in spec.screens}
        self._output = b""

    def power_off(self) -> None:
        super().power_off()
        self._gathered.clear()
        self._shown.clear()
        self._output = b""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def obey(self, frame: Packet, now_s: float) -> bool:
        if frame.cmd == VERSION_ASK:
            self._gathered.clear()
            self._output += encode_packet(Packet(VERSION_ANSWER, frame.value))
        elif frame.cmd == ALIVE_ASK:
            self._output += encode_packet(Packet(ALIVE_ANSWER))
        elif frame.cmd == XML_ASK and (xml := self._gathered.add(frame)) is not None:
            self._told(xml, now_s)
        return True

    def _told(self, xml: bytes, now_s: float) -> None:
        method, refused = attribute(xml, "method"), "refuse" in self._faults
        if method == "AddProgram" and not refused:
            found = _AREA.findall(xml.decode("utf-8", "replace"))
            areas = {id_: (unescape(words), color) for id_, words, color in found}
            for screen in self._spec.screens:
                if screen.id in areas:
                    self._shown[screen.id] = (*areas[screen.id], now_s)
                    self._frames[screen.id] += 1
                else:
                    self._shown.pop(screen.id, None)
        result = "kFailed" if refused and method == "AddProgram" else "kSuccess"
        answer = f'<sdk guid="{GUID}"><out method="{method}" result="{result}"/></sdk>'.encode()
        self._output += b"".join(encode_packet(packet) for packet in xml_packets(answer, XML_ANSWER))
        self._note("frame", f"{method} {result}")

    def state(self) -> dict[str, Any]:
        return {"screens": [self._screen(screen) for screen in self._spec.screens], "counters": self.counted()}

    def _screen(self, screen: AreaSpec) -> dict[str, Any]:
        text, color, at_s = self._shown.get(screen.id, (None, "", None))
        return {
            "id": screen.id, "address": "-", "label": screen.label or screen.id, "cells": screen.cells, "text": text,
            "color": _RED if color.upper() == "#FF0000" else _AMBER, "at_s": at_s, "frames": self._frames[screen.id],
        }


def _stand_in(options: HuiduOptions, label_of: LabelOf) -> dict[str, object]:
    def cells(screen: HuiduScreen) -> int:
        return min(64, screen.cells or max(1, screen.width * 2 // screen.points))

    return {
        "screens": [
            {"id": screen.id, "cells": cells(screen), "label": label_of(screen.id)} for screen in options.screens
        ]
    }


SIMULATION = Simulation(entry=CardSpec, model=SimulatedCard, stand_in=_stand_in, view="strips", faults=(REFUSE,))
