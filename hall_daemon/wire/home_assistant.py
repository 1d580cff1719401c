"""What a Home Assistant is told of the hall so that it shows queues and devices by itself: its discovery over MQTT.

Each message is one entity, retained, the same for as long as the configuration is. It says where the entity's state is
already published; nothing else is said for it. Source: home-assistant.io/integrations/mqtt (discovery, sensor,
binary_sensor).
"""

from __future__ import annotations

from hall_daemon.wire.texts import Message


class Apparatus(Message, frozen=True, kw_only=True):
    """The hall, which Home Assistant calls a device: all its entities stand under it."""

    identifiers: tuple[str, ...]
    name: str
    manufacturer: str
    model: str


class Origin(Message, frozen=True):
    name: str


class Entity(Message, frozen=True, kw_only=True):
    """`value_template` takes the state out of what `state_topic` says; after `expire_after` seconds without anything
    new it is not known."""

    name: str
    unique_id: str
    icon: str
    state_topic: str
    value_template: str
    json_attributes_topic: str
    json_attributes_template: str
    availability_topic: str
    expire_after: int
    device: Apparatus
    origin: Origin


class Sensor(Entity, frozen=True, kw_only=True):
    unit_of_measurement: str
    state_class: str = "measurement"


class BinarySensor(Entity, frozen=True, kw_only=True):
    """`ON` is trouble."""

    device_class: str = "problem"
    entity_category: str = "diagnostic"
