"""Boxes of buttons that give numbers."""

from device_drivers.kinds.button_box.kind import KIND as KIND
