"""One listener's ASGI application: rate limit, routes from the table, pages, and 404 for the rest.

Runs on the listener's loop; `bind` and `close` are called there by the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from hall_daemon.web.counts import Listener
from hall_daemon.web.endpoint import Endpoint, Gate, Operation, Reply, problem_reply, send_reply
from hall_daemon.web.limits import Limits, RateLimiter, address_of
from hall_daemon.web.pages import Pages
from hall_daemon.web.served import served_reply


class Bound(Protocol):
    """A part that lives on the loop; None when the loop ends."""

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None: ...


def _no_subject(scope: Scope) -> str:
    return ""


async def _no_ticket(token: str) -> bool:
    return False


def _any_host(host: bytes) -> bool:
    return True


class Site:
    """`operations` is the table; one path's methods become one endpoint. `subject_of` says what a request is about,
    for the rate by subject; "" is nothing that has one. `has_ticket` says whether a token is one, `is_ours` whether a
    Host header names this hall: a name of somebody else's that leads here is refused before anything else.

    What is not here is a page for a browser and a problem for a program; a token that is none reads the same
    whatever it is.
    """

    def __init__(
        self, *,
        operations: Sequence[Operation],
        gate: Gate,
        limits: Limits,
        pages: Pages,
        parts: Sequence[Bound],
        counted: Listener,
        monotonic: Callable[[], float],
        subject_of: Callable[[Scope], str] = _no_subject,
        has_ticket: Callable[[str], Awaitable[bool]] = _no_ticket,
        is_ours: Callable[[bytes], bool] = _any_host,
    ) -> None:
        self.limits = limits
        self._pages = pages
        self._has_ticket = has_ticket
        self._parts = parts
        self._counted = counted
        self._subject_of = subject_of
        self._is_ours = is_ours
        self._by_address, self._by_subject, self._by_page = (
            rate and RateLimiter(rate, monotonic) for rate in (limits.by_address, limits.by_subject, limits.pages)
        )
        by_path: dict[str, list[Operation]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, []).append(operation)
        ends = {path: Endpoint(tuple(same), limits, counted.requests, gate) for path, same in by_path.items()}
        # Where nothing in a path is somebody's, there is nothing to match.
        self._whole = {path: end for path, end in ends.items() if "{" not in path}
        routes = [Route(path, end) for path, end in ends.items() if path not in self._whole]
        self._router = Router(routes, redirect_slashes=False, default=self._no_route)

    def bind(self, loop: asyncio.AbstractEventLoop | None) -> None:
        for part in self._parts:
            part.bind(loop)

    def close(self) -> None:
        """No new streams; the open ones end, so that the server can stop."""
        self._counted.streams.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait_s = self._wait_s(scope)
        if wait_s:
            self._counted.limited["rate"] += 1
            # Whoever asks too much waits for the answer, so that asking at once again costs us little.
            await asyncio.sleep(self.limits.penalty_s)
            reply = problem_reply("rate_limited", {"retry_after_ms": round(wait_s * 1000) or 1})
            await send_reply(scope, send, reply)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if not self._is_ours(host):
            self._counted.limited["host"] += 1
            await send_reply(scope, send, problem_reply("wrong_host", {"host": host[:80].decode("latin-1")}))
            return
        end = self._whole.get(scope["path"])
        if end is None:
            await self._router.app(scope, receive, send)
        else:
            scope["path_params"] = {}
            await end(scope, receive, send)

    def _wait_s(self, scope: Scope) -> float:
        """0 when this request may be answered, else the seconds until it may."""
        path, address = scope["path"], address_of(scope.get("client"))
        if self._by_page is not None and self._pages.find(path) is not None:
            return self._by_page.wait_s(address)
        wait_s = 0.0 if self._by_address is None else self._by_address.wait_s(address)
        if not wait_s and self._by_subject is not None:
            subject = self._subject_of(scope)
            wait_s = self._by_subject.wait_s(subject) if subject else 0.0
        return wait_s

    async def _no_route(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path, headers = scope["method"], scope["path"], dict(scope["headers"])
        page, token = self._pages.find(path), self._pages.token(path)
        read = method in ("GET", "HEAD")
        if page is None or (read and token and not await self._has_ticket(token)):
            shown = page or self._pages.missing
            if shown is not None and read and b"text/html" in headers.get(b"accept", b""):
                reply = served_reply(shown, headers, 404)
            elif token:
                reply = problem_reply("unknown_token")
            else:
                reply = problem_reply("not_found", None, path[:200])
        elif read:
            reply = served_reply(page, headers)
        elif method == "OPTIONS":
            reply = Reply(204, b"", ((b"allow", b"GET, HEAD, OPTIONS"),))
        else:
            reply = problem_reply("method_not_allowed", None, path[:200])
            reply = reply._replace(headers=((b"allow", b"GET, HEAD, OPTIONS"),))
        self._counted.requests["page" if page else "none", reply.status] += 1
        await send_reply(scope, send, reply)
