"""What can be the matter with a ticket printer, by code."""

from __future__ import annotations

from device_drivers.words import ConditionWords, Words

CONDITIONS: dict[str, ConditionWords] = {
    "cover_open": ConditionWords(Words("上盖打开", "cover open"), Words("请合上", "close it")),
    "paper_out": ConditionWords(Words("缺纸", "paper out"), Words("请装纸", "put in a new roll")),
    "error": ConditionWords(
        Words("出错停机", "stopped by an error"),
        Words("请看指示灯，断电重开", "look at its lamps, switch it off and on"),
    ),
    "offline": ConditionWords(Words("脱机", "offline"), Words("请按联机键", "press its online button")),
    "near_end": ConditionWords(
        Words("纸将用完", "paper near its end"), Words("请备纸", "have a roll ready"), stops=False
    ),
    "unconfirmed": ConditionWords(
        Words("上一张小票未确认", "took the last slip and did not say that it is out"),
        Words("请查看，断电重开", "look at it, switch it off and on"),
    ),
    "silent": ConditionWords(
        Words("没有应答", "does not answer"),
        Words(
            '请检查电源；从不应答的型号请设 status = "none"',
            'is it switched on? For a model that never does, set status = "none"',
        ),
    ),
}
