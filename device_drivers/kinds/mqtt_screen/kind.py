"""MQTT screens (MQTT 屏): whatever shows what a topic says."""

from __future__ import annotations

from device_drivers.base.screens import ScreenBus
from device_drivers.families.mqtt.options import password_needed
from device_drivers.families.mqtt.screens import build_mqtt_screens
from device_drivers.kind import Kind
from device_drivers.kinds.mqtt_screen.codec import MQTT_SCREEN
from device_drivers.kinds.mqtt_screen.link import MqttEncoder, MqttScreenOptions
from device_drivers.kinds.mqtt_screen.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment, no_two_alike
from device_drivers.words import Words


def build(spec: DeviceSpec, options: MqttScreenOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    no_two_alike(spec.id, "screens", [screen.topic for screen in options.screens], "topic")
    ids, encoder = [screen.id for screen in options.screens], MqttEncoder(options.screens)
    return build_mqtt_screens(spec, env, options.broker, ids, encoder, refresh_s=options.refresh_s)


KIND = Kind(
    name="mqtt-screen",
    words=Words("MQTT 屏", "MQTT screens"),
    options=MqttScreenOptions,
    parts={"screens": "screens"},
    lines=("tcp", "tls"),
    needs=password_needed,
    build=build,
    codecs=(MQTT_SCREEN,),
    simulate=SIMULATION,
)
