"""Modbus LED boards on one bus: registers in, what each board shows out, and its answer. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from device_drivers.kinds.modbus_led.codec import (
    LONGEST,
    READ,
    REFUSED,
    TEXT_REGISTER,
    WRITE_ONE,
    WRITE_SEVERAL,
    Frame,
    cut_frame,
    encode_frame,
)
from device_drivers.kinds.modbus_led.link import ModbusOptions
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import BenchEntry, LabelOf, Note, Placed, Simulation, stand_in_for
from device_drivers.words import Words

_ILLEGAL_ADDRESS = 2
REFUSE = Fault("refuse", "boards answer that there is no such register", Words("拒绝", "refuse"))


class BoardSpec(Placed, frozen=True, kw_only=True):
    digits: Annotated[int, Meta(ge=1, le=16)] = 4


class BoardsSpec(BenchEntry, frozen=True, kw_only=True):
    screens: Annotated[tuple[BoardSpec, ...], Meta(min_length=1, max_length=64)]


class SimulatedBoards(Listener[Frame]):
    """All boards of one bus. What was written last stands: a number, or characters."""

    def __init__(self, spec: BoardsSpec, faults: Conditions, note: Note) -> None:
        super().__init__(cut_frame, LONGEST, head=None)
        self._spec = spec
        self._faults = faults
        self._note = note
        self._shown: dict[int, tuple[str, float]] = {}
        self._frames = {board.address: 0 for board in spec.screens}
        self._output = b""

    def power_off(self) -> None:
        super().power_off()
        self._shown.clear()
        self._output = b""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def obey(self, frame: Frame, now_s: float) -> bool:
        if frame.unit not in self._frames:
            return False
        if frame.function == READ or "refuse" in self._faults:
            refused = Frame(unit=frame.unit, function=frame.function | REFUSED, error=_ILLEGAL_ADDRESS)
            self._output += encode_frame(refused)
            return True
        if frame.function == WRITE_ONE:
            value = frame.values[0]
            self._shown[frame.unit] = (str(value - 0x10000 if value & 0x8000 else value), now_s)
            self._output += encode_frame(frame)
        elif frame.function == WRITE_SEVERAL and frame.values:
            words = b"".join(value.to_bytes(2, "big") for value in frame.values)
            if frame.register == TEXT_REGISTER:
                self._shown[frame.unit] = (words.decode("ascii", "replace"), now_s)
            answer = Frame(unit=frame.unit, function=WRITE_SEVERAL, register=frame.register, count=frame.count)
            self._output += encode_frame(answer)
        self._frames[frame.unit] += 1
        self._note("frame", f"{frame.unit} {self._shown.get(frame.unit, ('', 0))[0]}")
        return True

    def state(self) -> dict[str, Any]:
        return {"screens": [self._screen(board) for board in self._spec.screens], "counters": self.counted()}

    def _screen(self, board: BoardSpec) -> dict[str, Any]:
        text, at_s = self._shown.get(board.address, (None, None))
        return {
            **board.place,
            "cells": board.digits,
            "text": None if text is None else text[-board.digits :].rjust(board.digits),
            "color": 0,
            "at_s": at_s,
            "frames": self._frames[board.address],
        }


def _stand_in(options: ModbusOptions, label_of: LabelOf) -> dict[str, object]:
    return {"screens": [stand_in_for(board, label_of, digits=board.digits) for board in options.screens]}


SIMULATION = Simulation(entry=BoardsSpec, model=SimulatedBoards, stand_in=_stand_in, view="strips", faults=(REFUSE,))
