"""How a visit was, said by whoever holds its ticket: with the token of the ticket's page, and by nothing else.

Runs on a listener's loop. Staff learn of no rating whose it is, so neither the answer nor the audit names the ticket.
"""

from __future__ import annotations

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.domain import commands as c
from hall_daemon.staff.rights import Right
from hall_daemon.web.endpoint import Call, Operation, Reply, post
from hall_daemon.wire import messages as m
from hall_daemon.wire.ratings import RatingBody


class RatingsApi:
    """`needs`: on the public listener anybody rates who has the token, in the hall only a kiosk hands a rating on."""

    def __init__(self, commands: HallCommands, needs: Right) -> None:
        self._commands = commands
        self._needs = needs

    def operations(self) -> tuple[Operation, ...]:
        return (
            post(
                "rateTicketByToken", self._needs, "/api/v1/tickets/by-token/{token}/rating",
                "How my visit was, once", self.rate, m.Done,
                codes=("unknown_token", "not_served", "bad_rating_reason", "rated_already"), body=RatingBody,
            ),
        )

    async def rate(self, call: Call) -> Reply:
        """`call.by` is a phone, or which kiosk."""
        ticket_id = await self._commands.held(call)
        body: RatingBody = call.body
        return await self._commands.done(c.RateVisit(ticket_id, body.level, call.by, body.reasons), call, public=True)
