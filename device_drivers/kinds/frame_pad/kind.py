"""Pads and rating pads whose frames the configuration describes (自定义呼叫器): `ports.Pads`."""

from __future__ import annotations

from device_drivers.families.pads.driver import PadLine
from device_drivers.kind import Kind
from device_drivers.kinds.frame_pad.link import FramePadLink
from device_drivers.kinds.frame_pad.options import FramePadOptions, speech_of
from device_drivers.kinds.frame_pad.simulator import SIMULATION
from device_drivers.kinds.frame_pad.ub485 import UB485
from device_drivers.lines.options import byte_seconds
from device_drivers.options import BadOption, DeviceSpec, Environment, no_two_alike
from device_drivers.words import Words


def build(spec: DeviceSpec, options: FramePadOptions, env: Environment) -> PadLine:
    """Raises BadOption."""
    no_two_alike(spec.id, "pads", [pad.id for pad in options.pads], "id")
    no_two_alike(spec.id, "pads", [pad.address for pad in options.pads], "address")
    for at, pad in enumerate(options.pads):
        if not 0 <= pad.address + options.address_offset <= 0xFF:
            raise BadOption(spec.id, f"pads[{at}].address", "expected a byte together with address_offset")
    speech = speech_of(spec.id, options)
    if len(options.pads) > 1 and not speech.frame.has("addr"):
        raise BadOption(spec.id, "frame", "expected addr in it: there are several pads on this line")
    if len(options.pads) > 1 and speech.poll is not None and not speech.poll.has("addr"):
        raise BadOption(spec.id, "poll", "expected addr in it: there are several pads on this line")
    link = FramePadLink(speech, options, byte_seconds(spec))
    return PadLine(spec, env, link, link)


KIND = Kind(
    name="frame-pad",
    words=Words("自定义呼叫器", "Pads by description"),
    options=FramePadOptions,
    parts={"pads": "pads"},
    build=build,
    codecs=(UB485,),
    simulate=SIMULATION,
)
