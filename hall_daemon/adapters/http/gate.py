"""The gate of a listener: who asks, by session cookie or by a machine's credential, and whether the right is there.

Reads memory only and runs on the loop, before a byte of the body is read.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from functools import lru_cache
from hmac import compare_digest

from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.present import Present, origin_token
from hall_daemon.adapters.accounts.proofs import hashed
from hall_daemon.staff.rights import NOBODY, RIGHTS, Actor, Right
from hall_daemon.web.endpoint import Call, Fault, Operation, check_site
from hall_daemon.web.limits import address_of

COOKIE = "hall_session"
HOSTS_KEPT = COOKIES_KEPT = 256
_READS = ("GET", "HEAD")
# Audited whatever comes of it, beside the journal, where such presses stand only when they changed something.
_AUDITED: frozenset[Right] = frozenset({"see_person", "name_person", "audit", "supervise"})
# Audited when it was refused; what was done, the account or the roster notes.
_AUDITED_REFUSED: frozenset[Right] = frozenset({"signed_in", "appoint", "configure"})
# Audited by name: they show or decide what somebody handed in, or change what everybody who asks is told.
_AUDITED_ALONE = frozenset({
    "readSheet", "readPage", "takeReview", "passReview", "mendReview", "refuseReview", "seeAlarm", "earlierAnswers",
    "settlePromise", "bringReview", "leadQuestion", "undoLead", "dropQuestion",
})
_REFUSALS = frozenset({"cross_site", "log_in_needed", "not_allowed", "bad_credential", "not_your_window"})


class PublicGate:
    """Nobody is known here; only what anybody may is done."""

    def admit(self, operation: Operation, call: Call) -> None:
        call.who, call.by = NOBODY, "phone"
        if operation.method not in _READS:
            check_site(call.headers)
        _check(operation, NOBODY)

    def holds(self, right: str, call: Call) -> bool:
        return NOBODY.may(right)

    def ended(self, operation: Operation, call: Call, result: str) -> None:
        """The journal and the counters have it."""


class StaffGate:
    """People by a cookie, which a page of ours proves with each press that it holds; machines by their credential."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def admit(self, operation: Operation, call: Call) -> None:
        acts = operation.method not in _READS
        if acts:
            check_site(call.headers)
        actor = self._machine(call) or self._person(call, acts=acts) or NOBODY
        call.who = call.who or actor
        call.by = actor.id or "http"
        _check(operation, actor)

    def ended(self, operation: Operation, call: Call, result: str) -> None:
        refused = result in _REFUSALS or (result != "done" and operation.needs in _AUDITED_REFUSED)
        if refused or operation.needs in _AUDITED or operation.id in _AUDITED_ALONE:
            who = "" if call.by == "http" else call.by
            self._access.audit.note(who, operation.id, call.about, origin_of(call), result)

    def holds(self, right: str, call: Call) -> bool:
        if b"authorization" in call.headers:
            return (_credential(self._access, call) or NOBODY).may(right)
        present = self._access.holder(_proof(call.headers.get(b"cookie", b""))[0])
        return present is not None and present.actor.may(right)

    def _machine(self, call: Call) -> Actor | None:
        actor = _credential(self._access, call)
        if actor is None and b"authorization" in call.headers:
            raise Fault("bad_credential")
        return actor

    def _person(self, call: Call, *, acts: bool) -> Actor | None:
        session, page = _proof(call.headers.get(b"cookie", b""))
        present = self._access.holder(session, acts=acts)
        if present is None:
            return None
        call.by = present.actor.id
        if acts and not compare_digest(call.headers.get(b"x-hall-page", b""), page):
            raise Fault("cross_site")
        call.who = present
        return present.actor


def _credential(access: Access, call: Call) -> Actor | None:
    if b"authorization" not in call.headers:
        return None
    scheme, _, token = call.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return access.machine(token.strip()) if scheme.lower() == "bearer" else None


def actor_of(call: Call) -> Actor:
    """Whoever asks, after the gate."""
    return call.who.actor if isinstance(call.who, Present) else call.who


def origin_of(call: Call) -> str:
    """The address that a request came from, as rates count it."""
    return address_of(call.scope.get("client"))


@lru_cache(COOKIES_KEPT)
def _proof(cookies: bytes) -> tuple[str, bytes]:
    """The hash by which a session is known, "" for none, and what its page says: a browser sends the same cookies with
    each press."""
    token = _value(cookies, COOKIE)
    return (hashed(token), origin_token(token).encode()) if token else ("", b"")


def session_token(call: Call) -> str:
    """What the browser holds, "" for nothing."""
    return cookie_value(call, COOKIE)


def cookie_value(call: Call, name: str) -> str:
    """Of two cookies of the name none counts: one is somebody else's."""
    return _value(call.headers.get(b"cookie", b""), name)


def _value(cookies: bytes, name: str) -> str:
    found = [each.strip() for each in cookies.decode("latin-1").split(";") if f"{name}=" in each]
    if len(found) != 1 or not found[0].startswith(f"{name}="):
        return ""
    return found[0].removeprefix(f"{name}=")


def _check(operation: Operation, actor: Actor) -> None:
    if actor.may(operation.needs):
        return
    if not actor.id:
        raise Fault("log_in_needed")
    raise Fault("not_allowed", {"right": operation.needs})


def guarded(operations: Collection[Operation]) -> tuple[Operation, ...]:
    """The same rows. ValueError when one names no right that there is, or two answer the same request: no listener
    starts with such a table."""
    for row in operations:
        if row.needs not in RIGHTS:
            raise ValueError(f"operation {row.id} needs {row.needs!r}, which is no right")
    if len({(row.method, row.path) for row in operations}) < len(operations):
        raise ValueError("two operations answer the same request")
    return tuple(operations)


class OwnHosts:
    """Whether a Host header names this hall. Addresses are always ours, as what is reached by one was not looked up;
    names only when they are configured: a name of somebody else's may lead here (DNS rebinding)."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = {"localhost", *(name.lower().rstrip(".") for name in names)}
        # A browser says the same one with each request.
        self._known = lru_cache(HOSTS_KEPT)(self._look)

    def __call__(self, host: bytes) -> bool:
        return self._known(host)

    def _look(self, host: bytes) -> bool:
        if not host:  # HTTP/1.0, which no browser speaks
            return True
        name = host.decode("latin-1").lower()
        name = name[: name.find("]") + 1] if name.startswith("[") else name.partition(":")[0]
        if name.rstrip(".") in self._names:
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True
