"""ESC/POS ticket printers."""

from device_drivers.kinds.escpos_printer.kind import KIND as KIND
