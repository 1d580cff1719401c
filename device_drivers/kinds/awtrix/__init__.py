"""AWTRIX 3 pixel clocks."""

from device_drivers.kinds.awtrix.kind import KIND as KIND
