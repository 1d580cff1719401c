"""ESC/POS ticket printers (取号打印机)."""

from __future__ import annotations

from device_drivers.families.escpos.frames import ESCPOS, ESCPOS_STATUS
from device_drivers.kind import Kind
from device_drivers.kinds.escpos_printer.conditions import CONDITIONS
from device_drivers.kinds.escpos_printer.driver import NAME, build
from device_drivers.kinds.escpos_printer.options import PrinterOptions
from device_drivers.kinds.escpos_printer.simulator import SIMULATION
from device_drivers.words import Words

KIND = Kind(
    name=NAME,
    words=Words("打印机", "Printer"),
    options=PrinterOptions,
    parts={"printers": ""},
    build=build,
    codecs=(ESCPOS, ESCPOS_STATUS),
    conditions=CONDITIONS,
    simulate=SIMULATION,
    lines=("serial", "tcp", "file"),
)
