"""What MQTT screens add to the conversation: a topic, and a payload that a template makes. No I/O."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.codecs.message import Message, write_message
from device_drivers.codecs.text import fit, strip_controls, ticket_number
from device_drivers.families.mqtt.options import Broker, Topic
from device_drivers.options import Name, RefreshS, Table
from device_drivers.ports import ScreenText

CHARACTER_LIMIT = 200


class MqttScreen(Table, frozen=True, kw_only=True):
    """`payload` holds {text}, {number} (the ticket of it), {lit} (true or false); `quoted` json writes them so that
    they stay one JSON string each."""

    id: Name
    topic: Topic
    payload: Annotated[str, Meta(min_length=1, max_length=1000)] = "{text}"
    quoted: Literal["plain", "json"] = "plain"
    cells: Annotated[int, Meta(ge=1, le=1000)] | None = None
    retain: bool = True


class MqttScreenOptions(Table, frozen=True, kw_only=True):
    """`refresh_s` 0 never repeats itself: what is retained is there for a screen that comes back."""

    screens: Annotated[tuple[MqttScreen, ...], Meta(min_length=1, max_length=64)]
    broker: Broker = Broker()
    refresh_s: RefreshS = 0.0


class MqttEncoder:
    """`links.screens.Encoder`: each text as a message."""

    def __init__(self, screens: Iterable[MqttScreen]) -> None:
        self._screens = {screen.id: screen for screen in screens}
        self.counters = {"texts_cut": 0}

    def encode(self, screen: str, text: ScreenText) -> bytes:
        place = self._screens[screen]
        words = strip_controls(text.text)
        shown = fit(words[:CHARACTER_LIMIT], place.cells) if place.cells else words[:CHARACTER_LIMIT]
        self.counters["texts_cut"] += shown != words
        facts = {"{text}": shown, "{number}": ticket_number(words), "{lit}": "true" if text.lit else "false"}
        payload = place.payload
        for name, value in facts.items():
            # A text that looks like another placeholder is not filled again.
            written = json.dumps(value, ensure_ascii=False)[1:-1] if place.quoted == "json" else value
            payload = payload.replace(name, written.replace("{", "\x00"))
        data = payload.replace("\x00", "{").encode("utf-8", "replace")
        return write_message(Message(place.topic, data, place.retain))
