"""Numbers for those who ask at a ticket machine: a press becomes a draw, and its answer goes back to the machine.

A machine that asks once more with the same word gets the same number, after a crash too: the word is the idempotency
key of the draw.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from device_drivers.events import TicketAsked
from device_drivers.ports import Given, TicketMachine
from hall_daemon.adapters.devices.fence import Fence
from hall_daemon.adapters.devices.outcomes import Submit
from hall_daemon.app.record import Accepted, Answer, Busy, Request
from hall_daemon.config.settings import MachineBinding
from hall_daemon.domain import commands as c
from hall_daemon.domain.events import TicketIssued

_LOGGER = logging.getLogger(__name__)

# 144 bits: a ticket's page is found by its link only.
TOKEN_BYTES = 18
BUSY, UNKNOWN_BUTTON = "busy", "unknown_button"


@dataclass(frozen=True, slots=True)
class TicketMachines:
    """`bound`: what each machine gives numbers for; `machines`: its driver. Called on a driver's thread."""

    bound: Mapping[str, MachineBinding]
    machines: Mapping[str, TicketMachine]
    submit: Submit
    fence: Fence
    random_bytes: Callable[[int], bytes] = os.urandom

    def on_asked(self, asked: TicketAsked) -> None:
        binding = self.bound.get(asked.machine)
        service = binding.buttons.get(asked.button) if binding is not None else None
        if binding is None or service is None:
            self._answer(asked, Given(ask=asked.ask, refused=UNKNOWN_BUTTON))
            return
        token = base64.urlsafe_b64encode(self.random_bytes(TOKEN_BYTES)).decode().rstrip("=")
        command = c.IssueTicket(services=(service,), token=token, printer=binding.printer, channel="kiosk")
        by = f"machine:{asked.machine}"
        key = f"{by} {asked.ask}" if asked.ask else ""
        said = hashlib.blake2b(f"{key}\n{service}".encode(), digest_size=16).hexdigest() if key else ""
        try:
            self.submit(Request(command, by, key, said), lambda answer: self._drawn(asked, answer))
        except Busy:
            self._answer(asked, Given(ask=asked.ask, refused=BUSY))

    def _drawn(self, asked: TicketAsked, answer: Answer) -> None:
        if isinstance(answer, Accepted):
            issued = next((row.event for row in answer.events if isinstance(row.event, TicketIssued)), None)
            if issued is not None:
                self._answer(asked, Given(ask=asked.ask, number=issued.number, ahead=issued.ahead))
            return
        _LOGGER.info("%s: no number: %s", asked.machine, answer.code)
        self._answer(asked, Given(ask=asked.ask, refused=answer.code))

    def _answer(self, asked: TicketAsked, given: Given) -> None:
        driver = self.machines.get(asked.machine)
        if driver is not None:
            with self.fence(asked.machine):
                driver.answer(asked.machine, given)
