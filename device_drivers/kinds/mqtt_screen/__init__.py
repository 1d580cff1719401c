"""Screens that show what an MQTT topic says."""

from device_drivers.kinds.mqtt_screen.kind import KIND as KIND
