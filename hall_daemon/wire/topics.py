"""MQTT topics, `hall/v1/{hall}/…`: `state` is retained, `events` is not. ASCII, no person, seven levels at most."""

from __future__ import annotations


def status(hall: str) -> str:
    """The bare words `online` or `offline`; the last will says offline."""
    return f"hall/v1/{hall}/status"


def hall_state(hall: str) -> str:
    return f"hall/v1/{hall}/state"


def forecast(hall: str) -> str:
    return f"hall/v1/{hall}/forecast"


def queue_state(hall: str, queue: str) -> str:
    return f"hall/v1/{hall}/queues/{queue}/state"


def window_state(hall: str, window: str) -> str:
    return f"hall/v1/{hall}/windows/{window}/state"


def device_state(hall: str, device: str) -> str:
    return f"hall/v1/{hall}/devices/{device}/state"


def events(hall: str) -> str:
    return f"hall/v1/{hall}/events"
