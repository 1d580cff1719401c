"""The conversation with speakers behind a broker: a sentence out, what became of it back. No I/O."""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.message import Message, Messages
from device_drivers.families.mqtt.options import Broker, Topic
from device_drivers.kinds.mqtt_speaker.codec import OUTCOME, read_outcome, say, stop
from device_drivers.links.speech import OnDone, SpeechQueue, Spoken
from device_drivers.options import Name, Table
from device_drivers.ports import Announcement
from device_drivers.words import ALL_WELL, Condition

_BELIEVED = 2  # sentences without a word of what became of them, in a row


class SpeakerZone(Table, frozen=True, kw_only=True):
    """`topic`: what its topics begin with. `confirms` false: what the broker took counts as said."""

    id: Name
    topic: Topic
    confirms: bool = True


class SpeakerOptions(Table, frozen=True, kw_only=True):
    """`said_s`: how long a speaker may take for a sentence until it says that it said it."""

    zones: Annotated[tuple[SpeakerZone, ...], Meta(min_length=1, max_length=32)]
    broker: Broker = Broker()
    said_s: Annotated[float, Meta(ge=1, le=120)] = 30.0


class _Zone:
    def __init__(self, zone: SpeakerZone) -> None:
        self.options = zone
        self.queue = SpeechQueue()
        self.until_s = math.inf
        self.unconfirmed = 0


class SpeakersLink:
    """`links.Link` of messages; events are what became of announcements."""

    def __init__(self, options: SpeakerOptions) -> None:
        self._zones = {zone.id: _Zone(zone) for zone in options.zones}
        self._said_s = options.said_s
        self._output: list[Message] = []
        self._sent: list[_Zone] = []  # zones whose sentence the broker has not acknowledged

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(self._zones)

    @property
    def counters(self) -> dict[str, int]:
        names = ("said", "dropped", "silent")
        return {name: sum(zone.queue.counters[name] for zone in self._zones.values()) for name in names}

    @property
    def condition(self) -> Condition:
        silent = [id_ for id_, zone in self._zones.items() if zone.unconfirmed >= _BELIEVED]
        return Condition("speakers_silent", {"zones": ", ".join(silent)}) if silent else ALL_WELL

    @property
    def topics(self) -> tuple[str, ...]:
        zones = [zone.options for zone in self._zones.values()]
        return tuple(f"{zone.topic}/{OUTCOME}" for zone in zones if zone.confirms)

    def say(self, announcement: Announcement, on_done: OnDone) -> None:
        self._zones[announcement.zone].queue.say(announcement, on_done)

    def withdraw(self, id: str) -> None:
        for zone in self._zones.values():
            if zone.queue.withdraw(id):
                zone.queue.finish("dropped", "withdrawn")
                self._output.append(stop(zone.options.topic, id))

    def receive(self, data: Messages, now: float) -> list[Spoken]:
        for message in data:
            outcome = None if message.retain else read_outcome(message.payload)
            for zone in self._zones.values():
                speaking = zone.queue.speaking
                if outcome is None or speaking is None or message.topic != f"{zone.options.topic}/{OUTCOME}":
                    continue
                if outcome.id == speaking.id:
                    zone.unconfirmed = 0
                    zone.queue.finish(outcome.result, outcome.detail)
        return self._spoken()

    def tick(self, now: float) -> list[Spoken]:
        for zone in self._zones.values():
            if zone.queue.speaking is not None and now >= zone.until_s:
                zone.unconfirmed += 1
                zone.queue.finish("silent", f"the speaker has not said for {self._said_s:g} s that it said it")
            if (announcement := zone.queue.next(now)) is not None:
                zone.until_s = now + self._said_s
                self._output.append(say(zone.options.topic, announcement))
                self._sent.append(zone)
        return self._spoken()

    def take_output(self) -> Messages:
        output, self._output = tuple(self._output), []
        return output

    def written(self, now: float) -> list[Spoken]:
        for zone in self._sent:
            if not zone.options.confirms:
                zone.queue.finish("said")
        self._sent = []
        return self._spoken()

    def due_s(self, now: float) -> float:
        if self._output or any(zone.queue.has_news for zone in self._zones.values()):
            return 0.0
        waits = [zone.until_s for zone in self._zones.values() if zone.queue.speaking is not None]
        return max(0.0, min(waits, default=math.inf) - now)

    def lost(self, now: float) -> list[Spoken]:
        self._output, self._sent = [], []
        for zone in self._zones.values():
            zone.queue.fail_all("the broker is gone")
        return self._spoken()

    def _spoken(self) -> list[Spoken]:
        return [spoken for zone in self._zones.values() for spoken in zone.queue.spoken()]
