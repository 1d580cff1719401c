"""GM65 and GM861 scanner modules."""

from device_drivers.kinds.gm65_scanner.kind import KIND as KIND
