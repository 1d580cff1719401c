"""A body of JSON as the type that its operation takes."""

from __future__ import annotations

from typing import Any

import msgspec

# Up to here every whole number is one of its own as a float as well.
_EXACT = 2**53


def decoded(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    """`raw` by the decoder. A whole number may be written with a point, as some programs do: 12.0 is 12, to JSON and to
    the document. Raises what the decoder raises."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        if "got `float`" not in str(error):
            raise
    return msgspec.convert(_whole(msgspec.json.decode(raw)), decoder.type)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT else value
