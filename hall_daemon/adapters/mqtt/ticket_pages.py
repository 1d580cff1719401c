"""Which ticket pages are to be said to the broker next. No socket, no thread of its own; one lock.

There are hundreds of pages and all of them move with every call, so they have a pace: whose own state changed is said
first, who only moved up is looked at every `PACE_S` at most, and all together take no more than so many a second. A
page that is over is said once and stays; it is taken away when the hall forgets the ticket.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from hall_daemon.app.published import ticket_page
from hall_daemon.app.record import Recorded
from hall_daemon.app.states import Stamp
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.ticket import FINAL
from hall_daemon.wire import topics
from hall_daemon.wire.messages import TicketPage

PACE_S = 2.0
# 100 a second, and some more after a quiet time: a hundredth of a small machine.
A_SECOND = 100.0
SAVED = 200.0
# The hall is held while pages are made: so many in one go.
A_ROUND = 20
# After a connection every page is said anew, so many a round, before the hall is online.
ANEW_A_ROUND = 50
UNDER_WAY = 200
MOST_ORPHANS = 10_000


class Due(NamedTuple):
    """No payload takes the page away."""

    topic: str
    payload: bytes


class TicketPages:
    def __init__(self, ctx: ViewContext) -> None:
        self._ctx = ctx
        self._heartbeat_s = ctx.ttl_s / 2
        self._root = topics.tickets(ctx.plan.id)
        self._lock = threading.Lock()
        # Written by the follower: whose own state changed, oldest first, and whether the hall forgot some.
        self._touched: dict[str, None] = {}
        self._forgot = False
        # Ticket -> its topic; topic -> fingerprint and time of what was said; topics under way and their numbers.
        self._topics: dict[str, str] = {}
        self._ours: set[str] = set()
        self._said: dict[str, tuple[int, float]] = {}
        self._under_way: dict[str, int] = {}
        self._numbers: dict[int, str] = {}
        self._anew: deque[str] = deque()
        self._gone: dict[str, None] = {}
        # Tickets that are not over, and when they were looked at: the longest ago first.
        self._looked: dict[str, float] = {}
        self._spare = SAVED
        self._spare_s: float | None = None

    def note(self, hall: Hall, batch: Sequence[Recorded]) -> None:
        """Events, on the follower's thread, and the hall after them."""
        with self._lock:
            for row in batch:
                for ticket in e.about(row.event).tickets:
                    self._touched[ticket] = None
                if isinstance(row.event, e.DayOpened):
                    self._forgot = True
                    self._touched = dict.fromkeys(self._touched.keys() & hall.tickets.keys())
                elif isinstance(row.event, e.DayReopened):
                    # Who had missed a call is there again, and no event names them.
                    self._touched.update(dict.fromkeys(hall.tickets))

    # -- the thread of MQTT ----------------------------------------------------------------------

    def lost(self) -> None:
        """The connection ended: nothing that was said there counts."""
        self._said.clear()
        self._under_way.clear()
        self._numbers.clear()
        self._gone.clear()

    def renew(self, hall: Hall) -> None:
        """A new connection: every page is said, those first that still move. Inside a read of the hall."""
        with self._lock:
            self._touched.clear()
            self._forgot = False
        tickets = sorted(hall.tickets.values(), key=lambda ticket: ticket.state in FINAL)
        self._topics = {ticket.id: topics.ticket_page(self._ctx.plan.id, ticket.token) for ticket in tickets}
        self._ours = set(self._topics.values())
        self._looked = {}
        self._anew = deque(self._topics)

    def all(self) -> None:
        """Somebody waits until everything is said: whoever moves is looked at out of turn."""
        self._anew.extend(self._looked)

    def due(self, hall: Hall, now: Moment, at: Stamp, now_s: float) -> list[Due]:
        """What to say now; call `sent` for each. Inside a read of the hall."""
        self._take_away(hall)
        gone = [topic for topic in self._gone if topic not in self._under_way]
        found = [Due(topic, b"") for topic in gone[: self._room]]
        for ticket_id in self._next(now_s):
            ticket = hall.tickets.get(ticket_id)
            if ticket is None:
                continue
            topic = self._topics.get(ticket_id)
            if topic is None:
                topic = self._topics[ticket_id] = topics.ticket_page(self._ctx.plan.id, ticket.token)
                self._ours.add(topic)
            self._looked.pop(ticket_id, None)
            if topic in self._under_way or topic in self._gone:
                with self._lock:
                    self._touched[ticket_id] = None
                continue
            if ticket.state not in FINAL:
                self._looked[ticket_id] = now_s
            page = ticket_page(self._ctx, hall, ticket, now, at)
            print_, (said, said_s) = _fingerprint(page), self._said.get(topic, (0, 0.0))
            if said == print_ and now_s - said_s < self._heartbeat_s:
                continue
            self._said[topic] = print_, now_s
            found.append(Due(topic, msgspec.json.encode(page)))
        return found

    def _next(self, now_s: float) -> Iterable[str]:
        """Whom to look at, within what may be spent."""
        self._earn(now_s)
        room = self._room
        anew = [self._anew.popleft() for _ in range(min(room, ANEW_A_ROUND, len(self._anew)))]
        most = min(room - len(anew), int(self._spare), A_ROUND)
        with self._lock:
            touched = [ticket_id for ticket_id, _ in zip(self._touched, range(most), strict=False)]
            for ticket_id in touched:
                del self._touched[ticket_id]
        moved: list[str] = []
        for ticket_id, looked_s in self._looked.items():
            if len(touched) + len(moved) >= most or now_s - looked_s < PACE_S:
                break
            moved.append(ticket_id)
        self._spare -= len(touched) + len(moved)
        return dict.fromkeys((*anew, *touched, *moved))

    @property
    def _room(self) -> int:
        return max(0, UNDER_WAY - len(self._under_way))

    def _earn(self, now_s: float) -> None:
        passed_s = now_s - self._spare_s if self._spare_s is not None else 0.0
        self._spare, self._spare_s = min(SAVED, self._spare + passed_s * A_SECOND), now_s

    def _take_away(self, hall: Hall) -> None:
        """The pages of tickets that the hall has forgotten with their day."""
        with self._lock:
            if not self._forgot:
                return
            self._forgot = False
        for ticket_id in self._topics.keys() - hall.tickets.keys():
            topic = self._topics.pop(ticket_id)
            self._looked.pop(ticket_id, None)
            self._said.pop(topic, None)
            self._ours.discard(topic)
            self._gone[topic] = None

    def clear_orphan(self, topic: str) -> bool:
        """True when `topic` is a page's; one of nobody's ticket is taken away."""
        if not topic.startswith(self._root):
            return False
        if topic not in self._ours and len(self._gone) < MOST_ORPHANS:
            self._gone[topic] = None
        return True

    def sent(self, due: Due, mid: int) -> None:
        self._under_way[due.topic] = mid
        self._numbers[mid] = due.topic
        if not due.payload:
            self._gone.pop(due.topic, None)

    def acked(self, mid: int) -> bool:
        """True when `mid` was a page's."""
        topic = self._numbers.pop(mid, None)
        if topic is None:
            return False
        del self._under_way[topic]
        return True

    def pressing(self, now_s: float) -> bool:
        """There is something to say, and it may be said now."""
        if not self._room:
            return False
        if self._anew or self._gone or self._forgot:
            return True
        oldest_s = next(iter(self._looked.values()), now_s)
        return self._spare >= 1 and bool(self._touched or now_s - oldest_s >= PACE_S)

    @property
    def renewed(self) -> bool:
        """Every page of this connection was sent."""
        return not self._anew

    @property
    def under_way(self) -> bool:
        return bool(self._under_way)

    @property
    def settled(self) -> bool:
        """All that changed was said and acknowledged; who only moved up since the last look aside."""
        return not (self._anew or self._touched or self._gone or self._forgot or self._under_way)


def _fingerprint(page: TicketPage) -> int:
    """Of what it says, without what changes while nothing happens."""
    return hash(msgspec.json.encode(replace(page, seq=0, as_of="")))
