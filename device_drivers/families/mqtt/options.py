"""What every device behind a broker may be told, and the session that comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Protocol, TypeVar

from msgspec import Meta

from device_drivers.codecs.message import Message, Messages
from device_drivers.errors import LinkDown
from device_drivers.kind import Need
from device_drivers.links.link import Link
from device_drivers.links.mqtt import MqttLink
from device_drivers.options import DeviceSpec, Table

Topic = Annotated[
    str,
    Meta(
        min_length=1, max_length=200, pattern=r"^[^#+\x00-\x1f\x7f]+$",
        description="a topic without # and +, 1 to 200 characters",
    ),
]
Event = TypeVar("Event")


class Broker(Table, frozen=True, kw_only=True):
    """How the hall logs in at the broker of a device; host and port stand in its line."""

    username: Annotated[str, Meta(max_length=128)] = ""
    password_file: Annotated[str, Meta(max_length=4096)] = ""
    client_id: Annotated[str, Meta(max_length=64, pattern="^[ -~]*$", description="ASCII, at most 64 characters")] = ""


class Brokered(Protocol):
    """The options of a device behind a broker."""

    @property
    def broker(self) -> Broker: ...


def password_needed(options: Brokered) -> list[Need]:
    return [Need("path", options.broker.password_file)] if options.broker.password_file else []


def mqtt_link(
    spec: DeviceSpec,
    broker: Broker,
    inner: Link[Messages, Event],
    *,
    topics: tuple[str, ...] = (),
    birth: Message | None = None,
    will: Message | None = None,
) -> MqttLink[Event]:
    """The password is read at every log-in, so that a new one needs no restart."""
    return MqttLink(
        inner, client_id=broker.client_id or f"hall-{spec.id}", username=broker.username,
        password=lambda: _password(broker), topics=topics, birth=birth, will=will,
    )


def _password(broker: Broker) -> str:
    if not broker.password_file:
        return ""
    try:
        return Path(broker.password_file).read_text(encoding="utf-8").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        why = f"{broker.password_file}: expected the password on its first line ({error})"
        raise LinkDown(why, "broker_refuses") from error
