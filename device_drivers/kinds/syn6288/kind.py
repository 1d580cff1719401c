"""SYN6288 speech modules (语音模块): a zone whose voice is a chip on a serial line."""

from __future__ import annotations

from device_drivers.base.speaking import SpeakingDriver
from device_drivers.kind import Kind
from device_drivers.kinds.syn6288.codec import SYN6288
from device_drivers.kinds.syn6288.link import SynLink, SynOptions
from device_drivers.kinds.syn6288.simulator import SIMULATION
from device_drivers.lines.options import build_line
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import ConditionWords, Words

CONDITIONS = {
    "module_silent": ConditionWords(
        Words("语音模块没有应答", "the speech module does not answer"),
        Words("请检查模块电源和接线", "check its power and wiring"),
    )
}


def build(spec: DeviceSpec, options: SynOptions, env: Environment) -> SpeakingDriver:
    """Raises BadOption."""
    link = SynLink(options)
    return SpeakingDriver(
        spec.id, spec.kind, build_line(spec), link, speech=link, conditions=CONDITIONS,
        monotonic=env.monotonic, rng=env.rng,
    )


KIND = Kind(
    name="syn6288",
    words=Words("语音模块", "Speech module"),
    options=SynOptions,
    parts={"zones": "zones"},
    build=build,
    codecs=(SYN6288,),
    conditions=CONDITIONS,
    simulate=SIMULATION,
)
