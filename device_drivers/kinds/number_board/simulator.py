"""Number boards on one bus: frames in, the number of each out. They never answer. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.kinds.number_board.codec import LENGTH, BoardFrame, decode_board
from device_drivers.kinds.number_board.link import BoardOptions
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, LabelOf, Note, Placed, Simulation, stand_in_for

_RED = 0


class BoardSpec(Placed, frozen=True, kw_only=True):
    digits: Annotated[int, Meta(ge=1, le=4)] = 4


class BoardBusSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[BoardSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedBoards(Listener[BoardFrame]):
    """All boards of one bus. A board without power shows nothing, and nothing until it is told again."""

    def __init__(self, spec: BoardBusSpec, note: Note) -> None:
        super().__init__(decode_board, LENGTH, head=None)
        self._spec = spec
        self._note = note
        self._shown: dict[str, tuple[int, float]] = {}
        self._frames = {board.id: 0 for board in spec.screens}

    def power_off(self) -> None:
        super().power_off()
        self._shown.clear()

    def state(self) -> dict[str, Any]:
        return {"screens": [self._screen(board) for board in self._spec.screens], "counters": self.counted()}

    def obey(self, frame: BoardFrame, now_s: float) -> bool:
        meant = [board for board in self._spec.screens if board.address == frame.addr]
        for board in meant:
            self._shown[board.id] = (frame.value, now_s)
            self._frames[board.id] += 1
        self._note("frame", f"{frame.addr:02X} {frame.value}")
        return bool(meant)

    def _screen(self, board: BoardSpec) -> dict[str, Any]:
        value, at_s = self._shown.get(board.id, (None, None))
        return {
            **board.place,
            "cells": board.digits,
            "text": None if value is None else f"{value % 10**board.digits:{board.digits}}",
            "color": _RED,
            "at_s": at_s,
            "frames": self._frames[board.id],
        }


def _stand_in(options: BoardOptions, label_of: LabelOf) -> dict[str, object]:
    return {"screens": [stand_in_for(board, label_of, digits=board.digits) for board in options.screens]}


SIMULATION = Simulation(
    entry=BoardBusSpec,
    model=lambda entry, _faults, note: SimulatedBoards(entry, note),
    stand_in=_stand_in,
    view="strips",
)
