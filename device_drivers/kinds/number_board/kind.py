"""Number boards (数字屏): the called number, on one bus."""

from __future__ import annotations

from device_drivers.base.screens import ScreenBus, build_screens
from device_drivers.kind import Kind
from device_drivers.kinds.number_board.codec import NUMBER_BOARD
from device_drivers.kinds.number_board.link import BoardEncoder, BoardOptions
from device_drivers.kinds.number_board.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import Words


def build(spec: DeviceSpec, options: BoardOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    encoder = BoardEncoder(options.screens)
    return build_screens(spec, env, options.screens, encoder, gap_ms=options.gap_ms, refresh_s=options.refresh_s)


KIND = Kind(
    name="number-board",
    words=Words("数字屏", "Number boards"),
    options=BoardOptions,
    parts={"screens": "screens"},
    build=build,
    codecs=(NUMBER_BOARD,),
    simulate=SIMULATION,
)
