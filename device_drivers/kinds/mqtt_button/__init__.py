"""Buttons behind a broker."""

from device_drivers.kinds.mqtt_button.kind import KIND as KIND
