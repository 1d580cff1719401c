"""Speakers behind an MQTT broker."""

from device_drivers.kinds.mqtt_speaker.kind import KIND as KIND
