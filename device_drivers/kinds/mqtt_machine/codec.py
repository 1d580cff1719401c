"""What a ticket machine behind a broker and the hall say to each other. Pure.

    <topic>/ask      {"id": "7f3a-19", "button": "1"}                       machine -> hall
    <topic>/number   {"id": "7f3a-19", "number": "A023", "ahead": 4}        hall -> machine
                     {"id": "7f3a-19", "refused": "day_closed"}

`id` is the machine's own word for this asking, new for each person: with the same one it asks as often as it likes and
gets the same number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from device_drivers.codecs.codec import Codec, Decoded, Example, only
from device_drivers.codecs.message import Message, compact, message_of, read_message, write_message
from device_drivers.errors import BadField, BadFrame
from device_drivers.ports import Given

ASK, NUMBER = "/ask", "/number"
_WORD: Final = re.compile(r"[A-Za-z0-9._:-]{1,40}")


class Asked(NamedTuple):
    id: str
    button: str


def read_ask(payload: bytes) -> Asked | None:
    """None for what is no asking."""
    said = _object(payload)
    id_, button = said.get("id"), said.get("button")
    if not isinstance(id_, str) or not isinstance(button, str) or said.keys() != {"id", "button"}:
        return None
    return Asked(id_, button) if _WORD.fullmatch(id_) and _WORD.fullmatch(button) else None


def answer(topic: str, given: Given) -> Message:
    said: dict[str, object] = {"id": given.ask}
    said |= {"number": given.number, "ahead": given.ahead} if given.number else {"refused": given.refused}
    return Message(topic + NUMBER, compact(said))


def _object(payload: bytes) -> dict[str, Any]:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, ("topic", "id", "button", "number", "ahead", "refused"))
    topic = str(fields.get("topic", ""))
    payload = {name: fields[name] for name in ("id", "button", "number", "ahead", "refused") if name in fields}
    if "id" not in payload:
        raise BadField("id: is missing, expected the machine's word for this asking")
    return write_message(message_of(topic + (ASK if "button" in payload else NUMBER), payload))


def _decode(data: bytes) -> Decoded:
    message = read_message(data)
    for end in (ASK, NUMBER):
        if message.topic.endswith(end):
            said = _object(message.payload)
            if end == ASK and read_ask(message.payload) is None:
                raise BadFrame('expected {"id": …, "button": …}, each 1 to 40 letters, digits, . _ : -')
            return Decoded({"topic": message.topic.removesuffix(end), **said}, len(data))
    raise BadFrame(f"the topic ends with {ASK} or {NUMBER}")


def _example(topic: str, said: dict[str, object], fields: dict[str, object]) -> Example:
    return Example(write_message(message_of(topic, said)).hex(" ").upper(), "this page", fields)


MQTT_MACHINE = Codec(
    name="mqtt-machine",
    summary="ticket machine behind a broker: asks for a number, gets it",
    directions="machine->host: ask; host->machine: number",
    encode=_encode,
    decode=_decode,
    is_text=True,
    examples=(
        _example(
            "machine/1/ask", {"id": "7f3a-19", "button": "1"}, {"topic": "machine/1", "id": "7f3a-19", "button": "1"}
        ),
        _example(
            "machine/1/number", {"id": "7f3a-19", "number": "A023", "ahead": 4},
            {"topic": "machine/1", "id": "7f3a-19", "number": "A023", "ahead": 4},
        ),
    ),
)
