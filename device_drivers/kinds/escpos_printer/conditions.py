"""What can be the matter with a ticket printer, by code."""

from __future__ import annotations

from device_drivers.words import ConditionWords, Words

CONDITIONS: dict[str, ConditionWords] = {
    "cover_open": ConditionWords(Words("上盖打开", "cover open"), Words("请合上上盖", "close it")),
    "paper_out": ConditionWords(Words("缺纸", "paper out"), Words("请装新纸卷", "put in a new roll")),
    "error": ConditionWords(
        Words("出错停机", "stopped by an error"),
        Words("请关机，清除卡纸后再开", "look at its lamps, switch it off, clear the paper, switch it on"),
    ),
    "offline": ConditionWords(Words("脱机", "offline"), Words("请按联机键", "press its online button")),
    "paper_near_end": ConditionWords(
        Words("纸将用完", "paper near its end"), Words("请备好纸卷", "have a roll ready"), stops=False
    ),
    "unconfirmed": ConditionWords(
        Words("未确认上一张小票", "took the last slip and did not say that it is out"),
        Words("请查看打印机，需要时补打", "look at it, switch it off and on; print again if need be"),
        effect=Words("小票可能没有打出", "It may not have come out"),
    ),
    "silent": ConditionWords(
        Words("没有应答", "does not answer"),
        Words(
            '请检查电源和连接线；从不应答的型号请设 status = "none"',
            'is it switched on? For a model that never does, set status = "none"',
        ),
    ),
}
