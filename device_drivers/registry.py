"""Device kinds of the configuration, and the driver each of them builds.

A new kind is one file with `build(spec, env)` and one line here.
"""

from __future__ import annotations

from collections.abc import Callable

from device_drivers.codecs.codec import Codec
from device_drivers.families.escpos.frames import ESCPOS, ESCPOS_STATUS
from device_drivers.kinds.aabb_strip import driver as strips
from device_drivers.kinds.aabb_strip.codec import AABB_STRIP, AABB_STRIP_SUMFF
from device_drivers.kinds.escpos_printer import driver as escpos_printer
from device_drivers.kinds.ff68_pad import driver as pads
from device_drivers.kinds.ff68_pad.codec import KEYPAD_FF68
from device_drivers.kinds.speaker import driver as speaker
from device_drivers.lines import LINE_KINDS
from device_drivers.ports import Driver
from device_drivers.specs import BadOption, DeviceSpec, Environment, LineSpec

__all__ = [
    "DEVICE_KINDS", "LINE_KINDS", "PROTOCOLS", "BadOption", "DeviceSpec", "Environment", "LineSpec", "build_device",
]

DEVICE_KINDS: dict[str, Callable[[DeviceSpec, Environment], Driver]] = {
    strips.KIND: strips.build,
    pads.KIND: pads.build,
    escpos_printer.KIND: escpos_printer.build,
    "speaker": speaker.build,
}

# Wire formats by name, for installers and tests.
PROTOCOLS: dict[str, Codec] = {
    codec.name: codec for codec in (AABB_STRIP, AABB_STRIP_SUMFF, KEYPAD_FF68, ESCPOS, ESCPOS_STATUS)
}


def build_device(spec: DeviceSpec, env: Environment) -> Driver:
    """A driver that is ready to `start`; nothing is opened yet. Raises BadOption."""
    build = DEVICE_KINDS.get(spec.kind)
    if build is None:
        kinds = ", ".join(repr(kind) for kind in DEVICE_KINDS)
        raise BadOption(spec.id, "kind", f"expected one of {kinds}, got {spec.kind!r}")
    return build(spec, env)
