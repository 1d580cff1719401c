"""The hall on MQTT: retained states, events and `status`, kept true by one thread, `mqtt`, from the follower's replica.

A committed batch only wakes the thread; it reads the hall, publishes what changed, and never makes anybody wait.
While the broker is away nothing is kept but where the events were; after it is back all states go out anew, then
`online`, then the events since, from the journal. The tree hall/v1/{hall}/ is ours alone, and so is the hall's
name at Home Assistant: whatever else is retained there is taken away. A broker acknowledges, it does not store:
nothing is ever read back from it.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from random import Random

from device_drivers.ports import Health
from hall_daemon.adapters.mqtt.hearing import Hearing
from hall_daemon.adapters.mqtt.retry import Retry, Timing
from hall_daemon.adapters.mqtt.rounds import OFFLINE, Rounds
from hall_daemon.adapters.mqtt.session import BrokerAddress, BrokerAway, Session
from hall_daemon.adapters.storage.outbox import UNDER_WAY, Outbox
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.system.wake import Wake
from hall_daemon.app.follower import Follower
from hall_daemon.app.record import Clock, Recorded
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain.events import of_hall
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment

_LOGGER = logging.getLogger(__name__)

LAST_WORDS_S = 1.5
BOOKMARK_S = 1.0
CLIENT_ID_BYTES = 8
# 500 a second at busy_round_s: a day that was missed is told within a minute, a flood is told a little later.
EVENTS_A_BUSY_ROUND = 20


class MqttPublisher:
    """A subscriber of the follower. `start` returns at once, with a broker or without one."""

    def __init__(
        self,
        ctx: ViewContext,
        replica: Follower,
        clock: Clock,
        address: BrokerAddress,
        *,
        events: Outbox[int] | None = None,
        timing: Timing | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        random: Random | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
        on_mute: Callable[[], None] | None = None,
        home_assistant: str = "",
    ) -> None:
        """`events`: which are to go out; by default only what happens from now on. `on_mute` is called on our thread
        when the broker takes connections and answers none.
        `home_assistant`: the language of names that a Home Assistant finds, "" for none.
        `random_bytes` makes client ids that nobody can guess: who knows one can end our connection with it."""
        self._random_bytes = random_bytes
        self._ctx = ctx
        self._address = address
        self._on_mute = on_mute
        self._timing = timing or Timing()
        self._monotonic = monotonic
        self._random = random or Random()  # noqa: S311 (jitter)
        self.client_id = self._new_client_id()
        self._away_logged: str | None = None
        self._life = Life("mqtt", "mqtt", monotonic)
        self._outbox = Outbox[int](replica.seq, told=of_hall) if events is None else events
        self._wake = Wake()
        self._rounds = Rounds(
            ctx, replica, clock, self._outbox, life=self._life, wake=self._wake, home_assistant=home_assistant
        )
        # A name server may hold a connection up for longer than anybody waits for us to stop.
        self._thread = OwnedThread("mqtt", self._run, self._life, rouse=self._wake.rouse, daemon=True)

    # -- any thread ------------------------------------------------------------------------------

    def start(self) -> None:
        self._outbox.save()
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Say the last states and `offline`, then end; within `timeout_s`."""
        if self._thread.stop(timeout_s):
            self._wake.close()
            self._outbox.save()

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        """Something was committed. Returns at once."""
        self._rounds.note(hall, batch)

    def flush(self, timeout_s: float) -> bool:
        """Wait until the broker acknowledged everything the replica knows now; False when it did not in time."""
        return self._rounds.flush(timeout_s)

    def counters(self) -> dict[str, int]:
        """`messages` acknowledged; `states`, `pages` of tickets and `events` sent; `connects`, `orphans` cleared,
        `failures` of ours."""
        return dict(self._rounds.counters)

    def health(self) -> Health:
        return self._life.health(self._rounds.acked_s, self.counters())

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        retry = Retry(self._timing, self._random)
        while not self._thread.stopping:
            self._wake.sleep(self._attempt(retry), self._stops, self._monotonic)
        self._life.note("stopped")

    def _attempt(self, retry: Retry) -> float:
        """Connect and publish until that ends; returns how long to wait before the next attempt."""
        began_s = self._monotonic()
        witness: Session | None = None
        try:
            try:
                if retry.suspicious:
                    witness = self._witness()
                self._hold()
                return 0.0
            except BrokerAway as away:
                problem = away
            except Exception as error:
                # Ours, not the broker's. The link is down by now, so the last will has said offline.
                self._rounds.counters["failures"] += 1
                problem = BrokerAway(f"publishing failed: {error!r}")
                if self._away_logged != str(problem):
                    _LOGGER.exception("mqtt: publishing failed")
                    self._away_logged = str(problem)
            if self._thread.stopping:
                return 0.0
            self._note_away(problem)
            if problem.mute and self._on_mute is not None:
                self._on_mute()
            delay_s = retry.after(problem, self._monotonic() - began_s)
            if retry.kicked_out:
                delay_s = self._take_another_id(retry, witness) or delay_s
            return delay_s
        finally:
            if witness is not None:
                witness.drop()

    def _hold(self) -> None:
        """One connection, until it ends (BrokerAway) or we stop."""
        self._rounds.lost()
        session = Session(
            self._address,
            self.client_id,
            will=(self._rounds.status, OFFLINE),
            timeout_s=self._timing.connect_s,
            monotonic=self._monotonic,
        )
        try:
            session.open(self._wake, self._stops)
            self._note_connected()
            hearing = Hearing(session, self._rounds.status, self._ctx.plan.id, self._timing.sweep_s)
            self._publish_while(session, hearing, lambda: not self._stops())
            self._last_words(session, hearing)
            session.close()
        finally:
            session.drop()

    def _publish_while(self, session: Session, hearing: Hearing, go_on: Callable[[], bool]) -> None:
        next_round_s = refresh_s = moved_s = saved_s = self._monotonic()
        spared_s = self._timing.burst_s
        while go_on():
            now_s = self._monotonic()
            if self._rounds.take_acks(session, now_s) or not self._rounds.under_way:
                moved_s = now_s
            elif now_s - moved_s > self._timing.ack_s:
                raise BrokerAway(f"it has not acknowledged anything for {self._timing.ack_s:g} s")
            hearing.tick(now_s)
            if now_s - saved_s >= BOOKMARK_S:
                self._outbox.save()
                saved_s = now_s
            if now_s >= refresh_s:
                self._rounds.dirty = True
            if self._rounds.dirty and now_s >= next_round_s:
                # A few rounds at once, then at a steady pace: a flood of tickets must not spend the hall's time on
                # saying each of them. Quiet time is saved up for the next rounds.
                spared_s = min(spared_s + now_s - next_round_s, self._timing.burst_s)
                wait_s = self._timing.round_s if spared_s > self._timing.busy_round_s else self._timing.busy_round_s
                spared_s -= self._timing.busy_round_s - wait_s
                flooded = wait_s == self._timing.busy_round_s
                self._rounds.publish(session, now_s, EVENTS_A_BUSY_ROUND if flooded else UNDER_WAY)
                next_round_s, refresh_s = now_s + wait_s, now_s + self._timing.refresh_s
            self._rounds.listen(session, hearing.take())
            until_s = next_round_s if self._rounds.dirty else refresh_s
            session.wait(min(until_s, hearing.next_s) - self._monotonic(), self._wake)

    def _last_words(self, session: Session, hearing: Hearing) -> None:
        """The last states, then offline, each acknowledged or given up soon."""
        give_up_at = self._monotonic() + LAST_WORDS_S
        self._rounds.publish(session, self._monotonic())
        self._rounds.say(session, OFFLINE)
        while self._rounds.under_way and self._monotonic() < give_up_at:
            session.wait(give_up_at - self._monotonic(), self._wake)
            self._rounds.take_acks(session, self._monotonic())

    def _witness(self) -> Session:
        """A second connection, which tells a broker in trouble from one that ends only ours."""
        client_id = f"{self.client_id}-witness-{self._random.getrandbits(32):08x}"
        witness = Session(self._address, client_id, timeout_s=self._timing.connect_s, monotonic=self._monotonic)
        try:
            witness.open(self._wake, self._stops)
        except BrokerAway:
            witness.drop()
            raise
        return witness

    def _new_client_id(self) -> str:
        return f"hall-{self._ctx.plan.id}-{self._random_bytes(CLIENT_ID_BYTES).hex()}"

    def _take_another_id(self, retry: Retry, witness: Session | None) -> float | None:
        """Kicked too often. When the witness still stands somebody else connects with our client id: say it, and go on
        with another one. None when the broker ended the witness as well: it is only in trouble."""
        until_s = self._monotonic() + self._timing.witness_s
        try:
            while witness is not None and not self._thread.stopping and (left_s := until_s - self._monotonic()) > 0:
                witness.wait(left_s, self._wake)
        except BrokerAway:
            witness = None
        if witness is None:
            retry.kicks = 0
            return None
        witness.close()
        retry.kicks = 0
        pause_s = self._timing.clash_pause_s
        why = (
            f"somebody else connects to {self._address} with this hall's client id, which only the broker and its "
            f"log know: see who it is, give the hall an account of its own; going on with another id in {pause_s:g} s"
        )
        self.client_id = self._new_client_id()
        _LOGGER.error("mqtt: %s", why)
        self._life.note("alert", why)
        return pause_s

    def _stops(self) -> bool:
        return self._thread.stopping

    def _note_connected(self) -> None:
        self._rounds.counters["connects"] += 1
        self._away_logged = None
        self._rounds.dirty = True
        _LOGGER.info("mqtt: connected to the broker at %s", self._address)
        self._life.note("init", "publishing")

    def _note_away(self, away: BrokerAway) -> None:
        """Once when it goes, and once more when it turns out that somebody must mend something."""
        why = str(away)
        if self._away_logged is None or (away.refused and self._away_logged != why):
            self._away_logged = why
            _LOGGER.warning(
                "mqtt: the broker at %s is away: %s; the hall goes on, and it is tried again", self._address, why
            )
        self._life.note("alert" if away.refused else "disconnected", why)
