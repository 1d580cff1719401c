"""Ticket machines behind a broker."""

from device_drivers.kinds.mqtt_machine.kind import KIND as KIND
