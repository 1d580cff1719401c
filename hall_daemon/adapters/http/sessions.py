"""Logging in and out, one's own password and second factor.

Runs on the loop of `http`; what waits for argon2id or a disk runs on a thread beside it, one at a time.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeVar

import segno

from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.accounts.present import Present, origin_token
from hall_daemon.adapters.accounts.store import AccountsError
from hall_daemon.adapters.http.gate import COOKIE, origin_of, session_token
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Header, Operation, Reply, encode, get, post
from hall_daemon.wire import access as a
from hall_daemon.wire.messages import NoBody

T = TypeVar("T")
_PATH = "/api/v1/session"
_GUESSING = ("log_in_refused", "log_in_waits")


class SessionsApi:
    def __init__(
        self, access: Access, reading: Reading, notice: str, *, oidc: bool, reader: Callable[[Call], str]
    ) -> None:
        """`reader`: the window whose reader stands where a request comes from."""
        self._access = access
        self._reader = reader
        self._notice, self._oidc = notice, oidc
        self._reading = reading

    def operations(self) -> tuple[Operation, ...]:
        return (
            get("getSession", "anybody", _PATH, "Who is logged in here", self.look, a.SessionView),
            post(
                "logIn", "anybody", _PATH, "Log in by work number and password", self.log_in, a.SessionView,
                body=a.LogInBody, codes=(*_GUESSING, "code_needed"),
            ),
            post(
                "logInByCard", "anybody", f"{_PATH}/card", "Log in by a staff card that was read here",
                self.log_in_by_card, a.SessionView, body=a.CardBody, codes=_GUESSING,
            ),
            post(
                "logOut", "signed_in", f"{_PATH}/end", "Log out, here or everywhere", self.log_out, a.SessionView,
                body=a.LogOutBody,
            ),
            post(
                "changePassword", "signed_in", f"{_PATH}/password", "Change one's own password", self.change_password,
                a.SessionView, body=a.PasswordBody, codes=(*_GUESSING, "weak_password"),
            ),
            post(
                "beginSecondFactor", "signed_in", f"{_PATH}/second-factor/begin", "A new secret for an authenticator",
                self.begin_second, a.SecondFactorView, body=NoBody,
            ),
            post(
                "confirmSecondFactor", "signed_in", f"{_PATH}/second-factor",
                "From now on its code is needed to log in", self.confirm_second, a.RecoveryCodes,
                body=a.SecondFactorBody, codes=(*_GUESSING, "code_wrong", "code_needed"),
            ),
            post(
                "acceptInvitation", "anybody", "/api/v1/invitation",
                "Set the password of an account by the link that came with it", self.accept, a.SessionView,
                body=a.AcceptBody, codes=("no_invitation", "weak_password"),
            ),
        )

    async def look(self, call: Call) -> Reply:
        present = call.who
        if not isinstance(present, Present):
            return Reply(200, encode(self._nobody(call)))
        return Reply(200, encode(session_view(present, session_token(call))))

    async def log_in(self, call: Call) -> Reply:
        body: a.LogInBody = call.body
        return self._began(call, *await self._aside(
            lambda: self._access.log_in(body.number, body.password, body.code, origin_of(call), self._reading.give_way)
        ))

    async def log_in_by_card(self, call: Call) -> Reply:
        card: str = call.body.card
        return self._began(call, *await self._aside(lambda: self._access.log_in_by_card(card, origin_of(call))))

    async def log_out(self, call: Call) -> Reply:
        present, body = _present(call), call.body
        await self._aside(lambda: self._access.log_out(present, origin_of(call), everywhere=body.everywhere))
        return Reply(200, encode(self._nobody(call)), (session_cookie(call, ""),))

    async def change_password(self, call: Call) -> Reply:
        present, body = _present(call), call.body
        await self._aside(lambda: self._access.change_password(present, body.old, body.new, origin_of(call)))
        token = session_token(call)
        found = self._access.person(token)
        return Reply(200, encode(session_view(found, token) if found else self._nobody(call)))

    async def begin_second(self, call: Call) -> Reply:
        secret, address = self._access.begin_second(_present(call))
        picture = io.BytesIO()
        segno.make(address, error="m", micro=False).save(picture, kind="svg", scale=6, light="#fff", xmldecl=False)
        return Reply(200, encode(a.SecondFactorView(secret, address, picture.getvalue().decode())))

    async def confirm_second(self, call: Call) -> Reply:
        present, body = _present(call), call.body
        codes = await self._aside(
            lambda: self._access.confirm_second(present, body.secret, body.code, origin_of(call), body.old)
        )
        return Reply(200, encode(a.RecoveryCodes(tuple(codes))))

    async def accept(self, call: Call) -> Reply:
        body: a.AcceptBody = call.body
        return self._began(call, *await self._aside(
            lambda: self._access.accept(body.code, body.password, origin_of(call))
        ))

    def _began(self, call: Call, token: str, present: Present) -> Reply:
        return Reply(200, encode(session_view(present, token)), (session_cookie(call, token),))

    def _nobody(self, call: Call) -> a.SessionView:
        cards = any(account.card for account in self._access.store.accounts.values())
        reader = self._reader(call) if cards else ""
        return a.SessionView(notice=self._notice, oidc=self._oidc, cards=cards, reader=reader)

    async def _aside(self, work: Callable[[], T]) -> T:
        return await aside(self._reading, work)


async def aside(reading: Reading, work: Callable[[], T]) -> T:
    """`work` on the thread beside the loop; what people did wrong is a Fault, and so is a file that cannot be written,
    of which health says why."""
    try:
        return await reading.aside(work)
    except Denied as denied:
        raise Fault(denied.code, denied.facts) from None
    except AccountsError as error:
        raise Fault("accounts_away") from error


def session_cookie(call: Call, token: str) -> Header:
    return cookie(call, COOKIE, token)


def cookie(call: Call, name: str, value: str, same_site: str = "Strict", max_age: int | None = None) -> Header:
    """"" takes it away. `max_age` in seconds, None for as long as the browser runs. Where pages are reached by HTTPS,
    it goes nowhere else."""
    parts = [f"{name}={value}", "Path=/", "HttpOnly", f"SameSite={same_site}"]
    age = max_age if value else 0
    parts += [] if age is None else [f"Max-Age={age}"]
    parts += ["Secure"] if call.scope["scheme"] == "https" else []
    return b"set-cookie", "; ".join(parts).encode()


def _present(call: Call) -> Present:
    """Whoever has the right `signed_in` through a session. A machine has none, and no password either."""
    if not isinstance(call.who, Present):
        raise Fault("log_in_needed")
    return call.who


def session_view(present: Present, token: str) -> a.SessionView:
    account = present.account
    return a.SessionView(
        account=account.id, number=account.number, roles=account.roles, rights=tuple(sorted(present.actor.rights)),
        window=present.session.window, windows=account.windows, must=present.must, page=origin_token(token),
        second=bool(account.totp),
    )
