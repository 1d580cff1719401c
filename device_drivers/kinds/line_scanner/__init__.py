"""Scanners that say a code and a carriage return."""

from device_drivers.kinds.line_scanner.kind import KIND as KIND
