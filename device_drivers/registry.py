"""Every kind of device there is. A new kind is a folder beside the others, and one line in the import below."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from device_drivers.codecs.codec import Codec
from device_drivers.kind import Kind
from device_drivers.kinds import (  # noqa: F401 - one line a kind, collected below
    aabb_strip,
    alpha_sign,
    awtrix,
    big_screen,
    button_box,
    camera_folder,
    escpos_printer,
    ff68_pad,
    frame_pad,
    gm65_scanner,
    hid_keypad,
    hid_scanner,
    honeywell_scanner,
    huidu,
    line_scanner,
    modbus_led,
    mqtt_button,
    mqtt_machine,
    mqtt_screen,
    mqtt_speaker,
    mrz_reader,
    number_board,
    onbon_bx,
    sam_reader,
    sane_scanner,
    speaker,
    syn6288,
)
from device_drivers.options import BadOption, DeviceSpec, Environment, read_options
from device_drivers.ports import Driver

# What stands in the import above is what there is: by the name that the configuration uses.
KINDS: dict[str, Kind[Any]] = {
    found.KIND.name: found.KIND for found in tuple(globals().values()) if isinstance(found, ModuleType)
}

# Wire formats by name, for installers and tests: each is called as its kind of device, or begins with that.
PROTOCOLS: dict[str, Codec] = {codec.name: codec for kind in KINDS.values() for codec in kind.codecs}
# And by every name that somebody may know it by.
BY_ANY_NAME: dict[str, Codec] = {
    name: codec for codec in PROTOCOLS.values() for name in (codec.name, *codec.aliases)
}


def build_device(spec: DeviceSpec, env: Environment) -> Driver:
    """A driver that is ready to `start`; nothing is opened yet. Raises BadOption."""
    kind = KINDS.get(spec.kind)
    if kind is None:
        kinds = ", ".join(repr(name) for name in KINDS)
        raise BadOption(spec.id, "kind", f"expected one of {kinds}, got {spec.kind!r}")
    return kind.build(spec, read_options(kind.options, spec.options, spec.id), env)
