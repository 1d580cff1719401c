"""The API for everybody's phone: the second listener's routes as one table.

A ticket is reached by its random token only, never by its number; there is no call for staff here, and what cannot
be found is always the same 404. Runs on the loop of `http-public`.
"""

from __future__ import annotations

import re
from functools import partial

from starlette.types import Scope

from hall_daemon.adapters.http.board_feed import BoardAnswers, BoardFeed, View
from hall_daemon.adapters.http.commands import HallCommands, is_token, nobodys
from hall_daemon.adapters.http.presses import HOLDER_PRESSES, Press
from hall_daemon.adapters.http.ratings import RatingsApi
from hall_daemon.adapters.http.shared import SharedApi
from hall_daemon.adapters.http.stream import ScreenStream, StateStream
from hall_daemon.app import views
from hall_daemon.app.floor_plan import floor_plan
from hall_daemon.web.endpoint import REVALIDATE, Call, Operation, Reply, encode, get, post
from hall_daemon.web.limits import Limits
from hall_daemon.web.streams import Streams
from hall_daemon.wire import messages as m
from hall_daemon.wire.accuracy import AccuracyFeed
from hall_daemon.wire.board import PublicBoard
from hall_daemon.wire.figures import ForecastFeed
from hall_daemon.wire.floor import FloorPlan
from hall_daemon.wire.screens import ScreenView

_BY_TOKEN = re.compile(r"/api/v1/(?P<kind>tickets/by-token|reviews)/(?P<id>[^/]{1,64})")
_SECRETS = (b"case-token", b"drop-token")
# A city's page may read the feed from its own address.
_ANYBODY = ((b"access-control-allow-origin", b"*"),)


def subject_of(scope: Scope) -> str:
    """What a request is about, or "": a ticket by its token; a review, for those who say the same secret of it. Its id
    is on paper and can be counted through, so whoever asks about it without its secret must keep nobody else out."""
    found = _BY_TOKEN.match(scope["path"])
    if found is None:
        return ""
    said = [value for name, value in scope["headers"] if name in _SECRETS] if found["kind"] == "reviews" else []
    return f"{found['id']} {hash(tuple(said))}"


class PublicApi:
    """What is read stands on the board, but for whether a visit was rated, which its holder alone is told; else only
    commands know a hall."""

    def __init__(
        self,
        *,
        commands: HallCommands,
        feed: BoardFeed,
        answers: BoardAnswers,
        streams: Streams,
        shared: SharedApi,
        limits: Limits,
    ) -> None:
        self._commands = commands
        self._feed = feed
        self._answers = answers
        self._shared = shared
        ctx = commands.deps.views
        self._floor = encode(floor_plan(ctx.plan, ctx.floor))
        self._screens = ScreenStream(feed, answers, streams)
        self._stream = StateStream(feed, streams, self._state, limits)

    def operations(self) -> tuple[Operation, ...]:
        ticket = "/api/v1/tickets/by-token/{token}"
        return (
            get(
                "getHall", "anybody", "/api/v1/hall", "The hall as everybody may see it",
                partial(self._tagged, PublicBoard.hall), m.HallView, statuses=(304,),
            ),
            get(
                "listQueues", "anybody", "/api/v1/queues", "All queues", partial(self._tagged, PublicBoard.queues),
                m.Queues, statuses=(304,),
            ),
            get(
                "getTicketByToken", "anybody", ticket, "My ticket", self.ticket, m.TicketView, codes=("unknown_token",),
            ),
            *(
                post(
                    f"{press.path}TicketByToken", "anybody", f"{ticket}/{press.path}", press.summary,
                    partial(self._press, press), m.Done,
                    codes=("unknown_token", *(code for code in press.codes if code != "unknown_ticket")),
                    body=press.body,
                )
                for press in HOLDER_PRESSES
            ),
            *RatingsApi(self._commands, "anybody").operations(),
            get(
                "getFeed", "anybody", "/api/v1/feed", "Queues and services in one envelope, for other sites",
                partial(self._for_anybody, PublicBoard.feed), m.Feed,
            ),
            get(
                "getAccuracy", "anybody", "/api/v1/accuracy", "How often the waits that were shown held",
                partial(self._for_anybody, PublicBoard.accuracy), AccuracyFeed,
            ),
            get(
                "streamHall", "anybody", "/api/v1/stream", "The public hall whenever it changed", self._stream.handle,
                m.HallView, codes=("too_many_streams", "stopping"), content="text/event-stream",
            ),
            get("getFloor", "anybody", "/api/v1/floor", "Where the windows are", self.floor, FloorPlan),
            get(
                "getScreen", "anybody", "/api/v1/screen", "What a big screen of the hall shows", self.screen,
                ScreenView,
            ),
            get(
                "streamScreen", "anybody", "/api/v1/screen/stream", "The same, each call at once", self._screens.handle,
                ScreenView, codes=("too_many_streams", "stopping"), content="text/event-stream",
            ),
            *self._shared.operations(),
            get(
                "getForecast", "anybody", "/api/v1/forecast", "Who comes and how long they wait, by half hour",
                self.forecast, ForecastFeed,
            ),
        )

    def _state(self) -> tuple[int, bytes]:
        rendered = self._answers.get(PublicBoard.hall)
        return rendered.seq, rendered.body

    async def _tagged(self, view: View, call: Call) -> Reply:
        return self._answers.reply(call, view)

    async def floor(self, call: Call) -> Reply:
        return Reply(200, self._floor)

    async def screen(self, call: Call) -> Reply:
        return Reply(200, self._answers.screen().body, cache=REVALIDATE)

    async def forecast(self, call: Call) -> Reply:
        return Reply(200, self._answers.get(PublicBoard.forecast).body, cache=REVALIDATE)

    async def _for_anybody(self, view: View, call: Call) -> Reply:
        return Reply(200, self._answers.get(view).body, _ANYBODY, cache=REVALIDATE)

    async def ticket(self, call: Call) -> Reply:
        page = await self._page(call.params["token"])
        if page is None:
            raise nobodys(call)
        if page.state == "served":
            served, token = page, call.params["token"]
            page = await self._commands.look(lambda hall, seq, now: views.with_rating(served, token, hall, now))
        return Reply(200, encode(page))

    async def has_ticket(self, token: str) -> bool:
        """Whether a ticket of today is behind the token."""
        return await self._page(token) is not None

    async def _page(self, token: str) -> m.TicketView | None:
        if not is_token(token):
            return None
        await self._feed.page(token)
        return self._feed.board.ticket(token)

    async def _press(self, press: Press, call: Call) -> Reply:
        return await self._commands.press(press, await self._commands.held(call), call, public=True)
