"""Messages of a broker as values, and as the JSON object that people write: {"topic": …, "payload": …}. Pure."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from device_drivers.errors import BadField, BadFrame

TOPIC_LIMIT, PAYLOAD_LIMIT = 256, 4096


class Message(NamedTuple):
    """`retain`: the broker keeps it for whoever comes; of a message that came: it was kept."""

    topic: str
    payload: bytes
    retain: bool = False


Messages = tuple[Message, ...]


def compact(value: object) -> bytes:
    """JSON as it goes on the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def check_topic(topic: object) -> str:
    """A topic to publish to. Raises BadField."""
    if not isinstance(topic, str) or not 0 < len(topic) <= TOPIC_LIMIT or not topic.isprintable():
        raise BadField(f"topic: expected 1 to {TOPIC_LIMIT} printable characters, got {topic!r}")
    if "#" in topic or "+" in topic:
        raise BadField(f"topic: # and + are for who listens, got {topic!r}")
    return topic


def message_of(topic: object, payload: object, retain: object = False) -> Message:
    """`payload`: text, or an object or list that becomes JSON; None or "" is empty. Raises BadField."""
    try:
        data = (payload or "").encode() if isinstance(payload, str | None) else compact(payload)
    except (ValueError, UnicodeEncodeError) as error:
        raise BadField(f"payload: {error}") from None
    if len(data) > PAYLOAD_LIMIT:
        raise BadField(f"payload: {len(data)} bytes, at most {PAYLOAD_LIMIT}")
    if not isinstance(retain, bool):
        raise BadField(f"retain: expected true or false, got {retain!r}")
    return Message(check_topic(topic), data, retain)


def write_message(message: Message) -> bytes:
    shown: dict[str, object] = {"topic": message.topic, "payload": readable(message.payload)}
    return compact(shown | {"retain": True} if message.retain else shown)


def readable(payload: bytes) -> object:
    """A JSON object or list as such, everything else as text."""
    text = payload.decode("utf-8", "replace")
    if text[:1] in ("{", "["):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if compact(value) == payload:
            return value
    return text


def read_message(data: bytes) -> Message:
    """Raises BadFrame."""
    try:
        value: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadFrame(f'not a message as {{"topic": "…", "payload": …}}: {error}') from None
    if not isinstance(value, dict) or not {"topic", "payload"} <= value.keys() <= {"topic", "payload", "retain"}:
        raise BadFrame('expected a JSON object with "topic" and "payload"')
    try:
        return message_of(value["topic"], value["payload"], value.get("retain", False))
    except BadField as error:
        raise BadFrame(str(error)) from None
