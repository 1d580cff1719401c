"""The API of staff, kiosks and tools: every route of the first listener as one table.

Runs on the loop of `http`. The table drives the routes and the OpenAPI document alike.
"""

from __future__ import annotations

import io
from functools import partial

import msgspec
import segno

from hall_daemon.adapters.accounts.access import Present
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.day import DayApi
from hall_daemon.adapters.http.gate import actor_of
from hall_daemon.adapters.http.holders import HoldersApi
from hall_daemon.adapters.http.presses import ISSUE_CODES, TICKET_PRESSES, WINDOW_PRESSES, Press
from hall_daemon.adapters.http.sessions import aside
from hall_daemon.adapters.http.shared import SharedApi
from hall_daemon.adapters.http.stream import EventStream
from hall_daemon.adapters.http.view_cache import ViewCache
from hall_daemon.app import lines, views
from hall_daemon.domain.decide import Refused
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Query, Reply, encode, query_value
from hall_daemon.wire import messages as m
from hall_daemon.wire.kiosks import KioskSettings

_HISTORY_LIMIT = 500
_SVG = b"image/svg+xml"


class StaffApi:
    """The handlers. Each is one row of `operations`."""

    def __init__(
        self, commands: HallCommands, reading: Reading, cache: ViewCache, events: EventStream, shared: SharedApi
    ) -> None:
        self._commands = commands
        self._reading = reading
        self._cache = cache
        self._events = events
        self._shared = shared
        self._holders = HoldersApi(commands, reading)
        self._day = DayApi(commands)
        self._ctx = commands.deps.views
        self._plan = commands.deps.plan

    def operations(self) -> tuple[Operation, ...]:
        after = Query("after", "Go on after this event", {"type": "integer", "minimum": 0})
        before = Query("before", "Today's number of somebody else", {"type": "string", "maxLength": 64})
        return (
            Operation(
                id="issueTicket",
                method="POST",
                path="/api/v1/tickets",
                summary="Draw a number",
                needs="draw",
                handle=self._commands.issue,
                reply=m.Issued,
                codes=ISSUE_CODES,
                status=201,
                body=m.IssueBody,
            ),
            *(
                Operation(
                    id=_camel(press.path, "Window"),
                    method="POST",
                    path=f"/api/v1/windows/{{window}}/{press.path}",
                    summary=press.summary,
                    needs=press.needs,
                    handle=partial(self._press_window, press),
                    reply=m.Done,
                    codes=press.codes,
                    body=press.body,
                )
                for press in WINDOW_PRESSES
            ),
            *(
                Operation(
                    id=_camel(press.path, "Ticket"),
                    method="POST",
                    path=f"/api/v1/tickets/{{ticket}}/{press.path}",
                    summary=press.summary,
                    needs=press.needs,
                    handle=partial(self._press_ticket, press),
                    reply=m.Done,
                    codes=press.codes,
                    body=press.body,
                )
                for press in TICKET_PRESSES
            ),
            Operation(
                id="getHall",
                method="GET",
                path="/api/v1/hall",
                summary="Everything a screen or a page needs",
                needs="look",
                handle=self.hall,
                reply=m.HallView,
                statuses=(304,),
            ),
            Operation(
                id="getTicket",
                method="GET",
                path="/api/v1/tickets/{ticket}",
                summary="A ticket, by id or today's number",
                needs="look",
                handle=self.ticket,
                reply=m.TicketView,
                codes=("unknown_ticket",),
            ),
            Operation(
                id="getTicketCode",
                method="GET",
                path="/api/v1/tickets/{ticket}/qr.svg",
                summary="The QR code of its page",
                needs="look",
                handle=self.code,
                reply=str,
                codes=("unknown_ticket",),
                content="image/svg+xml",
            ),
            *self._holders.operations(),
            *self._day.operations(),
            Operation(
                id="getTicketHistory",
                method="GET",
                path="/api/v1/tickets/{ticket}/history",
                summary="What happened to a ticket",
                needs="look",
                handle=self.history,
                reply=m.History,
                codes=("unknown_ticket",),
            ),
            Operation(
                id="explainTicket",
                method="GET",
                path="/api/v1/tickets/{ticket}/why",
                summary="Why it was called, or not yet",
                needs="look",
                handle=self.why,
                reply=m.Explanation,
                codes=("bad_field", "unknown_ticket", "no_explanation"),
                query=(before,),
            ),
            Operation(
                id="listWindows",
                method="GET",
                path="/api/v1/windows",
                summary="All windows",
                needs="look",
                handle=self.windows,
                reply=m.Windows,
            ),
            Operation(
                id="getWindow",
                method="GET",
                path="/api/v1/windows/{window}",
                summary="One window",
                needs="look",
                handle=self.window,
                reply=m.WindowView,
                codes=("unknown_window",),
            ),
            Operation(
                id="getWindowLine",
                method="GET",
                path="/api/v1/windows/{window}/line",
                summary="Whom the window would call, in order",
                needs="look",
                handle=self.window_line,
                reply=m.WindowLine,
                codes=("unknown_window",),
                statuses=(304,),
            ),
            Operation(
                id="listQueues",
                method="GET",
                path="/api/v1/queues",
                summary="All queues",
                needs="look",
                handle=self.queues,
                reply=m.Queues,
                statuses=(304,),
            ),
            Operation(
                id="getQueue",
                method="GET",
                path="/api/v1/queues/{queue}",
                summary="A queue and its line",
                needs="look",
                handle=self.queue,
                reply=m.QueueDetail,
                codes=("unknown_queue",),
                statuses=(304,),
            ),
            Operation(
                id="streamEvents",
                method="GET",
                path="/api/v1/events",
                summary="Every event as it happens; resumes after Last-Event-ID",
                needs="look",
                handle=self._events.handle,
                reply=m.StreamEvent,
                codes=("bad_field", "too_many_streams", "stopping"),
                query=(after,),
                content="text/event-stream",
            ),
            Operation(
                id="getKiosk",
                method="GET",
                path="/api/v1/kiosks/{kiosk}",
                summary="What a kiosk is: printer, screen, matters, times",
                needs="look",
                handle=self.kiosk,
                reply=KioskSettings,
                codes=("unknown_kiosk",),
            ),
            *self._shared.operations(),
        )

    async def _press_window(self, press: Press, call: Call) -> Reply:
        window, actor = call.params["window"][:64], actor_of(call)
        if press.path == "open":
            return await self._open(press, window, call)
        if not actor.may_at(press.needs, window):
            raise Fault("not_your_window", {"window": window})
        reply = await self._commands.press(press, window, call)
        if press.path == "close" and actor.window == window:
            await self._sit_down(call, "")
        return reply

    async def _open(self, press: Press, window: str, call: Call) -> Reply:
        """A person opens a window as the account that is logged in, whatever the body says, and works there from now
        on."""
        actor = actor_of(call)
        if actor.is_person:
            if actor.windows and window not in actor.windows:
                raise Fault("not_your_window", {"window": window})
            call.body = msgspec.structs.replace(call.body, staff=actor.id.removeprefix("staff:"))
        reply = await self._commands.press(press, window, call)
        if actor.is_person:
            await self._sit_down(call, window)
        return reply

    async def _sit_down(self, call: Call, window: str) -> None:
        access = self._commands.deps.access
        if access is not None and isinstance(call.who, Present):
            await aside(self._reading, partial(access.sit_down, call.who, window))

    async def _press_ticket(self, press: Press, call: Call) -> Reply:
        return await self._commands.press(press, self._commands.ticket_id(call.params["ticket"]), call)

    async def hall(self, call: Call) -> Reply:
        await self._commands.replica.fresh()
        return self._cache.reply(call, "hall", lambda hall, seq, now: views.hall_view(self._ctx, hall, seq, now))

    async def queues(self, call: Call) -> Reply:
        await self._commands.replica.fresh()
        return self._cache.reply(
            call, "queues",
            lambda hall, seq, now: m.Queues(
                tuple(views.queue_view(self._ctx, hall, queue, seq, now) for queue in self._plan.queues)
            ),
        )

    async def queue(self, call: Call) -> Reply:
        queue = call.params["queue"]
        if queue not in self._plan.queues:
            raise Fault("unknown_queue", {"queue": queue[:64], "known": ", ".join(self._plan.queues)})
        await self._commands.replica.fresh()
        return self._cache.reply(
            call, ("queue", queue), lambda hall, seq, now: lines.queue_detail(self._ctx, hall, queue, seq, now)
        )

    async def windows(self, call: Call) -> Reply:
        found = await self._commands.look(
            lambda hall, seq, now: m.Windows(
                tuple(views.window_view(self._ctx, hall, window, seq, now) for window in self._plan.windows)
            )
        )
        return Reply(200, encode(found))

    async def window_line(self, call: Call) -> Reply:
        window = self._known_window(call)
        await self._commands.replica.fresh()
        return self._cache.reply(
            call, ("line", window), lambda hall, seq, now: lines.window_line(self._ctx, hall, window, now)
        )

    def _known_window(self, call: Call) -> str:
        window = call.params["window"]
        if window not in self._plan.windows:
            raise Fault("unknown_window", {"window": window[:64], "known": ", ".join(self._plan.windows)})
        return window

    async def window(self, call: Call) -> Reply:
        window = self._known_window(call)
        found = await self._commands.look(lambda hall, seq, now: views.window_view(self._ctx, hall, window, seq, now))
        return Reply(200, encode(found))

    async def kiosk(self, call: Call) -> Reply:
        asked, kiosks = call.params["kiosk"], self._commands.deps.kiosks
        found = kiosks.get(asked)
        if found is None:
            raise Fault("unknown_kiosk", {"kiosk": asked[:64], "known": ", ".join(kiosks) or "–"})
        return Reply(200, encode(found))

    async def ticket(self, call: Call) -> Reply:
        await self._commands.replica.fresh()
        ticket_id = self._commands.ticket_id(call.params["ticket"])
        found = await self._commands.look(
            lambda hall, seq, now: views.ticket_view(self._ctx, hall, ticket_id, seq, now)
        )
        if found is None:
            raise _unknown_ticket(call)
        return Reply(200, encode(found))

    async def code(self, call: Call) -> Reply:
        """For somebody who gets no slip: what would be printed on it, to be photographed from the screen."""
        await self._commands.replica.fresh()
        ticket_id = self._commands.ticket_id(call.params["ticket"])
        ticket = await self._commands.look(lambda hall, seq, now: hall.tickets.get(ticket_id))
        if ticket is None:
            raise _unknown_ticket(call)
        picture = io.BytesIO()
        segno.make(self._ctx.ticket_url.format(token=ticket.token), error="m", micro=False).save(
            picture, kind="svg", scale=8, light="#fff"
        )
        return Reply(200, picture.getvalue(), content_type=_SVG)

    async def history(self, call: Call) -> Reply:
        await self._commands.replica.fresh()
        ticket_id = self._commands.ticket_id(call.params["ticket"])
        rows = await self._reading.aside(self._commands.deps.history, ticket_id)
        if not rows:
            raise _unknown_ticket(call)
        events = tuple(map(views.stream_event, rows[:_HISTORY_LIMIT]))
        return Reply(200, encode(m.History(ticket_id, events)))

    async def why(self, call: Call) -> Reply:
        await self._commands.replica.fresh()
        ticket_id = self._commands.ticket_id(call.params["ticket"])
        before = query_value(call, "before")[:64]
        found = await self._reading.aside(self._commands.deps.explain, ticket_id, before)
        if isinstance(found, Refused):
            raise Fault(found.code, found.facts)
        return Reply(200, encode(found))


def _unknown_ticket(call: Call) -> Fault:
    return Fault("unknown_ticket", {"ticket": call.params["ticket"][:64]})


def _camel(path: str, about: str) -> str:
    """`call-next` about a window is callNextWindow."""
    first, *others = path.split("-")
    return first + "".join(map(str.capitalize, others)) + about
