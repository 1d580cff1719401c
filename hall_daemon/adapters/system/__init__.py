"""The machine: clock, processors, service manager."""
