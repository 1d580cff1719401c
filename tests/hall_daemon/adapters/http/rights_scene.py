"""Everybody who may stand before a listener, with every proof that there is: for the tests of the table of rights."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from hall_daemon.adapters.accounts.present import origin_token
from hall_daemon.adapters.accounts.proofs import hashed
from hall_daemon.adapters.accounts.service import AccountService
from hall_daemon.adapters.http.gate import COOKIE
from hall_daemon.staff.account import Account, Machine, Session
from hall_daemon.staff.rights import MACHINE_ROLES, PERSON_ROLES, ROLES
from tests.hall_daemon.adapters.http.halls import LiveHall
from tests.plain_hall import CHEAP

HOUR_MS = 3_600_000
NOTHING = frozenset({"anybody"})
SIGNED_IN = frozenset({"anybody", "signed_in"})


class Somebody(NamedTuple):
    """Who asks, how, and what the table says of that: the rights (with `reads`, other ones for reading), the code of
    who has none, where the person works."""

    role: str
    state: str
    headers: tuple[str, ...]
    rights: frozenset[str]
    without: str = "not_allowed"
    refused: str = ""
    press_refused: str = ""
    window: str | None = None


def expected(somebody: Somebody, operation: str, method: str, path: str, needs: str) -> str:
    """The code of the refusal, "" for whoever is let through: from the table of rights and nothing else."""
    if somebody.refused:
        return somebody.refused
    if method not in ("GET", "HEAD") and somebody.press_refused:
        return somebody.press_refused
    if needs not in somebody.rights:
        return somebody.without
    at_window = method == "POST" and path.startswith("/api/v1/windows/")
    if not at_window or somebody.window in (None, "1"):
        return ""
    return "" if "supervise" in somebody.rights and operation != "openWindow" else "not_your_window"


def granted(role: str) -> frozenset[str]:
    return frozenset(ROLES[role]) | (SIGNED_IN if role in PERSON_ROLES else NOTHING)


class People:
    """Writes accounts, sessions and machines straight into the hall's own file, as many as are needed."""

    def __init__(self, hall: LiveHall, folder: Path) -> None:
        self.hall = hall
        self.store = hall.accounts.access.store
        folder.mkdir()
        self.other = AccountService(folder, CHEAP, self.now, time.monotonic)

    def now(self) -> int:
        return int(self.hall.clock.now().wall)

    def close(self) -> None:
        self.other.stop()

    def account(self, role: str, **more: object) -> Account:
        number = f"{role}-{secrets.token_hex(4)}"
        bare = Account(id=secrets.token_hex(8), number=number, roles=(role,), totp=b"x", changed=self.now())
        return replace(bare, **more)  # type: ignore[arg-type]

    def logged_in(self, account: Account, *, window: str = "1", ago: int = 0, store: object = None) -> str:
        """A session's token; it was made and last seen `ago` ms before now."""
        token, at = secrets.token_urlsafe(32), self.now() - ago
        session = Session(
            token=hashed(token), account=account.id, window=window, made=at, seen=at, origin="127.0.0.1"
        )
        (store or self.store).put(account, session)  # type: ignore[attr-defined]
        return token

    def machine(self, role: str, store: object = None) -> tuple[str, str]:
        """Its name and secret."""
        name, secret = f"{role}-{secrets.token_hex(4)}", secrets.token_urlsafe(32)
        (store or self.store).put(Machine(id=name, role=role, secrets=(hashed(secret),)))  # type: ignore[attr-defined]
        return name, secret


def nobody() -> Iterator[Somebody]:
    yield Somebody("nobody", "no session", (), NOTHING, "log_in_needed")
    for garbage in ("Bearer", "Bearer x", "Bearer .", "Bearer \xff\xfe", "Basic YWRtaW46YWRtaW4=", "Bearer a b"):
        yield Somebody("nobody", garbage, (f"Authorization: {garbage}",), NOTHING, refused="bad_credential")
    for name in ("Hall_Session", "hall_session2"):
        yield Somebody("nobody", name, (f"Cookie: {name}={secrets.token_hex(32)}",), NOTHING, "log_in_needed")


def persons(people: People, role: str) -> Iterator[Somebody]:
    """One role with every state of proof."""
    store, rights, own = people.store, granted(role), people.account(role)
    token, kiosk = people.logged_in(own), ".".join(people.machine("kiosk"))
    proof = (f"Cookie: {COOKIE}={token}", f"X-Hall-Page: {origin_token(token)}")

    def over(state: str, token: str) -> Somebody:
        headers = (f"Cookie: {COOKIE}={token}", f"X-Hall-Page: {origin_token(token)}")
        return Somebody(role, state, headers, NOTHING, "log_in_needed")

    yield over("idle", people.logged_in(people.account(role), ago=HOUR_MS))
    yield over("too long", people.logged_in(people.account(role), ago=13 * HOUR_MS))
    ended = people.logged_in(people.account(role))
    present = people.hall.accounts.access.person(ended)
    assert present is not None
    people.hall.accounts.access.log_out(present, "127.0.0.1")
    yield over("logged out", ended)
    gone = people.account(role)
    disabled = people.logged_in(gone)
    store.put(replace(gone, disabled=True))
    yield over("disabled", disabled)
    yield over("forged", secrets.token_urlsafe(32))
    yield over("hash as token", hashed(token))
    yield over("cut", token[:-1])
    yield over("of another hall", people.logged_in(people.account(role), store=people.other.access.store))

    far = people.logged_in(people.account(role, windows=("2",)), window="2")
    yield Somebody(
        role, "other window's", (f"Cookie: {COOKIE}={far}", f"X-Hall-Page: {origin_token(far)}"), rights, window="2"
    )
    old = people.logged_in(people.account(role, changed=people.now() - 91 * 24 * HOUR_MS))
    yield Somebody(
        role, "old password", (f"Cookie: {COOKIE}={old}", f"X-Hall-Page: {origin_token(old)}"), SIGNED_IN, window="1"
    )
    here = Somebody(role, "valid", proof, rights, window="1")
    for state, headers in (
        ("no page header", proof[:1]), ("page of another", (proof[0], f"X-Hall-Page: {origin_token(far)}")),
        ("hostile origin", (*proof, "Origin: http://localhost:1")),
        ("hostile site", (*proof, "Sec-Fetch-Site: same-site")),
    ):
        yield here._replace(state=state, headers=headers, press_refused="cross_site")
    both = (f"Cookie: {COOKIE}={token}; {COOKIE}={far}", proof[1])
    yield Somebody(role, "two cookies", both, NOTHING, "log_in_needed")
    yield Somebody(role, "cookie and credential", (*proof, f"Authorization: Bearer {kiosk}"), granted("kiosk"))
    for state, more, code in (
        ("cookie and garbage", "Authorization: Bearer x.y", "bad_credential"),
        ("two cookie headers", f"Cookie: {COOKIE}={far}", "bad_request"),
    ):
        yield Somebody(role, state, (*proof, more), rights, refused=code)
    yield here


def machines(people: People, role: str) -> Iterator[Somebody]:
    (name, secret), (another, _) = people.machine(role), people.machine(role)
    removed, gone = people.machine(role)
    people.store.forget_machine(removed)
    foreign = people.machine(role, people.other.access.store)
    proof = f"Authorization: Bearer {name}.{secret}"
    for state, credential in (
        ("forged", f"{name}.{secrets.token_urlsafe(32)}"), ("name alone", name), ("empty secret", f"{name}."),
        ("of another machine", f"{another}.{secret}"), ("hash as secret", f"{name}.{hashed(secret)}"),
        ("removed", f"{removed}.{gone}"), ("of another hall", ".".join(foreign)), ("session's", f"{COOKIE}={secret}"),
    ):
        yield Somebody(role, state, (f"Authorization: Bearer {credential}",), NOTHING, refused="bad_credential")
    yield Somebody(role, "as a cookie", (f"Cookie: {COOKIE}={name}.{secret}",), NOTHING, "log_in_needed")
    yield Somebody(role, "twice", (proof, proof), NOTHING, refused="bad_request")
    yield Somebody(role, "valid", (proof,), granted(role))


def everybody(people: People) -> Iterator[Somebody]:
    yield from nobody()
    for role in PERSON_ROLES:
        yield from persons(people, role)
    for role in MACHINE_ROLES:
        yield from machines(people, role)
