"""What it means in the hall that a device is out: words by its role, served with each device.

What is wrong with it and what to do at the device is said by its kind (`device_drivers`, a table of conditions).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from hall_daemon.wire.texts import Text

Role = Literal["printer", "screen", "pad", "speaker"]


class RoleWords(NamedTuple):
    """Sentences without a full stop. `without`: what does not happen while it is out; `meanwhile`: what people do
    instead; `still`: what is to be said when it works nevertheless."""

    name: Text
    without: Text
    meanwhile: Text | None = None
    still: Text = Text("照常工作", "It still works")


_CALL = Text("请口头叫号", "Call people by voice")

ROLES: dict[Role, RoleWords] = {
    "printer": RoleWords(
        Text("打印机", "Printer"),
        Text("取号没有小票，号码有效", "Numbers are given without a slip and stay valid"),
        still=Text("小票照常", "Slips still come out"),
    ),
    "screen": RoleWords(Text("窗口屏", "Window screens"), Text("叫号不上屏", "Calls are not shown"), _CALL),
    "pad": RoleWords(
        Text("呼叫器", "Caller pads"),
        Text("按键无反应", "Keys on the pads do nothing"),
        Text("请用本页按键", "Use the keys of this page"),
    ),
    "speaker": RoleWords(Text("语音", "Voice"), Text("叫号没有声音", "Calls are not spoken"), _CALL),
}


class StateWords(NamedTuple):
    """What a state of life says by itself, of any device."""

    urgent: bool
    what: Text
    means: Text
    action: Text


_WAIT = Text("请稍候", "Wait a moment")
ANYWHERE: dict[str, StateWords] = {
    "starting": StateWords(False, Text("正在连接", "starting"), Text("片刻后可用", "Ready in a moment"), _WAIT),
    "stopped": StateWords(True, Text("已停止", "stopped"), Text("大厅系统正在停止", "The hall is stopping"), _WAIT),
}
