"""AWTRIX 3 pixel clocks (像素时钟): the called number, by MQTT or HTTP."""

from __future__ import annotations

from device_drivers.base.screens import ScreenBus, nothing_to_tell
from device_drivers.families.mqtt.options import password_needed
from device_drivers.families.mqtt.screens import build_mqtt_screens
from device_drivers.kind import Kind
from device_drivers.kinds.awtrix.codec import AWTRIX
from device_drivers.kinds.awtrix.link import AwtrixEncoder, AwtrixOptions
from device_drivers.kinds.awtrix.simulator import SIMULATION
from device_drivers.lines.options import build_message_line, carries_messages
from device_drivers.links.message_screens import MessageScreens
from device_drivers.links.screens import ScreensLink
from device_drivers.options import BadOption, DeviceSpec, Environment, no_two_alike
from device_drivers.words import Words


def build(spec: DeviceSpec, options: AwtrixOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    by_http = carries_messages(spec)
    ids, encoder = [matrix.id for matrix in options.screens], AwtrixEncoder(options.screens, by_http=by_http)
    apps = [matrix.app if by_http else f"{matrix.prefix}/{matrix.app}" for matrix in options.screens]
    no_two_alike(spec.id, "screens", apps, "app")
    if not by_http:
        return build_mqtt_screens(spec, env, options.broker, ids, encoder, refresh_s=options.refresh_s)
    if len(ids) > 1:
        raise BadOption(spec.id, "screens[1]", "expected one matrix: over HTTP the host of the line is it")
    screens = ScreensLink(ids, encoder, gap_s=0.0, refresh_s=options.refresh_s)
    return ScreenBus(
        spec.id, spec.kind, build_message_line(spec), MessageScreens(screens), screens=screens,
        monotonic=env.monotonic, rng=env.rng, on_event=nothing_to_tell, unit="messages",
    )


KIND = Kind(
    name="awtrix",
    words=Words("像素时钟", "AWTRIX clocks"),
    options=AwtrixOptions,
    parts={"screens": "screens"},
    lines=("http", "tcp", "tls"),
    needs=password_needed,
    build=build,
    codecs=(AWTRIX,),
    simulate=SIMULATION,
)
