"""The date, when the machine's clock is in doubt: what it says, staff's word that it is right, a wrong turn taken back.

Runs on the loop of `http`.
"""

from __future__ import annotations

from hall_daemon.adapters.http.commands import REPLAYED, HallCommands
from hall_daemon.app import views
from hall_daemon.app.view_context import iso
from hall_daemon.domain import commands as c
from hall_daemon.web.endpoint import Call, Operation, Reply, encode
from hall_daemon.wire import messages as m


class DayApi:
    def __init__(self, commands: HallCommands) -> None:
        self._commands = commands
        self._date = commands.deps.date

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation(
                id="getDay",
                method="GET",
                path="/api/v1/day",
                summary="The business day, and the machine's time where it is in doubt",
                needs="look",
                handle=self.look,
                reply=m.DayView,
            ),
            Operation(
                id="confirmDate",
                method="POST",
                path="/api/v1/day/confirm",
                summary="The machine's date is right: believe it",
                needs="supervise",
                handle=self.confirm,
                reply=m.DayView,
                body=m.NoBody,
            ),
            Operation(
                id="reopenDay",
                method="POST",
                path="/api/v1/day/reopen",
                summary="The day turned by a wrong clock: take it back, who expired waits again",
                needs="supervise",
                handle=self.reopen,
                reply=m.Done,
                codes=("no_turn", "turn_holds"),
                body=m.NoBody,
            ),
        )

    async def look(self, call: Call) -> Reply:
        return Reply(200, encode(await self._view()))

    async def confirm(self, call: Call) -> Reply:
        self._date.confirm()
        return await self.look(call)

    async def reopen(self, call: Call) -> Reply:
        doubt = self._date.doubt()
        if doubt is not None and doubt.said < doubt.believed:
            # The clock has been put back, which is what makes the turn wrong.
            self._date.confirm()
        answer = await self._commands.apply(c.ReopenDay(), call)
        done = views.done_view(self._commands.deps.views, 0, answer.events)
        return Reply(200, encode(done), (REPLAYED,) if answer.repeated else ())

    async def _view(self) -> m.DayView:
        day, doubt = await self._commands.look(lambda hall, seq, now: hall.day), self._date.doubt()
        now = self._commands.deps.clock.now()
        return m.DayView(day, iso(now.wall), iso(doubt.said) if doubt else None)
