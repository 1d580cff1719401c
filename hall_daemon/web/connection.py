"""One TCP connection: uvicorn's HTTP/1.1 protocol with the bounds that it leaves open.

Head size, number of connections, time to send a request; and what cannot be read gets a problem+json answer
instead of a log line each. Runs on the listener's loop; knows no route.
"""

from __future__ import annotations

import asyncio
import http
from collections.abc import Iterable, Mapping
from typing import Any

import httptools
import msgspec
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from hall_daemon.web.limits import Limits, address_of
from hall_daemon.web.pages import PAGE_POLICY
from hall_daemon.wire.problems import problem

# With every answer, also to what is no request.
SECURITY_HEADERS = (
    ("content-security-policy", PAGE_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
)
# What says who asks, what and for whom. Two of one: two machines on the way could each believe another (RFC 9112, 3.2).
_ONCE = frozenset((
    b"host", b"authorization", b"cookie", b"origin", b"sec-fetch-site", b"x-hall-page", b"idempotency-key",
    b"content-type",
))
# What a header has beside its name and value: colon, space, end of line.
_HEADER_EXTRA = 4
_LINE = b"%s: %s\r\n".__mod__


class HallConnection(HttpToolsProtocol):
    """`overdue` is called by the server's sweep; all else by the loop."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: Limits,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.limits = limits
        self._head_bytes = 0
        self._said: set[bytes] = set()
        self._twice = False
        self._began = 0.0
        # What this request may take; a handler that knows who asks may give it longer.
        self.patience_s = limits.request_s
        self._address = ""
        self._active = 0.0
        self._running: RequestResponseCycle | None = None
        # What is said and then closed, once everything that came whole before it is answered.
        self._last_words = b""
        # The newest request has its head, and not yet its whole body.
        self._in_body = False
        self._fault: tuple[str, Mapping[str, object]] = ("bad_request", {})
        # What stands in every answer, as it is sent, and what it was made of.
        self._always, self._always_of = b"", [(b"", b"")]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._began = self._active = self.loop.time()
        self._address = address_of(self.client)
        if len(self.connections) > self.limits.connections or not self._has_room():
            self._refuse("crowded", {"retry_after_ms": 1000})

    def _has_room(self) -> bool:
        """Whether its address may have one more; that of it which was idle longest makes room."""
        each = self.limits.connections_each
        if not each:
            return True
        others = [
            other for other in self.connections
            if other is not self and isinstance(other, HallConnection) and other._address == self._address
            and not other.transport.is_closing()
        ]
        if len(others) < each:
            return True
        idle = min((other for other in others if other._idle), key=lambda other: other._active, default=None)
        if idle is None:
            return False
        idle.transport.close()
        return True

    @property
    def _idle(self) -> bool:
        """Nothing that it asked is still being answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # uvicorn tells only the newest of the requests that came in one packet; the one that runs must know too,
        # or it writes to a closed transport.
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        if self._last_words:
            return
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nobody here speaks anything else. The request is answered as HTTP, then the connection ends.
            if self.cycle is not None:
                self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse(*self._fault)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes, self._twice = 0, False
        self.patience_s = self.limits.request_s
        self._said.clear()
        if not self._began:
            self._began = self.loop.time()
        self.scope["state"]["connection"] = self

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + _HEADER_EXTRA)
        lower = name.lower()
        if lower in _ONCE:
            self._twice = self._twice or lower in self._said
            self._said.add(lower)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        version = self.parser.get_http_version()
        if self._twice or (version == "1.1" and b"host" not in self._said) or version not in ("1.0", "1.1"):
            raise ValueError("a header twice, no Host, or no version that is spoken here")
        super().on_headers_complete()
        self._in_body = True

    def on_response_complete(self) -> None:
        if self._last_words and not self.pipeline and not self.transport.is_closing():
            self.transport.write(self._last_words)
            self.transport.close()
        super().on_response_complete()

    def on_message_complete(self) -> None:
        self._began, self._active, self._in_body = 0.0, self.loop.time(), False
        super().on_message_complete()

    def answer(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
        """Send a whole reply to the request that runs in one write: uvicorn's two are two system calls, and wake the
        other side twice. `headers` are sent as they are and hold the length. False when nothing was sent because
        this is no ordinary reply; then it goes uvicorn's way."""
        cycle = self._running
        if (
            cycle is None or cycle.response_started or cycle.disconnected or not cycle.keep_alive
            or self.flow.write_paused or cycle.scope["method"] == "HEAD"
        ):
            return False
        if cycle.default_headers is not self._always_of:  # uvicorn makes others each second
            self._always_of, self._always = cycle.default_headers, b"".join(map(_LINE, cycle.default_headers))
        lines = (STATUS_LINE[status], self._always, *map(_LINE, headers), b"\r\n", body)
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self.transport.write(b"".join(lines))
        cycle.message_event.set()
        cycle.on_response()
        return True

    def overdue(self, now: float) -> None:
        """End a connection whose request is not complete in time."""
        if not self._began or now - self._began <= self.patience_s:
            return
        if self._head_bytes:
            self._refuse("too_slow", {"limit_s": round(self.patience_s)})
        else:
            self.transport.close()

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.limits.head_bytes:
            self._fault = ("head_too_large", {"limit": self.limits.head_bytes})
            raise ValueError("head too large")

    def _refuse(self, code: str, facts: Mapping[str, object]) -> None:
        """Answer what is no request and close, after the answers to whole requests before it; only close when one of
        these is being sent."""
        if self._last_words:
            return
        words, cycle = raw_problem(code, facts), self._running
        if self._in_body and self.pipeline:
            self.pipeline.popleft()  # the newest is what is broken; it has not begun
        elif self._in_body:
            # It is the one that runs, and waits for a body that never comes, or was answered without.
            if cycle is not None and not cycle.response_started:
                self.transport.write(words)
            self.transport.close()
            return
        if cycle is None or cycle.response_complete:
            self.transport.write(words)
        elif not cycle.response_started:
            self._last_words = words
            return
        self.transport.close()


def raw_problem(code: str, facts: Mapping[str, object]) -> bytes:
    """A whole response as bytes, for what never became a request."""
    body = problem(code, facts)
    content = msgspec.json.encode(body)
    lines = [
        f"HTTP/1.1 {body.status} {http.HTTPStatus(body.status).phrase}",
        "content-type: application/problem+json",
        f"content-length: {len(content)}",
        "cache-control: no-store",
        "connection: close",
        *(f"{name}: {value}" for name, value in SECURITY_HEADERS),
    ]
    if body.retry_after_s is not None:
        lines.append(f"retry-after: {body.retry_after_s}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
