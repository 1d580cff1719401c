"""What somebody at a window brings of a pre-review: looked at, brought to their number by whoever sits there, and what
became of what they promised. The paper that they sign is printed by the page, from what stands here: it names nobody,
and its name and hand stay on paper. Runs on a listener's loop; the dossier is asked on a reading thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.gate import actor_of
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.adapters.http.reviews import BIND_CODES
from hall_daemon.app import review_views as views
from hall_daemon.cases import commands as k
from hall_daemon.cases.book import Book
from hall_daemon.cases.docket import Review
from hall_daemon.domain.ticket import Ticket
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode, get, post
from hall_daemon.wire import window_review as w

T = TypeVar("T")
_PATH = "/api/v1/tickets/{ticket}"
_NOT_THERE = ("unknown_ticket", "no_review", "dossiers_away")


class WindowReviewApi:
    def __init__(self, commands: HallCommands, room: ReviewRoom, reading: Reading) -> None:
        self._commands, self._room, self._reading = commands, room, reading

    def operations(self) -> tuple[Operation, ...]:
        return (
            get(
                "getTicketReview", "call", f"{_PATH}/review", "What this number brings, and what not", self.brings,
                w.TicketReview, codes=_NOT_THERE,
            ),
            post(
                "bringReview", "call", f"{_PATH}/review", "The pre-review that whoever has this number comes with",
                self.bring, w.TicketReview, body=w.BringReviewBody,
                codes=(*_NOT_THERE, "not_your_window", "unknown_review", "review_over", *BIND_CODES),
            ),
            post(
                "settlePromise", "call", f"{_PATH}/promise", "What became of what is promised with this number",
                self.settle, w.TicketReview, body=w.SettleBody,
                codes=(*_NOT_THERE, "not_your_window", "review_over", "nothing_promised"),
            ),
        )

    async def brings(self, call: Call) -> Reply:
        ticket = await self._ticket(call)
        return await self._shown(ticket, self._of(ticket))

    async def bring(self, call: Call) -> Reply:
        """Whoever sits there sees slip and person: their word is enough for both."""
        ticket = await self._mine(call)
        said: str = call.body.review.upper()
        review = self._book(lambda book: book.docket.reviews.get(said))
        if review is None or review.state == "draft":
            raise Fault("unknown_review", {"review": said})
        await self._commands.apply(k.BindTicket(review.id, ticket.id), call)
        return await self._again(ticket)

    async def settle(self, call: Call) -> Reply:
        ticket = await self._mine(call)
        command = k.SettlePromise(self._of(ticket).id, call.by, ticket.window or "", call.body.how)
        await self._commands.apply(command, call)
        return await self._again(ticket)

    # -- what they stand on -------------------------------------------------------------------------

    async def _mine(self, call: Call) -> Ticket:
        """What another window has before it is that window's."""
        ticket, actor = await self._ticket(call), actor_of(call)
        if actor.is_person and ticket.window and not actor.may_at("call", ticket.window):
            raise Fault("not_your_window", {"window": ticket.window})
        return ticket

    async def _ticket(self, call: Call) -> Ticket:
        ticket = await self._commands.ticket(call)
        call.about = ticket.id
        return ticket

    def _of(self, ticket: Ticket) -> Review:
        review = self._book(lambda book: book.docket.of_ticket(ticket.id))
        if review is None:
            raise Fault("no_review", {"number": ticket.number})
        return review

    async def _again(self, ticket: Ticket) -> Reply:
        await self._commands.replica.fresh()
        return await self._shown(ticket, self._of(ticket))

    async def _shown(self, ticket: Ticket, review: Review) -> Reply:
        """As it was sent."""
        needed: tuple[str, ...] = ()
        review = review.as_sent
        context, day = self._room.views, self._book(lambda book: book.hall.day)
        if context.has_form(review) and review.answers:
            kept = await self._asked(lambda: self._room.dossiers().answers(review.id, review.answers) or {})
            needed = context.needed(review, context.verdict(review, views.plain_answers(kept), day))
        return Reply(200, encode(views.ticket_review(context, review, needed, day)))

    def _book(self, look: Callable[[Book], T]) -> T:
        return self._commands.deps.follower.read_book(look)

    async def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return await self._reading.aside(ask)
        except DossierError as error:
            raise Fault(error.code) from error
