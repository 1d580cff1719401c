"""Alpha and BetaBrite signs (Alpha 条屏): the called number in ASCII."""

from __future__ import annotations

from device_drivers.base.screens import ScreenBus, build_screens
from device_drivers.kind import Kind
from device_drivers.kinds.alpha_sign.codec import ALPHA_SIGN
from device_drivers.kinds.alpha_sign.link import AlphaEncoder, AlphaOptions
from device_drivers.kinds.alpha_sign.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import Words


def build(spec: DeviceSpec, options: AlphaOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    return build_screens(
        spec, env, options.screens, AlphaEncoder(options.screens), gap_ms=options.gap_ms, refresh_s=options.refresh_s
    )


KIND = Kind(
    name="alpha-sign",
    words=Words("Alpha 条屏", "Alpha signs"),
    options=AlphaOptions,
    parts={"screens": "screens"},
    build=build,
    codecs=(ALPHA_SIGN,),
    simulate=SIMULATION,
)
