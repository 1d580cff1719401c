"""Where the hall touches the world: SQLite, MQTT, HTTP, devices, clock, systemd."""
