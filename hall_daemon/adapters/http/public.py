"""The API for everybody's phone: the second listener's routes as one table.

A ticket is reached by its random token only, never by its number; there is no call for staff here, and what cannot
be found is always the same 404. Runs on the loop of `http-public`.
"""

from __future__ import annotations

import re
from functools import partial

from hall_daemon.adapters.http.accuracy import AccuracyApi
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.presses import CANCEL, RETURN, Press
from hall_daemon.adapters.http.shared import SharedApi
from hall_daemon.adapters.http.stream import StateStream
from hall_daemon.adapters.http.view_cache import ViewCache
from hall_daemon.app import views
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode
from hall_daemon.web.limits import Limits
from hall_daemon.web.streams import Streams
from hall_daemon.wire import messages as m

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")
_BY_TOKEN = re.compile(r"/api/v1/tickets/by-token/([^/]{1,64})")
# A city's page may read the feed from its own address.
_ANYBODY = ((b"access-control-allow-origin", b"*"),)


def ticket_of(path: str) -> str:
    """The token that a request is about, or ""."""
    found = _BY_TOKEN.match(path)
    return found[1] if found else ""


class PublicApi:
    def __init__(
        self, commands: HallCommands, cache: ViewCache, streams: Streams, shared: SharedApi, limits: Limits
    ) -> None:
        self._commands = commands
        self._cache = cache
        self._accuracy = AccuracyApi(commands, cache)
        self._shared = shared
        self._ctx = commands.deps.views
        self._plan = commands.deps.plan
        self._stream = StateStream(commands, streams, self._state, limits)

    def operations(self) -> tuple[Operation, ...]:
        ticket = "/api/v1/tickets/by-token/{token}"
        return (
            Operation("getHall", "GET", "/api/v1/hall", "The hall as everybody may see it",
                self.hall, m.HallView, statuses=(304,)),
            Operation("listQueues", "GET", "/api/v1/queues", "All queues", self.queues, m.Queues, statuses=(304,)),
            Operation("getTicketByToken", "GET", ticket, "My ticket", self.ticket, m.TicketView, ("unknown_token",)),
            *(
                Operation(f"{press.path}TicketByToken", "POST", f"{ticket}/{press.path}", press.summary,
                    partial(self._press, press), m.Done,
                    ("unknown_token", *(code for code in press.codes if code != "unknown_ticket")), body=press.body)
                for press in (CANCEL, RETURN)
            ),
            Operation("getFeed", "GET", "/api/v1/feed", "Queues and services in one envelope, for other sites",
                self.feed, m.Feed),
            *self._accuracy.operations(),
            Operation("streamHall", "GET", "/api/v1/stream", "The public hall whenever it changed",
                self._stream.handle, m.HallView, ("too_many_streams", "stopping"), content="text/event-stream"),
            *self._shared.operations(),
        )  # fmt: skip

    def _hall_view(self, hall: Hall, seq: int, now: Moment) -> m.HallView:
        return views.hall_view(self._ctx, hall, seq, now, public=True)

    def _state(self) -> tuple[int, bytes]:
        rendered = self._cache.get("hall", self._hall_view)
        return rendered.seq, rendered.body

    async def hall(self, call: Call) -> Reply:
        return self._cache.reply(call, "hall", self._hall_view)

    async def queues(self, call: Call) -> Reply:
        return self._cache.reply(
            call, "queues",
            lambda hall, seq, now: m.Queues(
                tuple(views.queue_view(self._ctx, hall, queue, now) for queue in self._plan.queues)
            ),
        )  # fmt: skip

    async def feed(self, call: Call) -> Reply:
        def feed(hall: Hall, seq: int, now: Moment) -> m.Feed:
            view = self._hall_view(hall, seq, now)
            data = m.FeedData(
                view.id, view.name, view.open, view.opens, view.closes, view.queues, view.services, view.reopens
            )
            return m.Feed(m.VERSION, view.as_of, view.ttl_s, data)

        return Reply(200, self._cache.get("feed", feed).body, _ANYBODY, cache=b"no-cache")

    async def ticket(self, call: Call) -> Reply:
        await self._commands.replica.fresh()
        ticket_id = self._found(call)
        found = await self._commands.look(
            lambda hall, seq, now: views.ticket_view(self._ctx, hall, ticket_id, seq, now, public=True)
        )
        if found is None:
            raise Fault("unknown_token")
        return Reply(200, encode(found))

    async def _press(self, press: Press, call: Call) -> Reply:
        await self._commands.replica.fresh()
        ticket_id = self._found(call)
        # Phones name their keys apart from those of staff and kiosks.
        call.key = call.key and f"phone {call.key}"
        return await self._commands.press(press, ticket_id, call, public=True)

    async def has_ticket(self, token: str) -> bool:
        """Whether a ticket of today is behind the token."""
        await self._commands.replica.fresh()
        return self._ticket_id(token) is not None

    def _ticket_id(self, token: str) -> str | None:
        if not _TOKEN.fullmatch(token):
            return None
        return self._commands.replica.read(lambda hall, seq: hall.tokens.get(token))

    def _found(self, call: Call) -> str:
        """The ticket id behind the token of the path. Raises Fault unknown_token, whatever is wrong with it."""
        call.by = "phone"
        ticket_id = self._ticket_id(call.params["token"])
        if ticket_id is not None:
            return ticket_id
        # The answer is the same to the last byte: no address in it either.
        call.path = ""
        raise Fault("unknown_token")
