"""Logging in at the city's provider: there, and back with a session. Rows that a hall has only where it is configured.

A browser gets nowhere but to the provider and to our own /staff; what went wrong stands behind the # as the code of a
problem, for the page to say. Each log-in belongs to the browser that began it, by a cookie of its own.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.present import Present
from hall_daemon.adapters.accounts.proofs import TOKEN_BYTES, hashed
from hall_daemon.adapters.accounts.provider import Begun, Claimed, IdentityProvider
from hall_daemon.adapters.http.gate import cookie_value, origin_of
from hall_daemon.adapters.http.sessions import aside, cookie, session_cookie, session_view
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Header, Operation, Query, Reply, encode, get, post, query_value
from hall_daemon.web.limits import Rate, RateLimiter
from hall_daemon.wire import access as a

T = TypeVar("T")

COOKIE = "hall_oidc"
PAGE = "/staff"
BEGIN, BACK = "/oidc/begin", "/oidc/back"
# Requests of one address; a log-in is two or three.
RATE = Rate(2.0, 60)
# How long somebody may take at the provider, and for the code after it.
MOST_S = 600
MOST_BEGUN = 1000


class _Begun(NamedTuple):
    browser: str
    at: Begun
    ends: float


class _Half(NamedTuple):
    """Who came back and has still to say the code of the second factor."""

    said: Claimed
    ends: float


class OidcApi:
    """`asking` is the thread that waits for the provider, `logging_in` the one on which all log-ins are."""

    def __init__(
        self, access: Access, provider: IdentityProvider, *, asking: Reading, logging_in: Reading,
        monotonic: Callable[[], float],
    ) -> None:
        self._access, self._provider = access, provider
        self._asking, self._logging_in = asking, logging_in
        self._monotonic = monotonic
        self._rate = RateLimiter(RATE, monotonic)
        # By state, and by the browser's cookie; the oldest go first.
        self._begun: OrderedDict[str, _Begun] = OrderedDict()
        self._halves: OrderedDict[str, _Half] = OrderedDict()

    def operations(self) -> tuple[Operation, ...]:
        said = tuple(
            Query(name, summary, {"type": "string", "maxLength": 4096})
            for name, summary in (
                ("code", "What the provider gives"), ("state", "What we gave"), ("iss", "Who the provider is"),
                ("error", "Why there is no code"),
            )
        )
        return (
            get(
                "beginCityLogIn", "anybody", BEGIN, "To the provider, to log in there", self.begin, str, status=303,
                content="text/plain",
            ),
            get(
                "endCityLogIn", "anybody", BACK, "Back from the provider, to the staff page", self.back, str,
                status=303, content="text/plain", query=said,
            ),
            post(
                "sayCityCode", "anybody", "/api/v1/session/oidc", "The second factor after the provider's log-in",
                self.say_code, a.SessionView, body=a.CodeBody,
                codes=("log_in_refused", "log_in_waits", "oidc_refused", "oidc_no_account"),
            ),
        )

    async def begin(self, call: Call) -> Reply:
        try:
            self._limit(call)
            begun = await aside(self._asking, lambda: self._provider.begin(_back(call)))
        except Fault as fault:
            return _to(f"{PAGE}#{fault.code}")
        browser = secrets.token_urlsafe(TOKEN_BYTES)
        _keep(self._begun, begun.state, _Begun(hashed(browser), begun, self._monotonic() + MOST_S))
        return _to(begun.address, _cookie(call, browser))

    async def back(self, call: Call) -> Reply:
        browser = cookie_value(call, COOKIE)
        try:
            self._limit(call)
            said = await self._claimed(call, browser)
        except Fault as fault:
            self._access.audit.note("", "log_in", "oidc", origin_of(call), fault.code)
            return _to(f"{PAGE}#{fault.code}", _cookie(call, ""))
        try:
            return _to(PAGE, _cookie(call, ""), session_cookie(call, (await self._log_in(call, said, ""))[0]))
        except Fault as fault:
            if fault.code != "code_needed":
                return _to(f"{PAGE}#{fault.code}", _cookie(call, ""))
        _keep(self._halves, hashed(browser), _Half(said, self._monotonic() + MOST_S))
        return _to(f"{PAGE}#code_needed")

    async def say_code(self, call: Call) -> Reply:
        self._limit(call)
        browser, body = cookie_value(call, COOKIE), call.body
        half = self._halves.get(hashed(browser)) if browser else None
        if half is None or half.ends < self._monotonic() or not body.code:
            raise Fault("oidc_refused")
        token, present = await self._log_in(call, half.said, body.code)
        self._halves.pop(hashed(browser), None)
        return Reply(200, encode(session_view(present, token)), (session_cookie(call, token), _cookie(call, "")))

    async def _claimed(self, call: Call, browser: str) -> Claimed:
        """Whom the provider knows. A state is good once, in the browser that it was made for."""
        begun = self._begun.pop(query_value(call, "state"), None)
        code, issuer = query_value(call, "code"), query_value(call, "iss")
        if begun is None or begun.ends < self._monotonic() or not code:
            raise Fault("oidc_refused")
        if not browser or not secrets.compare_digest(begun.browser, hashed(browser)):
            raise Fault("oidc_refused")
        return await aside(self._asking, lambda: self._provider.end(begun.at, code, issuer))

    async def _log_in(self, call: Call, said: Claimed, code: str) -> tuple[str, Present]:
        return await aside(
            self._logging_in,
            lambda: self._access.log_in_by_claim(said.number, code, origin_of(call), strong=said.two_factors),
        )

    def _limit(self, call: Call) -> None:
        wait_s = self._rate.wait_s(origin_of(call))
        if wait_s:
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})


def _keep(table: OrderedDict[str, T], key: str, value: T) -> None:
    table[key] = value
    while len(table) > MOST_BEGUN:
        table.popitem(last=False)


def _back(call: Call) -> str:
    """Where the provider sends the browser: to the very name by which it reached us, which the Host check knows to be
    ours and the provider to be registered."""
    return f"{call.scope['scheme']}://{call.headers.get(b'host', b'').decode('latin-1')}{BACK}"


def _cookie(call: Call, value: str) -> Header:
    """Lax: it comes along when the provider sends the browser back, and with no press of another page."""
    return cookie(call, COOKIE, value, same_site="Lax", max_age=MOST_S)


def _to(address: str, *headers: Header) -> Reply:
    return Reply(303, b"", ((b"location", address.encode()), *headers), content_type=b"text/plain")
