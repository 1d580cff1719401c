"""ESC/POS ticket printers."""

from __future__ import annotations

from device_drivers.kinds.escpos_printer.kind import KIND

__all__ = ["KIND"]
