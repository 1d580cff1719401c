"""The city's approval platform: a port, its HTTP adapter, an outbox that survives kills, a thread."""
