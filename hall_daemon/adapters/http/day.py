"""The date, when the machine's clock is in doubt: what it says, staff's word that it is right, a wrong turn taken back.

Runs on the loop of `http`.
"""

from __future__ import annotations

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.app.view_context import iso
from hall_daemon.domain import commands as c
from hall_daemon.web.endpoint import Call, Operation, Reply, encode, get, post
from hall_daemon.wire import messages as m


class DayApi:
    def __init__(self, commands: HallCommands) -> None:
        self._commands = commands
        self._date = commands.deps.date

    def operations(self) -> tuple[Operation, ...]:
        return (
            get(
                "getDay", "/api/v1/day", "The business day, and the machine's time where it is in doubt", self.look,
                m.DayView,
            ),
            post(
                "confirmDate", "/api/v1/day/confirm", "The machine's date is right: believe it", self.confirm,
                m.DayView, body=m.NoBody,
            ),
            post(
                "reopenDay", "/api/v1/day/reopen",
                "The day turned by a wrong clock: take it back, who expired waits again", self.reopen, m.Done,
                codes=("no_turn", "turn_holds"), body=m.NoBody,
            ),
        )

    async def look(self, call: Call) -> Reply:
        day, doubt = await self._commands.look(lambda hall, seq, now: hall.day), self._date.doubt()
        now = self._commands.deps.clock.now()
        return Reply(200, encode(m.DayView(day, iso(now.wall), iso(doubt.said) if doubt else None)))

    async def confirm(self, call: Call) -> Reply:
        self._date.confirm()
        return await self.look(call)

    async def reopen(self, call: Call) -> Reply:
        doubt = self._date.doubt()
        if doubt is not None and doubt.said < doubt.believed:
            # The clock has been put back, which is what makes the turn wrong.
            self._date.confirm()
        return await self._commands.done(c.ReopenDay(), call)
