"""Devices behind an MQTT broker: how they log in, and the broker that stands in for them at the other end."""
