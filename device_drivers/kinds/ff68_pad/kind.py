"""FF 68 caller pads (呼叫器) and evaluators (评价器) on one line."""

from __future__ import annotations

from device_drivers.kind import Kind
from device_drivers.kinds.ff68_pad.codec import KEYPAD_FF68
from device_drivers.kinds.ff68_pad.driver import NAME, build
from device_drivers.kinds.ff68_pad.link import PadOptions
from device_drivers.kinds.ff68_pad.simulator import SIMULATION
from device_drivers.words import Words

KIND = Kind(
    name=NAME,
    words=Words("呼叫器", "Caller pads"),
    options=PadOptions,
    parts={"pads": "pads"},
    build=build,
    codecs=(KEYPAD_FF68,),
    simulate=SIMULATION,
)
