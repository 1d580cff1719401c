"""Messages to AWTRIX 3 matrices: a custom app is a topic and a JSON object. Pure.

    <prefix>/custom/<app>   {"text": …, "color": "#RRGGBB", "noScroll": true, "lifetime": s}   empty: the app goes
    <prefix>/notify         {"text": …, "hold": true}          <prefix>/notify/dismiss   empty
    by HTTP                 POST /api/custom?name=<app>, /api/notify, /api/notify/dismiss

What is no ASCII is dropped by the matrix without a word, so it never gets there. See docs/devices/awtrix.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from device_drivers.codecs.codec import Codec, Decoded, Example, only
from device_drivers.codecs.message import compact, message_of, read_message, readable, write_message
from device_drivers.errors import BadField

REPLACED: Final = "?"
DELETE: Final = "publish an empty payload to the same topic"
_CUSTOM = re.compile("(?P<prefix>.+)/custom/(?P<app>[^/]+)")
_APP = ("prefix", "app", "text", "color", "noScroll", "lifetime")


def shown_text(words: str) -> tuple[str, int]:
    """What a matrix can show of a text, and how many characters had to become `?`."""
    shown = [character if " " <= character <= "~" else REPLACED for character in words]
    return "".join(shown), sum(a != b for a, b in zip(shown, words, strict=True))


def _encode(fields: Mapping[str, object]) -> bytes:
    """Either topic and payload, or an app: prefix, app, text and what else it has. Without a text the app goes."""
    if "topic" in fields:
        only(fields, ("topic", "payload", *_APP, "delete"))
        if "payload" not in fields and "text" in fields:
            raise BadField("payload: is missing; or leave topic out beside prefix, app and text")
        return write_message(message_of(fields["topic"], _ascii(fields.get("payload"))))
    only(fields, _APP)
    for name in ("prefix", "app"):
        if not isinstance(fields.get(name), str) or not fields[name]:
            raise BadField(f"{name}: is missing, expected text")
    payload = {name: fields[name] for name in _APP[2:] if name in fields}
    topic = f"{fields['prefix']}/custom/{fields['app']}"
    return write_message(message_of(topic, _ascii(payload) if "text" in fields else None))


def _ascii(payload: object) -> object:
    """With `?` in place of what the matrix would drop."""
    if isinstance(payload, dict) and isinstance(payload.get("text"), str):
        return payload | {"text": shown_text(payload["text"])[0]}
    return payload


def _decode(data: bytes) -> Decoded:
    message = read_message(data)
    payload = readable(message.payload)
    fields: dict[str, object] = {"topic": message.topic, "payload": payload}
    warnings: tuple[str, ...] = ()
    if app := _CUSTOM.fullmatch(message.topic):
        fields |= app.groupdict() | {"delete": DELETE}
    if isinstance(payload, dict):
        fields |= {name: payload[name] for name in _APP[2:] if name in payload}
        if not str(payload.get("text", "")).isascii():
            warnings = ("text: what is no ASCII is dropped by the matrix",)
    return Decoded(fields, len(data), warnings)


_KNOWN = {
    "topic": "awtrix_ab12cd/custom/window3",
    "payload": {"text": "A023", "color": "#FF0000", "noScroll": True, "lifetime": 600},
}

AWTRIX = Codec(
    name="awtrix",
    summary="AWTRIX 3 matrix, custom app",
    directions="host->matrix",
    encode=_encode,
    decode=_decode,
    aliases=("mqtt_awtrix3",),
    is_text=True,
    examples=(
        Example(compact(_KNOWN).hex(" "), "the documents of AWTRIX 3", _KNOWN, {**_KNOWN, "delete": DELETE}),
    ),
)
