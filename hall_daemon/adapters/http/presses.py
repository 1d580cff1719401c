"""The keys of a window and of a ticket as tables: path, body, command, and what each may be refused with.

Pure: a body becomes a command of the domain. One row here is one route and one entry of the document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from hall_daemon.domain import commands as c
from hall_daemon.staff.rights import Right
from hall_daemon.wire import messages as m

ToId = Callable[[str], str]


class Press(NamedTuple):
    """`needs` is the right for it. `make(subject, body, to_id)`: subject is the window or ticket of the path; `to_id`
    turns an id or today's number into a ticket id."""

    path: str
    needs: Right
    summary: str
    make: Callable[[str, Any, ToId], c.Command]
    codes: tuple[str, ...]
    body: type[msgspec.Struct] = m.NoBody


_OPEN = ("unknown_window", "window_closed", "window_paused")
_AT_WINDOW = ("unknown_window", "nobody_at_window", "not_now", "ticket_over")
_TICKET = ("unknown_ticket", "ticket_over", "not_now")
_CALL = ("called_just_now", "window_busy")

WINDOW_PRESSES = (
    Press("call-next", "call", "Call whoever is next; the one before is finished",
        lambda window, body, to_id: c.CallNext(window), (*_OPEN, *_CALL, "nobody_waits")),
    Press("call", "pick", "Call this ticket, with a reason",
        lambda window, body, to_id: c.CallTicket(window, to_id(body.ticket), body.reason),
        (*_OPEN, *_CALL, *_TICKET, "pick_reason_needed", "not_skilled", "reserved"), body=m.CallTicketBody),
    Press("recall", "call", "Call the same number again", lambda window, body, to_id: c.Recall(window),
        (*_AT_WINDOW, "recalled_just_now")),
    Press("start", "call", "The applicant is here", lambda window, body, to_id: c.Start(window), _AT_WINDOW),
    Press("finish", "call", "The matter is done", lambda window, body, to_id: c.Finish(window), _AT_WINDOW),
    Press("miss", "call", "Nobody came", lambda window, body, to_id: c.Miss(window), _AT_WINDOW),
    Press("hold", "call", "Put the ticket aside", lambda window, body, to_id: c.Hold(window), _AT_WINDOW),
    Press("resume", "call", "Take a held ticket up again",
        lambda window, body, to_id: c.Resume(window, to_id(body.ticket) if body.ticket else ""),
        (*_OPEN, "window_busy", "nothing_held"), body=m.ResumeBody),
    Press("undo", "call", "Take the last press back", lambda window, body, to_id: c.Undo(window),
        ("unknown_window", "nothing_to_undo", "undo_too_late", "undo_overtaken")),
    Press("open", "call", "Open the window, end its pause, or take it over",
        lambda window, body, to_id: c.OpenWindow(window, body.staff, body.take_over),
        ("unknown_window", "staff_elsewhere", "window_taken"), body=m.OpenBody),
    Press("pause", "call", "Pause the window, with a reason",
        lambda window, body, to_id: c.PauseWindow(window, body.reason),
        (*_OPEN, "pause_reason_needed"), body=m.PauseBody),
    Press("close", "call", "Close the window", lambda window, body, to_id: c.CloseWindow(window),
        ("unknown_window", "window_busy", "window_holds")),
)

CANCEL = Press("cancel", "help", "Give the number up", lambda ticket, body, to_id: c.Cancel(ticket), _TICKET)
RETURN = Press("return", "help", "Back after a missed call", lambda ticket, body, to_id: c.Return(ticket),
    (*_TICKET, "return_too_late"))
POSTPONE = Press("postpone", "help", "Call it later: a place further back, by its holder's choice",
    lambda ticket, body, to_id: c.Postpone(ticket), (*_TICKET, "postponed_enough", "postpone_too_late"))
COMING = Press("coming", "help", "Whoever is called is on the way",
    lambda ticket, body, to_id: c.SayComing(ticket), _TICKET)
# What a holder may do with the ticket's token.
HOLDER_PRESSES = (CANCEL, RETURN, POSTPONE, COMING)

TICKET_PRESSES = (
    *HOLDER_PRESSES,
    Press("transfer", "transfer", "Send it on: another matter, another window, or back to this clerk",
        lambda ticket, body, to_id: c.Transfer(ticket, body.service, body.to_window, body.keep),
        (*_TICKET, "unknown_service", "unknown_window", "window_closed", "not_skilled", "no_first_clerk"),
        body=m.TransferBody),
    Press("priority", "help", "Let it go with the priority class, on a ground of the hall's",
        lambda ticket, body, to_id: c.Prioritise(ticket, body.reason),
        (*_TICKET, "priority_reason_needed"), body=m.PriorityBody),
    Press("slip", "draw", "Print the same number again",
        lambda ticket, body, to_id: c.RequestSlip(ticket, body.printer),
        ("unknown_ticket", "ticket_over", "unknown_printer", "slips_used_up"), body=m.SlipBody),
)

ISSUE_CODES = (
    "unknown_service", "bad_services", "priority_reason_needed", "slot_needed", "day_closed", "hall_closed",
    "hall_closed_today", "hall_closed_all_day", "issuing_stopped", "service_full", "day_full", "source_full",
    "storage_low",
    "unknown_printer",
    "review_needed", "unknown_review", "review_not_yours", "review_not_passed", "review_lapsed", "review_used",
    "review_in_use", "ticket_for_another",
)
