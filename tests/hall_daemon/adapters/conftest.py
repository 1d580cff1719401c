"""A real mosquitto, a small hall and its publisher, for the tests of MQTT; a hall with devices for the bridge."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.adapters.mqtt.broker_files import BrokerSettings
from hall_daemon.adapters.mqtt.publisher import MqttPublisher
from hall_daemon.adapters.mqtt.retry import Timing
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from tests.hall_daemon.adapters.bridge_rig import Rig
from tests.hall_daemon.adapters.mqtt_rig import QUICK, Publish
from tests.hall_daemon.app.small_hall import SmallHall, small_plan


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(BrokerSettings(folder=tmp_path_factory.mktemp("broker")))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def hall(request: pytest.FixtureRequest) -> SmallHall:
    """Each test has a hall of its own name, so that they can share a broker."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:60]
    return SmallHall(small_plan(hall=name))


@pytest.fixture
def publish(hall: SmallHall) -> Iterator[Publish]:
    """Start a publisher for the hall; all are stopped at the end."""
    started: list[MqttPublisher] = []

    def start(address: BrokerAddress, *, epoch: int = 1, timing: Timing = QUICK, **more: Any) -> MqttPublisher:
        language = more.pop("home_assistant", "")
        ctx = more.pop("ctx", None) or ViewContext(plan=hall.plan, epoch=epoch, **more)
        publisher = MqttPublisher(ctx, hall, hall, address, timing=timing, random=Random(1), home_assistant=language)
        hall.subscribers.append(publisher)
        started.append(publisher)
        publisher.start()
        return publisher

    yield start
    for publisher in started:
        publisher.stop()


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig().start()
    yield rig
    rig.stop()


@pytest.fixture
def open_(rig: Rig) -> Rig:
    rig.do(c.OpenWindow("1", "ann"))
    return rig
