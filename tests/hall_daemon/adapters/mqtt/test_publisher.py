"""The publisher at a real mosquitto: what a subscriber hears, and what happens when the broker goes or lies."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from hall_daemon.adapters.mqtt.broker import SBIN, Broker
from hall_daemon.adapters.mqtt.broker_files import BrokerSettings
from hall_daemon.adapters.mqtt.publisher import MqttPublisher
from hall_daemon.adapters.mqtt.retry import Timing
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.adapters.mqtt.ticket_pages import ANEW_A_ROUND
from hall_daemon.adapters.storage.outbox import Outbox
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from tests.hall_daemon.adapters.certificates import self_signed
from tests.hall_daemon.adapters.listener import PATIENCE_S, Heard, Listener
from tests.hall_daemon.adapters.mqtt_rig import (
    QUICK,
    Publish,
    expected,
    lively_day,
    retained_at,
    tree,
    wait_for,
    without_time,
)
from tests.hall_daemon.app.small_hall import DAY, SmallHall
from tests.hall_daemon.asyncapi_check import validate_published


def test_a_lively_day(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    with Listener(broker.address, tree(hall)) as screen:
        device = m.DeviceView(id="pad-1", kind="keypad", state="ready", detail="", age_s=1, counters={})
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
    assert counters["messages"] == counters["states"] + counters["pages"] + counters["events"] + 1
    assert publisher.health().state == "ready"


def test_online_comes_after_every_state(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    status = topics.status(hall.plan.id)
    for _ in range(ANEW_A_ROUND + 10):
        hall.issue("id-card")
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
        "from hall_daemon.adapters.mqtt.publisher import BrokerAddress, MqttPublisher\n"
        "from hall_daemon.app.view_context import ViewContext\n"
        "hall = SmallHall(small_plan(hall=sys.argv[1]))\n"
        "address = BrokerAddress('127.0.0.1', int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))\n"
        "MqttPublisher(ViewContext(plan=hall.plan, epoch=1), hall, hall, address).start()\n"
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
    broker = Broker(BrokerSettings(folder=tmp_path / "broker"))
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
        assert broker.health().counters["restarts"] == 1
    finally:
        broker.stop()


def test_events_of_a_broken_time_follow_in_order(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    events = topics.events(hall.plan.id)
    first = hall.seq
    lively_day(hall)  # before the publisher is there: as if the broker had been away
    ctx = ViewContext(plan=hall.plan, epoch=1)
    publisher = MqttPublisher(ctx, hall, hall, broker.address, events=Outbox(first), timing=QUICK)
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



def test_a_device_that_is_gone_is_taken_away(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    devices = [m.DeviceView(id="pad-1", kind="keypad", state="ready", detail="", age_s=1, counters={})]
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
        publish(broker.address, ctx=ViewContext(plan=hall.plan, epoch=1, ttl_s=1))
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


def test_a_late_last_will_of_an_earlier_start_is_put_right(broker: Broker, hall: SmallHall, publish: Publish) -> None:
    status = topics.status(hall.plan.id)
    with Listener(broker.address, status) as screen:
        publisher = publish(broker.address, timing=Timing())
        assert publisher.flush(PATIENCE_S)
        screen.publish(status, b"offline")
        heard = screen.until(lambda heard: [h.payload for h in heard].count(b"online") >= 2, "online again")
    assert [h.payload for h in heard] == [b"online", b"offline", b"online"]
