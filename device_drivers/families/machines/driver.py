"""Ticket machines behind one line: `ports.TicketMachine`. What a kind adds is its link.

The thread is LineDriver's; `answer` may be called from any other.
"""

from __future__ import annotations

from typing import Protocol

from device_drivers.base.line_driver import LineDriver
from device_drivers.events import TicketAsked
from device_drivers.lines.options import build_line
from device_drivers.links.link import Link
from device_drivers.options import DeviceSpec, Environment
from device_drivers.ports import Given


class Answers(Protocol):
    def answer(self, machine: str, given: Given) -> None: ...


class MachineLine(LineDriver[bytes, TicketAsked]):
    def __init__(self, spec: DeviceSpec, env: Environment, link: Link[bytes, TicketAsked], answers: Answers) -> None:
        """Raises BadOption."""
        self._answers = answers
        super().__init__(
            spec.id, spec.kind, build_line(spec), link, monotonic=env.monotonic, rng=env.rng, on_event=env.tell
        )

    def answer(self, machine: str, given: Given) -> None:
        with self.changing():
            self._answers.answer(machine, given)
