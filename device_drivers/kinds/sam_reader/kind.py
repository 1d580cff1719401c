"""SAM_V readers of ID cards (二代证阅读器): `ports.Reader`."""

from __future__ import annotations

from device_drivers.families.readers.conditions import READER_CONDITIONS
from device_drivers.families.readers.driver import LineReader
from device_drivers.kind import Kind
from device_drivers.kinds.sam_reader.codec import SAM_READER
from device_drivers.kinds.sam_reader.link import NOT_AUTHORISED, SELF_TEST, SamLink, SamOptions
from device_drivers.kinds.sam_reader.number import CITIZEN_NUMBER
from device_drivers.kinds.sam_reader.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import ConditionWords, Words

CONDITIONS = READER_CONDITIONS | {
    NOT_AUTHORISED: ConditionWords(
        Words("安全模块未授权", "its security module is not authorised"),
        Words("请联系读卡器厂家授权", "ask the maker of the reader to authorise it"),
    ),
    SELF_TEST: ConditionWords(
        Words("安全模块自检失败", "its security module failed its self-test"),
        Words("请断电重启读卡器，仍不行则更换", "switch it off and on; if that does not help, replace it"),
    ),
}


def build(spec: DeviceSpec, options: SamOptions, env: Environment) -> LineReader:
    """Raises BadOption."""
    return LineReader(spec, env, SamLink(spec.id, find_s=options.find_ms / 1000), "card", CONDITIONS)


KIND = Kind(
    name="sam-reader",
    words=Words("身份证阅读器", "ID-card reader"),
    options=SamOptions,
    parts={"readers": ""},
    build=build,
    codecs=(SAM_READER, CITIZEN_NUMBER),
    conditions=CONDITIONS,
    simulate=SIMULATION,
)
