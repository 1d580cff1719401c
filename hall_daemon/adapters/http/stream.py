"""Server-sent events. A stream is a place in the journal, not a queue: it reads on from its own event, so that
resuming, catching up and living on are one loop without gaps, and a slow client costs nothing but its socket.

Runs on the listener's loop; what lies far back is read on a reading thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable

from hall_daemon.adapters.http.board_feed import BoardAnswers, BoardFeed
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import iso
from hall_daemon.app.views import stream_event
from hall_daemon.domain.events import of_hall
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, encode, query_value
from hall_daemon.web.limits import Limits
from hall_daemon.web.streams import Streams, head

_LOGGER = logging.getLogger(__name__)

RETRY_MS = 2000
CHUNK = 200
# Events this near are surely in the follower's memory; what is further back is read from the journal aside.
NEAR = 2000
_CACHED_FRAMES = 1000
# What a stream brings beside the journal's events, by name.
DEVICES, RESET, BEAT = BESIDE_EVENTS = ("devices", "reset", "beat")
# How soon a device that came or went is told.
LOOK_S = 0.5
# Big screens: between two calls that are sent one after the other, and the same for each screen that looks; between two
# pictures without a new call; between two that are the same.
SCREEN_GAP_S, SCREEN_GAP_EACH_S = 0.01, 0.0005
REST_S = 0.5
SCREEN_BEAT_S = 3.0


class EventStream:
    """GET /api/v1/events: every event after the client's last one, then live, until whoever asked is logged out."""

    def __init__(self, commands: HallCommands, reading: Reading, streams: Streams, limits: Limits) -> None:
        self._commands = commands
        self._reading = reading
        self._replica = commands.replica
        self._gate = commands.deps.gate
        self._streams = streams
        self._beat_s = limits.beat_s
        self._frames: dict[int, bytes] = {}

    async def handle(self, call: Call) -> None:
        await self._replica.fresh()
        cursor, opening = self._start(call)
        if call.scope["method"] == "HEAD":
            await head(call)
            return
        await self._streams.run(call, self._frames_after(call, cursor, opening))

    async def _frames_after(self, call: Call, cursor: int, opening: bytes) -> AsyncGenerator[bytes, None]:
        yield opening
        told, silent_s, look_s = self._lives(), 0.0, min(self._beat_s, LOOK_S)
        while True:
            came = await self._replica.reach(cursor + 1, look_s)
            if not self._gate.holds("look", call):
                return
            lives = self._lives()
            silent_s = 0.0 if came or lives != told else silent_s + look_s
            if lives != told:
                told = lives
                yield _beside(DEVICES, {"seq": cursor})
            if not came:
                if silent_s >= self._beat_s:
                    silent_s = 0.0
                    yield self._beat(cursor)
                continue
            rows = await self._after(cursor)
            # What is of another book has readers of its own.
            if frames := b"".join([self._frame(row) for row in rows if of_hall(row.event)]):
                yield frames
            cursor = rows[-1].seq

    def _lives(self) -> list[tuple[str, str, str]]:
        """They are no events: a device that comes or goes is told beside the journal."""
        return [(device.id, device.state, device.detail) for device in self._commands.deps.views.devices()]

    def _start(self, call: Call) -> tuple[int, bytes]:
        """The event to go on from, and the first bytes: `Last-Event-ID`, else `after`, else now.

        A last id that this journal has not reached (it was restored from a copy) goes on from now, and an event
        `reset` tells the client to read the hall's state anew.
        """
        now = self._replica.seq
        last = call.headers.get(b"last-event-id", b"").decode("latin-1")
        cursor = _event_number(last or query_value(call, "after"))
        reset = b""
        if cursor is None:
            cursor = now
        elif cursor > now:
            if not last:
                raise Fault("bad_field", {"why": f"the last event is {now}, there is no {cursor} yet"})
            cursor = now
            reset = _beside(RESET, {"seq": now})
        # An id without data: it is the place to resume from when nothing happens before the line breaks.
        return cursor, b"retry: %d\nid: %d\n\n" % (RETRY_MS, cursor) + reset

    async def _after(self, cursor: int) -> list[Recorded]:
        if self._replica.seq - cursor <= NEAR:
            rows = self._replica.events_after(cursor, CHUNK)
        else:
            rows = await self._reading.aside(self._replica.events_after, cursor, CHUNK)
        if not rows:
            raise LookupError(f"the journal has no event after {cursor}")
        return rows

    def _frame(self, row: Recorded) -> bytes:
        frame = self._frames.get(row.seq)
        if frame is None:
            event = stream_event(row, self._commands.deps.views.staff_number)
            frame = b"id: %d\nevent: %b\ndata: %b\n\n" % (row.seq, event.kind.encode(), encode(event))
            if len(self._frames) >= _CACHED_FRAMES:
                self._frames.clear()
            self._frames[row.seq] = frame
        return frame

    def _beat(self, cursor: int) -> bytes:
        """A comment for proxies, and an event without an id that a page can tell a dead line by."""
        as_of = iso(self._replica.true_at(self._commands.deps.clock.now()).wall)
        return b": beat\n" + _beside(BEAT, {"seq": cursor, "as_of": as_of})


class StateStream:
    """GET /api/v1/stream, public: the hall as it is, whenever it changed, at most every `gap_s`. A client that
    is slow misses states in between, never the last one."""

    def __init__(
        self,
        feed: BoardFeed,
        streams: Streams,
        state: Callable[[], tuple[int, bytes]],
        limits: Limits,
        gap_s: float = 0.5,
    ) -> None:
        self._feed = feed
        self._streams = streams
        self._state = state
        self._beat_s = limits.beat_s
        self._gap_s = gap_s

    async def handle(self, call: Call) -> None:
        if call.scope["method"] == "HEAD":
            await head(call)
            return
        await self._streams.run(call, self._states())

    async def _states(self) -> AsyncGenerator[bytes, None]:
        yield b"retry: %d\n\n" % RETRY_MS
        while True:
            seq, body = self._state()
            yield b": beat\nid: %d\nevent: hall\ndata: %b\n\n" % (seq, body)
            await asyncio.sleep(self._gap_s)
            # No change for a beat: the same state is sent again with a new as_of, so nobody shows old news.
            await self._feed.reach(seq + 1, self._beat_s)


class ScreenStream:
    """GET /api/v1/screen/stream, public: the big screens' picture. Calls come at once, all else within `REST_S`, and
    the same again after `SCREEN_BEAT_S`. However many look, they are sent some 2,000 pictures a second at most."""

    def __init__(self, feed: BoardFeed, answers: BoardAnswers, streams: Streams) -> None:
        self._feed = feed
        self._answers = answers
        self._streams = streams
        self._open = 0

    async def handle(self, call: Call) -> None:
        if call.scope["method"] == "HEAD":
            await head(call)
            return
        await self._streams.run(call, self._pictures())

    async def _pictures(self) -> AsyncGenerator[bytes, None]:
        self._open += 1
        try:
            yield b"retry: %d\n\n" % RETRY_MS
            told: tuple[int, int] | None = None
            while True:
                seen = self._feed.told
                picture = self._answers.screen()
                now = picture.level, self._answers.calls
                if now != told:
                    told = now
                    yield b": beat\nid: %d\nevent: screen\ndata: %b\n\n" % (picture.seq, picture.body)
                await asyncio.sleep(SCREEN_GAP_S + self._open * SCREEN_GAP_EACH_S)
                await self._feed.reach(seen + 1, REST_S if self._answers.behind else SCREEN_BEAT_S)
        finally:
            self._open -= 1


def _beside(kind: str, facts: dict[str, object]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), encode(facts))


def _event_number(said: str) -> int | None:
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 18:
        raise Fault("bad_field", {"why": "Last-Event-ID and after are numbers of events, as 1042"})
    return int(said)
