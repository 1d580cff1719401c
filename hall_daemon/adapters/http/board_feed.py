"""Where the public listener's board comes from, and its answers, encoded once for however many ask.

In the daemon the follower feeds the board, with the very states that MQTT gets, when somebody looks and what is known
is too old: a flood of readers costs a few rounds a second. Runs on the listener's loop.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.adapters.http.threads import Replica
from hall_daemon.app.published import retained_states, ticket_page
from hall_daemon.app.screens import screen_state
from hall_daemon.app.states import stamp
from hall_daemon.domain.hall import Hall
from hall_daemon.web.endpoint import Call, Reply, busy, encode, unless_known
from hall_daemon.wire import topics
from hall_daemon.wire.board import PublicBoard
from hall_daemon.wire.messages import Envelope

# Waits and opening change with the time alone, so an ETag holds no longer than this, well below the ttl.
ETAG_MS = 5000
# A page that was looked at so soon before is as good, when nothing has happened since.
SAME_S = 0.5


class BoardFeed(Protocol):
    """Who keeps a board."""

    @property
    def board(self) -> PublicBoard: ...

    @property
    def seq(self) -> int:
        """The newest event that the board could know of."""
        ...

    @property
    def told(self) -> int:
        """The newest event of which calls are known: what remembers them is told a moment after the hall has moved."""
        ...

    def level(self) -> None:
        """Bring the hall on the board up to date."""
        ...

    def screen(self) -> None:
        """Bring what big screens show at once up to date: cheap, for whoever looks at every event."""
        ...

    async def page(self, token: str) -> None:
        """Bring the page behind a token up to date: who asks has seen all that was answered."""
        ...

    async def reach(self, seq: int, timeout_s: float) -> bool:
        """Wait until event `seq` could be known; False when it was not in time."""
        ...


class FollowerFeed:
    """The daemon's own: fed from the follower's replica."""

    def __init__(self, deps: Dependencies, replica: Replica) -> None:
        self.board = PublicBoard(deps.plan.id)
        self._deps = deps
        self._ctx = deps.views
        self._replica = replica
        self._day = ""
        # Topic -> seq and seconds of its last look.
        self._pages: dict[str, tuple[int, float]] = {}
        self._said: frozenset[str] = frozenset()

    @property
    def seq(self) -> int:
        return self._replica.seq

    @property
    def told(self) -> int:
        return self._replica.told

    def level(self) -> None:
        now = self._replica.true_at(self._deps.clock.now())

        def look(hall: Hall, seq: int) -> tuple[str, int, dict[str, Envelope]]:
            return hall.day, len(hall.tickets), retained_states(self._ctx, hall, seq, now)

        day, tickets, states = self._replica.read(look)
        for topic in self._said - states.keys():
            self.board.fold(topic, None)
        for topic, state in states.items():
            self.board.fold(topic, state)
        self._said = frozenset(states)
        if day != self._day or len(self._pages) > tickets:
            # Who still waits is looked up again; the others' pages ended with their day, or with the wrong turn of a
            # day that was taken back.
            self._day = day
            for topic in self._pages:
                self.board.fold(topic, None)
            self._pages = {}

    def screen(self) -> None:
        now = self._replica.true_at(self._deps.clock.now())

        def look(hall: Hall, seq: int) -> Envelope:
            return screen_state(self._ctx, hall, now, stamp(self._ctx, seq, now))

        self.board.fold(topics.screen(self._deps.plan.id), self._replica.read(look))

    async def page(self, token: str) -> None:
        await self._replica.fresh()
        topic, at_s = topics.ticket_page(self._deps.plan.id, token), self._deps.monotonic()
        seq, looked_s = self._pages.get(topic, (-1, 0.0))
        if seq == self._replica.seq and at_s - looked_s < SAME_S:
            return
        now = self._replica.true_at(self._deps.clock.now())

        def look(hall: Hall, seq: int) -> tuple[int, Envelope | None]:
            ticket = hall.tickets.get(hall.tokens.get(token, ""))
            return seq, ticket and ticket_page(self._ctx, hall, ticket, now, stamp(self._ctx, seq, now))

        seq, page = self._replica.read(look)
        self.board.fold(topic, page)
        if page is None:
            self._pages.pop(topic, None)
        else:
            self._pages[topic] = seq, at_s

    async def reach(self, seq: int, timeout_s: float) -> bool:
        return await self._replica.reach(seq, timeout_s)


class Rendered(NamedTuple):
    level: int
    seq: int
    body: bytes
    etag: bytes


View = Callable[[PublicBoard], msgspec.Struct | None]


class BoardAnswers:
    """`stale_s`: how old the board may be that newer events are not yet on it."""

    def __init__(self, feed: BoardFeed, monotonic: Callable[[], float], stale_s: float) -> None:
        self._feed = feed
        self._monotonic = monotonic
        self._stale_s = stale_s
        self._level = 0
        self._level_seq = -1
        self._level_s = 0.0
        self._rendered: dict[View, Rendered] = {}
        self._screen_seq = -1
        self._called: object = None
        self._calls = 0

    def get(self, view: View) -> Rendered:
        """What `view` says of the board, encoded. Raises Fault busy when nothing of the hall is known."""
        now_s, board = self._monotonic(), self._feed.board
        allowed_s = SAME_S if self._level_seq == self._feed.seq else self._stale_s
        if self._level == 0 or now_s - self._level_s >= allowed_s:
            self._feed.level()
            self._level, self._level_seq, self._level_s = self._level + 1, board.seq, now_s
        kept = self._rendered.get(view)
        if kept is not None and kept.level == self._level:
            return kept
        said = view(board)
        if said is None:
            raise busy()
        slot = int(datetime.fromisoformat(board.as_of).timestamp() * 1000) // ETAG_MS if board.as_of else 0
        etag = f'W/"{board.epoch}-{board.seq}-{slot}"'.encode()
        fresh = self._rendered[view] = Rendered(self._level, board.seq, encode(said), etag)
        return fresh

    def screen(self) -> Rendered:
        """The big screens' picture with every call so far, encoded when one came or the board is new."""
        if self._screen_seq != self._feed.told:
            self._screen_seq = self._feed.told
            self._feed.screen()
            called = self._feed.board.called()
            if called != self._called:
                self._called = called
                self._calls += 1
                self._rendered.pop(PublicBoard.screen, None)
        return self.get(PublicBoard.screen)

    @property
    def calls(self) -> int:
        """Changes whenever a call does that `screen` has seen."""
        return self._calls

    @property
    def behind(self) -> bool:
        """Whether something has happened that is not on the whole board yet."""
        return self._level_seq < self._feed.seq

    def reply(self, call: Call, view: View) -> Reply:
        """200 with the view, or 304 when the client has it."""
        rendered = self.get(view)
        return unless_known(call, rendered.body, rendered.etag)
