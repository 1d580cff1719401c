"""A sane scanner."""

from device_drivers.kinds.sane_scanner.kind import KIND as KIND
