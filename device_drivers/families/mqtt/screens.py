"""Screens behind a broker: `ports.Screens` whose line carries MQTT."""

from __future__ import annotations

from collections.abc import Sequence

from device_drivers.base.screens import ScreenBus, nothing_to_tell
from device_drivers.families.mqtt.options import Broker, mqtt_link
from device_drivers.lines.options import build_line
from device_drivers.links.message_screens import MessageScreens
from device_drivers.links.screens import Encoder, ScreensLink
from device_drivers.options import DeviceSpec, Environment, no_two_alike


def build_mqtt_screens(
    spec: DeviceSpec, env: Environment, broker: Broker, ids: Sequence[str], encoder: Encoder, *, refresh_s: float
) -> ScreenBus:
    """`encoder` writes a text as a message. Raises BadOption."""
    no_two_alike(spec.id, "screens", ids, "id")
    screens = ScreensLink(ids, encoder, gap_s=0.0, refresh_s=refresh_s)
    link = mqtt_link(spec, broker, MessageScreens(screens))
    return ScreenBus(
        spec.id, spec.kind, build_line(spec), link, screens=screens,
        monotonic=env.monotonic, rng=env.rng, on_event=nothing_to_tell,
    )
