"""Modbus RTU LED boards."""

from device_drivers.kinds.modbus_led.kind import KIND as KIND
