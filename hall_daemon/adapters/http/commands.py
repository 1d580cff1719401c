"""What both listeners do with the hall: send a command and put its answer into words, read a view.

Runs on a listener's loop. Replies are made from events alone, so that a repeated key gets the same body.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

import msgspec

from hall_daemon.adapters.http.codes import digest, secret_of
from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.adapters.http.draw_limits import DrawLimits
from hall_daemon.adapters.http.presses import Press
from hall_daemon.adapters.http.threads import CoreClient, Replica
from hall_daemon.app import views
from hall_daemon.app.record import Accepted, Command, Request
from hall_daemon.cases.commands import TakeTicket
from hall_daemon.domain import commands as c
from hall_daemon.domain.events import TicketIssued
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.ticket import Ticket
from hall_daemon.web.endpoint import Call, Fault, Header, Reply, encode
from hall_daemon.web.limits import Limits
from hall_daemon.wire import messages as m

T = TypeVar("T")

REPLAYED: Header = (b"idempotency-replayed", b"true")
# 144 bits: a ticket's page is found by its link only.
TOKEN_BYTES = 18
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")
_TICKET_ID = re.compile(r"\d{4}-\d{2}-\d{2}-.")
# Keyed replies kept as sent, so that a retry reads the same `wait`; the rest of a reply is in its event anyway.
_KEPT_REPLIES = 1024
SLOT_WITHIN_MS = 24 * 3_600_000


class HallCommands:
    """Commands and views for the handlers of one listener."""

    def __init__(self, deps: Dependencies, limits: Limits) -> None:
        self.deps = deps
        self.core_client = CoreClient(deps.core, limits.answer_s)
        self.replica = Replica(deps.core, deps.follower)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self.draws = DrawLimits(deps.plan, deps.draws, deps.drawn, deps.random_bytes(32), deps.monotonic)

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self.core_client.bind(loop)
        self.replica.bind(loop)

    # -- commands ----------------------------------------------------------------------------------

    async def issue(self, call: Call) -> Reply:
        """POST /tickets."""
        command = self._issue_command(call.body)
        day = self.replica.read(lambda hall, seq: hall.day)
        self.draws.check(call.by, command.services, call.key, day)
        answer = await self.apply(self._with_review(command, call.body), call)
        recorded = answer.events[0]
        assert isinstance(recorded.event, TicketIssued)
        if not answer.repeated:
            self.draws.drew(call.by, call.key, recorded.event)
        body = self._kept.get(recorded.seq) if answer.repeated else None
        if body is None:
            body = encode(views.issued_view(self.deps.views, recorded))
            if call.key:
                self._kept[recorded.seq] = body
                if len(self._kept) > _KEPT_REPLIES:
                    self._kept.popitem(last=False)
        location = (b"location", b"/api/v1/tickets/" + quote(recorded.event.ticket).encode())
        return Reply(201, body, (location, REPLAYED) if answer.repeated else (location,))

    def _issue_command(self, body: m.IssueBody) -> c.IssueTicket:
        if body.service is not None and body.services is not None:
            raise Fault("bad_field", {"why": "give `service` or `services`, not both"})
        services = (body.service,) if body.service is not None else tuple(body.services or ())
        self.check_printer(body.printer)
        return c.IssueTicket(
            services=services,
            token=secret_of(self.deps.random_bytes(TOKEN_BYTES)),
            class_=body.class_,
            class_reason=body.class_reason,
            slot=None if body.slot is None else _slot(body.slot, self.deps.clock.now().wall),
            printer=body.printer,
            channel=body.channel,
        )

    def _with_review(self, draw: c.IssueTicket, body: m.IssueBody) -> Command:
        """The draw of somebody who comes with a passed pre-review, and says that it is their own."""
        room = self.deps.reviews
        if not body.review or room is None:
            return draw
        token = digest(body.case_token) if body.case_token else ""
        return TakeTicket(review=body.review, draw=draw, token=token, person=room.person(body.id_number))

    def check_printer(self, printer: str) -> None:
        known = self.deps.printers
        if printer and printer not in known:
            raise Fault("unknown_printer", {"printer": printer, "known": ", ".join(sorted(known))})

    async def press(self, press: Press, subject: str, call: Call, *, public: bool = False) -> Reply:
        """A key of a window or of a ticket."""
        if isinstance(call.body, m.SlipBody):
            self.check_printer(call.body.printer)
        return await self.done(press.make(subject, call.body, self.ticket_id), call, public=public)

    async def apply(self, command: Command, call: Call) -> Accepted:
        """One command that another handler made. Raises Fault when it is refused."""
        answer = await self.core_client.ask(Request(command, call.by, call.key, call.print))
        if not isinstance(answer, Accepted):
            facts = {**answer.facts}
            if "staff" in facts:
                facts["staff"] = self.deps.views.staff_number(str(facts["staff"]))
            raise Fault(answer.code, facts)
        return answer

    # -- views -------------------------------------------------------------------------------------

    async def look(self, view: Callable[[Hall, int, Moment], T]) -> T:
        """A view of the hall as it is after everything that is committed now."""
        await self.replica.fresh()
        now = self.replica.true_at(self.deps.clock.now())
        return self.replica.read(lambda hall, seq: view(hall, seq, now))

    async def ticket(self, call: Call) -> Ticket:
        """The ticket of the path, by id or today's number, after all that is committed now. Raises Fault."""
        await self.replica.fresh()
        ticket_id = self.ticket_id(call.params["ticket"])
        found = self.replica.read(lambda hall, seq: hall.tickets.get(ticket_id))
        if found is None:
            raise unknown_ticket(call)
        return found

    async def held(self, call: Call) -> str:
        """The id of the ticket whose token the path says, after all that is committed now. Raises Fault."""
        await self.replica.fresh()
        token = call.params["token"]
        ticket_id = self.replica.read(lambda hall, seq: hall.tokens.get(token))
        if ticket_id is None or not is_token(token):
            raise nobodys(call)
        # A phone's key is its ticket's.
        call.key = call.key and f"{ticket_id} {call.key}"
        return ticket_id

    async def done(self, command: c.Command, call: Call, *, public: bool = False) -> Reply:
        """One command, answered with what it did; in public without the ticket's id."""
        return self.done_reply(await self.apply(command, call), public=public)

    def done_reply(self, answer: Accepted, *, public: bool = False) -> Reply:
        # Nothing had to be done: seq 0, so that a repeated key reads the same.
        done = views.done_view(self.deps.views, 0, answer.events)
        if public:
            done = msgspec.structs.replace(done, ticket=None)
        return Reply(200, encode(done), (REPLAYED,) if answer.repeated else ())

    def ticket_id(self, said: str) -> str:
        """A ticket's id from its id, today's number, or the token of its own page (what a slip's code holds)."""
        said = said[:64]
        if _TICKET_ID.match(said):
            return said
        return self.replica.read(lambda hall, seq: hall.tokens.get(said) or f"{hall.day}-{said}")


def is_token(said: str) -> bool:
    return _TOKEN.fullmatch(said) is not None


def nobodys(call: Call) -> Fault:
    """The answer is the same to the last byte, whatever is wrong with a token: no address in it either."""
    call.path = ""
    return Fault("unknown_token")


def unknown_ticket(call: Call) -> Fault:
    return Fault("unknown_ticket", {"ticket": call.params["ticket"][:64]})


def _slot(slot: m.Slot, now_wall: int) -> tuple[int, int]:
    """An appointment in wall ms."""
    times = []
    for name, said in (("from", slot.from_), ("to", slot.to)):
        try:
            time = datetime.fromisoformat(said)
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            raise Fault("bad_field", {"why": f"slot.{name} is a time with offset, as 2026-11-22T10:00:00+08:00"})
        times.append(int(time.timestamp() * 1000))
    if times[0] >= times[1]:
        raise Fault("bad_field", {"why": "slot.from must be before slot.to"})
    if not -SLOT_WITHIN_MS <= times[0] - now_wall <= times[1] - now_wall <= SLOT_WITHIN_MS:
        raise Fault("bad_field", {"why": "a number is drawn on the day of its slot; slot is further away than a day"})
    return times[0], times[1]
