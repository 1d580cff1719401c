"""MQTT speakers: what they are told, what became of it, and speakers that are mute or gone."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from typing import Any

from device_drivers.codecs.message import Message, compact
from device_drivers.kinds.mqtt_speaker.codec import say
from device_drivers.kinds.mqtt_speaker.link import SpeakerOptions, SpeakersLink, SpeakerZone
from device_drivers.ports import Announcement, SpeakOutcome

ZONES = (SpeakerZone(id="hall", topic="v/hall"), SpeakerZone(id="yard", topic="v/yard", confirms=False))


def call(id_: str, zone: str = "hall") -> Announcement:
    return Announcement(id=id_, text="请A零二三号到三号窗口", zone=zone, stale_s=1e9)


def outcome(id_: str, result: str = "said", retain: bool = False, topic: str = "v/hall/outcome") -> Message:
    return Message(topic, compact({"id": id_, "result": result}), retain)


def test_no_control_character_is_said() -> None:
    said = say("v", Announcement(id="a", text="\x1b三\x00号\u202e", zone="hall", stale_s=1.0, times=1))
    assert json.loads(said.payload)["text"] == "三号"


def test_a_sentence_a_zone_until_its_outcome_comes() -> None:
    link, said = SpeakersLink(SpeakerOptions(zones=ZONES)), []

    def told(events: list[Any]) -> list[tuple[str, str]]:
        for on_done, result in events:
            on_done(result)
        return [(one.id, one.result) for one in said]

    for id_, zone in (("a", "hall"), ("b", "hall"), ("c", "yard")):
        link.say(call(id_, zone), said.append)
    link.tick(0.0)
    assert [message.topic for message in link.take_output()] == ["v/hall/say", "v/yard/say"]
    assert told(link.written(0.0)) == [("c", "said")], "the broker's word is enough there"
    odd = [outcome("a", retain=True), outcome("b"), outcome("a", "cheered"), outcome("a", topic="v/yard/outcome")]
    assert told(link.receive((*odd, Message("v/hall/outcome", b"[]")), 1.0)) == [("c", "said")]
    assert told(link.receive((outcome("a"),), 1.0))[1:] == [("a", "said")]
    link.tick(1.0)
    assert b'"id":"b"' in link.take_output()[0].payload
    link.withdraw("b")
    assert link.take_output() == (Message("v/hall/stop", b'{"id":"b"}'),)
    assert told(link.tick(1.0))[2:] == [("b", "dropped")]


def test_speakers_behind_a_broker(on_bench: Callable[..., tuple[Any, Any]], wait_until: Any) -> None:
    zones = [{"id": "hall", "topic": "v/hall"}]
    driver, bench = on_bench("mqtt-speaker", {"zones": zones, "said_s": 1.0})
    wait_until(lambda: driver.health().counters["bytes_in"] > 4)

    def becomes(id_: str) -> str:
        said: queue.SimpleQueue[SpeakOutcome] = queue.SimpleQueue()
        driver.say(Announcement(id=id_, text="三号", zone="hall", stale_s=1e9, times=1), said.put)
        return said.get(timeout=10).result

    assert becomes("a") == "said"
    assert [one["text"] for one in bench.shown("mqtt-speaker")["zones"][0]["said"]] == ["三号"]
    bench.fault("mqtt-speaker", "mute")
    assert becomes("b") == "silent"
    bench.clear_faults("mqtt-speaker")
    bench.fault("mqtt-speaker", "dead")
    assert [becomes("c"), becomes("d")] == ["silent", "silent"]
    assert driver.health().code == "speakers_silent"
    bench.clear_faults("mqtt-speaker")
    assert becomes("e") == "said"
    assert driver.health().state == "ready"
