"""Onbon BX font cards on one line: frames in, what stands in each area out, and the card's answer. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any

from msgspec import Meta

from device_drivers.kinds.onbon_bx.commands import (
    ACK,
    ANSWER,
    NAK,
    REALTIME,
    Area,
    Command,
    cut_command,
    encode_command,
)
from device_drivers.kinds.onbon_bx.frame import HEAD, LONGEST, Frame, encode_frame
from device_drivers.kinds.onbon_bx.link import BxOptions
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation, stand_in_for
from device_drivers.words import Words

_PING = (0xA2, 0x00)
_CLEAR = (0xA3, 0x10)
# Inline codes that are not shown: colours and fonts.
_CODES = re.compile(r"\\(?:C[0-9]|FO[0-9]{3})")
_COLORS = {"1": 0, "2": 1, "3": 2}

REFUSE = Fault("refuse", "the card answers that it cannot", Words("拒绝", "refuse"))


class AreaSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    address: Annotated[int, Meta(ge=0, le=0xFFFE)] = 1
    area: Annotated[int, Meta(ge=0, le=254)] = 0
    cells: Annotated[int, Meta(ge=1, le=64)] = 16
    label: Label = ""


class CardsSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[AreaSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedCards(Listener[tuple[Frame, Command]]):
    """All cards of one line, each with its areas. Without power they show nothing."""

    def __init__(self, spec: CardsSpec, faults: Conditions, note: Note) -> None:
        super().__init__(cut_command, LONGEST, HEAD)
        self._spec = spec
        self._faults = faults
        self._note = note
        self._shown: dict[tuple[int, int], tuple[Area, float]] = {}
        self._frames = dict.fromkeys((screen.id for screen in spec.screens), 0)
        self._said = 0
        self._output = b""

    def power_off(self) -> None:
        super().power_off()
        self._shown.clear()
        self._output = b""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def state(self) -> dict[str, Any]:
        counters = {**self.counted(), "said": self._said}
        return {"screens": [self._screen(screen) for screen in self._spec.screens], "counters": counters}

    def obey(self, frame: tuple[Frame, Command], now_s: float) -> bool:
        told, command = frame
        if told.dst not in {screen.address for screen in self._spec.screens}:
            return False
        what = (command.group, command.cmd)
        refused = "refuse" in self._faults or what not in (REALTIME, _PING, _CLEAR)
        if not refused:
            self._show(told.dst, command, now_s)
        if command.response == ANSWER:
            group, cmd = NAK if refused else ACK
            data = encode_command(Command(group=group, cmd=cmd, response=0))
            self._output += encode_frame(Frame(data=data, dst=told.src, src=told.dst, check=told.check))
        self._note("frame", f"{told.dst} {command.group:02X} {command.cmd:02X}" + " refused" * refused)
        return True

    def _show(self, card: int, command: Command, now_s: float) -> None:
        what = (command.group, command.cmd)
        gone = set(command.delete) if what == REALTIME else ({0xFF} if what == _CLEAR else set())
        for place in [place for place in self._shown if place[0] == card and (0xFF in gone or place[1] in gone)]:
            del self._shown[place]
        for area in command.areas:
            self._shown[card, area.area_id] = (area, now_s)
            self._said += area.voice is not None
            for screen in self._spec.screens:
                self._frames[screen.id] += (screen.address, screen.area) == (card, area.area_id)

    def _screen(self, screen: AreaSpec) -> dict[str, Any]:
        area, at_s = self._shown.get((screen.address, screen.area), (None, None))
        words = None if area is None else area.text.decode("gbk", "replace")
        color = re.search(r"\\C([123])", words or "")
        return {
            "id": screen.id, "address": screen.address, "label": screen.label or f"{screen.address}-{screen.area}",
            "cells": screen.cells, "area": screen.area,
            "text": None if words is None else _CODES.sub("", words),
            "color": _COLORS[color[1]] if color else 0,
            "mode": None if area is None else area.mode,
            "said": None if area is None or area.voice is None else area.voice.words.decode("gbk", "replace"),
            "at_s": at_s, "frames": self._frames[screen.id],
        }


def _stand_in(options: BxOptions, label_of: LabelOf) -> dict[str, object]:
    return {
        "screens": [
            stand_in_for(screen, label_of, area=screen.area, cells=min(64, screen.cells or screen.width // 8))
            for screen in options.screens
        ]
    }


SIMULATION = Simulation(entry=CardsSpec, model=SimulatedCards, stand_in=_stand_in, view="strips", faults=(REFUSE,))
