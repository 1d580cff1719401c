"""Speakers behind an MQTT broker (MQTT 语音): zones that say what a topic says."""

from __future__ import annotations

from device_drivers.base.speaking import SpeakingDriver
from device_drivers.families.mqtt.options import mqtt_link, password_needed
from device_drivers.kind import Kind
from device_drivers.kinds.mqtt_speaker.codec import MQTT_SPEAKER
from device_drivers.kinds.mqtt_speaker.link import SpeakerOptions, SpeakersLink
from device_drivers.kinds.mqtt_speaker.simulator import SIMULATION
from device_drivers.lines.options import build_line
from device_drivers.options import DeviceSpec, Environment, no_two_alike
from device_drivers.words import ConditionWords, Words

CONDITIONS = {
    "speakers_silent": ConditionWords(
        Words("喇叭没有回音：{zones}", "no word from the speakers of {zones}"),
        Words("请检查喇叭电源和网络", "check their power and network"),
    )
}


def build(spec: DeviceSpec, options: SpeakerOptions, env: Environment) -> SpeakingDriver:
    """Raises BadOption."""
    no_two_alike(spec.id, "zones", [zone.id for zone in options.zones], "id")
    no_two_alike(spec.id, "zones", [zone.topic for zone in options.zones], "topic")
    speakers = SpeakersLink(options)
    link = mqtt_link(spec, options.broker, speakers, topics=speakers.topics)
    return SpeakingDriver(
        spec.id, spec.kind, build_line(spec), link, speech=speakers, conditions=CONDITIONS,
        monotonic=env.monotonic, rng=env.rng,
    )


KIND = Kind(
    name="mqtt-speaker",
    words=Words("MQTT 语音", "MQTT speakers"),
    options=SpeakerOptions,
    parts={"zones": "zones"},
    lines=("tcp", "tls"),
    needs=password_needed,
    build=build,
    codecs=(MQTT_SPEAKER,),
    conditions=CONDITIONS,
    simulate=SIMULATION,
)
