"""MQTT topics, `hall/v1/{hall}/…`: `state` is retained, `events` is not. ASCII, no person, seven levels at most."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

# The hall and an id give a topic.
TopicOf = Callable[[str, str], str]

# 160 bits: who does not know the token finds neither it nor a page of it.
HASH_BYTES = 20


def status(hall: str) -> str:
    """The bare words `online` or `offline`; the last will says offline."""
    return f"hall/v1/{hall}/status"


def hall_state(hall: str) -> str:
    return f"hall/v1/{hall}/state"


def forecast(hall: str) -> str:
    return f"hall/v1/{hall}/forecast"


def queue_state(hall: str, queue: str) -> str:
    return f"hall/v1/{hall}/queues/{queue}/state"


def queue_forecast(hall: str, queue: str) -> str:
    return f"hall/v1/{hall}/queues/{queue}/forecast"


def service_state(hall: str, service: str) -> str:
    return f"hall/v1/{hall}/services/{service}/state"


def window_state(hall: str, window: str) -> str:
    return f"hall/v1/{hall}/windows/{window}/state"


def device_state(hall: str, device: str) -> str:
    return f"hall/v1/{hall}/devices/{device}/state"


def device_says(hall: str, device: str) -> str:
    """What the topics begin with that a machine of this name writes; nobody else does."""
    return f"hall/v1/{hall}/devices/{device}/says/"


def screen(hall: str) -> str:
    return f"hall/v1/{hall}/screen"


def accuracy(hall: str) -> str:
    return f"hall/v1/{hall}/accuracy"


def tickets(hall: str) -> str:
    """What the topics of all ticket pages begin with."""
    return f"hall/v1/{hall}/tickets/"


def ticket_page(hall: str, token: str) -> str:
    """A ticket's page stands under a hash of its token: who has the link finds it, who sees it cannot make a link."""
    return tickets(hall) + sha256(token.encode()).hexdigest()[: 2 * HASH_BYTES]


def home_assistant_sensor(hall: str, entity: str) -> str:
    """Where a Home Assistant looks for entities; outside of the hall's tree, below a name of the hall's own."""
    return f"homeassistant/sensor/hall-{hall}/{entity}/config"


def home_assistant_problem(hall: str, entity: str) -> str:
    return f"homeassistant/binary_sensor/hall-{hall}/{entity}/config"


def written(hall: str) -> tuple[str, ...]:
    """Filters of all that the hall writes: what others retain there is taken away."""
    return f"hall/v1/{hall}/#", f"homeassistant/+/hall-{hall}/+/config"


def events(hall: str) -> str:
    return f"hall/v1/{hall}/events"
