"""One request and its reply: reading what was sent within bounds, checking it, answering, and saying no.

Runs on the listener's loop. Knows operations only as rows of a table.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs

import msgspec
from starlette.types import Receive, Scope, Send

from hall_daemon.web.json_body import decoded
from hall_daemon.web.limits import Limits
from hall_daemon.wire.problems import problem

_LOGGER = logging.getLogger(__name__)

Header = tuple[bytes, bytes]
JSON = b"application/json"
NO_STORE = b"no-store"
REVALIDATE = b"no-cache"
encode = msgspec.json.Encoder().encode

_KEY = re.compile(rb"[\x21-\x7e]{1,64}")
# A body that is too large is refused at once; this much of it is still taken off the wire, so that the refusal
# arrives instead of a reset connection.
_LINGER_BYTES = 4 * 1024 * 1024
_LINGER_S = 2.0
MAX_QUERY_FIELDS = 20


class Reply(NamedTuple):
    status: int
    body: bytes
    headers: tuple[Header, ...] = ()
    content_type: bytes = JSON
    cache: bytes = NO_STORE


class Fault(Exception):
    """The request ends with this problem. `code` is one of wire.problems."""

    def __init__(self, code: str, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts or {}


def busy() -> Fault:
    """Too much is asked at once; the same request in a second will do."""
    return Fault("busy", {"retry_after_ms": 1000})


class Gone(Exception):
    """The client closed before it had sent everything."""


class Call:
    """A request on its way through a handler. `body` is decoded; `key`, `print` and `by` are for the core. `who` is
    what the gate knows of whoever asks; `about` what was done to, where a handler found that: an id, no secret."""

    __slots__ = ("about", "body", "by", "headers", "key", "params", "path", "print", "receive", "scope", "send", "who")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.path: str = scope["path"]
        self.params: dict[str, str] = scope["path_params"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.body: Any = None
        self.key = ""
        self.print = ""
        self.by = "http"
        self.who: Any = None
        self.about = ""


Handler = Callable[[Call], Awaitable[Reply | None]]


class Query(NamedTuple):
    """A query parameter, for the document."""

    name: str
    summary: str
    schema: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the table that drives both the routes and the OpenAPI document.

    `needs` is the right without which it is refused. `reply` is the body's type, `content` its media type; `codes` the
    problems that this operation itself can cause, beside those that any request can. A handler that returns None has
    sent its reply itself.
    """

    id: str
    method: str
    path: str
    summary: str
    needs: str
    handle: Handler
    reply: Any
    codes: tuple[str, ...] = ()
    status: int = 200
    body: type[msgspec.Struct] | None = None
    query: tuple[Query, ...] = ()
    content: str = "application/json"
    statuses: tuple[int, ...] = ()
    # Names of headers that it reads, for the document.
    takes: tuple[str, ...] = ()
    # Media types of a body that its handler reads by itself.
    sends: tuple[str, ...] = ()
    # Where a body of this one may be larger than the listener's bound.
    body_bytes: int = 0


class Gate(Protocol):
    """Who may do what. Must not wait."""

    def admit(self, operation: Operation, call: Call) -> None:
        """Raises Fault for whoever may not; says in `call.by` and `call.who` who asks."""

    def ended(self, operation: Operation, call: Call, result: str) -> None:
        """What became of it: `done`, or the code of the problem."""

    def holds(self, right: str, call: Call) -> bool:
        """Whether whoever was admitted is still there and has the right: an answer that goes on for hours asks."""
        ...


def get(id: str, needs: str, path: str, summary: str, handle: Handler, reply: Any, **more: Any) -> Operation:
    """A row that reads; `more` are the other fields of Operation."""
    return Operation(id=id, method="GET", path=path, needs=needs, summary=summary, handle=handle, reply=reply, **more)


def post(id: str, needs: str, path: str, summary: str, handle: Handler, reply: Any, **more: Any) -> Operation:
    """A row that does something; its `body` is among `more`."""
    return Operation(id=id, method="POST", path=path, needs=needs, summary=summary, handle=handle, reply=reply, **more)


def put(id: str, needs: str, path: str, summary: str, handle: Handler, reply: Any, **more: Any) -> Operation:
    """A row that keeps what is sent in the place of what was there."""
    return Operation(id=id, method="PUT", path=path, needs=needs, summary=summary, handle=handle, reply=reply, **more)


def delete(id: str, needs: str, path: str, summary: str, handle: Handler, reply: Any, **more: Any) -> Operation:
    """A row that takes something away."""
    row = partial(Operation, id=id, method="DELETE", path=path, needs=needs, summary=summary)
    return row(handle=handle, reply=reply, **more)


def unless_known(call: Call, body: bytes, etag: bytes) -> Reply:
    """200 with the body, or 304 when the client has it."""
    headers = ((b"etag", etag),)
    if etag in map(bytes.strip, call.headers.get(b"if-none-match", b"").split(b",")):
        return Reply(304, b"", headers, cache=REVALIDATE)
    return Reply(200, body, headers, cache=REVALIDATE)


def problem_reply(code: str, facts: Mapping[str, object] | None = None, instance: str = "") -> Reply:
    said = problem(code, facts, instance=instance)
    headers: tuple[Header, ...] = ()
    if said.retry_after_s is not None:
        headers = ((b"retry-after", str(said.retry_after_s).encode()),)
    return Reply(said.status, encode(said), headers, b"application/problem+json")


async def send_reply(scope: Scope, send: Send, reply: Reply) -> None:
    headers = [
        (b"content-type", reply.content_type),
        (b"content-length", str(len(reply.body)).encode()),
        (b"cache-control", reply.cache),
        *reply.headers,
    ]
    if reply.status in (204, 304):
        del headers[:2]
    if scope["state"]["connection"].answer(reply.status, headers, reply.body):
        return
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


class Endpoint:
    """All methods of one path, as a plain ASGI application."""

    def __init__(
        self, operations: tuple[Operation, ...], limits: Limits, counts: Counter[tuple[str, int]], gate: Gate
    ) -> None:
        self._operations = {operation.method: operation for operation in operations}
        if "GET" in self._operations:
            self._operations["HEAD"] = self._operations["GET"]
        self._decoders = {o.id: msgspec.json.Decoder(o.body) for o in operations if o.body is not None}
        self._allow: tuple[Header, ...] = ((b"allow", ", ".join(sorted({*self._operations, "OPTIONS"})).encode()),)
        self._limits = limits
        self._gate = gate
        self._counts = counts
        self._reported: set[tuple[str, type[Exception]]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = self._operations.get(scope["method"])
        if operation is None:
            await self._no_operation(scope, send)
            return
        call = Call(scope, receive, send)
        reply: Reply | None
        result = "done"
        try:
            self._gate.admit(operation, call)
            if operation.body is not None:
                await self._take_body(operation, call)
            reply = await operation.handle(call)
        except Fault as fault:
            result = fault.code
            reply = problem_reply(result, fault.facts, call.path)
            if result == "too_large":
                self._counts[operation.id, reply.status] += 1
                await _refuse_and_linger(call, reply)
                return
        except TimeoutError:
            result = "timeout"
            reply = problem_reply(result, None, call.path)
        except Gone:
            return
        except Exception as error:  # noqa: BLE001 (a bug in one handler must not take the connection's others)
            self._report(operation, error)
            result = "internal"
            reply = problem_reply(result, None, call.path)
        self._gate.ended(operation, call, result)
        if reply is None:
            self._counts[operation.id, operation.status] += 1
            return
        self._counts[operation.id, reply.status] += 1
        await send_reply(scope, send, reply)

    async def _no_operation(self, scope: Scope, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            reply = Reply(204, b"", self._allow)
        else:
            reply = problem_reply("method_not_allowed", None, scope["path"])
            reply = reply._replace(headers=self._allow)
        self._counts["none", reply.status] += 1
        await send_reply(scope, send, reply)

    async def _take_body(self, operation: Operation, call: Call) -> None:
        headers = call.headers
        raw = await read_body(call.receive, headers, operation.body_bytes or self._limits.body_bytes)
        media = headers.get(b"content-type")
        if raw and media is not None and media.split(b";", 1)[0].strip().lower() != JSON:
            raise Fault("bad_type")
        try:
            call.body = decoded(self._decoders[operation.id], raw or b"{}")
        except msgspec.ValidationError as error:
            raise Fault("bad_field", {"why": str(error)}) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Fault("bad_json", {"why": str(error)}) from None
        key = headers.get(b"idempotency-key")
        if key is not None:
            if not _KEY.fullmatch(key):
                raise Fault("bad_key")
            # Whoever else sends the same key means another one: nobody is answered with somebody else's press.
            call.key = f"{call.by} {key.decode()}"
            told = f"{operation.method} {call.path}\n{call.by}\n".encode() + raw
            call.print = hashlib.blake2b(told, digest_size=16).hexdigest()

    def _report(self, operation: Operation, error: Exception) -> None:
        """Log a bug with its stack the first time, by name only from then on."""
        kind = (operation.id, type(error))
        if kind in self._reported:
            _LOGGER.error("http operation %s failed again: %s", operation.id, type(error).__name__)
            return
        self._reported.add(kind)
        _LOGGER.error("http operation %s failed", operation.id, exc_info=error)


def check_site(headers: Mapping[bytes, bytes]) -> None:
    """A page of somebody else's, open in a clerk's browser, must not press the clerk's keys: not one of another port
    either. Raises Fault cross_site."""
    if headers.get(b"sec-fetch-site", b"same-origin") not in (b"same-origin", b"none"):
        raise Fault("cross_site")
    origin = headers.get(b"origin")
    if origin is not None and origin.partition(b"://")[2].lower() != headers.get(b"host", b"").lower():
        raise Fault("cross_site")


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """The whole body. Raises Fault too_large as soon as it is known to be, Gone when the client leaves."""
    length = headers.get(b"content-length")
    if length is not None and int(length) > limit:
        raise Fault("too_large", {"limit": limit})
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message["body"]
        parts.append(part)
        size += len(part)
        if size > limit:
            raise Fault("too_large", {"limit": limit})
        if not message.get("more_body", False):
            return part if len(parts) == 1 else b"".join(parts)


async def _refuse_and_linger(call: Call, reply: Reply) -> None:
    """Answer at once, then throw away what is still coming, for a bounded while, and close."""
    headers = [
        (b"content-type", reply.content_type),
        (b"content-length", str(len(reply.body)).encode()),
        (b"cache-control", reply.cache),
        (b"connection", b"close"),
    ]
    await call.send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await call.send({"type": "http.response.body", "body": reply.body, "more_body": True})
    left = _LINGER_BYTES if b"expect" not in call.headers else 0
    try:
        async with asyncio.timeout(_LINGER_S):
            while left > 0:
                message = await call.receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
                left -= len(message["body"])
    except TimeoutError:
        pass
    await call.send({"type": "http.response.body", "body": b""})


def query_value(call: Call, name: str) -> str:
    """A query parameter's first value, or an empty string."""
    query: bytes = call.scope.get("query_string", b"")
    if not query:
        return ""
    try:
        found = parse_qs(query.decode("latin-1"), max_num_fields=MAX_QUERY_FIELDS).get(name)
    except ValueError:
        raise Fault("bad_field", {"why": f"an address has at most {MAX_QUERY_FIELDS} query fields"}) from None
    return found[0] if found else ""
