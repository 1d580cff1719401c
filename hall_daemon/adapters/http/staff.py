"""The API of staff, kiosks and tools: every route of the first listener as one table.

Runs on the loop of `http`. The table drives the routes and the OpenAPI document alike.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from functools import partial

import msgspec
import segno
from msgspec import structs

from hall_daemon.adapters.accounts.present import Present
from hall_daemon.adapters.http.commands import HallCommands, unknown_ticket
from hall_daemon.adapters.http.day import DayApi
from hall_daemon.adapters.http.gate import actor_of
from hall_daemon.adapters.http.holders import HoldersApi
from hall_daemon.adapters.http.presses import ISSUE_CODES, TICKET_PRESSES, WINDOW_PRESSES, Press
from hall_daemon.adapters.http.ratings import RatingsApi
from hall_daemon.adapters.http.sessions import aside
from hall_daemon.adapters.http.shared import SharedApi
from hall_daemon.adapters.http.stream import EventStream
from hall_daemon.adapters.http.view_cache import ViewCache
from hall_daemon.app import lines, views
from hall_daemon.app.forecast_view import forecast_feed, no_forecast
from hall_daemon.app.record import Accepted
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.ticket import AT_WINDOW
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import REVALIDATE, Call, Fault, Operation, Query, Reply, encode, get, post, query_value
from hall_daemon.wire import messages as m
from hall_daemon.wire.figures import ForecastFeed
from hall_daemon.wire.kiosks import KioskSettings

_HISTORY_LIMIT = 500
_A_WINDOWS = AT_WINDOW | {"held"}
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
            post(
                "issueTicket", "draw", "/api/v1/tickets", "Draw a number", self._commands.issue, m.Issued,
                codes=ISSUE_CODES, status=201, body=m.IssueBody,
            ),
            *(
                post(
                    _camel(press.path, "Window"), press.needs, f"/api/v1/windows/{{window}}/{press.path}",
                    press.summary, partial(self._press_window, press), m.Done, codes=press.codes, body=press.body,
                )
                for press in WINDOW_PRESSES
            ),
            *(
                post(
                    _camel(press.path, "Ticket"), press.needs, f"/api/v1/tickets/{{ticket}}/{press.path}",
                    press.summary, partial(self._press_ticket, press), m.Done, codes=press.codes, body=press.body,
                )
                for press in TICKET_PRESSES
            ),
            get(
                "getHall", "look", "/api/v1/hall", "Everything a screen or a page needs", self.hall, m.HallView,
                statuses=(304,),
            ),
            get(
                "getTicket", "look", "/api/v1/tickets/{ticket}", "A ticket, by id or today's number", self.ticket,
                m.TicketView, codes=("unknown_ticket",),
            ),
            get(
                "getTicketCode", "draw", "/api/v1/tickets/{ticket}/qr.svg", "The QR code of its page", self.code, str,
                codes=("unknown_ticket",), content="image/svg+xml",
            ),
            *self._holders.operations(),
            *RatingsApi(self._commands, "rate").operations(),
            *self._day.operations(),
            get(
                "getTicketHistory", "look", "/api/v1/tickets/{ticket}/history", "What happened to a ticket",
                self.history, m.History, codes=("unknown_ticket",),
            ),
            get(
                "explainTicket", "look", "/api/v1/tickets/{ticket}/why", "Why it was called, or not yet", self.why,
                m.Explanation, codes=("bad_field", "unknown_ticket", "no_explanation"), query=(before,),
            ),
            get("listWindows", "look", "/api/v1/windows", "All windows", self.windows, m.Windows),
            get(
                "getWindow", "look", "/api/v1/windows/{window}", "One window", self.window, m.WindowView,
                codes=("unknown_window",),
            ),
            get(
                "getWindowLine", "look", "/api/v1/windows/{window}/line", "Whom the window would call, in order",
                self.window_line, m.WindowLine, codes=("unknown_window",), statuses=(304,),
            ),
            get("listQueues", "look", "/api/v1/queues", "All queues", self.queues, m.Queues, statuses=(304,)),
            get(
                "getQueue", "look", "/api/v1/queues/{queue}", "A queue and its line", self.queue, m.QueueDetail,
                codes=("unknown_queue",), statuses=(304,),
            ),
            get(
                "streamEvents", "look", "/api/v1/events", "Every event as it happens; resumes after Last-Event-ID",
                self._events.handle, m.StreamEvent, codes=("bad_field", "too_many_streams", "stopping"), query=(after,),
                content="text/event-stream",
            ),
            get(
                "getKiosk", "look", "/api/v1/kiosks/{kiosk}", "What a kiosk is: printer, screen, matters, times",
                self.kiosk, KioskSettings, codes=("unknown_kiosk",),
            ),
            *self._shared.operations(),
            get(
                "getForecast", "look", "/api/v1/forecast", "Who comes and how long they wait, by half hour",
                self.forecast, ForecastFeed,
            ),
        )

    async def forecast(self, call: Call) -> Reply:
        def view(hall: Hall, seq: int, now: Moment) -> ForecastFeed:
            return forecast_feed(self._ctx.forecast() or no_forecast(self._plan), now)

        return Reply(200, self._cache.get("forecast", view).body, cache=REVALIDATE)

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
        on. Whoever comes back to a window that is theirs still finds it as they left it, paused or open."""
        actor = actor_of(call)
        if actor.is_person:
            if actor.windows and window not in actor.windows:
                raise Fault("not_your_window", {"window": window})
            call.body = msgspec.structs.replace(call.body, staff=actor.id.removeprefix("staff:"))
            state = await self._commands.look(lambda hall, seq, now: hall.window(window))
            if actor.window != window and state.status != "closed" and state.staff == call.body.staff:
                await self._sit_down(call, window)
                return self._commands.done_reply(Accepted(()))
        reply = await self._commands.press(press, window, call)
        if actor.is_person:
            await self._sit_down(call, window)
        return reply

    async def _sit_down(self, call: Call, window: str) -> None:
        if isinstance(call.who, Present):
            await aside(self._reading, partial(self._commands.deps.access.sit_down, call.who, window))

    async def _press_ticket(self, press: Press, call: Call) -> Reply:
        """What a window has before it, or has put aside, is that window's; its slip is printed for anybody."""
        ticket_id, actor = self._commands.ticket_id(call.params["ticket"]), actor_of(call)
        if actor.is_person and press.path in ("transfer", "cancel"):
            await self._commands.replica.fresh()
            ticket = self._commands.replica.read(lambda hall, seq: hall.tickets.get(ticket_id))
            if ticket is not None and ticket.state in _A_WINDOWS and not actor.may_at(press.needs, ticket.window or ""):
                raise Fault("not_your_window", {"window": ticket.window or ""})
        return await self._commands.press(press, ticket_id, call)

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
        queue = _known(call, "queue", self._plan.queues)
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
        window = _known(call, "window", self._plan.windows)
        await self._commands.replica.fresh()
        return self._cache.reply(
            call, ("line", window), lambda hall, seq, now: lines.window_line(self._ctx, hall, window, now)
        )

    async def window(self, call: Call) -> Reply:
        window = _known(call, "window", self._plan.windows)
        found = await self._commands.look(lambda hall, seq, now: views.window_view(self._ctx, hall, window, seq, now))
        return Reply(200, encode(found))

    async def kiosk(self, call: Call) -> Reply:
        deps = self._commands.deps
        kiosk = _known(call, "kiosk", deps.kiosks)
        settings = msgspec.convert(deps.kiosks[kiosk], KioskSettings, from_attributes=True)
        return Reply(200, encode(structs.replace(settings, reads=deps.readings.sorts_at(kiosk))))

    async def ticket(self, call: Call) -> Reply:
        """By its token it is its holder's, whom a kiosk tells whether the visit was rated; no staff learn of it."""
        ticket_id = (await self._commands.ticket(call)).id
        said = call.params["ticket"] if actor_of(call).may("rate") else ""

        def view(hall: Hall, seq: int, now: Moment) -> m.TicketView | None:
            found = views.ticket_view(self._ctx, hall, ticket_id, seq, now)
            return found and views.with_rating(found, said, hall, now)

        return Reply(200, encode(await self._commands.look(view)))

    async def code(self, call: Call) -> Reply:
        """For somebody who gets no slip: what would be printed on it, to be photographed from the screen."""
        ticket = await self._commands.ticket(call)
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
            raise unknown_ticket(call)
        events = tuple(views.stream_event(row, self._ctx.staff_number) for row in rows[:_HISTORY_LIMIT])
        return Reply(200, encode(m.History(ticket_id, events)))

    async def why(self, call: Call) -> Reply:
        await self._commands.replica.fresh()
        ticket_id = self._commands.ticket_id(call.params["ticket"])
        before = query_value(call, "before")[:64]
        found = await self._reading.aside(self._commands.deps.explain, ticket_id, before)
        if isinstance(found, Refused):
            raise Fault(found.code, found.facts)
        return Reply(200, encode(found))


def _known(call: Call, what: str, known: Collection[str]) -> str:
    """The id of the path, if the hall has such a one. Raises Fault."""
    asked = call.params[what]
    if asked not in known:
        raise Fault(f"unknown_{what}", {what: asked[:64], "known": ", ".join(known) or "–"})
    return asked


def _camel(path: str, about: str) -> str:
    """`call-next` about a window is callNextWindow."""
    first, *others = path.split("-")
    return first + "".join(map(str.capitalize, others)) + about
