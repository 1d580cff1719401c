"""AA-BB window strips (窗口条屏) and main boards (综合屏) on one bus."""

from __future__ import annotations

from device_drivers.base.screens import ScreenBus, build_screens
from device_drivers.kind import Kind
from device_drivers.kinds.aabb_strip.codec import AABB_STRIP, AABB_STRIP_SUMFF, ALL_SCREENS
from device_drivers.kinds.aabb_strip.link import StripEncoder, StripOptions
from device_drivers.kinds.aabb_strip.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import Words


def build(spec: DeviceSpec, options: StripOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    encoder = StripEncoder(options.screens)
    return build_screens(
        spec, env, options.screens, encoder, gap_ms=options.gap_ms, refresh_s=options.refresh_s, shared=ALL_SCREENS
    )


KIND = Kind(
    name="aabb-strip",
    words=Words("窗口条屏", "LED strips"),
    options=StripOptions,
    parts={"screens": "screens"},
    build=build,
    codecs=(AABB_STRIP, AABB_STRIP_SUMFF),
    simulate=SIMULATION,
)
