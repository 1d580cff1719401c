"""Slips that another program has read; what it read is beside this file."""

from __future__ import annotations

from dataclasses import replace

from device_drivers.families.escpos.profile import PROFILES, PrinterProfile
from device_drivers.ports import Columns, Rule, Slip, Text

WIDE, NARROW = PROFILES["80mm"], PROFILES["58mm"]

SLIPS: tuple[tuple[Slip, PrinterProfile], ...] = (
    (
        Slip((
            Text("示例政务服务大厅", align="center", bold=True),
            Rule(),
            Text("A023", size=4, align="center", bold=True),
            Text("营业执照 · 变更", align="center"),
            Text("前面还有 4 人", align="right"),
            Text("Number A023", align="left"),
        )),
        WIDE,
    ),
    (Slip((Text("昇喆堃·—〇𠮷"), Text("单处应去力Z[", size=2), Text("a\x1b@b\x00c"))), replace(WIDE, cutter="full")),
    (
        Slip((
            Columns("预计等候", "20–30 分钟"),
            Columns("这一行实在太长了放不下啊", "所以分成两行"),
            Text("很长的一行" * 5),
        )),
        replace(NARROW, cutter="partial"),
    ),
)
