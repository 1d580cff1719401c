"""A real mosquitto with all its listeners and the accounts it knows, and callers who remember what they were told."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from hall_daemon.adapters.accounts.files import AccountFiles, open_accounts
from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.adapters.mqtt.broker_files import BrokerSettings, TlsListener
from hall_daemon.rehearsal.launch import free_ports
from hall_daemon.staff.account import HALL_USER
from hall_daemon.staff.rights import MACHINE_ROLES
from tests.hall_daemon.adapters.certificates import self_signed
from tests.hall_daemon.adapters.listener import PATIENCE_S

TREE = "hall/v1/demo"
SAYS = {role: f"{TREE}/devices/{role}-1/says/key" for role in MACHINE_ROLES}


class Caller:
    """A client that remembers what it was told. `credential` as the hall gives it."""

    _names = count()

    def __init__(
        self, port: int, credential: str = "", *, ca: Path | None = None, phone: bool = False, will: str = "",
        retain: bool = True,
    ) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self.answer = ""
        self.ends = 0
        self._changed = threading.Condition()
        self.client = Client(
            CallbackAPIVersion.VERSION2, f"caller-{next(self._names)}", transport="websockets" if phone else "tcp",
            reconnect_on_failure=False,
        )
        self.client.suppress_exceptions = True
        if credential:
            self.client.username_pw_set(*credential.rsplit(".", 1))
        if ca is not None:
            self.client.tls_set(str(ca))
        if will:
            self.client.will_set(will, b"will", 1, retain)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = self._on_disconnect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.until(lambda: self.answer, "an answer")

    def __enter__(self) -> Caller:
        assert self.answer == "Success"
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def subscribe(self, *topics: str) -> Caller:
        self._subscribed = False
        self.client.subscribe([(topic, 1) for topic in topics])
        self.until(lambda: self._subscribed, "subscribed")
        return self

    def publish(self, topic: str, payload: bytes = b"said", *, retain: bool = False) -> None:
        """Returns when the broker has taken it, or thrown it away."""
        self.client.publish(topic, payload, 1, retain).wait_for_publish(PATIENCE_S)

    def drop(self) -> None:
        """As a crash would."""
        sock: Any = self.client.socket()
        sock.shutdown(socket.SHUT_RDWR)
        self.until(lambda: self.ends, "the end")

    def topics(self, *, retained: bool | None = None, payload: bytes = b"") -> set[str]:
        return {
            topic for topic, said, kept in self.heard
            if (retained is None or kept is retained) and (not payload or said == payload)
        }

    def until(self, condition: Callable[[], Any], what: str) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), f"did not happen: {what}; heard {self.heard[-5:]}"

    def _note(self, note: Callable[[], None]) -> None:
        with self._changed:
            note()
            self._changed.notify_all()

    def _on_connect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        self._note(lambda: setattr(self, "answer", str(reason)))

    def _on_disconnect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        def ended() -> None:
            self.ends += 1
            self.answer = self.answer or "closed"

        self._note(ended)

    def _on_subscribe(self, *_: Any) -> None:
        self._note(lambda: setattr(self, "_subscribed", True))

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        self._note(lambda: self.heard.append((message.topic, bytes(message.payload), message.retain)))


@dataclass
class Guarded:
    """A hall's broker with all its listeners, and the accounts it knows."""

    broker: Broker
    accounts: AccountFiles
    credentials: dict[str, str]
    ca: Path
    tls: int
    phones: int

    @property
    def hall(self) -> str:
        """The credential of the hall itself."""
        secret = self.broker.address.password_file
        assert secret is not None
        return f"{HALL_USER}.{secret.read_text().strip()}"

    def call(self, credential: str = "", **more: Any) -> Caller:
        return Caller(self.broker.port, credential, **more)

    def add(self, name: str, role: str, *, by: str = "tool:test", **more: Any) -> str:
        return self.accounts.roster.add_machine(name, role, by=by, **more)

    def hears(self) -> Caller:
        """The hall, which hears everything."""
        return self.call(self.hall).subscribe("#")


def made(folder: Path) -> Iterator[Guarded]:
    accounts = open_accounts(folder, lambda: 0)
    ca, password = folder / "cert.pem", folder / "reader"
    key = self_signed(ca)
    password.write_text("chosen\n")
    tls, phones = free_ports(2)
    broker = Broker(BrokerSettings(
        folder=folder / "broker", reader=("reader", password), hall="demo", machines=lambda: accounts.store.machines,
        tls=TlsListener("127.0.0.1", tls, ca, key), phones=phones,
    ))
    guarded = Guarded(broker, accounts, {"anonymous": "", "reader": "reader.chosen"}, ca, tls, phones)
    for role in MACHINE_ROLES:
        guarded.credentials[role] = guarded.add(f"{role}-1", role)
    broker.start()
    try:
        yield guarded
    finally:
        broker.stop()
        accounts.close()


def answer(port: int, credential: str = "", **more: Any) -> str:
    """What the broker says to whoever comes so; "closed" when it only hangs up."""
    caller = Caller(port, credential, **more)
    caller.__exit__()
    return caller.answer


def served(guarded: Guarded) -> str:
    return ssl.get_server_certificate(("127.0.0.1", guarded.tls))


def wait_until_let_in(guarded: Guarded, credential: str) -> None:
    wait_for(lambda: answer(guarded.broker.port, credential) == "Success", "let in")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        if condition():
            return
        pause.wait(0.05)
    pytest.fail(f"did not happen: {what}")
