"""What is served from memory: a body, the same compressed, and how long a browser may keep it. Compressed once.

A name that holds the hash of its content (`/static/HASH/name`) may be kept for ever: other content has another name.
Everything else is asked for again each time and answered 304 while it is what it was.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from hall_daemon.web.endpoint import REVALIDATE, Header, Reply

FOR_EVER = b"public, max-age=31536000, immutable"
_HASH_DIGITS = 16


class Served(NamedTuple):
    """`packed` is the body as gzip, None where that is no shorter. `hash` names the content."""

    body: bytes
    packed: bytes | None
    content_type: bytes
    hash: str
    cache: bytes = REVALIDATE


def served(body: bytes, content_type: bytes) -> Served:
    packed = gzip.compress(body, 9, mtime=0)
    digest = hashlib.sha256(body).hexdigest()[:_HASH_DIGITS]
    return Served(body, packed if len(packed) < len(body) else None, content_type, digest)


def takes_gzip(accepted: bytes) -> bool:
    """Whether an Accept-Encoding header takes gzip; its own word goes before `*`."""
    said: dict[bytes, bool] = {}
    for part in accepted.lower().split(b","):
        coding, *parameters = (word.strip() for word in part.split(b";"))
        said[coding] = not any(_is_none(parameter) for parameter in parameters)
    return said.get(b"gzip", said.get(b"*", False))


def _is_none(parameter: bytes) -> bool:
    """`q=0`, `q=0.000`: anything but this."""
    name, _, weight = parameter.partition(b"=")
    return name.strip() == b"q" and not weight.strip(b" 0.")


def served_reply(found: Served, headers: Mapping[bytes, bytes], status: int = 200) -> Reply:
    """The body as the client takes it; 304 where it has it already."""
    body, extra = found.body, [(b"vary", b"accept-encoding")]
    etag = f'"{found.hash}"'.encode()
    if found.packed is not None and takes_gzip(headers.get(b"accept-encoding", b"")):
        body, etag = found.packed, f'"{found.hash}-gzip"'.encode()
        extra.append((b"content-encoding", b"gzip"))
    if status != 200:
        return Reply(status, body, tuple(extra), found.content_type)
    tagged: tuple[Header, ...] = ((b"etag", etag), *extra)
    # A proxy may have made the tag a weak one.
    known = (tag.strip().removeprefix(b"W/") for tag in headers.get(b"if-none-match", b"").split(b","))
    if etag in known:
        return Reply(304, b"", tagged[:2], found.content_type, found.cache)
    return Reply(200, body, tagged, found.content_type, found.cache)
