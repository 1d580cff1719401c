"""A broker and the speakers behind it: sentences in, what they say out, and that they said it. Pure."""

from __future__ import annotations

from collections import deque
from typing import Annotated, Any

from msgspec import Meta

from device_drivers.codecs.message import Message, compact, readable
from device_drivers.families.mqtt.simulated import REFUSE, SimulatedBroker
from device_drivers.kinds.mqtt_speaker.codec import OUTCOME, SAY, STOP
from device_drivers.kinds.mqtt_speaker.link import SpeakerOptions
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import BenchEntry, BenchTable, Id, Label, LabelOf, Note, Simulation
from device_drivers.words import Words

KEPT = 20
MUTE = Fault("mute", "the speakers say nothing, and say so", Words("不出声", "mute"))
DEAD = Fault("dead", "the speakers are gone, the broker is there", Words("喇叭离线", "speakers gone"))


class ZoneSpec(BenchTable, frozen=True, kw_only=True):
    id: Id
    topic: Annotated[str, Meta(min_length=1, max_length=200)]
    label: Label = ""


class SpeakersSpec(BenchEntry, frozen=True, kw_only=True):
    """`character_s`: how long it speaks for each character."""

    zones: Annotated[tuple[ZoneSpec, ...], Meta(min_length=1, max_length=32)]
    character_s: Annotated[float, Meta(ge=0.001, le=1)] = 0.2


class _Speaker:
    def __init__(self) -> None:
        self.said: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.saying: str | None = None
        self.until_s = 0.0


class SimulatedSpeakers(SimulatedBroker):
    def __init__(self, spec: SpeakersSpec, faults: Conditions, note: Note) -> None:
        super().__init__(faults, note)
        self._spec = spec
        self._conditions = faults
        self._speakers = {zone.id: _Speaker() for zone in spec.zones}

    def power_off(self) -> None:
        super().power_off()
        for speaker in self._speakers.values():
            speaker.saying = None

    def obey(self, message: Message, now_s: float) -> None:
        told: Any = readable(message.payload)
        if "dead" in self._conditions or not isinstance(told, dict):
            return
        for zone in self._spec.zones:
            speaker = self._speakers[zone.id]
            if message.topic == f"{zone.topic}/{SAY}":
                self._say(zone, speaker, told, now_s)
            elif message.topic == f"{zone.topic}/{STOP}" and told.get("id") == speaker.saying:
                speaker.saying = None

    def _say(self, zone: ZoneSpec, speaker: _Speaker, told: dict[str, Any], now_s: float) -> None:
        id_, text, times = str(told.get("id"))[:100], str(told.get("text"))[:200], told.get("times", 1)
        if "mute" in self._conditions:
            self._over(zone, id_, "silent")
            return
        speaker.saying = id_
        speaker.until_s = now_s + self._spec.character_s * len(text) * (times if isinstance(times, int) else 1)
        speaker.said.append({"at_s": now_s, "text": text})
        self.note("speech", text)

    def _over(self, zone: ZoneSpec, id: str, result: str) -> None:
        self.say(Message(f"{zone.topic}/{OUTCOME}", compact({"id": id, "result": result})))

    def tick(self, now_s: float) -> bool:
        changed = False
        for zone in self._spec.zones:
            speaker = self._speakers[zone.id]
            if speaker.saying is not None and now_s >= speaker.until_s:
                self._over(zone, speaker.saying, "said")
                speaker.saying, changed = None, True
        return changed

    def due_s(self) -> float | None:
        return min((one.until_s for one in self._speakers.values() if one.saying is not None), default=None)

    def state(self) -> dict[str, Any]:
        return {"zones": [self._zone(zone) for zone in self._spec.zones], "counters": self.counted()}

    def _zone(self, zone: ZoneSpec) -> dict[str, Any]:
        speaker = self._speakers[zone.id]
        return {
            "id": zone.id, "label": zone.label or zone.id, "said": list(speaker.said),
            "until_s": None if speaker.saying is None else speaker.until_s,
        }


def _stand_in(options: SpeakerOptions, label_of: LabelOf) -> dict[str, object]:
    zones = [{"id": zone.id, "topic": zone.topic, "label": label_of(zone.id)} for zone in options.zones]
    return {"zones": zones}


SIMULATION = Simulation(
    entry=SpeakersSpec, model=SimulatedSpeakers, stand_in=_stand_in, view="voices", faults=(REFUSE, MUTE, DEAD)
)
