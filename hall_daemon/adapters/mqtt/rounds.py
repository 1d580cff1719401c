"""What a round of the publisher says: retained states, pages of tickets, events; and what the broker acknowledged.

Belongs to the thread of MQTT but for `note` and `flush`. While there is no connection nothing is kept but where the
events were: `lost` says that whatever was said there does not count.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import msgspec

from hall_daemon.adapters.mqtt.retained import Retained, RetainedStates
from hall_daemon.adapters.mqtt.session import Received, Session
from hall_daemon.adapters.mqtt.ticket_pages import Due, TicketPages
from hall_daemon.adapters.storage.outbox import UNDER_WAY, Outbox
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.wake import Wake
from hall_daemon.app.follower import Follower
from hall_daemon.app.home_assistant import entities
from hall_daemon.app.published import device_state, hall_event, retained_states
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.app.states import stamp
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain.hall import Hall
from hall_daemon.wire import topics

ONLINE = b"online"
OFFLINE = b"offline"
_COUNTED = ("messages", "states", "pages", "events", "connects", "orphans", "failures")


class Rounds:
    """`dirty`: there may be something to say. `acked_s`: when the broker last acknowledged something."""

    def __init__(
        self,
        ctx: ViewContext,
        replica: Follower,
        clock: Clock,
        outbox: Outbox[int],
        *,
        life: Life,
        wake: Wake,
        home_assistant: str = "",
    ) -> None:
        """`home_assistant`: the language of the names that one is told, "" for none."""
        self.dirty = True
        self.acked_s: float | None = None
        self.counters = dict.fromkeys(_COUNTED, 0)
        self.status = topics.status(ctx.plan.id)
        self._events = topics.events(ctx.plan.id)
        self._ctx = ctx
        self._replica = replica
        self._clock = clock
        self._states = RetainedStates()
        self._pages = TicketPages(ctx)
        self._outbox = outbox
        self._life = life
        self._wake = wake
        self._home_assistant = home_assistant
        self._said: set[int] = set()
        self._settling = threading.Condition()
        self._asked = 0
        self._round_asked = 0
        self._settled = 0

    # -- any thread ------------------------------------------------------------------------------

    def note(self, hall: Hall, batch: Sequence[Recorded]) -> None:
        """Something was committed. Returns at once."""
        self._pages.note(hall, batch)
        self.dirty = True
        self._wake.rouse()

    def flush(self, timeout_s: float) -> bool:
        """Wait until the broker acknowledged everything the replica knows now; False when it did not in time."""
        with self._settling:
            self._asked += 1
            asked = self._asked
            self.dirty = True
            self._wake.rouse()
            return self._settling.wait_for(lambda: self._settled >= asked, timeout_s)

    # -- the thread of MQTT ----------------------------------------------------------------------

    def lost(self) -> None:
        """A new connection: whatever was said in the one before does not count."""
        self._states.lost()
        self._outbox.lost()
        self._pages.lost()
        self._replica.read(self._pages.renew)
        self._said.clear()

    def publish(self, session: Session, now_s: float, events: int = UNDER_WAY) -> None:
        """Publish what changed: states first, `online` once they are out, then at most so many events."""
        self.dirty = False
        with self._settling:
            asked = self._asked
        hurry = asked > self._settled
        if hurry and asked > self._round_asked:
            self._pages.all()
        states, pages = self._look(now_s, hurry)
        for topic, state in states:
            payload = b"" if state is None else msgspec.json.encode(state)
            self._states.sent(topic, session.publish(topic, payload, retain=True), now_s)
            self.counters["orphans" if state is None else "states"] += 1
        for page in pages:
            self._pages.sent(page, session.publish(page.topic, page.payload, retain=True))
            self.counters["pages" if page.payload else "orphans"] += 1
        if self._life.state != "ready" and self._pages.renewed:
            self.say(session, ONLINE)
            self._life.note("ready", f"connected to {session.address}")
        for row in self._outbox.take(self._replica.events_after, events):
            payload = msgspec.json.encode(hall_event(self._ctx, row))
            self._outbox.sent(row.seq, session.publish(self._events, payload, retain=False))
            self.counters["events"] += 1
        self._round_asked = asked
        self.dirty |= self._pages.pressing(now_s)
        self._note_settled()

    def _look(self, now_s: float, hurry: bool) -> tuple[list[tuple[str, Retained | None]], list[Due]]:
        now = self._replica.true_at(self._clock.now())

        def look(hall: Hall) -> tuple[int, dict[str, Retained], list[Due]]:
            seq = self._replica.seq
            pages = self._pages.due(hall, now, stamp(self._ctx, seq, now), now_s)
            return seq, {**retained_states(self._ctx, hall, seq, now)}, pages

        seq, states, pages = self._replica.read(look)
        devices = self._ctx.devices()
        if self._home_assistant:
            states |= entities(self._ctx, devices, self._home_assistant)
        for device in devices:
            topic = topics.device_state(self._ctx.plan.id, device.id)
            states[topic] = device_state(device, stamp(self._ctx, seq, now))
        self._states.want(states)
        return self._states.due(now_s, hurry), pages

    def say(self, session: Session, word: bytes) -> None:
        self._said.add(session.publish(self.status, word, retain=True))

    def take_acks(self, session: Session, now_s: float) -> bool:
        acks, session.acked = session.acked, []
        more = freed = False
        for mid in acks:
            self._said.discard(mid)
            freed |= self._states.acked(mid)
            freed |= self._pages.acked(mid)
            more |= self._outbox.acked(mid)
        if acks:
            self.counters["messages"] += len(acks)
            self.acked_s = now_s
            if more or (freed and (self._pages.pressing(now_s) or self._states.due(now_s))):
                self.dirty = True
            self._note_settled()
        return bool(acks)

    @property
    def under_way(self) -> bool:
        """Something was sent and is not acknowledged yet."""
        parts = (self._states, self._outbox, self._pages)
        return bool(self._said) or any(part.under_way for part in parts)

    def _note_settled(self) -> None:
        parts = (self._states, self._outbox, self._pages)
        if all(part.settled for part in parts) and not self._said:
            with self._settling:
                self._settled = self._round_asked
                self._settling.notify_all()

    def listen(self, session: Session, heard: Sequence[Received]) -> None:
        """An orphan is taken away; whoever says we are offline is corrected."""
        for said in heard:
            if said.topic == self.status:
                # The last will of a connection of an earlier start, which the broker has only now given up.
                if said.payload == OFFLINE and not said.retained:
                    self.say(session, ONLINE)
            elif said.retained and said.payload:
                if not self._pages.clear_orphan(said.topic):
                    self._states.clear_orphan(said.topic)
                self.dirty = True
