"""Keypads that are keyboards."""

from device_drivers.kinds.hid_keypad.kind import KIND as KIND
