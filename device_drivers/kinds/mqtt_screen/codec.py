"""Messages to screens that show what a topic says, as fields for `hall frame`. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device_drivers.codecs.codec import Codec, Decoded, Example, only
from device_drivers.codecs.message import compact, message_of, read_message, write_message
from device_drivers.errors import BadField


def _encode(fields: Mapping[str, object]) -> bytes:
    only(fields, ("topic", "payload", "retain"))
    if "payload" not in fields:
        raise BadField("payload: is missing, expected text, an object or a list")
    return write_message(message_of(fields.get("topic"), fields["payload"], fields.get("retain", False)))


def _decode(data: bytes) -> Decoded:
    message = read_message(data)
    text = message.payload.decode("utf-8", "replace")
    shown: dict[str, object] = {"topic": message.topic, "payload": text, "retain": message.retain}
    return Decoded(shown, len(data))


MQTT_SCREEN = Codec(
    name="mqtt-screen",
    summary="screen behind a broker, a topic of its own",
    directions="host->broker->screen",
    encode=_encode,
    decode=_decode,
    is_text=True,
    examples=(
        Example(
            compact({"topic": "hall/screens/window-3", "payload": "请A023号办理", "retain": True}).hex(" "),
            "the topics of this hall",
            {"topic": "hall/screens/window-3", "payload": "请A023号办理", "retain": True},
        ),
    ),
)
