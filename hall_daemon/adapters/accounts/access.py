"""Who comes, and what they may: logging in, sessions, one's own account.

`person` and `machine` read memory and are for the loop. Everything else may wait for a disk or for argon2id, which is
slow on purpose: it runs on a thread beside the presses. Raises Denied for what people do wrong, AccountsError for the
file.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hall_daemon.adapters.accounts.audit import AuditLog
from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.accounts.present import Present
from hall_daemon.adapters.accounts.proofs import TOKEN_BYTES, Passwords, hashed, second_factor, step_of
from hall_daemon.adapters.accounts.store import AccountStore
from hall_daemon.adapters.storage.ciphers import AES, opened, seal
from hall_daemon.staff.account import Account, Session
from hall_daemon.staff.attempts import Attempts
from hall_daemon.staff.passwords import PasswordRules, is_too_old, weaknesses
from hall_daemon.staff.rights import TWO_FACTORS, Actor

_LOGGER = logging.getLogger(__name__)

RECOVERY_CODES = 8
# Too many to be tried through against the hashes in a stolen copy of the file.
RECOVERY_BYTES = 8
# Under what wrong cards are counted; no work number has a colon.
_CARDS = "card:"
# Log-ins of one account at the same time; the one that was there longest unseen ends. One person is no flood.
MOST_LOG_INS = 20
# How often it is written down that somebody is still there.
SEEN_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """`idle_s`: a session ends after so long without a request. `longest_s`: it ends in any case, so that a day begins
    with a log-in. The cost of a password: argon2id's passes and MiB of memory."""

    passwords: PasswordRules = field(default_factory=PasswordRules)
    idle_s: int = 1800
    longest_s: int = 43_200
    passes: int = 3
    memory_mib: int = 64
    two_factors: bool = True


class Access:
    def __init__(
        self,
        store: AccountStore,
        audit: AuditLog,
        key: bytes,
        rules: AccessRules,
        *,
        now: Callable[[], int],
        monotonic: Callable[[], float],
    ) -> None:
        """`key` seals second factors; `now` gives wall ms."""
        self.store, self.audit, self.rules = store, audit, rules
        self._key, self._now, self._monotonic = key, now, monotonic
        self._passwords = Passwords(rules.passes, rules.memory_mib)
        self._attempts = Attempts(rules.passwords)
        self._lock = threading.Lock()
        self._seen: dict[str, int] = {}
        self._present: dict[str, Present] = {}

    # -- for the loop -------------------------------------------------------------------------------

    def person(self, token: str, *, acts: bool = False) -> Present | None:
        """Whoever holds this session, None when there is none or it is over. It is idle until somebody `acts`: a page
        that asks by itself does not keep it."""
        return self.holder(hashed(token), acts=acts) if token else None

    def holder(self, token: str, *, acts: bool = False) -> Present | None:
        """The same, for a token that is hashed already."""
        session = self.store.sessions.get(token)
        account = self.store.accounts.get(session.account) if session else None
        now = self._now()
        if session is None or account is None or account.disabled or self._over(session, now):
            return None
        if acts:
            self._seen[session.token] = now
        must = self._must(account, session, now)
        known = self._present.get(session.token)
        # Made once for each session: this stands in the way of every press.
        if known is None or known.session is not session or known.account is not account or known.must != must:
            rights = account.rights if not must else frozenset({"anybody", "signed_in"})
            actor = Actor(f"staff:{account.id}", rights, session.window, account.windows)
            known = Present(account=account, session=session, must=must, actor=actor)
            self._present[session.token] = known
        return known

    def machine(self, token: str) -> Actor | None:
        """The machine with this credential, `NAME.SECRET`."""
        name, _, secret = token.partition(".")
        machine, said = self.store.machines.get(name), hashed(secret)
        if machine is None or not any(hmac.compare_digest(said, known) for known in machine.secrets):
            return None
        return Actor(f"{machine.role}:{machine.id}", machine.rights)

    def somebody_at(self, window: str) -> bool:
        """Whether a person who is logged in works at the window, for its pad, whose presses are that person's."""
        there = [session for session in self.store.sessions.values() if session.window == window]
        here = [session for session in there if not self._gone(session)]
        for session in here:
            self._seen[session.token] = self._now()
        return bool(here)

    def number_of(self, staff: str) -> str:
        """The work number of an account's id; what is no account reads as itself."""
        account = self.store.accounts.get(staff)
        return account.number if account is not None else staff

    def _over(self, session: Session, now: int) -> bool:
        rules = self.rules
        return now - self._last_seen(session) > rules.idle_s * 1000 or now - session.made > rules.longest_s * 1000

    def _last_seen(self, session: Session) -> int:
        return max(session.seen, self._seen.get(session.token, 0))

    def _must(self, account: Account, session: Session, now: int) -> str:
        if session.by == "password" and is_too_old(self.rules.passwords, account.changed, now):
            return "password"
        needs = self.rules.two_factors and not TWO_FACTORS.isdisjoint(account.roles)
        return "two_factor" if needs and not account.totp and not session.strong else ""

    def sweep(self) -> None:
        """Once a second: what another process wrote, who was seen, sessions and invitations that are over."""
        self.store.refresh()
        self.store.keep_begun()
        now = self._now()
        over = [token for token, session in self.store.sessions.items() if self._gone(session)]
        if over:
            self.store.end_sessions(*over)
        for known in (self._seen, self._present):
            for token in tuple(known):
                if token not in self.store.sessions:
                    del known[token]
        late = [
            (session, {"seen": seen})
            for token, seen in tuple(self._seen.items())
            if (session := self.store.sessions.get(token)) is not None and seen - session.seen >= SEEN_EVERY_MS
        ]
        if late:
            self.store.change(*late)
        if ended := [code for code, invitation in self.store.invitations.items() if invitation.ends < now]:
            self.store.forget_invitations(*ended)

    def _gone(self, session: Session) -> bool:
        account = self.store.accounts.get(session.account)
        return account is None or account.disabled or self._over(session, self._now())

    # -- logging in and out -------------------------------------------------------------------------

    def log_in(
        self, number: str, password: str, code: str, origin: str, between: Callable[[], object] = bool
    ) -> tuple[str, Present]:
        """A new session's token, and who holds it. The same refusal for a wrong number, password or code. `between` is
        called when argon2id is done, which held up nobody."""
        account = self.store.numbered(number)
        tried = number.casefold()
        self._check_wait(tried, account, origin)
        good = self._passwords.fits(account.password if account else "", password)
        between()
        if good and account is not None and account.totp and not code:
            raise Denied("code_needed")
        if not good or account is None or account.disabled or not self._is_second(account, code):
            raise self._failed(tried, account, origin)
        self._succeeded(tried, origin)
        # Whoever is known and whoever is unknown cost the same, also after the configuration has changed the cost.
        if renewed := self._passwords.at_this_cost(account.password, password):
            self.store.change((account, {"password": renewed}))
        return self._begin(account.id, origin)

    def log_in_by_card(self, card: str, origin: str) -> tuple[str, Present]:
        """By a staff card that was read at a reader. Not for whoever has or needs a second factor: a card can be found.
        Wrong cards are counted by themselves: whoever tries numbers of cards finds one as slowly as a password."""
        self._check_wait(_CARDS, None, origin)
        found = next((each for each in self.store.accounts.values() if each.card and each.card == hashed(card)), None)
        if found is None or found.disabled or found.totp or not TWO_FACTORS.isdisjoint(found.roles):
            raise self._failed(_CARDS, found, origin)
        self._succeeded(_CARDS, origin)
        return self._begin(found.id, origin, by="card")

    def log_in_by_claim(self, number: str, code: str, origin: str, *, strong: bool) -> tuple[str, Present]:
        """As whoever a provider has said it is: an account that is here, with the roles that it has here. `strong`: two
        factors were proven there; else whoever has a second factor says its code."""
        account = self.store.numbered(number)
        if account is None or account.disabled:
            self.audit.note(f"staff:{account.id}" if account else "", "log_in", "oidc", origin, "oidc_no_account")
            raise Denied("oidc_no_account")
        if account.totp and not strong:
            if not code:
                raise Denied("code_needed")
            tried = account.number.casefold()
            self._check_wait(tried, account, origin)
            if not self._is_second(account, code):
                raise self._failed(tried, account, origin)
            self._succeeded(tried, origin)
        return self._begin(account.id, origin, by="city", strong=strong)

    def _check_wait(self, tried: str, account: Account | None, origin: str) -> None:
        with self._lock:
            wait_s = self._attempts.wait_s(tried, origin, self._monotonic())
        if wait_s:
            self.audit.note(f"staff:{account.id}" if account else "", "log_in", "", origin, "log_in_waits")
            raise Denied("log_in_waits", {"retry_after_ms": int(wait_s * 1000) + 1})

    def _failed(self, tried: str, account: Account | None, origin: str) -> Denied:
        with self._lock:
            self._attempts.failed(tried, origin, self._monotonic())
        self.audit.note(f"staff:{account.id}" if account else "", "log_in", "", origin, "log_in_refused")
        return Denied("log_in_refused")

    def _succeeded(self, tried: str, origin: str) -> None:
        with self._lock:
            self._attempts.succeeded(tried, origin)

    def _begin(
        self, account: str, origin: str, *, by: Literal["password", "card", "city"] = "password", strong: bool = False
    ) -> tuple[str, Present]:
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._now()
        session = Session(
            token=hashed(token), account=account, window="", made=now, seen=now, origin=origin, by=by, strong=strong
        )
        before = [each for each in self.store.sessions.values() if each.account == account]
        if len(before) >= MOST_LOG_INS:
            self.store.end_sessions(min(before, key=self._last_seen).token)
        self.store.begin(session)
        present = self.person(token)
        if present is None:  # a command beside the hall disabled the account just now
            raise Denied("log_in_refused")
        self.audit.note(f"staff:{account}", "log_in", "" if by == "password" else by, origin)
        return token, present

    def log_out(self, present: Present, origin: str, *, everywhere: bool = False) -> None:
        if everywhere:
            self.store.end_sessions_of(present.account.id)
        else:
            self.store.end_sessions(present.session.token)
        self.audit.note(present.actor.id, "log_out", "", origin)

    def sit_down(self, present: Present, window: str) -> None:
        """From now on this session works at `window`, "" for none; a window has one person and a person one window, so
        that whoever was taken over does not press there any more."""
        others = tuple(
            (each, {"window": ""})
            for each in self.store.sessions.values()
            if each.window and each.token != present.session.token
            and (each.account == present.account.id or each.window == window)
        )
        self.store.change((present.session, {"window": window}), *others)

    def _is_second(self, account: Account, code: str) -> bool:
        """Whether the second factor is right, or none is there; a code is good once."""
        if not account.totp:
            return True
        said = code.replace(" ", "").replace("-", "").casefold()
        secret = self._secret_of(account) if said.isdecimal() else ""
        if secret and (step := step_of(secret, said, self._now())):
            if step <= account.totp_step:
                return False
            self.store.change((account, {"totp_step": step}))
            return True
        left = tuple(each for each in account.recovery if each != hashed(said))
        if len(left) == len(account.recovery):
            return False
        self.store.change((account, {"recovery": left}))
        self.audit.note(f"staff:{account.id}", "recovery_code", str(len(left)))
        return True

    def _secret_of(self, account: Account) -> str:
        """Of its second factor; "" where the key that sealed it is lost: then only a recovery code or a reset helps."""
        plain = opened(AES, self._key, account.totp, account.id.encode())
        if plain is None:
            _LOGGER.error("the second factor of account %s does not fit accounts.key: hall staff reset", account.id)
        return (plain or b"").decode()

    # -- one's own account --------------------------------------------------------------------------

    def change_password(self, present: Present, old: str, new: str, origin: str) -> None:
        """All other sessions of the account end."""
        self._check_wait(present.account.id, present.account, origin)
        if not self._passwords.fits(present.account.password, old):
            raise self._failed(present.account.id, present.account, origin)
        self._set_password(present.account, new)
        self.store.end_sessions(*(
            token for token, each in self.store.sessions.items()
            if each.account == present.account.id and token != present.session.token
        ))
        self.audit.note(present.actor.id, "change_password", "", origin)

    def _set_password(self, account: Account, new: str) -> None:
        rules = self.rules.passwords
        found = [f"{each.code}={each.least}" for each in weaknesses(rules, new, account.number)]
        known = tuple(each for each in (account.password, *account.earlier) if each)[: rules.history]
        if not found and any(self._passwords.fits(each, new) for each in known):
            found = [f"used_before={rules.history}"]
        if found:
            raise Denied("weak_password", {"weak": " ".join(found)})
        earlier = known[: max(rules.history - 1, 0)]
        self.store.change((account, {
            "password": self._passwords.hash(new), "earlier": earlier, "changed": self._now()
        }))

    def begin_second(self, present: Present) -> tuple[str, str]:
        """A new secret for the second factor, and its address for an authenticator; `confirm_second` keeps it."""
        return second_factor(present.account.number)

    def confirm_second(self, present: Present, secret: str, code: str, origin: str, old: str = "") -> Sequence[str]:
        """From now on it is needed. Gives the recovery codes, which are told this once. One that is there is changed by
        who has it: `old` is a code of it, or a recovery code."""
        account = self.store.accounts.get(present.account.id, present.account)
        if account.totp:
            if not old:
                raise Denied("code_needed")
            self._check_wait(account.number.casefold(), account, origin)
            if not self._is_second(account, old):
                raise self._failed(account.number.casefold(), account, origin)
        step = step_of(secret, code.strip(), self._now())
        if not step:
            raise Denied("code_wrong")
        codes = tuple(secrets.token_hex(RECOVERY_BYTES) for _ in range(RECOVERY_CODES))
        sealed = seal(AES, self._key, secret.encode(), present.account.id.encode())
        self.store.change((present.account, {
            "totp": sealed, "totp_step": step, "recovery": tuple(hashed(each) for each in codes)
        }))
        self.audit.note(present.actor.id, "second_factor", "", origin)
        return codes

    def accept(self, code: str, password: str, origin: str) -> tuple[str, Present]:
        """Whoever opened the link sets the password and is logged in."""
        invitation = self.store.invitations.get(hashed(code))
        account = self.store.accounts.get(invitation.account) if invitation else None
        if invitation is None or account is None or account.disabled or invitation.ends < self._now():
            self.audit.note("", "accept_invitation", "", origin, "no_invitation")
            raise Denied("no_invitation")
        self._set_password(account, password)
        self.store.forget_invitations(invitation.code)
        self.audit.note(f"staff:{account.id}", "accept_invitation", "", origin)
        return self._begin(account.id, origin)
