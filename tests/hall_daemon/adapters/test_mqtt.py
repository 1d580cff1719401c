"""The publisher at a real mosquitto: what a subscriber hears, and what happens when the broker goes or lies."""

from __future__ import annotations

import getpass
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from msgspec import json as msgspec_json

from device_drivers.ports import Health
from hall_daemon.adapters.broker import SBIN, Broker, BrokerSettings
from hall_daemon.adapters.mqtt import MqttPublisher
from hall_daemon.adapters.mqtt_retry import Timing
from hall_daemon.adapters.mqtt_session import BrokerAddress
from hall_daemon.app.published import retained_states
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from tests.hall_daemon.adapters.listener import PATIENCE_S, Heard, Listener
from tests.hall_daemon.adapters.one_sided_broker import OneSidedBroker
from tests.hall_daemon.app.small_hall import DAY, SmallHall, small_plan
from tests.hall_daemon.asyncapi_check import validate_published

QUICK = Timing(refresh_s=0.05, sweep_s=0.5, first_retry_s=0.05, last_retry_s=0.2, ack_s=0.3)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(BrokerSettings(tmp_path_factory.mktemp("broker")))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def hall(request: pytest.FixtureRequest) -> SmallHall:
    """Each test has a hall of its own name, so that they can share a broker."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:60]
    return SmallHall(small_plan(hall=name))


Publish = Callable[..., MqttPublisher]


@pytest.fixture
def publish(hall: SmallHall) -> Iterator[Publish]:
    """Start a publisher for the hall; all are stopped at the end."""
    started: list[MqttPublisher] = []

    def start(address: BrokerAddress, *, epoch: int = 1, timing: Timing = QUICK, **more: Any) -> MqttPublisher:
        ctx = more.pop("ctx", None) or ViewContext(hall.plan, epoch, **more)
        publisher = MqttPublisher(ctx, hall, hall, address, timing=timing, random=Random(1))
        hall.subscribers.append(publisher)
        started.append(publisher)
        publisher.start()
        return publisher

    yield start
    for publisher in started:
        publisher.stop()


def tree(hall: SmallHall) -> str:
    return f"hall/v1/{hall.plan.id}/#"


def expected(hall: SmallHall, publisher: MqttPublisher) -> dict[str, Any]:
    states = retained_states(publisher._ctx, hall.hall, hall.seq, hall.now())
    return {topic: without_time(json.loads(msgspec_json.encode(state))) for topic, state in states.items()}


def without_time(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key not in ("seq", "as_of")}


def retained_at(broker: Broker, hall: SmallHall) -> dict[str, Any]:
    """What a newcomer is told, states without their times."""
    with Listener(broker.address, tree(hall), "end") as newcomer:
        newcomer.publish("end", b".", retain=False)
        newcomer.until(lambda heard: heard[-1:] and heard[-1].topic == "end", "end")
        found = {topic: validate_published(topic, said, retained=True) for topic, said in newcomer.retained().items()}
    return {topic: without_time(said) if isinstance(said, dict) else said for topic, said in found.items()}


def lively_day(hall: SmallHall) -> None:
    for name in ("1", "2", "3"):
        hall.do(c.OpenWindow(name, f"clerk-{name}"))
    for n in range(12):
        hall.later(20)
        hall.issue(("id-card", "social", "tax")[n % 3], class_="priority" if n == 5 else "ordinary")
    hall.issue("id-card", "tax")
    for name in ("1", "2", "3"):
        hall.do(c.CallNext(name))
    hall.later(10)
    hall.do(c.Recall("1"))
    hall.do(c.Start("1"))
    hall.do(c.Hold("1"))
    hall.do(c.CallNext("1"))
    hall.do(c.Undo("1"))
    hall.do(c.Resume("1"))
    hall.do(c.Finish("1"))
    hall.do(c.Miss("2"))
    missed = next(t.id for t in hall.hall.tickets.values() if t.state == "missed")
    hall.do(c.Return(missed))
    hall.do(c.Start("3"))
    hall.do(c.Transfer(hall.hall.window("3").ticket, keep="clerk"))
    hall.do(c.PauseWindow("2", "lunch"))
    hall.later(60)
    while hall.hall.window("1").status == "open":
        if not isinstance(done := hall.try_(c.CallNext("1")), tuple) and done.code == "nobody_waits":
            hall.do(c.CloseWindow("1"))
        hall.later(30)
    hall.do(c.Cancel(f"{DAY}-A012" if f"{DAY}-A012" in hall.hall.tickets else hall.issue("tax")))
    hall.issue("social")


def test_a_lively_day(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    with Listener(broker.address, tree(hall)) as screen:
        device = m.DeviceView("pad-1", "keypad", "ready", "", 1, {})
        publisher = publish(broker.address, epoch=4, devices=lambda: (device,))
        assert publisher.flush(PATIENCE_S)
        first = hall.seq
        lively_day(hall)
        hall.do(c.CloseDay(DAY))
        assert publisher.flush(PATIENCE_S)
        events = topics.events(hall.plan.id)
        rows = hall.events_after(first)
        heard = screen.until(lambda heard: sum(h.topic == events for h in heard) >= len(rows), "every event")
        counters = publisher.counters()
        wanted = expected(hall, publisher)
        wanted[topics.status(hall.plan.id)] = "online"
        pad = topics.device_state(hall.plan.id, "pad-1")
        found = retained_at(broker, hall)
        assert found.pop(pad)["state"] == "ready"
        assert found == wanted

    said: dict[str, list[dict[str, Any]]] = {}
    for topic, payload, _ in heard:
        message = validate_published(topic, payload)
        if isinstance(message, dict):
            said.setdefault(topic, []).append(message)
    for topic, messages in said.items():
        seqs = [message["seq"] for message in messages]
        assert seqs == sorted(seqs), topic
        assert {message["epoch"] for message in messages} == {4}
    assert [event["seq"] for event in said[events]] == [row.seq for row in rows]
    assert [event["kind"] for event in said[events]] == [type(row.event).__name__ for row in rows]
    whole = b"".join(payload for _, payload, _ in heard)
    assert b"clerk-" not in whole
    assert b"token-" not in whole
    assert counters["events"] == len(rows)
    assert counters["messages"] == counters["states"] + counters["events"] + 1
    assert publisher.health().state == "ready"


def test_online_comes_after_every_state(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    status = topics.status(hall.plan.id)
    with Listener(broker.address, tree(hall)) as screen:
        publisher = publish(broker.address)
        heard = screen.until(lambda heard: any(h.topic == status for h in heard), "online")
        before = {h.topic for h in heard[: [h.topic for h in heard].index(status)]}
        assert before == expected(hall, publisher).keys()
        publisher.stop()
        screen.until(lambda heard: heard[-1] == Heard(status, b"offline", False), "offline")
        assert publisher.health().state == "stopped"


def test_the_last_will_speaks_for_a_killed_hall(broker: Broker, hall: SmallHall) -> None:
    address = broker.address
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.hall_daemon.app.small_hall import SmallHall, small_plan\n"
        "from hall_daemon.adapters.mqtt import BrokerAddress, MqttPublisher\n"
        "from hall_daemon.app.view_context import ViewContext\n"
        "hall = SmallHall(small_plan(hall=sys.argv[1]))\n"
        "address = BrokerAddress('127.0.0.1', int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))\n"
        "MqttPublisher(ViewContext(hall.plan, 1), hall, hall, address).start()\n"
        "sys.stdin.read()\n"
    )
    words = (sys.executable, "-c", program, hall.plan.id, str(address.port), address.username)
    status = topics.status(hall.plan.id)
    with Listener(address, status) as screen:
        child = subprocess.Popen((*words, str(address.password_file)), stdin=subprocess.PIPE)
        try:
            screen.until(lambda heard: heard and heard[-1].payload == b"online", "online")
            child.kill()
            screen.until(lambda heard: heard[-1].payload == b"offline", "offline by last will")
        finally:
            child.kill()
            child.communicate()
    assert retained_at(broker, hall)[status] == "offline"


def test_a_broker_that_restarts_is_told_everything(tmp_path: Path, hall: SmallHall, publish: Publish) -> None:
    broker = Broker(BrokerSettings(tmp_path / "broker"))
    broker.start()
    try:
        publisher = publish(broker.address)
        assert publisher.flush(PATIENCE_S)
        first = hall.seq
        with Listener(broker.address, tree(hall)) as screen:
            assert broker.pid is not None
            os.kill(broker.pid, signal.SIGKILL)
            lively_day(hall)
            assert publisher.flush(PATIENCE_S)
            rows = hall.events_after(first)
            screen.client.reconnect_delay_set(1, 1)
            assert retained_at(broker, hall) == {
                **expected(hall, publisher),
                topics.status(hall.plan.id): "online",
            }
        assert publisher.counters()["connects"] == 2
        assert publisher.counters()["events"] >= len(rows)
        assert publisher.events_seq == hall.seq
        assert broker.health().counters["restarts"] == 1
    finally:
        broker.stop()


def test_events_of_a_broken_time_follow_in_order(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    events = topics.events(hall.plan.id)
    first = hall.seq
    lively_day(hall)  # before the publisher is there: as if the broker had been away
    ctx = ViewContext(hall.plan, 1)
    publisher = MqttPublisher(ctx, hall, hall, broker.address, events_after=first, timing=QUICK)
    with Listener(broker.address, tree(hall)) as screen:
        publisher.start()
        try:
            assert publisher.flush(PATIENCE_S)
            rows = hall.events_after(first)
            heard = screen.until(lambda heard: sum(h.topic == events for h in heard) == len(rows), "all events")
        finally:
            publisher.stop()
    spoken = [h.topic for h in heard]
    assert spoken.index(events) > spoken.index(topics.status(hall.plan.id)), "live state goes first"
    assert [json.loads(h.payload)["seq"] for h in heard if h.topic == events] == [row.seq for row in rows]


def test_orphans_are_cleared_and_other_halls_left_alone(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    other = topics.window_state("another-hall", "1")
    orphans = [
        topics.window_state(hall.plan.id, "99"),
        topics.queue_state(hall.plan.id, "gone"),
        topics.device_state(hall.plan.id, "old"),
        topics.events(hall.plan.id),
        f"hall/v1/{hall.plan.id}/what/ever",
    ]
    stale = topics.window_state(hall.plan.id, "1")
    with Listener(broker.address, "nothing") as before:
        for topic in (*orphans, stale, other):
            before.publish(topic, b'{"epoch": 0}')
    with Listener(broker.address, tree(hall)) as screen:
        publisher = publish(broker.address)
        gone = {Heard(topic, b"", False) for topic in orphans}
        screen.until(lambda heard: gone <= set(heard), "every orphan taken away")
        assert publisher.flush(PATIENCE_S)
        assert retained_at(broker, hall) == {**expected(hall, publisher), topics.status(hall.plan.id): "online"}
    assert publisher.counters()["orphans"] == len(orphans)
    with Listener(broker.address, other) as after:
        after.until(lambda heard: heard == [Heard(other, b'{"epoch": 0}', True)], "the other hall's")


def test_a_broker_behind_tls(tmp_path: Path, hall: SmallHall, publish: Publish) -> None:
    ours, foreign = tmp_path / "ours.pem", tmp_path / "foreign.pem"
    key = self_signed(ours)
    self_signed(foreign)
    for file in (ours, key):
        file.chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    config = tmp_path / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser {getpass.getuser()}\n"
        f"certfile {ours}\nkeyfile {key}\nlog_type none\n"
    )
    mosquitto = shutil.which("mosquitto", path=SBIN) or "mosquitto"
    server = subprocess.Popen((mosquitto, "-c", str(config)), stderr=subprocess.DEVNULL)
    try:
        publisher = publish(BrokerAddress("127.0.0.1", port, ca_file=ours))
        assert publisher.flush(PATIENCE_S)
        for ca_file, words in ((foreign, "check mqtt.ca_file"), (tmp_path / "none.pem", "cannot be used")):
            refused = publish(BrokerAddress("127.0.0.1", port, ca_file=ca_file), epoch=2)
            wait_for(lambda: refused.health().state == "alert", "alert")  # noqa: B023
            assert words in refused.health().detail
        plain = publish(BrokerAddress("127.0.0.1", port), epoch=3)
        wait_for(lambda: plain.health().state == "disconnected", "away")
        publisher.stop()
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def self_signed(certificate: Path) -> Path:
    """Write a certificate for 127.0.0.1 that is its own authority; returns the file of its key."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, certificate.stem)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    key = certificate.with_suffix(".key")
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def test_a_device_that_is_gone_is_taken_away(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    devices = [m.DeviceView("pad-1", "keypad", "ready", "", 1, {})]
    topic = topics.device_state(hall.plan.id, "pad-1")
    publisher = publish(broker.address, devices=lambda: tuple(devices))
    assert publisher.flush(PATIENCE_S)
    assert topic in retained_at(broker, hall)
    devices.clear()
    assert publisher.flush(PATIENCE_S)
    assert topic not in retained_at(broker, hall)


def test_a_quiet_hall_is_said_again_before_it_is_stale(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    topic = topics.queue_state(hall.plan.id, "a")
    with Listener(broker.address, topic) as screen:
        publish(broker.address, ctx=ViewContext(hall.plan, 1, ttl_s=1))
        screen.until(lambda heard: len(heard) == 1, "the queue")
        hall.later(7)
        heard = screen.until(lambda heard: len(heard) >= 2, "the queue again")
    before, after = (json.loads(said.payload) for said in heard[:2])
    assert (before["seq"], without_time(before)) == (after["seq"], without_time(after))
    assert (before["as_of"][-13:], after["as_of"][-13:]) == ("01:00:00.000Z", "01:00:07.000Z")


def test_opening_hours_change_without_an_event(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    topic = topics.hall_state(hall.plan.id)
    with Listener(broker.address, topic) as screen:
        publish(broker.address)
        screen.until(lambda heard: heard and json.loads(heard[-1].payload)["open"], "open")
        hall.clock_ms = 13 * 3_600_000
        heard = screen.until(lambda heard: not json.loads(heard[-1].payload)["open"], "closed for lunch")
    assert json.loads(heard[-1].payload)["opens"] == "14:00"


def test_a_late_last_will_of_an_earlier_start_is_put_right(
    broker: Broker, hall: SmallHall, publish: Publish
) -> None:
    status = topics.status(hall.plan.id)
    with Listener(broker.address, status) as screen:
        publisher = publish(broker.address, timing=Timing())
        assert publisher.flush(PATIENCE_S)
        screen.publish(status, b"offline")
        heard = screen.until(lambda heard: [h.payload for h in heard].count(b"online") >= 2, "online again")
    assert [h.payload for h in heard] == [b"online", b"offline", b"online"]


def test_nobody_notices_that_the_broker_is_away(
    hall: SmallHall, publish: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    caplog.set_level(logging.INFO)
    publisher = publish(BrokerAddress("127.0.0.1", port))
    lively_day(hall)
    wait_for(lambda: publisher.health().state == "disconnected", "disconnected")
    assert not publisher.flush(0.3)
    assert "nothing listens there" in publisher.health().detail
    publisher.stop()
    assert publisher.counters()["messages"] == 0
    assert publisher.health().state == "stopped"
    assert [record.levelname for record in caplog.records if record.name.startswith("hall_daemon")] == ["WARNING"]


@pytest.mark.parametrize(
    ("password", "words"),
    [("guess\n", "check mqtt.username and mqtt.password_file"), ("", "cannot be read"), (None, "cannot be read")],
)
def test_a_wrong_password_is_told_with_what_to_mend(
    broker: Broker, hall: SmallHall, publish: Publish, tmp_path: Path, password: str | None, words: str
) -> None:
    file = tmp_path / "password"
    if password is not None:
        file.write_text(password)
    publisher = publish(BrokerAddress("127.0.0.1", broker.port, "hall", file))
    wait_for(lambda: publisher.health().state == "alert", "alert")
    assert words in publisher.health().detail


def test_a_port_that_speaks_something_else(hall: SmallHall, publish: Publish) -> None:
    with OneSidedBroker(connack=(5,)) as refuses:
        publisher = publish(BrokerAddress("127.0.0.1", refuses.port))
        assert "refuses us" in wait_for(
            lambda: publisher.health().detail if publisher.health().state == "alert" else None, "alert"
        )
        publisher.stop()
    with socket.create_server(("127.0.0.1", 0)) as dumb:
        publisher = publish(BrokerAddress("127.0.0.1", dumb.getsockname()[1]), timing=Timing(connect_s=0.2))
        wait_for(lambda: "did not answer within 0.2 s" in publisher.health().detail, "no answer")
        publisher.stop()


def test_a_broker_that_does_not_acknowledge_is_left(hall: SmallHall, publish: Publish) -> None:
    with OneSidedBroker(acks=False) as deaf:
        publisher = publish(BrokerAddress("127.0.0.1", deaf.port))
        wait_for(lambda: deaf.connections >= 2, "a second connection")
        assert publisher.counters()["messages"] == 0
        assert not publisher.flush(0.05)
        publisher.stop()


def test_a_refused_subscription_is_asked_for_again(hall: SmallHall, publish: Publish) -> None:
    status = topics.status(hall.plan.id)
    with OneSidedBroker(grants=(0x80, 0x80)) as broker:
        publisher = publish(BrokerAddress("127.0.0.1", broker.port))
        wait_for(lambda: len(broker.subscribed) >= 4, "asked again")
        assert sorted(broker.subscribed[:2]) == sorted(broker.subscribed[2:]) == sorted([tree(hall), status])
        assert publisher.flush(PATIENCE_S)
        publisher.stop()
    assert broker.connections == 1


def test_the_same_client_id_elsewhere_is_not_fought_over(
    broker: Broker, hall: SmallHall, publish: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    publisher = publish(broker.address)
    assert publisher.flush(PATIENCE_S)
    with Listener(broker.address, "nothing") as helper:
        rival = type(helper.client)(helper.client.callback_api_version, publisher.client_id)
        rival.username_pw_set("hall", broker.address.password_file.read_text().strip())  # type: ignore[union-attr]
        rival.reconnect_delay_set(1, 1)
        rival.connect(broker.address.host, broker.port)
        rival.loop_start()
        try:
            health = wait_for(lambda: publisher.health() if publisher.health().state == "alert" else None, "alert")
        finally:
            rival.disconnect()
            rival.loop_stop()
    assert "used elsewhere" in health.detail
    assert "another hall id" in health.detail
    assert publisher.counters()["connects"] == 3
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 1


def test_a_flapping_broker_is_not_taken_for_a_rival(tmp_path: Path, hall: SmallHall, publish: Publish) -> None:
    broker = Broker(BrokerSettings(tmp_path / "broker"))
    broker.start()
    try:
        publisher = publish(broker.address)
        for flap in range(1, 5):
            assert publisher.flush(PATIENCE_S), f"flap {flap}"
            assert broker.pid is not None
            os.kill(broker.pid, signal.SIGKILL)
            wait_for(lambda: broker.health().counters["restarts"] >= flap, "restarted")  # noqa: B023
        assert publisher.flush(PATIENCE_S)
        assert publisher.health().state == "ready"
    finally:
        broker.stop()


def test_a_view_that_fails_is_shown_and_tried_again(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    broken = threading.Event()
    broken.set()

    def devices() -> tuple[m.DeviceView, ...]:
        if broken.is_set():
            raise RuntimeError("no devices")
        return ()

    publisher = publish(broker.address, devices=devices)
    wait_for(lambda: publisher.counters()["failures"] >= 2, "tried twice")
    assert "no devices" in publisher.health().detail
    broken.clear()
    assert publisher.flush(PATIENCE_S)
    assert publisher.health().state == "ready"


def test_many_changes_of_one_topic_become_few_messages(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    publisher = publish(broker.address, timing=Timing(round_s=0.2))
    assert publisher.flush(PATIENCE_S)
    before = publisher.counters()["states"]
    for _ in range(500):
        hall.issue("id-card")
    assert publisher.flush(PATIENCE_S)
    assert publisher.counters()["states"] - before < 100
    assert publisher.counters()["events"] == 500
    assert retained_at(broker, hall)[topics.queue_state(hall.plan.id, "a")]["waiting"] == 500


def test_a_health_is_that_of_any_device(hall: SmallHall, publish: Publish) -> None:
    publisher = MqttPublisher(ViewContext(hall.plan, 3), hall, hall, BrokerAddress())
    assert publisher.health() == Health(
        "mqtt", "mqtt", "init", "", publisher.health().since_s, None, publisher.counters()
    )
    assert publisher.client_id == f"hall-{hall.plan.id}-3"
    publisher.stop()


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Poll what cannot be waited on; bounded."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.01)):
        if found := condition():
            return found
        pause.wait(0.01)
    pytest.fail(f"did not happen: {what}")
