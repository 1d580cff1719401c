"""Conversations without I/O: `receive(bytes, now)`, `tick(now)`, `take_output()`. No clock, no thread."""
