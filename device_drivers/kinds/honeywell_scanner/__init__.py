"""Honeywell scanners on a serial port."""

from device_drivers.kinds.honeywell_scanner.kind import KIND as KIND
