"""The publisher at a real mosquitto: what happens when it goes, lies, or somebody else uses our name."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import threading
from pathlib import Path

import pytest

from device_drivers.ports import Health
from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.adapters.mqtt.broker_files import BrokerSettings
from hall_daemon.adapters.mqtt.publisher import MqttPublisher
from hall_daemon.adapters.mqtt.retry import Timing
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.app.view_context import ViewContext
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from tests.hall_daemon.adapters.listener import PATIENCE_S, Listener
from tests.hall_daemon.adapters.mqtt_rig import Publish, lively_day, retained_at, wait_for
from tests.hall_daemon.adapters.one_sided_broker import OneSidedBroker
from tests.hall_daemon.app.small_hall import SmallHall


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
    with OneSidedBroker(grants=(0x80, 0x80, 0x80)) as broker:
        publisher = publish(BrokerAddress("127.0.0.1", broker.port))
        wait_for(lambda: len(broker.subscribed) >= 6, "asked again")
        asked = sorted([*topics.written(hall.plan.id), status])
        assert sorted(broker.subscribed[:3]) == sorted(broker.subscribed[3:6]) == asked
        assert publisher.flush(PATIENCE_S)
        publisher.stop()
    assert broker.connections == 1


def test_whoever_takes_our_client_id_is_said_and_the_hall_goes_on_with_another(
    broker: Broker, hall: SmallHall, publish: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    publisher = publish(broker.address)
    assert publisher.flush(PATIENCE_S)
    known = publisher.client_id
    with Listener(broker.address, "nothing") as helper:
        rival = type(helper.client)(helper.client.callback_api_version, known)
        rival.username_pw_set("hall", broker.address.password_file.read_text().strip())  # type: ignore[union-attr]
        rival.reconnect_delay_set(1, 1)
        rival.connect(broker.address.host, broker.port)
        rival.loop_start()
        try:
            health = wait_for(lambda: publisher.health() if publisher.health().state == "alert" else None, "alert")
            wait_for(lambda: publisher.health().state == "ready", "the hall is back while the rival still stands")
            assert publisher.flush(PATIENCE_S)
            assert rival.is_connected()
        finally:
            rival.disconnect()
            rival.loop_stop()
    assert "with this hall's client id" in health.detail
    assert publisher.client_id != known
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 1


def test_nobody_can_guess_a_client_id(hall: SmallHall, publish: Publish, broker: Broker) -> None:
    ids = {publish(broker.address).client_id for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(rf"hall-{hall.plan.id}-[0-9a-f]{{16}}", client_id) for client_id in ids)


def test_a_flapping_broker_is_not_taken_for_a_rival(tmp_path: Path, hall: SmallHall, publish: Publish) -> None:
    broker = Broker(BrokerSettings(folder=tmp_path / "broker"))
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
    wait_for(lambda: "no devices" in publisher.health().detail, "shown")
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
    publisher = MqttPublisher(ViewContext(plan=hall.plan, epoch=3), hall, hall, BrokerAddress())
    assert publisher.health() == Health(
        device="mqtt",
        kind="mqtt",
        state="init",
        detail="",
        since_s=publisher.health().since_s,
        reported_s=None,
        counters=publisher.counters(),
    )
    publisher.stop()
