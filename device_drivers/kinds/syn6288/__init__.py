"""SYN6288 speech modules."""

from device_drivers.kinds.syn6288.kind import KIND as KIND
