"""What is wrong with a device, as a table: role and code -> what is out, what it means in the hall, what to do.

One line for whoever stands beside it, in both languages; served with each device. `failed` is for what a table of a
clerk cannot foresee: its prose is in `detail` and in the log.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from hall_daemon.wire.texts import Text

Role = Literal["printer", "screen", "pad", "speaker"]


class DeviceWords(NamedTuple):
    """Sentences without a full stop. `urgent`: something that people rely on does not happen now."""

    urgent: bool
    what: Text
    means: Text
    action: Text


ROLES: dict[Role, Text] = {
    "printer": Text("打印机", "Printer"),
    "screen": Text("窗口屏", "Window screens"),
    "pad": Text("呼叫器", "Caller pads"),
    "speaker": Text("语音", "Voice"),
}

_NO_SLIP = Text("取号没有小票，号码有效", "Numbers are given without a slip and stay valid")
_NO_SCREEN = Text("叫号不上屏", "Calls are not shown")
_NO_PAD = Text("按键无反应", "Keys on the pads do nothing")
_NO_VOICE = Text("叫号没有声音", "Calls are not spoken")
_CABLE = Text("请检查电源和连接线", "Check power and cable")
_FAILED = Text("出错", "is out of order")
_TELL = Text("请联系维护人员", "Tell whoever maintains it")

DEVICE_WORDS: dict[tuple[Role, str], DeviceWords] = {
    ("printer", "paper_out"): DeviceWords(True, Text("缺纸", "is out of paper"), _NO_SLIP,
        Text("请装新纸卷", "Put in a new roll")),
    ("printer", "paper_near_end"): DeviceWords(False, Text("纸将用完", "is nearly out of paper"),
        Text("小票照常", "Slips still come out"), Text("请备好纸卷", "Have a roll ready")),
    ("printer", "cover_open"): DeviceWords(True, Text("上盖打开", "has its cover open"), _NO_SLIP,
        Text("请合上上盖", "Close the cover")),
    ("printer", "error"): DeviceWords(True, Text("出错停机", "has stopped with an error"), _NO_SLIP,
        Text("请关机，清除卡纸后再开", "Switch it off, clear the paper, switch it on")),
    ("printer", "offline"): DeviceWords(True, Text("脱机", "is offline"), _NO_SLIP,
        Text("请按联机键", "Press its online key")),
    ("printer", "silent"): DeviceWords(True, Text("没有应答", "does not answer"), _NO_SLIP, _CABLE),
    ("printer", "unconfirmed"): DeviceWords(True, Text("未确认上一张小票", "did not confirm the last slip"),
        Text("小票可能没有打出", "It may not have come out"),
        Text("请查看打印机，需要时补打", "Look at it; print again if need be")),
    ("printer", "line_down"): DeviceWords(True, Text("未连接", "is not connected"), _NO_SLIP, _CABLE),
    ("printer", "failed"): DeviceWords(True, _FAILED, _NO_SLIP, _TELL),
    ("screen", "line_down"): DeviceWords(True, Text("未连接", "are not connected"), _NO_SCREEN,
        Text("请口头叫号，并检查电源和连接线", "Call people by voice; check power and cable")),
    ("screen", "failed"): DeviceWords(True, Text("出错", "are out of order"), _NO_SCREEN,
        Text("请口头叫号，并联系维护人员", "Call people by voice; tell whoever maintains them")),
    ("pad", "line_down"): DeviceWords(True, Text("未连接", "are not connected"), _NO_PAD,
        Text("请用本页按键，并检查电源和连接线", "Use the keys of this page; check power and cable")),
    ("pad", "failed"): DeviceWords(True, Text("出错", "are out of order"), _NO_PAD,
        Text("请用本页按键，并联系维护人员", "Use the keys of this page; tell whoever maintains them")),
    ("speaker", "failed"): DeviceWords(True, Text("不出声", "is silent"), _NO_VOICE,
        Text("请口头叫号，并检查功放和声卡", "Call people by voice; check amplifier and sound card")),
    ("speaker", "line_down"): DeviceWords(True, Text("未连接", "is not connected"), _NO_VOICE,
        Text("请口头叫号，并检查功放和声卡", "Call people by voice; check amplifier and sound card")),
}  # fmt: skip

_WAIT = Text("请稍候", "Wait a moment")
# Of any device.
ANYWHERE: dict[str, DeviceWords] = {
    "starting": DeviceWords(False, Text("正在连接", "starting"), Text("片刻后可用", "Ready in a moment"), _WAIT),
    "stopped": DeviceWords(True, Text("已停止", "stopped"), Text("大厅系统正在停止", "The hall is stopping"), _WAIT),
}


def device_words(role: Role, code: str) -> DeviceWords:
    """The words of a condition; one that is not in the table reads as `failed`."""
    return ANYWHERE.get(code) or DEVICE_WORDS.get((role, code)) or DEVICE_WORDS[role, "failed"]
