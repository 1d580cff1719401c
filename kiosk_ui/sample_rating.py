"""Pages of who rates a visit that is done. Values only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from msgspec import structs

from hall_daemon.wire.messages import TicketView, Wait
from hall_daemon.wire.problems import problem
from hall_daemon.words.text import text
from kiosk_ui.state import State
from kiosk_ui.state import steps as s
from kiosk_ui.state.steps import Trouble, Watch

# As its slip's code says it.
SAID = "Zt3xk0QmD1v9bWc8yLw2RfHs"


def served(view: TicketView) -> TicketView:
    """A016 was done a minute ago, and may be rated."""
    return structs.replace(
        view, ticket="2026-11-23-A016", number="A016", state="served",
        service_name=text("食品经营许可证", "Food business permit"),
        ahead=None, wait=Wait(unknown="not_waiting"), window="3", window_label="3", can=(), rating="open",
        as_of="2026-11-23T02:06:00.000Z", served_at="2026-11-23T02:05:00.000Z",
    )


def pages(plain: State, view: TicketView) -> Iterator[tuple[str, State]]:
    plain = replace(plain, clock=datetime(2026, 11, 23, 10, 6, tzinfo=UTC))
    held = s.Ticket(Watch(SAID, served(view), plain.now_s), read_here=True)
    typed = s.Ticket(Watch("A016", structs.replace(served(view), rating="", served_at=None), plain.now_s))
    rated = replace(held, watch=held.watch._replace(view=structs.replace(served(view), rating="rated")))
    sent = s.Rate(ticket=held, level=5, key="k")
    lost = Trouble("rate", "unreachable")
    twice = Trouble("rate", "rated_already", problem("rated_already", {"number": "A016"}))
    shown: dict[str, s.Step] = {
        "25-ticket-served": held, "25-ticket-served-typed": typed, "25-ticket-rated": rated,
        "25-rate": s.Rate(ticket=held), "25-rate-reasons": s.Rate(ticket=held, level=2, reasons=("waited_long",)),
        "25-rate-sending": sent, "25-rate-lost": replace(sent, trouble=lost),
        "25-rate-twice": replace(sent, trouble=twice), "25-rated": s.Rated(),
    }
    for name, step in shown.items():
        yield name, replace(plain, session=replace(plain.session, step=step))
