"""The AsyncAPI 3.0 document of what the hall publishes, made from the topics and message structs themselves.

`python -m hall_daemon.wire.asyncapi` prints it; docs/asyncapi.json is its copy, and tests hold both that copy and
every published message against it. Pure.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, NamedTuple

import msgspec

from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from hall_daemon.wire.accuracy import AccuracyState
from hall_daemon.wire.figures import ForecastState, QueueForecast
from hall_daemon.wire.home_assistant import BinarySensor, Entity, Sensor
from hall_daemon.wire.screens import ScreenState
from hall_daemon.wire.texts import TEXT_SCHEMA
from hall_daemon.wire.waits import WAIT_CAUSES

Json = dict[str, Any]

DESCRIPTION = """\
大厅实时状态 · What a service hall publishes over MQTT 3.1.1. Read only: everything here comes from the hall.

- `state` topics are retained, at QoS 1: whoever subscribes learns at once what is true. A state is said again when
  it changes, and at the latest every `ttl_s`/2; one whose `as_of` is older than `ttl_s` is shown as late (数据延迟).
- `events` are not retained, at QoS 1, in order of `seq`. After a broker was away they follow late and may come twice:
  drop a `seq` you know, and do not act on one whose `as_of` is older than `ttl_s`.
- `status` is the bare word online or offline, retained; the broker says offline when the hall is gone without a word.
  While it is offline, do not believe the states. It says online after all states of this start are out.
- `epoch` counts the hall's starts and `seq` its events, both only up. `version` counts breaking changes; fields may be
  added without one. There is no person in any topic or message.
- What everybody may see at a phone is here and nowhere else: a board folded from these messages answers what the hall's
  public HTTP API does. A ticket's page is said at once when the ticket's own state changes, and every few seconds while
  it only moves up; it is taken away when the hall forgets the ticket, with the next day. One that is over (served,
  cancelled, void, expired) is said once and does not get old.
- Everything below hall/v1/{hall}/ belongs to the hall: what others retain there is taken away.
- `x-needs` names the right with which a channel is read: `anybody` is everybody who is let in, `look` a machine whose
  role has it. docs/mqtt.md says who is let in."""


class Channel(NamedTuple):
    """One kind of topic. `message` None is the bare word of `status`; `needs` the right with which it is read."""

    id: str
    needs: str
    address: str
    message: type[m.Envelope] | type[Entity] | None
    about: str
    retained: bool = True


CHANNELS: tuple[Channel, ...] = (
    Channel("status", "anybody", topics.status("{hall}"), None, "Whether the hall is there (last will)"),
    Channel(
        "hallState", "anybody", topics.hall_state("{hall}"), m.HallState, "The hall in figures, and its hours"
    ),
    Channel("forecast", "anybody", topics.forecast("{hall}"), ForecastState, "Who comes when, and the waits"),
    Channel(
        "queueState", "anybody", topics.queue_state("{hall}", "{queue}"), m.QueueState,
        "One queue: who waits, how long",
    ),
    Channel(
        "windowState", "anybody", topics.window_state("{hall}", "{window}"), m.WindowState,
        "One window and its number",
    ),
    Channel(
        "serviceState", "anybody", topics.service_state("{hall}", "{service}"), m.ServiceState,
        "One matter: whether numbers are given, how long it takes",
    ),
    Channel(
        "queueForecast", "anybody", topics.queue_forecast("{hall}", "{queue}"), QueueForecast,
        "The forecast of one queue",
    ),
    Channel(
        "accuracy", "anybody", topics.accuracy("{hall}"), AccuracyState,
        "How often the waits that were shown held",
    ),
    Channel("screen", "anybody", topics.screen("{hall}"), ScreenState, "Who was called last, for big screens"),
    Channel(
        "ticketPage", "look", topics.tickets("{hall}") + "{hash}", m.TicketPage,
        "What the holder of a ticket sees, under a hash of its token",
    ),
    Channel("deviceState", "look", topics.device_state("{hall}", "{device}"), m.DeviceState, "One device's life"),
    Channel(
        "homeAssistantSensor", "look", topics.home_assistant_sensor("{hall}", "{entity}"), Sensor,
        "A queue's figure as an entity of Home Assistant, where the hall says so",
    ),
    Channel(
        "homeAssistantProblem", "look", topics.home_assistant_problem("{hall}", "{entity}"), BinarySensor,
        "A device's trouble as an entity of Home Assistant, where the hall says so",
    ),
    Channel("events", "look", topics.events("{hall}"), m.HallEvent, "What happens, as it happens", retained=False),
)

PARAMETERS = {
    "hall": "The hall's id, from its configuration",
    "queue": "A queue's id",
    "service": "A service's id",
    "window": "A window's id",
    "hash": "The first 40 hex digits of the SHA-256 of the ticket's token, the end of its page's address",
    "device": "A device's id",
    "entity": "queue- or device-, and an id",
}

_TIME: Json = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
}
_SECONDS: Json = {"type": "integer", "minimum": 0}


def document(*, host: str = "127.0.0.1:11883") -> Json:
    """The whole document; `host` is the broker's host:port as a reader reaches it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Service hall",
            "version": f"{m.VERSION}.0.0",
            "description": DESCRIPTION,
            "license": {"name": "GPL-3.0-or-later", "url": "https://www.gnu.org/licenses/gpl-3.0.html"},
        },
        "defaultContentType": "application/json",
        "servers": {"broker": {"host": host, "protocol": "mqtt", "protocolVersion": "3.1.1"}},
        "channels": {channel.id: _channel(channel) for channel in CHANNELS},
        "operations": {f"publish{channel.id[0].upper()}{channel.id[1:]}": _operation(channel) for channel in CHANNELS},
        "components": {
            "messages": {channel.id: _message(channel) for channel in CHANNELS},
            "schemas": schemas(),
        },
    }


def schemas() -> dict[str, Json]:
    """JSON schemas by name: msgspec's, made as strict as what is really sent."""
    types = [channel.message for channel in CHANNELS if channel.message is not None]
    _, made = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    found: dict[str, Json] = dict(sorted({**made, "Text": dict(TEXT_SCHEMA)}.items()))
    for schema in found.values():
        fields = schema.get("properties", {})
        # Everything is always there; msgspec calls what has a default optional.
        schema["required"] = list(fields)
        for name in fields.keys() & {"as_of", "at", "made_at"}:
            fields[name] = _TIME
        for name in fields.keys() & {"seq", "epoch", "waiting", "serving", "windows_open", "calls"}:
            fields[name] = {"type": "integer", "minimum": 0}
        if "version" in fields:
            fields["version"] = {"const": m.VERSION}
    found["Wait"] = {
        "title": "Wait",
        "description": "A range of seconds that holds for 80 of 100 people, or why there is none. One that is later "
        "than the one before it names its causes, the weightiest first, and since when it is.",
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    **dict.fromkeys(("p10_s", "p50_s", "p90_s"), _SECONDS),
                    "cause": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Cause"}},
                    "since": _TIME,
                },
                "dependentRequired": {"cause": ["since"], "since": ["cause"]},
                "required": ["p10_s", "p50_s", "p90_s"],
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {"unknown": {"enum": sorted(m.UNKNOWN_WAITS)}},
                "required": ["unknown"],
                "additionalProperties": False,
            },
        ],
    }
    found["Cause"]["properties"]["code"] = {"enum": sorted(WAIT_CAUSES)}
    found["Status"] = {"title": "Status", "enum": ["online", "offline"]}
    return found


def schema_name(channel: Channel) -> str:
    return channel.message.__name__ if channel.message is not None else "Status"


def _channel(channel: Channel) -> Json:
    return {
        "address": channel.address,
        "title": channel.about,
        "x-needs": channel.needs,
        "parameters": {name: {"description": PARAMETERS[name]} for name in re.findall(r"\{(\w+)\}", channel.address)},
        "messages": {channel.id: {"$ref": f"#/components/messages/{channel.id}"}},
    }


def _operation(channel: Channel) -> Json:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel.id}"},
        "summary": channel.about,
        "messages": [{"$ref": f"#/channels/{channel.id}/messages/{channel.id}"}],
        "bindings": {"mqtt": {"qos": 1, "retain": channel.retained, "bindingVersion": "0.2.0"}},
    }


def _message(channel: Channel) -> Json:
    return {
        "name": schema_name(channel),
        "title": channel.about,
        "contentType": "text/plain" if channel.message is None else "application/json",
        "payload": {"$ref": f"#/components/schemas/{schema_name(channel)}"},
    }


def dumps(document: Json) -> str:
    """As it stands in docs/asyncapi.json."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(dumps(document()))
