"""Device kinds of the configuration, and the driver each of them builds.

A new kind is one file with `build(spec, env)` and one line here.
"""

from __future__ import annotations

from collections.abc import Callable

from device_drivers.drivers import escpos_printer, pads, strips
from device_drivers.lines import LINE_KINDS
from device_drivers.ports import Driver
from device_drivers.specs import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.voice import speaker

__all__ = ["DEVICE_KINDS", "LINE_KINDS", "BadOption", "DeviceSpec", "Environment", "LineSpec", "build_device"]

DEVICE_KINDS: dict[str, Callable[[DeviceSpec, Environment], Driver]] = {
    strips.KIND: strips.build,
    pads.KIND: pads.build,
    escpos_printer.KIND: escpos_printer.build,
    "speaker": speaker.build,
}


def build_device(spec: DeviceSpec, env: Environment) -> Driver:
    """A driver that is ready to `start`; nothing is opened yet. Raises BadOption."""
    build = DEVICE_KINDS.get(spec.kind)
    if build is None:
        kinds = ", ".join(repr(kind) for kind in DEVICE_KINDS)
        raise BadOption(spec.id, "kind", f"expected one of {kinds}, got {spec.kind!r}")
    return build(spec, env)
