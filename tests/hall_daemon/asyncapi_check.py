"""Holds a published message against the AsyncAPI document: topic, retain flag and payload."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema

from hall_daemon.wire import asyncapi


def validate_published(topic: str, payload: bytes, *, retained: bool | None = None) -> Any:
    """The message as JSON (or the bare word). Raises when the document does not have it so. `retained`: how it
    was published, where the caller can know."""
    channel = channel_of(topic)
    assert channel is not None, f"{topic} is in no channel of the document"
    if retained is not None:
        assert channel.retained == retained, topic
    said = payload.decode("ascii") if channel.message is None else json.loads(payload)
    _validator(asyncapi.schema_name(channel)).validate(said)
    return said


def channel_of(topic: str) -> asyncapi.Channel | None:
    """The channel a topic belongs to, or None when the hall never publishes there."""
    for channel in asyncapi.CHANNELS:
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(channel.address)), topic):
            return channel
    return None


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    document = asyncapi.document()
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema.Draft202012Validator(schema)
