"""What scanners send: text that ends with a carriage return, in UTF-8 or, from older codes, GB 18030. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from device_drivers.codecs.codec import BrokenFrame, Decoded
from device_drivers.errors import BadField

# The largest QR code holds 2,953 bytes, or 7,089 digits; longer ones are nobody's ticket.
LONGEST_CODE: Final = 4096
ENDS = b"\r\n"
_LINE = re.compile(rb"[\r\n]*([^\r\n]+)[\r\n]")
# No code holds these: they begin a frame, or are noise.
_STEERING = re.compile(rb"[\x00-\x03\x05-\x08\x0b\x0c\x0e-\x1c\x7f]")
# Separate fields within GS1 and ISO 15434 codes; only the first is part of what a code says. Whatever else is a control
# character is a damaged frame of a scanner, and no code.
_KEPT = "\x1d"
_DROPPED = "\t\x04\x1e\x1f"


class CodeLine(NamedTuple):
    """A code as it was sent, without its end."""

    data: bytes


def cut_line(buffer: bytes, heads: Iterable[bytes] = ()) -> tuple[CodeLine, int] | None:
    """(code, bytes used) from the front of `buffer`, None for half a line; raises BrokenFrame. Empty lines belong to
    the code behind them, so that CR LF ends one code. A line that holds what no code holds is dropped whole, so that
    nobody takes its rest for a code; up to one of `heads`, with which another frame begins."""
    found = _LINE.match(buffer)
    steering = _STEERING.search(buffer, 0, found.end() if found else len(buffer))
    if steering is not None:
        ends = [at for at in (buffer.find(head, 1) for head in heads) if at > 0]
        ends += [found.end()] if found else []
        if not ends and len(buffer) < LONGEST_CODE:
            return None
        raise BrokenFrame("a control character in a code", min(ends, default=len(buffer)))
    if found is not None:
        return CodeLine(found[1]), found.end()
    if len(buffer) > LONGEST_CODE + len(ENDS):
        raise BrokenFrame(f"no end within {LONGEST_CODE} bytes", len(buffer))
    return None


def code_text(data: bytes) -> tuple[str, str]:
    """What a code says, and in which encoding. Bytes that are no text of either say nothing ("")."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        said = "".join(c for c in text if c not in _DROPPED)
        if any(unicodedata.category(c) == "Cc" and c not in _KEPT for c in said):
            break
        return said, encoding
    return "", "bytes"


def code_fields(data: bytes) -> dict[str, object]:
    said, encoding = code_text(data)
    if encoding == "bytes":
        return {"data": data.hex(" ").upper()}
    return {"code": said} if encoding == "utf-8" else {"code": said, "encoding": encoding}


def decode_code(line: CodeLine, used: bytes) -> Decoded:
    """A code for people; a warning where it came with more than itself and its end."""
    fields = code_fields(line.data)
    try:
        as_it_is = encode_code(fields) == used
    except BadField:
        as_it_is = False
    return Decoded(fields, len(used), () if as_it_is else ("not the plain text of a code and one end",))


def encode_code(fields: Mapping[str, object]) -> bytes:
    """Raises BadField."""
    code, encoding = fields.get("code"), fields.get("encoding", "utf-8")
    if not isinstance(code, str) or not code or encoding not in ("utf-8", "gb18030"):
        raise BadField('code: expected text, with encoding "utf-8" or "gb18030"')
    data = code.encode(str(encoding), "replace")
    if len(data) > LONGEST_CODE or set(data) & set(ENDS):
        raise BadField(f"code: expected at most {LONGEST_CODE} bytes on one line")
    return data + b"\r"
