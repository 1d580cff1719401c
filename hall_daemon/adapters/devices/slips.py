"""Slips: handed to printers, how the newest of each number came out, and those that a crash left open."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from device_drivers.ports import Printer, PrintOutcome
from hall_daemon.adapters.devices.outcomes import Outcomes
from hall_daemon.app.reactions import ticket_slip
from hall_daemon.app.view_context import Waits
from hall_daemon.config.wording import SlipWords
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import ahead_of
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.slip_rules import may_replace

REPRINT_WITHIN_MS = 120_000


@dataclass(slots=True, kw_only=True)
class TicketSlips:
    """`ticket_url` holds `{token}`."""

    plan: Plan
    words: SlipWords
    printers: Mapping[str, Printer]
    outcomes: Outcomes
    waits: Waits
    ticket_url: str
    # Ticket -> the job of its newest slip, while that is under way.
    _copies: dict[str, str] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def begin(self, hall: Hall) -> None:
        """Before the printers start: half a slip may lie there, for the next to begin on."""
        for printer in _left_unsure(hall) & self.printers.keys():
            self.printers[printer].broke_off()

    def settle(self, hall: Hall, now: Moment) -> None:
        """A crash came between commit and paper: the same number again, marked, if somebody may still stand there."""
        for slip in hall.slips.values():
            ticket = hall.tickets[slip.ticket]
            if slip.state != "pending":
                continue
            stands_there = ticket.state == "waiting" and now.tick - ticket.drawn_tick <= REPRINT_WITHIN_MS
            if stands_there and may_replace(slip):
                self.outcomes.tell(c.RequestSlip(slip.ticket, slip.printer, lost=True), "core")
            else:
                self.outcomes.tell(c.ReportSlip(slip.ticket, "unknown", "restart"), "core")

    def see(self, hall: Hall, event: e.Event) -> None:
        """Print what an event asks for: on the first slip stands what was promised with the number."""
        if isinstance(event, e.TicketIssued) and event.printer:
            self._print(hall, event.ticket, event.printer, event.ahead, 0)
        elif isinstance(event, e.SlipRequested):
            ticket = hall.tickets.get(event.ticket)
            ahead = ahead_of(self.plan, hall, ticket) if ticket is not None else None
            self._print(hall, event.ticket, event.printer, ahead or 0, event.copy)

    def _print(self, hall: Hall, ticket_id: str, printer_id: str, ahead: int, copy: int) -> None:
        ticket = hall.tickets.get(ticket_id)
        printer = self.printers.get(printer_id)
        if ticket is None:
            return
        if printer is None:
            self.outcomes.tell(c.ReportSlip(ticket_id, "failed", "no_printer"), "core")
            return
        slip = ticket_slip(
            self.plan, self.words, ticket, ahead=ahead, wait=self.waits.ticket(ticket.id, ticket),
            url=self.ticket_url.format(token=ticket.token), copy=copy,
        )
        job = f"{ticket_id}#{copy}"
        with self._lock:
            self._copies[ticket_id] = job
        printer.print(job, slip, self._on_printed)

    def _on_printed(self, outcome: PrintOutcome) -> None:
        """How the newest copy of a ticket's slip went; of an earlier one nobody wants to know any more."""
        ticket_id = outcome.job.rpartition("#")[0]
        with self._lock:
            newest = self._copies.get(ticket_id) == outcome.job
            if newest:
                del self._copies[ticket_id]
        if newest:
            self.outcomes.tell(c.ReportSlip(ticket_id, outcome.result, outcome.detail), "printer")


def _left_unsure(hall: Hall) -> set[str]:
    """The printers whose newest slip is not known to be whole."""
    newest = {slip.printer: slip for slip in hall.slips.values()}
    unsure = {printer for printer, slip in newest.items() if slip.state != "printed"}
    return unsure | {slip.printer for slip in hall.slips.values() if slip.state == "pending"}
