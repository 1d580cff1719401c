"""The core loop, its views and reactions. Knows no HTTP, no MQTT and no serial line."""
