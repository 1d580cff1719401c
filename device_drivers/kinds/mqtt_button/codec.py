"""What buttons behind a broker say: Shelly of both generations, and whatever zigbee2mqtt knows. Pure.

    shelly1   <device>/input_event/<n>   {"event": "S" | "SS" | "SSS" | "L", "event_cnt": n}
    shelly2   <device>/events/rpc        {"method": "NotifyEvent", "params": {"events": [{"component": "input:0",
                                          "event": "single_push", "ts": …}]}}
    zigbee    <topic>                    {"action": "single", …}, and with some settings <topic>/action  single

A message of zigbee2mqtt may come on both topics; what a broker kept is no press.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple

from device_drivers.codecs.codec import Codec, Decoded, Example, only
from device_drivers.codecs.message import Message, message_of, read_message, readable, write_message
from device_drivers.errors import BadField, BadFrame

Speaks = Literal["shelly1", "shelly2", "zigbee"]
Push = Literal["short", "double", "triple", "long"]

_SHELLY1: Final[dict[str, Push]] = {"S": "short", "SS": "double", "SSS": "triple", "L": "long"}
_SHELLY2: Final[dict[str, Push]] = {
    "single_push": "short", "double_push": "double", "triple_push": "triple", "long_push": "long",
}
_ZIGBEE: Final[dict[str, Push]] = {
    "single": "short", "press": "short", "click": "short", "on": "short", "double": "double", "triple": "triple",
    "tripple": "triple", "hold": "long", "long": "long", "long_press": "long",
}
# `1_single`, `single_1`, `button_1_single`, `left_double`: which button it is stands before or behind.
_SIDES: Final = {"left": 1, "right": 2, "both": 3, "off": 2}


class Pressed(NamedTuple):
    """`mark`: what tells one press from the same message once more; "" for nothing but the time."""

    button: int
    push: Push
    mark: str


def pressed(speaks: Speaks, device: str, message: Message) -> Pressed | None:
    """What a message of `device` says; None for another message, one that was kept, or no press."""
    if message.retain or not message.topic.startswith(device):
        return None
    return _READERS[speaks](message.topic.removeprefix(device), message.payload)


def topics(speaks: Speaks, device: str) -> tuple[str, ...]:
    """What to listen to."""
    return {
        "shelly1": (f"{device}/input_event/+",), "shelly2": (f"{device}/events/rpc",),
        "zigbee": (device, f"{device}/action"),
    }[speaks]


def _shelly1(rest: str, payload: bytes) -> Pressed | None:
    found = re.fullmatch(r"/input_event/(\d)", rest)
    said = _object(payload)
    push = _SHELLY1.get(str(said.get("event")))
    return Pressed(int(found[1]), push, f"{found[1]} {said.get('event_cnt')}") if found and push else None


def _shelly2(rest: str, payload: bytes) -> Pressed | None:
    said = _object(payload).get("params")
    params = said if rest == "/events/rpc" and isinstance(said, dict) else {}
    events = params.get("events")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict):
            found = re.fullmatch(r"input:(\d)", str(event.get("component")))
            push = _SHELLY2.get(str(event.get("event")))
            if found and push:
                return Pressed(int(found[1]), push, f"{found[1]} {event.get('ts', params.get('ts'))}")
    return None


def _zigbee(rest: str, payload: bytes) -> Pressed | None:
    if rest not in ("", "/action"):
        return None
    said = payload.decode("utf-8", "replace") if rest else _object(payload).get("action")
    if not isinstance(said, str):
        return None
    button, words = 0, []
    for word in said.removeprefix("button_").split("_"):
        if word.isascii() and word.isdigit() and len(word) == 1:
            button = int(word)
        elif word in _SIDES and word != said:
            button = _SIDES[word]
        else:
            words.append(word)
    push = _ZIGBEE.get("_".join(words))
    return Pressed(button, push, "") if push else None


_READERS: Final[dict[Speaks, Callable[[str, bytes], Pressed | None]]] = {
    "shelly1": _shelly1, "shelly2": _shelly2, "zigbee": _zigbee
}


def _object(payload: bytes) -> dict[str, Any]:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, ("topic", "payload", "retain", "button", "press", "speaks", "ignored"))
    if "topic" not in fields:
        raise BadField("topic: is missing, expected text")
    return write_message(message_of(fields["topic"], fields.get("payload"), fields.get("retain", False)))


def _device_of(speaks: Speaks, topic: str) -> str:
    ends = {"shelly1": r"/input_event/[^/]+$", "shelly2": r"/events/rpc$", "zigbee": r"/action$"}[speaks]
    return re.sub(ends, "", topic)


_KEPT = "what a broker kept is no press"


def _retain(data: bytes) -> bytes:
    """Some write `retained` for what MQTT calls retain."""
    said = _object(data)
    if "retained" not in said:
        return data
    said["retain"] = said.pop("retained")
    return json.dumps(said).encode()


def _codec(name: str, alias: str, summary: str, *speaks: Speaks, examples: tuple[Example, ...]) -> Codec:
    def decode(data: bytes) -> Decoded:
        message = read_message(_retain(data))
        said: dict[str, object] = {"topic": message.topic, "payload": readable(message.payload)}
        if message.retain:
            return Decoded({**said, "retain": True, "press": None, "ignored": True}, len(data), (_KEPT,))
        for each in speaks:
            found = pressed(each, _device_of(each, message.topic), message)
            if found is not None:
                return Decoded({**said, "button": found.button, "press": found.push, "speaks": each}, len(data))
        raise BadFrame("no press of such a button")

    return Codec(
        name=name, summary=summary, directions="button->host", encode=_encode, decode=decode, aliases=(alias,),
        is_text=True, examples=examples,
    )


def _written(topic: str, payload: object) -> str:
    return write_message(message_of(topic, payload)).hex(" ").upper()


def _example(topic: str, payload: object, source: str, **expect: object) -> Example:
    return Example(_written(topic, payload), source, {"topic": topic, "payload": payload}, expect)


_RPC = {
    "src": "shellyplusi4-a8032ab1fe78", "dst": "shellyplusi4-a8032ab1fe78/events", "method": "NotifyEvent",
    "params": {
        "ts": 1631266595.44,
        "events": [{"component": "input:1", "id": 1, "event": "double_push", "ts": 1631266595.44}],
    },
}

SHELLY = _codec(
    "mqtt-button-shelly", "mqtt_shelly_gen1", "Shelly buttons, both generations, over MQTT", "shelly1", "shelly2",
    examples=(
        _example(
            "shellies/shellybutton1-A4CF12F45301/input_event/0", {"event": "S", "event_cnt": 7},
            "Shelly's Gen1 API", button=0, press="short",
        ),
        _example("shellyplusi4-a8032ab1fe78/events/rpc", _RPC, "Shelly's Gen2 API", button=1, press="double"),
    ),
)
ZIGBEE = _codec(
    "mqtt-button-zigbee", "mqtt_zigbee2mqtt", "buttons behind zigbee2mqtt", "zigbee",
    examples=(
        _example(
            "zigbee2mqtt/pad_window3", {"action": "single", "battery": 97, "linkquality": 120},
            "zigbee2mqtt's pages of devices", press="short",
        ),
        _example("zigbee2mqtt/pad_window3/action", "double", "zigbee2mqtt's pages of devices", press="double"),
    ),
)
