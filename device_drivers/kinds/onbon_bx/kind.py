"""Onbon BX font cards (仰邦控制卡): window screens and big screens, each area of text a screen of the hall."""

from __future__ import annotations

from device_drivers.base.screens import SILENT_CONDITIONS, ScreenBus, build_screens
from device_drivers.kind import Kind
from device_drivers.kinds.onbon_bx.codec import ONBON_BX
from device_drivers.kinds.onbon_bx.link import BxAnswers, BxEncoder, BxOptions
from device_drivers.kinds.onbon_bx.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import Words


def build(spec: DeviceSpec, options: BxOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    return build_screens(
        spec, env, options.screens, BxEncoder(options), gap_ms=options.gap_ms, refresh_s=options.refresh_s,
        place=lambda screen: (screen.address, screen.area),
        answers=BxAnswers(options.check) if options.answers else None, answer_ms=options.answer_ms, echo=options.echo,
    )


KIND = Kind(
    name="onbon-bx",
    words=Words("仰邦显示屏", "Onbon screens"),
    options=BxOptions,
    parts={"screens": "screens"},
    build=build,
    codecs=(ONBON_BX,),
    conditions=SILENT_CONDITIONS,
    simulate=SIMULATION,
)
