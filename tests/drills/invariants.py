"""What must hold after every drill, whatever was done to the hall: I1 to I5 and I8, from the journal and the wires.

`assert_whole` looks at a running hall (everything that is shown must come to say what the journal says within a
bound), `assert_sound` at the data folder alone.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.published import retained_states
from hall_daemon.app.reactions import pad_display, window_screen
from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config import Settings
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import choose
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall as Truth
from hall_daemon.staff.account import HALL_USER
from hall_daemon.wire import topics
from tests.drills.stand import Hall, Stand, wait_until

T = TypeVar("T")

SHOWN_WITHIN_S = 5.0
# Not in the journal, or different from one look to the next while nothing happened.
_MOVING = {"seq", "as_of", "wait", "called_at", "started_at"}


def journal(data: Path) -> list[Recorded]:
    reader = JournalReader(data / JOURNAL)
    try:
        return list(reader.all())
    finally:
        reader.close()


def happened(data: Path, kind: type[T]) -> list[tuple[Recorded, T]]:
    """Every event of one kind, with its row."""
    return [(row, row.event) for row in journal(data) if isinstance(row.event, kind)]


def truth(data: Path) -> Truth:
    """The hall as the journal has it, from the newest snapshot on."""
    reader = JournalReader(data / JOURNAL)
    try:
        return restore(data / SNAPSHOTS, reader)[0]
    finally:
        reader.close()


def assert_sound(data: Path, settings: Settings, told: list[str] | None = None) -> list[Recorded]:
    """The chain holds (I8), no number of `told` is lost (I1) or given twice (I2), every step was legal (I3), the
    order was policy (I4), and a start from the snapshot gives the same hall as living it. Returns the events."""
    reader = JournalReader(data / JOURNAL)
    try:
        broken = reader.verify()
        assert broken is None, broken
        rows = list(reader.all())
        # A hall that still runs may write on meanwhile.
        restored = restore(data / SNAPSHOTS, reader, upto=rows[-1].seq if rows else 0)[0]
    finally:
        reader.close()
    replayed = Truth()
    days: list[str] = []
    given: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        event = row.event
        if isinstance(event, e.TicketCalled) and event.reason.code != "picked":
            choice = choose(replayed, settings.plan.windows[event.window], row.moment, settings.plan.policy)
            assert choice is not None
            assert choice.ticket.id == event.ticket, f"event {row.seq}"
        evolve(replayed, event, row.moment)
        if isinstance(event, e.DayOpened):
            days.append(event.day)
        elif isinstance(event, e.DayReopened):
            assert days.pop() == event.instead_of
        elif isinstance(event, e.TicketIssued):
            given[event.day].append(event.number)
    assert restored == replayed
    assert days == sorted(set(days)), "the business day turned twice or ran backwards (I9)"
    for numbers in given.values():
        assert numbers == [f"A{n:03d}" for n in range(1, len(numbers) + 1)]
    if told is not None:
        assert sorted(told) == sorted(number for numbers in given.values() for number in numbers)
    return rows


def assert_whole(stand: Stand, hall: Hall, told: list[str] | None = None) -> list[Recorded]:
    """`assert_sound`, and every strip, pad, page and retained message says what the journal says (I5)."""
    settings = stand.settings
    come_right(lambda: wrong_on_strips(stand, settings), SHOWN_WITHIN_S)
    seen = hall.get("hall")
    now = truth(stand.data)
    for window in seen["windows"]:
        ticket = now.tickets.get(now.window(window["id"]).ticket)
        assert window["number"] == (ticket.number if ticket else None)
        assert window["state"] == (ticket.state if ticket else None)
    if hall.ready["mqtt"]:
        address = hall.ready["mqtt"]["host"], hall.ready["mqtt"]["port"]
        with Retained(*address, secret=stand.hall_secret) as retained:
            come_right(lambda: wrong_at_broker(stand, settings, retained), SHOWN_WITHIN_S)
    return assert_sound(stand.data, settings, told)


def come_right(look: Callable[[], list[str]], within_s: float) -> None:
    """Wait until nothing is wrong. AssertionError lists what still is."""
    wrong: list[str] = []

    def right() -> bool:
        wrong[:] = look()
        return not wrong

    try:
        wait_until(right, within_s, "all is right")
    except AssertionError:
        raise AssertionError(f"still wrong after {within_s:g} s: {'; '.join(wrong)}") from None


def wrong_on_strips(stand: Stand, settings: Settings) -> list[str]:
    """Strips and pads that do not show what the journal says."""
    now, plan = truth(stand.data), settings.plan
    wrong = []
    for screen, window in settings.bindings.windows["screens"].items():
        should = window_screen(plan, settings.wording.screen, now, window)
        if stand.strip(window) != should.text:
            wrong.append(f"{screen} shows {stand.strip(window)!r}, not {should.text!r}")
    for pad, window in settings.bindings.windows["pads"].items():
        waiting, number = pad_display(plan, now, window)
        shown = stand.pad(window)
        if (shown["waiting"], shown["ticket"]) != (waiting, number[-3:] if number else None):
            wrong.append(f"{pad} shows {shown['display']!r}, not {waiting} and {number}")
    return wrong


def wrong_at_broker(stand: Stand, settings: Settings, retained: Retained) -> list[str]:
    """Retained topics that are missing, too many, or do not say what the journal says."""
    rows = journal(stand.data)
    now, plan = truth(stand.data), settings.plan
    calls = LastCalls([row for row in rows if row.day == now.day])
    context = ViewContext(plan=plan, epoch=epoch_of(stand.data), recent=calls.recent, screen=settings.screen)
    states = retained_states(context, now, len(rows), rows[-1].moment)
    kept = retained.by_topic()
    wrong = [
        f"{topic} is {kept.get(topic)!r}" for topic in states if _still(kept.get(topic)) != _still_of(states[topic])
    ]
    devices = {topics.device_state(plan.id, spec.id) for spec in settings.devices}
    if kept.get(topics.status(plan.id)) != b"online":
        wrong.append("status")
    # The forecast of the days comes when it is made; until then there is none, not the one of an earlier start.
    forecast = topics.forecast(plan.id)
    if forecast in kept and json.loads(kept[forecast])["epoch"] != epoch_of(stand.data):
        wrong.append("the forecast is of an earlier start")
    by_queue = {topics.queue_forecast(plan.id, queue) for queue in plan.queues}
    pages = {topics.ticket_page(plan.id, ticket.token): ticket for ticket in now.tickets.values()}
    for topic, ticket in pages.items():
        page = json.loads(kept.get(topic) or b"{}")
        if (page.get("number"), page.get("state")) != (ticket.number, ticket.state):
            wrong.append(f"the page of {ticket.number} is {page}")
    ours = {*states, *devices, *by_queue, *pages, topics.status(plan.id), topics.accuracy(plan.id), forecast}
    return wrong + [f"{topic} is an orphan" for topic in kept.keys() - ours] + sorted(devices - kept.keys())


def epoch_of(data: Path) -> int:
    """How often the hall was started on this folder."""
    connection = sqlite3.connect(f"file:{data / JOURNAL}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT value FROM meta WHERE key = 'starts'").fetchone()[0])
    finally:
        connection.close()


def _still(payload: bytes | None) -> dict[str, Any] | None:
    if payload is None:
        return None
    return {key: value for key, value in json.loads(payload).items() if key not in _MOVING}


def _still_of(state: Any) -> dict[str, Any] | None:
    return _still(msgspec.json.encode(state))


class Retained:
    """`with Retained(host, port) as retained:` what the broker keeps of a hall, as it is now."""

    def __init__(self, host: str, port: int, hall: str = "drill", *, secret: Path | None = None) -> None:
        """`secret`: the file with the hall's password at its own broker; without it, whoever has no account."""
        self._address, self._secret = (host, port), secret
        self._tree = f"hall/v1/{hall}/#"
        self._lock = threading.Lock()
        self._kept: dict[str, bytes] = {}
        self.events: list[dict[str, Any]] = []
        self.states_before_events = 0

    def __enter__(self) -> Retained:
        subscribed = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        if self._secret is not None:
            self._client.username_pw_set(HALL_USER, self._secret.read_text().strip())
        self._client.on_connect = lambda client, *_: client.subscribe(self._tree, qos=1)
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect(*self._address)
        self._client.loop_start()
        assert subscribed.wait(SHOWN_WITHIN_S), "no subscription"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def by_topic(self) -> dict[str, bytes]:
        with self._lock:
            return dict(self._kept)

    def _on_message(self, client: paho.Client, userdata: object, message: paho.MQTTMessage) -> None:
        with self._lock:
            if message.topic.endswith("/events"):
                self.states_before_events = self.states_before_events or len(self._kept)
                self.events.append(json.loads(message.payload))
            elif message.payload:
                self._kept[message.topic] = bytes(message.payload)
            else:
                self._kept.pop(message.topic, None)
