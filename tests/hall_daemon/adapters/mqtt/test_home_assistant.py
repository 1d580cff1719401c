"""What a Home Assistant at the broker finds of the hall, and what it does with it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from msgspec.json import encode

from hall_daemon.adapters.mqtt.access_list import access_list
from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.app.home_assistant import entities
from hall_daemon.app.view_context import ViewContext
from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from hall_daemon.words.text import text
from tests.hall_daemon.adapters.listener import PATIENCE_S, Listener
from tests.hall_daemon.adapters.mqtt_rig import Publish
from tests.hall_daemon.app.small_hall import SmallHall
from tests.hall_daemon.asyncapi_check import channel_of, validate_published

PRINTER = m.DeviceView(
    id="printer-1", kind="escpos-printer", state="ready", detail="", age_s=1, counters={},
    name=text("取号打印机", "ticket printer"),
)
EVERYTHING = ("homeassistant/#", "hall/#")


def found(broker: Broker) -> dict[str, bytes]:
    """What is retained for a newcomer."""
    with Listener(broker.address, *EVERYTHING, "end") as newcomer:
        newcomer.publish("end", b".", retain=False)
        newcomer.until(lambda heard: heard[-1:] and heard[-1].topic == "end", "end")
        return newcomer.retained()


def ours(hall: SmallHall, said: dict[str, bytes]) -> dict[str, Any]:
    return {
        topic: validate_published(topic, payload, retained=True)
        for topic, payload in said.items() if topic.startswith("homeassistant/") and f"/hall-{hall.plan.id}/" in topic
    }


@pytest.mark.parametrize(("language", "wait", "device"), [
    ("zh", "税务 预计等候", "取号打印机故障"), ("en", "Tax: expected wait", "ticket printer: trouble"),
])
def test_queues_and_devices_are_found_in_the_hall_s_language(
    broker: Broker, hall: SmallHall, publish: Publish, language: str, wait: str, device: str
) -> None:
    publisher = publish(broker.address, home_assistant=language, devices=lambda: (PRINTER,))
    assert publisher.flush(PATIENCE_S)
    said = found(broker)
    entities = ours(hall, said)
    assert len(entities) == 2 * len(hall.plan.queues) + 1
    names = {each["unique_id"].removeprefix(f"hall-{hall.plan.id}-"): each["name"] for each in entities.values()}
    assert names["device-printer-1"] == device
    assert names["queue-b-wait"] == wait
    assert len({each["unique_id"] for each in entities.values()}) == len(entities)
    for entity in entities.values():
        assert entity["availability_topic"] == topics.status(hall.plan.id)
        assert said[entity["availability_topic"]] == b"online"
        # What it is told to look at is there, and has the fields that the templates name.
        state = json.loads(said[entity["state_topic"]])
        for template in (entity["value_template"], entity["json_attributes_template"]):
            for path in re.findall(r"value_json\.(\w+)", template):
                assert path in state
        assert entity["expire_after"] == state["ttl_s"]


def test_off_it_says_nothing_and_what_was_said_is_taken_away(
    broker: Broker, hall: SmallHall, publish: Publish
) -> None:
    other = topics.home_assistant_sensor("another-hall", "queue-a-wait")
    with Listener(broker.address, "nothing") as before:
        before.publish(other, b"{}")
    first = publish(broker.address, home_assistant="zh")
    assert first.flush(PATIENCE_S)
    assert ours(hall, found(broker))
    first.stop()
    with Listener(broker.address, f"homeassistant/+/hall-{hall.plan.id}/+/config") as watcher:
        count = 2 * len(hall.plan.queues)
        watcher.until(lambda heard: len(heard) == count, "what is retained")
        publish(broker.address)
        watcher.until(lambda heard: sum(not each.payload for each in heard) == count, "taken away")
    assert ours(hall, found(broker)) == {}
    assert found(broker)[other] == b"{}"


def test_an_entity_is_said_once_and_not_again_with_every_state(
    broker: Broker, hall: SmallHall, publish: Publish
) -> None:
    queue = next(iter(hall.plan.queues))
    entity, state = topics.home_assistant_sensor(hall.plan.id, f"queue-{queue}-waiting"), topics.queue_state(
        hall.plan.id, queue
    )
    with Listener(broker.address, entity, state) as watcher:
        publish(broker.address, ctx=ViewContext(plan=hall.plan, epoch=1, ttl_s=1), home_assistant="en")
        watcher.until(lambda heard: {each.topic for each in heard} == {entity, state}, "both")
        for _ in range(3):
            hall.later(7)
            before = len(watcher.heard)
            watcher.until(lambda heard: len(heard) > before, "the state again")  # noqa: B023
        assert [each.topic for each in watcher.heard].count(entity) == 1


def test_the_rows_of_the_access_list() -> None:
    lines = access_list("demo", [], writers={"hall": topics.written("demo")}).splitlines()
    assert lines[lines.index("user hall") + 1 :] == [
        "topic readwrite hall/v1/demo/#", "topic readwrite homeassistant/+/hall-demo/+/config"
    ]


# What Home Assistant takes, key by key (its mqtt integration: schemas, sensor, binary_sensor): it drops a message for
# one value that is wrong, and what it does not know it passes over without a word.
_TOPIC, _TEMPLATE, _WORDS = r"[^+#\0]{1,200}", r"\{\{ .+ \}\}", r".{1,100}"
_ENTITY = {
    "name": _WORDS, "unique_id": r"[a-zA-Z0-9_-]{1,255}", "icon": r"mdi:[a-z-]+", "state_topic": _TOPIC,
    "value_template": _TEMPLATE, "json_attributes_topic": _TOPIC, "json_attributes_template": _TEMPLATE,
    "availability_topic": _TOPIC, "expire_after": r"[1-9]\d*",
}
_COMPONENTS = {
    "sensor": {"unit_of_measurement": _WORDS, "state_class": "measurement|total|total_increasing"},
    "binary_sensor": {"device_class": "problem", "entity_category": "diagnostic"},
}
_APPARATUS = dict.fromkeys(("name", "manufacturer", "model"), _WORDS)
_ADDRESS = re.compile(r"homeassistant/(sensor|binary_sensor)/([a-zA-Z0-9_-]+)/([a-zA-Z0-9_-]+)/config")


def test_every_message_is_as_home_assistant_wants_it(hall: SmallHall) -> None:
    ids = set()
    ctx = ViewContext(plan=hall.plan, epoch=1)
    both = [*entities(ctx, (PRINTER,), "zh").items(), *entities(ctx, (PRINTER,), "en").items()]
    for topic, entity in both:
        said = json.loads(encode(entity))
        address = _ADDRESS.fullmatch(topic)
        assert address is not None, topic
        ids.add((address[1], said["unique_id"]))
        apparatus, origin = said.pop("device"), said.pop("origin")
        assert apparatus.pop("identifiers") == [f"hall-{hall.plan.id}"]
        for found, wanted in (
            (said, _ENTITY | _COMPONENTS[address[1]]), (apparatus, _APPARATUS), (origin, {"name": _WORDS})
        ):
            assert found.keys() == wanted.keys()
            assert {key: value for key, value in found.items() if not re.fullmatch(wanted[key], str(value))} == {}
    assert len(ids) == 2 * len(hall.plan.queues) + 1


def test_no_entity_names_a_topic_that_nobody_writes(hall: SmallHall) -> None:
    ctx = ViewContext(plan=hall.plan, epoch=1)
    for topic, entity in entities(ctx, (PRINTER,), "zh").items():
        for each in (topic, entity.state_topic, entity.json_attributes_topic, entity.availability_topic):
            assert channel_of(each) is not None
