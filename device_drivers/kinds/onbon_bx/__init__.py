"""Onbon BX font cards."""

from device_drivers.kinds.onbon_bx.kind import KIND as KIND
