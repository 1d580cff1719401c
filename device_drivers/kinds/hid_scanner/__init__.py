"""Scanners that are keyboards."""

from device_drivers.kinds.hid_scanner.kind import KIND as KIND
