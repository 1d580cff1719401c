"""Who may read and write which topic, at a real mosquitto: each role, each topic, each way to ask for it."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.accounts.files import AccountFiles, open_accounts
from hall_daemon.adapters.mqtt.access_list import access_list, logins
from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.adapters.mqtt.broker_files import BrokerSettings, TlsListener
from hall_daemon.rehearsal.launch import free_ports
from hall_daemon.staff.account import HALL_USER, Machine
from hall_daemon.staff.rights import MACHINE_ROLES
from tests.hall_daemon.adapters.certificates import self_signed
from tests.hall_daemon.adapters.listener import PATIENCE_S

TREE = "hall/v1/demo"
PUBLIC = {
    f"{TREE}/{topic}"
    for topic in (
        "status", "state", "forecast", "accuracy", "queues/a/state", "queues/a/forecast", "services/s/state",
        "windows/1/state",
    )
}
INSIDE = {f"{TREE}/{topic}" for topic in ("tickets/0123456789abcdef", "devices/strip/state", "events")}
SAYS = {role: f"{TREE}/devices/{role}-1/says/key" for role in MACHINE_ROLES}
FOREIGN = {"hall/v1/other/state", "hall/v1/other/tickets/0123", "elsewhere", "hall", f"{TREE}/devices/device-1/state"}
EVERYTHING = PUBLIC | INSIDE | set(SAYS.values()) | FOREIGN
LOOKERS = {"kiosk", "screen", "gateway", "tool"}
TELLERS = {"device", "gateway"}
WAYS = ("#", "hall/#", "+/+/+/+", "hall/v1/demo/tickets/#", "$SYS/#", "$share/g/#", "$share/g/hall/v1/demo/tickets/+")


def reads(role: str) -> set[str]:
    """As docs/mqtt.md says it, and not as the code does."""
    if role == "reader":
        return {topic for topic in EVERYTHING if topic.startswith("hall")}
    return PUBLIC | (INSIDE | {f"{TREE}/devices/device-1/state"} if role in LOOKERS else set()) | writes(role)


def writes(role: str) -> set[str]:
    return {SAYS[role]} if role in TELLERS else set()


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

    def add(self, name: str, role: str, **more: Any) -> str:
        return self.accounts.roster.add_machine(name, role, by="tool:test", **more)

    def hears(self) -> Caller:
        """The hall, which hears everything."""
        return self.call(self.hall).subscribe("#")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    yield from made(tmp_path_factory.mktemp("guarded"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Guarded]:
    """One for a test that changes accounts or files."""
    yield from made(tmp_path)


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


# -- the table ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ["anonymous", "reader", *MACHINE_ROLES])
def test_who_reads_what(guarded: Guarded, role: str, way: str) -> None:
    """Live and retained, by any way to ask: whoever subscribes to more gets no more. `end` says that all was said."""
    with guarded.call(guarded.hall) as hall:
        for topic in EVERYTHING:
            hall.publish(topic, b"kept", retain=True)
        with guarded.call(guarded.credentials[role]).subscribe(way) as caller:
            for topic in EVERYTHING:
                hall.publish(topic, b"live")
            caller.subscribe(f"{TREE}/status")
            hall.publish(f"{TREE}/status", b"end")
            caller.until(lambda: b"end" in [said for _, said, _ in caller.heard], "the end")
        heard = caller.topics(payload=b"live") | caller.topics(payload=b"kept")
        assert heard <= reads(role)
        if way == "#":
            assert caller.topics(payload=b"live") == reads(role)
            assert caller.topics(payload=b"kept") == reads(role)
        for topic in EVERYTHING:
            hall.publish(topic, b"", retain=True)


@pytest.mark.parametrize("role", ["anonymous", "reader", *MACHINE_ROLES])
def test_who_writes_what(guarded: Guarded, role: str) -> None:
    """By publishing, keeping, and by a will."""
    credential = guarded.credentials[role]
    forbidden = {"$SYS/broker/uptime", "$CONTROL/dynamic-security/v1", f"$share/g/{TREE}/state"}
    with guarded.hears() as hall:
        with guarded.call(credential) as caller:
            for topic in EVERYTHING | {"$SYS/broker/uptime", "$CONTROL/dynamic-security/v1"}:
                caller.publish(topic, b"forged")
        with guarded.call(credential) as caller:
            for topic in EVERYTHING:
                caller.publish(topic, b"kept", retain=True)
        for topic in EVERYTHING | forbidden:
            with guarded.call(credential, will=topic) as caller:
                caller.drop()
        for will in writes(role):
            hall.until(lambda will=will: will in hall.topics(payload=b"will"), "the will that is allowed")  # type: ignore[misc]
        hall.publish("elsewhere", b"end")
        hall.until(lambda: "elsewhere" in hall.topics(payload=b"end"), "the end")
        for payload in (b"forged", b"kept", b"will"):
            assert hall.topics(payload=payload) == writes(role), payload
        with guarded.hears() as newcomer:
            newcomer.publish("elsewhere", b"end")
            newcomer.until(lambda: "elsewhere" in newcomer.topics(payload=b"end"), "the end")
            assert newcomer.topics(retained=True) == writes(role)
        for topic in writes(role):
            hall.publish(topic, b"", retain=True)


def test_phones_read_what_is_public_and_write_nothing(guarded: Guarded) -> None:
    with guarded.hears() as hall, Caller(guarded.phones, phone=True) as phone:
        phone.subscribe("#")
        for topic in EVERYTHING:
            hall.publish(topic, b"live")
            phone.publish(topic, b"forged", retain=True)
        phone.until(lambda: phone.topics() >= PUBLIC, "what is public")
        assert phone.topics() == PUBLIC
        assert hall.topics(payload=b"forged") == set()


def test_wrong_credentials_are_refused_alike(guarded: Guarded) -> None:
    device = guarded.credentials["device"]
    name, secret = device.rsplit(".", 1)
    users = (f"{name}.{secret}x", f"{name}. ", f"nobody.{secret}", f"{name}.b.{secret}", f"{HALL_USER}.hall")
    answers = {credential: answer(guarded.broker.port, credential) for credential in (*users, f"reader.{secret}")}
    assert set(answers.values()) == {"Not authorized"}, answers


def test_with_nobody_anonymous_an_account_is_needed(own: Guarded) -> None:
    own.broker.stop()
    closed = Broker(replace(own.broker._settings, anonymous=False, tls=None, phones=None))
    closed.start()
    try:
        assert answer(closed.port) == "Not authorized"
        assert answer(closed.port, own.credentials["device"]) == "Success"
    finally:
        closed.stop()


# -- accounts that change while it runs ----------------------------------------------------------------


def test_a_machine_that_is_taken_away_is_cut_off_and_no_other(own: Guarded) -> None:
    known = own.credentials
    with own.call(known["screen"]) as screen, own.call(known["gateway"]) as gateway, own.call() as guest:
        own.accounts.roster.remove_machine("gateway-1", by="tool:test")
        own.broker.look()
        gateway.until(lambda: gateway.ends, "cut off")
        assert answer(own.broker.port, own.credentials["gateway"]) == "Not authorized"
        with own.hears() as hall:
            for each in (screen, guest):
                each.subscribe(f"{TREE}/state")
                hall.publish(f"{TREE}/state", b"still here")
                each.until(lambda each=each: each.topics(payload=b"still here"), "hears on")  # type: ignore[misc]
        assert (screen.ends, guest.ends) == (0, 0)


def test_a_credential_is_changed_without_a_moment_without(own: Guarded) -> None:
    first = own.credentials["gateway"]
    with own.call(first) as old:
        second = own.add("gateway-1", "gateway")
        own.broker.look()
        wait_until_let_in(own, second)
        with own.call(first) as again, own.call(second) as new, own.hears() as hall:
            for each in (old, again, new):
                each.publish(SAYS["gateway"], b"both")
            hall.until(lambda: [said for _, said, _ in hall.heard].count(b"both") == 3, "all three")
            third = own.add("gateway-1", "gateway")
            own.broker.look()
            for each in (old, again):
                each.until(lambda each=each: each.ends, "the first one is over")  # type: ignore[misc]
            wait_until_let_in(own, third)
            assert new.ends == 0
    assert answer(own.broker.port, first) == "Not authorized"
    assert len({first.rsplit(".", 1)[0], second.rsplit(".", 1)[0]}) == 2


def test_a_broker_that_was_killed_keeps_the_list(own: Guarded) -> None:
    own.accounts.roster.remove_machine("tool-1", by="tool:test")
    added = own.add("late-1", "device")
    own.broker.look()
    wait_until_let_in(own, added)
    pid = own.broker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: own.broker.pid not in (pid, None) and own.broker.health().state == "ready", "back")
    assert answer(own.broker.port, own.credentials["tool"]) == "Not authorized"
    with own.call(added) as late, own.hears() as hall:
        late.publish(f"{TREE}/state", b"forged")
        late.publish(f"{TREE}/devices/late-1/says/key", b"mine")
        hall.until(lambda: hall.topics(payload=b"mine"), "its own")
        assert not hall.topics(payload=b"forged")


# -- TLS -------------------------------------------------------------------------------------------------


def test_tls_is_for_whoever_knows_the_authority_and_has_an_account(guarded: Guarded, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.pem"
    self_signed(foreign)
    device = guarded.credentials["device"]
    assert answer(guarded.tls, device, ca=guarded.ca) == "Success"
    assert answer(guarded.tls, ca=guarded.ca) == "Not authorized", "nobody without an account"
    assert answer(guarded.tls, device) == "closed", "plain"
    with socket.create_connection(("127.0.0.1", guarded.tls), PATIENCE_S) as link:
        context = ssl.create_default_context(cafile=str(foreign))
        with pytest.raises(ssl.SSLCertVerificationError), context.wrap_socket(link, server_hostname="127.0.0.1"):
            pass


def test_a_certificate_is_renewed_under_a_session_that_stands(own: Guarded) -> None:
    before = served(own)
    with Caller(own.tls, own.credentials["device"], ca=own.ca) as device:
        self_signed(own.ca)
        own.broker.look()
        wait_for(lambda: served(own) != before, "the new certificate")
        with own.hears() as hall:
            device.publish(SAYS["device"], b"still here")
            hall.until(lambda: hall.topics(payload=b"still here"), "the session stands")
        assert device.ends == 0


def test_a_certificate_that_cannot_be_used_changes_nothing_and_stops_nothing(own: Guarded) -> None:
    before, whole = served(own), own.ca.read_bytes()
    own.ca.write_text("half a certif")
    own.broker.look()
    wait_for(lambda: own.broker.health().state == "alert", "said in health")
    assert own.broker.health().detail.startswith("certificate not renewed, the one before stays: ")
    assert served(own) == before
    with own.call(own.credentials["kiosk"]) as kiosk:
        own.accounts.roster.remove_machine("kiosk-1", by="tool:test")
        own.broker.look()
        kiosk.until(lambda: kiosk.ends, "cut off all the same")
    own.ca.write_bytes(whole)
    own.broker.look()
    wait_for(lambda: own.broker.health().state == "ready", "well again")


# -- names that would be lines -------------------------------------------------------------------------

BAD_NAMES = (
    "", "a b", "x\nuser hall", "x\ntopic readwrite #", "#", "+", "a/b", "a:b", "a.b", "$SYS", "-a", "é", "a" * 65,
    "a\x00",
)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_name_gets_no_credential_and_no_line(guarded: Guarded, name: str) -> None:
    with pytest.raises(Denied, match="bad_field"):
        guarded.add(name, "device")
    hash_ = guarded.accounts.store.machines["device-1"].logins[0].partition(":")[2]
    slipped_in = Machine(id=name, role="device", secrets=(), logins=(f"{name}:{hash_}",))
    assert logins([slipped_in]) == ""
    assert access_list("demo", [slipped_in], writers={}) == access_list("demo", [], writers={})


def test_a_machine_called_as_the_hall_is_none_at_the_broker(own: Guarded) -> None:
    credential = own.add(HALL_USER, "tool")
    late = own.add("late-1", "device")
    own.broker.look()
    wait_until_let_in(own, late)
    assert answer(own.broker.port, credential) == "Not authorized"
    with own.hears() as hall:
        assert hall.answer == "Success", "the hall's own password is as it was"
    assert f"{HALL_USER}:" not in logins(own.accounts.store.machines.values())


def test_a_login_is_a_line_of_its_own_machine_or_none() -> None:
    good = "device-1:$7$101$c2FsdA==$a2V5"
    others = f"{good}\nhall:$7$1$c2FsdA==$a2V5", good.replace("device-1", "gateway-1")
    bad = (*others, "device-1", "device-1:plain", good + "\n")
    machine = Machine(id="device-1", role="device", secrets=(), logins=(*bad, good))
    assert logins([machine]) == good + "\n"
    assert logins([machine], taken=("device-1",)) == "", "the account of the configuration goes first"


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
