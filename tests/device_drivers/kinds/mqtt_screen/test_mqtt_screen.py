"""MQTT screens: payloads from templates, a simulated broker, and a real one."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.codecs import mqtt
from device_drivers.codecs.codec import FrameStream
from device_drivers.codecs.message import Message, read_message
from device_drivers.errors import BadFrame, LinkDown
from device_drivers.kinds.mqtt_screen.codec import MQTT_SCREEN
from device_drivers.kinds.mqtt_screen.link import MqttEncoder, MqttScreen
from device_drivers.links.message_screens import MessageScreens
from device_drivers.links.mqtt import ANSWER_S, KEEPALIVE_S, MqttLink
from device_drivers.links.screens import ScreensLink
from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import ScreenText
from device_drivers.registry import build_device
from hall_daemon.adapters.system.local_ca import CA_CERT, HALL_CERT, HALL_KEY
from hall_daemon.staff.mqtt_login import login_line
from tests.bench_watch import wait_for
from tests.hall_daemon.adapters.certificates import authority
from tests.mutations import mutate

CONNACK, PUBACK_1 = b"\x20\x02\x00\x00", b"\x40\x02\x00\x01"
Stand = Callable[..., tuple[Any, Any]]


def said(text: ScreenText, **screen: Any) -> Message:
    return read_message(MqttEncoder([MqttScreen(id="a", topic="t", **screen)]).encode("a", text))


def test_what_a_screen_is_told() -> None:
    assert said(ScreenText("请A023号\x07办理")) == Message("t", "请A023号办理".encode(), retain=True)
    wled = said(ScreenText('请"A023"号', lit=True), payload='{"n":"{text}","lit":{lit},"no":"{number}"}', quoted="json")
    assert json.loads(wled.payload) == {"n": '请"A023"号', "lit": True, "no": "A023"}
    assert said(ScreenText("{number}"), payload="{text}").payload == b"{number}"
    assert said(ScreenText("请A023号"), cells=4, retain=False) == Message("t", "请A0".encode())


@given(st.text(max_size=40))
def test_no_text_breaks_a_payload_of_json(text: str) -> None:
    message = said(ScreenText(text), payload='{"n":"{text}"}', quoted="json")
    assert set(json.loads(message.payload)) == {"n"}


@pytest.mark.parametrize("written", [
    b'{"topic": "a/#", "payload": ""}', b'{"topic": "", "payload": ""}', b'{"payload": ""}', b"[]", b"\xff", b"1",
    b'{"topic": "a", "payload": "", "more": 1}', b'{"topic": "a", "payload": "", "retain": 1}',
])
def test_what_is_no_message(written: bytes) -> None:
    with pytest.raises(BadFrame):
        MQTT_SCREEN.decode(written)


def link() -> tuple[MqttLink[Any], ScreensLink]:
    screens = ScreensLink(["a"], MqttEncoder([MqttScreen(id="a", topic="t")]), gap_s=0.0)
    return MqttLink(MessageScreens(screens), client_id="hall"), screens


def test_a_session_says_hello_and_counts_what_is_acknowledged() -> None:
    session, screens = link()
    screens.show("a", ScreenText("A1"), 0.0)
    session.tick(0.0)
    assert session.take_output() == b"\x10\x10\x00\x04MQTT\x04\x02\x00\x14\x00\x04hall"
    session.receive(CONNACK, 0.1)
    session.tick(0.1)
    assert session.take_output() == b"\x33\x07\x00\x01t\x00\x01A1"
    assert screens.screens()[0].reported is None
    session.receive(PUBACK_1, 0.2)
    assert screens.screens()[0].reported == ScreenText("A1")
    session.tick(0.1 + KEEPALIVE_S / 2)
    assert session.take_output() == b"\xc0\x00"
    with pytest.raises(LinkDown, match="has not answered"):
        session.tick(0.2 + KEEPALIVE_S / 2 + ANSWER_S)


@pytest.mark.parametrize("answer", [b"\x20\x02\x00\x05", b"HTTP/1.1 400", b"\x30\x00", b"\x20\x00", b"\x00\x00"])
def test_a_broker_that_refuses_or_is_none_is_a_line_that_went_down(answer: bytes) -> None:
    session, _ = link()
    session.tick(0.0)
    with pytest.raises(LinkDown):
        session.receive(answer, 0.1)


def test_packets_of_a_bad_wire_raise_nothing_else(dice: random.Random) -> None:
    packets = [mqtt.publish(Message("a/b", b"x" * size), 7) for size in (1, 200)] + [mqtt.subscribe(1, ("a/+",))]
    for _ in range(3000):
        stream = FrameStream(mqtt.cut_packet, mqtt.LONGEST)
        for packet in stream.feed(mutate(mqtt.encode_packet(dice.choice(packets)), dice)) + stream.give_up():
            for read in (mqtt.read_published, mqtt.read_topics, mqtt.read_id):
                try:
                    read(packet)
                except BadFrame:
                    pass


@pytest.mark.parametrize(("pattern", "topic", "heard"), [
    ("a/+/c", "a/b/c", True), ("a/#", "a/b/c", True), ("a/#", "a", True), ("a/+", "a/b/c", False), ("a", "b", False),
])
def test_who_hears_what(pattern: str, topic: str, heard: bool) -> None:
    assert mqtt.matches(pattern, topic) is heard


def test_behind_a_simulated_broker(on_bench: Stand, wait_until: Any) -> None:
    driver, bench = on_bench("mqtt-screen", {"screens": [{"id": "a", "topic": "t/a"}, {"id": "b", "topic": "t/b"}]})

    def texts(seen: Any) -> list[str | None]:
        return [screen["text"] for screen in seen.shown("mqtt-screen")["screens"]]

    driver.show("a", ScreenText("请A023号办理", lit=True))
    driver.show("b", ScreenText("等候叫号"))
    assert wait_for(bench, lambda seen: texts(seen) == ["请A023号办理", "等候叫号"])
    wait_until(lambda: all(state.desired == state.reported for state in driver.screens()))
    bench.fault("mqtt-screen", "refuse")
    bench.fault("mqtt-screen", "unplug")
    bench.fault("mqtt-screen", "plug")
    wait_until(lambda: driver.health().code == "broker_refuses")
    bench.clear_faults("mqtt-screen")
    driver.show("a", ScreenText("请A024号办理", lit=True))
    assert wait_for(bench, lambda seen: texts(seen) == ["请A024号办理", "等候叫号"])


SECRET = "let-me-in"


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        found = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in found]


@pytest.fixture
def brokers(tmp_path: Path, wait_until: Any) -> Iterator[tuple[int, int]]:
    """The ports of a broker that somebody else wrote: for anybody, and over TLS of its own authority by password."""
    port, guarded = free_ports(2)
    authority(tmp_path)
    (tmp_path / "logins").write_text(login_line("hall", SECRET, bytes(12)) + "\n")
    config = tmp_path / "mosquitto.conf"
    config.write_text(
        f"per_listener_settings true\npersistence false\nuser root\n"
        f"listener {port} 127.0.0.1\nallow_anonymous true\n"
        f"listener {guarded} 127.0.0.1\nallow_anonymous false\npassword_file {tmp_path}/logins\n"
        f"certfile {tmp_path}/{HALL_CERT}\nkeyfile {tmp_path}/{HALL_KEY}\n"
    )
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    process = subprocess.Popen(["mosquitto", "-c", str(config)], env={"PATH": path}, stderr=subprocess.DEVNULL)
    wait_until(lambda: listens(port) and listens(guarded))
    yield port, guarded
    process.terminate()
    process.wait(10)


def listens(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def mosquitto(brokers: tuple[int, int]) -> int:
    return brokers[0]


def test_a_broker_with_an_authority_and_passwords_of_its_own(
    brokers: tuple[int, int], tmp_path: Path, started: Any, wait_until: Any
) -> None:
    _, guarded = brokers
    secret = tmp_path / "password"
    secret.write_text("wrong\n")
    options = {
        "screens": [{"id": "a", "topic": "hall/a"}], "broker": {"username": "hall", "password_file": str(secret)}
    }

    def screens(**line: object) -> Any:
        where = LineSpec("tls", {"host": "127.0.0.1", "port": guarded, **line})
        return build_device(
            DeviceSpec("panels", "mqtt-screen", where, options), Environment(time.monotonic, random.Random(1))
        )

    driver = screens(ca_file=str(tmp_path / CA_CERT))
    stranger = screens()
    for one in (driver, stranger):
        started(one)
    driver.show("a", ScreenText("请A023号办理", lit=True))
    wait_until(lambda: (driver.health().code, stranger.health().code) == ("broker_refuses", "tls_refused"))
    secret.write_text(f"{SECRET}\n")  # read again at the next log-in
    wait_until(lambda: driver.screens()[0].reported == ScreenText("请A023号办理", lit=True))
    assert stranger.screens()[0].reported is None


def test_with_a_broker_that_we_did_not_write(mosquitto: int, started: Any, wait_until: Any) -> None:
    line = LineSpec("tcp", {"host": "127.0.0.1", "port": mosquitto})
    options = {"screens": [{"id": "a", "topic": "hall/a"}]}
    driver: Any = build_device(
        DeviceSpec("panels", "mqtt-screen", line, options), Environment(time.monotonic, random.Random(1))
    )
    started(driver)
    driver.show("a", ScreenText("请A023号办理", lit=True))
    wait_until(lambda: driver.screens()[0].reported == ScreenText("请A023号办理", lit=True))
    heard = subprocess.run(
        ["mosquitto_sub", "-p", str(mosquitto), "-t", "hall/a", "-C", "1", "-W", "10", "-F", "%r %p"],
        capture_output=True, timeout=20, check=True,
    )
    assert heard.stdout.decode() == "1 请A023号办理\n"
