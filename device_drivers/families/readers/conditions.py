"""What can be the matter with any reader that answers, by code."""

from __future__ import annotations

from device_drivers.words import ConditionWords, Words

SILENT = "silent"
READER_CONDITIONS: dict[str, ConditionWords] = {
    SILENT: ConditionWords(
        Words("没有应答", "does not answer"),
        Words("请检查电源、连接线和波特率", "check power, cable and baud rate"),
    ),
}
