"""The hall on MQTT: publisher, sessions, outbox, and the supervised broker."""
