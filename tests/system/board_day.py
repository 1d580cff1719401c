"""A generated day through a live hall, and two public boards of it: one fed by its follower, one by its broker.

The hall's time is ours and stands still between two steps, so that at a quiet moment both boards can be held against
each other, and the gateway's answers against those of the daemon's public listener.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import requests
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.adapters.system.machine import Pace
from hall_daemon.app.published import retained_states
from hall_daemon.app.record import Accepted, Answer, Request
from hall_daemon.bootstrap import Application
from hall_daemon.config import Settings, load
from hall_daemon.config.render import render_hall
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.rehearsal.credentials import mqtt_address, provide
from hall_daemon.rehearsal.day import Day, Visit
from hall_daemon.rehearsal.launch import free_ports
from hall_daemon.wire import messages as m
from hall_daemon.wire.board import PublicBoard
from tests.hall_daemon.app.small_hall import ticket_pages

PATIENCE_S = 30.0
LOOK_S = 0.02
# What differs between two looks while nothing happens.
PASSING = frozenset(("seq", "as_of", "last_updated"))
# Whether a visit was rated the hall alone tells its holder: whoever reads topics could tell who did.
NO_TOPIC_SAYS = {"rating": "", "served_at": None}


class Gateway:
    """Knows a broker and the hall's id. With each connection it begins a board anew, as what went meanwhile is not
    said again."""

    def __init__(self, address: BrokerAddress, hall: str) -> None:
        self.board = PublicBoard(hall)
        self.lock = threading.Lock()
        self._hall = hall
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(1, 1)
        assert address.password_file is not None
        self._client.username_pw_set(address.username, address.password_file.read_text())
        self._client.connect_async(address.host, address.port)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        with self.lock:
            self.board = PublicBoard(self._hall)
        client.subscribe(f"hall/v1/{self._hall}/#", 1)

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        if message.topic.endswith("/events"):
            return
        with self.lock:
            self.board.hear(message.topic, message.payload)


@dataclass
class BoardDay:
    """`tokens` of everybody who drew a number; `compared` counts the quiet moments."""

    day: Day
    settings: Settings
    gateway: Gateway
    seconds: float = field(init=False)
    app: Application = field(init=False)
    followed: PublicBoard = field(init=False)
    tokens: list[str] = field(default_factory=list)
    compared: int = 0
    _agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _visits: dict[str, Visit] = field(default_factory=dict)
    _undone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.seconds = self.day.begins_s
        self.followed = PublicBoard(self.day.plan.id)

    # -- the day ---------------------------------------------------------------------------------

    def live(self, quiet: Callable[[int], None]) -> None:
        """To its end; `quiet(n)` after every step of the agenda with nothing under way."""
        for visit in self.day.visits:
            self._at(visit.at_s, lambda visit=visit: self._comes(visit))
        for window, shift in self.day.shifts.items():
            self._at(shift.begins_s, lambda window=window: self._sits_down(window))
            for begins_s, ends_s in shift.breaks:
                self._at(begins_s, lambda window=window: self._ask(c.PauseWindow(window, "break")))
                self._at(ends_s, lambda window=window: self._sits_down(window))
        n = 0
        while self._agenda:
            self.seconds, _, do = heapq.heappop(self._agenda)
            do()
            n += 1
            quiet(n)
        for window in self.day.shifts:
            self._ask(c.CloseWindow(window))

    def _at(self, at_s: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (at_s, next(self._order), do))

    def _in(self, seconds: float, do: Callable[[], None]) -> None:
        self._at(self.seconds + seconds, do)

    def _ask(self, command: c.Command) -> Answer:
        return self.app.core.ask(Request(command, "test"), PATIENCE_S)

    def _comes(self, visit: Visit) -> None:
        token = f"token-of-somebody-{len(self.tokens):06}"
        answer = self._ask(
            c.IssueTicket(services=visit.services, token=token, class_=visit.class_, class_reason=visit.class_reason)
        )
        if not isinstance(answer, Accepted):
            return
        issued = answer.events[0].event
        assert isinstance(issued, e.TicketIssued)
        self.tokens.append(token)
        self._visits[issued.ticket] = visit
        if visit.leaves_s is not None:
            self._at(visit.leaves_s, lambda: self._ask(c.Cancel(issued.ticket)))
        for window in self.day.shifts:
            self._calls(window)

    def _sits_down(self, window: str) -> None:
        self._ask(c.OpenWindow(window, f"clerk-{window}"))
        self._calls(window)

    def _calls(self, window: str) -> None:
        if self.app.core.hall.window(window).ticket or self.app.core.hall.window(window).status != "open":
            return
        answer = self._ask(c.CallNext(window))
        called = [row.event for row in answer.events] if isinstance(answer, Accepted) else []
        for event in called:
            if isinstance(event, e.TicketCalled):
                if event.ticket.endswith("7") and event.ticket not in self._undone:
                    self._undone.add(event.ticket)
                    self._in(5, lambda: self._ask(c.Undo(window)))
                    self._in(20, lambda: self._calls(window))
                    return
                self._serves(window, event.ticket)

    def _serves(self, window: str, ticket: str) -> None:
        visit = self._visits[ticket]
        if visit.deaf_to > 1:
            self._in(60, lambda: self._misses(window, ticket, visit))
            return
        self._in(10, lambda: self._ask(c.Start(window)))
        self._in(10 + visit.service_s[0], lambda: self._finishes(window))

    def _misses(self, window: str, ticket: str, visit: Visit) -> None:
        self._ask(c.Miss(window))
        if visit.returns_s is not None:
            self._in(visit.returns_s, lambda: self._ask(c.Return(ticket)))
        self._calls(window)

    def _finishes(self, window: str) -> None:
        self._ask(c.Finish(window))
        self._calls(window)

    # -- the boards ------------------------------------------------------------------------------

    def stop_hall(self) -> None:
        self.app.stop()

    def start_hall(self) -> None:
        """The same hall in a new daemon, which knows what its journal says."""
        began_wall = int((self.day.midnight + self.seconds) * 1000)
        self.app = Application(self.settings, Pace(1.0, began_wall, lambda: self.seconds))
        self.app.start()

    def equal(self) -> None:
        """Both boards say the same now, and the gateway answers what the daemon's public listener answers."""
        pause, differ = threading.Event(), "nothing was compared"
        for _ in range(int(PATIENCE_S / LOOK_S)):
            differ = self._difference()
            if not differ:
                self.compared += 1
                return
            pause.wait(LOOK_S)
        raise AssertionError(differ)

    def _difference(self) -> str:
        app, plan = self.app, self.settings.plan
        assert app.mqtt is not None
        if not app.mqtt.flush(1.0):
            return "the broker has not acknowledged everything"
        now = app.follower.true_at(app.clock.now())

        def look(hall: Any) -> dict[str, m.Envelope]:
            at = app.views, hall, app.follower.seq, now
            return {**retained_states(*at), **ticket_pages(*at)}

        states = app.follower.read(look)
        for topic in set(self.followed.known) - states.keys():
            self.followed.fold(topic, None)
        for topic, state in states.items():
            assert self.followed.fold(topic, state), topic
        with self.gateway.lock:
            board = self.gateway.board
            content, online = board.content(), board.online
            answers = [
                board.hall(), board.queues(), board.feed(), board.forecast(), board.accuracy(),
                *map(board.ticket, self._some_tokens()),
            ]
        if not online:
            return "the hall is not online"
        mine = self.followed.content()
        if content != mine:
            topics = [topic for topic in mine.keys() | content.keys() if mine.get(topic) != content.get(topic)]
            return f"{len(topics)} topics, as {[(topic, mine.get(topic), content.get(topic)) for topic in topics[:2]]}"
        paths = ["hall", "queues", "feed", "forecast", "accuracy"]
        paths += [f"tickets/by-token/{token}" for token in self._some_tokens()]
        for path, answer in zip(paths, answers, strict=True):
            got = requests.get(f"{app.public_url}/api/v1/{path}", timeout=PATIENCE_S)
            there = lasting(got.json()) if got.status_code == 200 else None
            if there and "rating" in there:
                there |= NO_TOPIC_SAYS
            if there != lasting(msgspec.to_builtins(answer)):
                return f"{path} of {plan.id}: {there} over HTTP, {answer} at the gateway"
        return ""

    def _some_tokens(self) -> list[str]:
        """The newest, some in between, and the first: one may have any state."""
        return [*self.tokens[-3:], *self.tokens[:: max(1, len(self.tokens) // 5)]]


def lasting(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: lasting(value) for key, value in said.items() if key not in PASSING}
    return [lasting(each) for each in said] if isinstance(said, (list, tuple)) else said


@contextmanager
def board_day(day: Day, folder: Path) -> Iterator[BoardDay]:
    http, public, mqtt = free_ports(3)
    config = folder / "hall.toml"
    config.write_text(
        render_hall(
            day.plan,
            sections={
                "http": {"port": http},
                "public": {"port": public},
                "mqtt": {"port": mqtt},
                "data": {"dir": str(folder / "data"), "min_free_mb": 50},
            },
        ),
        encoding="utf-8",
    )
    credential = provide(folder / "data", {"gateway-1": ("gateway", ())})["gateway-1"]
    gateway = Gateway(mqtt_address("127.0.0.1", mqtt, credential, folder), day.plan.id)
    live = BoardDay(day, load(config), gateway)
    try:
        live.start_hall()
        yield live
    finally:
        gateway.stop()
        live.stop_hall()
