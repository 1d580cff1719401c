"""Lines between a hall and the big screen's window: whether a call stands there. Pure.

    {"screen": …, "window": …, "number": …, "lit": true}\\n     the hall asks; lit false: nobody is called there
    {"screen": …, "number": …, "shown": true}\\n                the window answers, once it has painted it

UTF-8. The window shows what the hall's public listener says: nothing that comes over this wire is ever shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded, Example, only, text, whole_frame
from device_drivers.codecs.message import compact
from device_drivers.errors import BadField

LONGEST = 2048
LONGEST_WORD = 200


class Ask(NamedTuple):
    screen: str
    window: str
    number: str
    lit: bool


class Shown(NamedTuple):
    screen: str
    number: str
    shown: bool


def write_line(said: Ask | Shown) -> bytes:
    return compact(said._asdict()) + b"\n"


def cut_line(buffer: bytes) -> tuple[Ask | Shown, int] | None:
    """(what is said, bytes used) from the front of `buffer`, None for half a line; raises BrokenFrame."""
    end = buffer.find(b"\n")
    if end < 0:
        return None
    try:
        said = json.loads(buffer[:end])
    except (ValueError, RecursionError) as error:
        raise BrokenFrame(f"not a line of JSON: {error}", end + 1) from None
    if isinstance(said, dict):
        for shape in (Ask, Shown):
            if said.keys() == set(shape._fields) and all(map(_fits, said.values(), shape.__annotations__)):
                return shape(**said), end + 1
    raise BrokenFrame(f"expected an object of {', '.join(Ask._fields)}, or of {', '.join(Shown._fields)}", end + 1)


def _fits(value: object, name: str) -> bool:
    if name in ("lit", "shown"):
        return isinstance(value, bool)
    return isinstance(value, str) and len(value) <= LONGEST_WORD


def _encode(fields: Mapping[str, object]) -> bytes:
    shape = Shown if "shown" in fields else Ask
    only(fields, shape._fields)
    for name in shape._fields:
        if name in ("lit", "shown"):
            if not isinstance(fields.get(name), bool):
                raise BadField(f"{name}: expected true or false, got {fields.get(name)!r}")
        elif len(text(fields, name)) > LONGEST_WORD:
            raise BadField(f"{name}: at most {LONGEST_WORD} characters")
    return compact({name: fields[name] for name in shape._fields}) + b"\n"


def _decode(data: bytes) -> Decoded:
    line = data if data.endswith(b"\n") else data + b"\n"
    said, used = whole_frame(cut_line, line, "its line end is missing")
    return Decoded(said._asdict(), min(used, len(data)))


BIG_SCREEN = Codec(
    name="big-screen",
    summary="the big screen's window: whether a call stands there",
    directions="hall->window: asks; window->hall: answers",
    encode=_encode,
    decode=_decode,
    is_text=True,
    examples=(
        Example(
            write_line(Ask("big-3", "3", "A023", True)).hex(" "), "this project's own window",
            Ask("big-3", "3", "A023", True)._asdict(),
        ),
        Example(
            write_line(Shown("big-3", "A023", True)).hex(" "), "this project's own window",
            Shown("big-3", "A023", True)._asdict(),
        ),
    ),
)
