"""Messages to and from MQTT speakers, as fields for `hall frame`. Pure.

    <topic>/say        {"id": …, "text": …, "language": "zh", "times": 2}
    <topic>/stop       {"id": …}
    <topic>/outcome    {"id": …, "result": "said" | "silent" | "dropped", "detail": …}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from device_drivers.codecs.codec import Codec, Decoded, Example, only
from device_drivers.codecs.message import Message, compact, message_of, read_message, readable, write_message
from device_drivers.codecs.text import strip_controls
from device_drivers.errors import BadField
from device_drivers.ports import Announcement, SpeakResult

SAY, STOP, OUTCOME = "say", "stop", "outcome"
_DETAIL_LIMIT = 200


class Outcome(NamedTuple):
    id: str
    result: SpeakResult
    detail: str


def say(topic: str, announcement: Announcement) -> Message:
    told = {
        "id": announcement.id, "text": strip_controls(announcement.text), "language": announcement.language,
        "times": announcement.times,
    }
    return Message(f"{topic}/{SAY}", compact(told))


def stop(topic: str, id: str) -> Message:
    return Message(f"{topic}/{STOP}", compact({"id": id}))


def read_outcome(payload: bytes) -> Outcome | None:
    """None for what is none."""
    told: Any = readable(payload)
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        return None
    if told.get("result") not in get_args(SpeakResult):
        return None
    detail = "".join(c for c in str(told.get("detail", "")) if c.isprintable())
    return Outcome(told["id"], told["result"], detail[:_DETAIL_LIMIT])


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, ("topic", "payload"))
    if "payload" not in fields:
        raise BadField("payload: is missing, expected an object")
    return write_message(message_of(fields.get("topic"), fields["payload"]))


def _decode(data: bytes) -> Decoded:
    message = read_message(data)
    return Decoded({"topic": message.topic, "payload": readable(message.payload)}, len(data))


_SAY = {
    "topic": "hall/voice/second/say",
    "payload": {"id": "t1@7:zh", "text": "请A零二三号到三号窗口", "language": "zh", "times": 2},
}

MQTT_SPEAKER = Codec(
    name="mqtt-speaker",
    summary="speaker behind a broker",
    directions="host->broker->speaker, and what became of it back",
    encode=_encode,
    decode=_decode,
    is_text=True,
    examples=(Example(compact(_SAY).hex(" "), "the topics of this hall", _SAY),),
)
