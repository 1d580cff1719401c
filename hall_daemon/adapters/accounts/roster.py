"""Accounts and machines, given and taken by whoever may: `hall staff`, `hall machine` and the administrators' page.

May wait for a disk. Raises Denied for what people do wrong, AccountsError for the file.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from hall_daemon.adapters.accounts.audit import AuditLog
from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.accounts.proofs import TOKEN_BYTES, hashed
from hall_daemon.adapters.accounts.store import AccountStore
from hall_daemon.staff.account import (
    HALL_USER,
    OWN_NAME,
    Account,
    Invitation,
    Machine,
    is_machine_name,
    is_work_number,
)
from hall_daemon.staff.mqtt_login import SALT_BYTES, free_user, login_line
from hall_daemon.staff.rights import MACHINE_ROLES, OF_PERSONS, RIGHTS, BadRoles, RolesApart, check_roles

INVITED_MS = 24 * 3_600_000
# The work number of the first account.
FIRST = "admin"


class Roster:
    """`now` gives wall ms."""

    def __init__(self, store: AccountStore, audit: AuditLog, now: Callable[[], int]) -> None:
        self.store, self._audit, self._now = store, audit, now

    def first_code(self) -> str:
        """The code for whoever is the first: a security administrator, who invites all others."""
        known = self.store.numbered(FIRST)
        return self.reset(known, by="") if known else self.invite(FIRST, ("security_admin",), by="")[1]

    def invite(
        self, number: str, roles: Sequence[str], windows: Sequence[str] = (), *, by: str, origin: str = ""
    ) -> tuple[Account, str]:
        """A new account, and the code of the link by which its person sets a password."""
        if not is_work_number(number):
            why = f"{number[:32]!r} is no work number; take 1 to 32 letters, digits, - _ and ."
            raise Denied("bad_field", {"why": why})
        if self.store.numbered(number) is not None:
            raise Denied("number_taken", {"number": number})
        _checked(roles)
        account = Account(
            id=secrets.token_hex(8), number=number, roles=tuple(dict.fromkeys(roles)), windows=tuple(windows)
        )
        code = self._invitation(account, by, "add_account", origin)
        self._note_what(replace(account, roles=(), windows=()), account, by, origin)
        return account, code

    def reset(self, account: Account, *, by: str, origin: str = "") -> str:
        """The password, the second factor and all sessions go; a new link comes, which oneself could not open."""
        if by == f"staff:{account.id}":
            raise Denied("own_account")
        earlier = (account.password, *account.earlier) if account.password else account.earlier
        bare = replace(
            account, password="", earlier=earlier, totp=b"", totp_step=0, recovery=(), disabled=False
        )
        code = self._invitation(bare, by, "reset_account", origin)
        self.store.end_sessions_of(account.id)
        return code

    def _invitation(self, account: Account, by: str, what: str, origin: str) -> str:
        code = secrets.token_urlsafe(TOKEN_BYTES)
        old = [each.code for each in self.store.invitations.values() if each.account == account.id]
        self.store.forget_invitations(*old)
        self.store.put(account, Invitation(code=hashed(code), account=account.id, ends=self._now() + INVITED_MS))
        self._audit.note(by, what, account.id, origin)
        return code

    def change(
        self, account: Account, *, by: str, origin: str = "", roles: Sequence[str] | None = None,
        windows: Sequence[str] | None = None, disabled: bool | None = None, card: str | None = None,
    ) -> Account:
        """What is given is changed; nobody gives oneself a role. Sessions end with the account and with its roles, and
        leave a window that is none of its windows any more."""
        if by == f"staff:{account.id}" and (roles is not None or disabled):
            raise Denied("own_account")
        if roles is not None:
            _checked(roles)
        holder = self._holder(card) if card else None
        if holder is not None and holder.id != account.id:
            raise Denied("card_taken", {"number": holder.number})
        given = {
            "roles": roles and tuple(dict.fromkeys(roles)), "windows": windows if windows is None else tuple(windows),
            "disabled": disabled, "card": card and hashed(card),
        }
        self.store.change((account, {name: said for name, said in given.items() if said is not None}))
        changed = self.store.accounts[account.id]
        if changed.disabled or changed.roles != account.roles:
            self.store.end_sessions_of(account.id)
        if changed.windows:
            self.store.change(*(
                (each, {"window": ""}) for each in self.store.sessions.values()
                if each.account == account.id and each.window and each.window not in changed.windows
            ))
        what = "disable_account" if disabled else "change_account"
        self._audit.note(by, what, account.id, origin)
        self._note_what(account, changed, by, origin)
        return changed

    def _note_what(self, before: Account, now: Account, by: str, origin: str) -> None:
        """Whoever audits sees who made whom what."""
        for role in now.roles:
            if role not in before.roles:
                self._audit.note(by, "give_role", f"{now.id}/{role}", origin)
        for role in before.roles:
            if role not in now.roles:
                self._audit.note(by, "take_role", f"{now.id}/{role}", origin)
        if now.windows != before.windows:
            self._audit.note(by, "bind_windows", f"{now.id}/{'+'.join(now.windows) or '-'}", origin)
        if now.card and now.card != before.card:
            self._audit.note(by, "give_card", now.id, origin)
        if before.card and not now.card:
            self._audit.note(by, "take_card", now.id, origin)

    def _holder(self, card: str) -> Account | None:
        return next((each for each in self.store.accounts.values() if each.card == hashed(card)), None)

    # -- machines -----------------------------------------------------------------------------------

    def add_machine(
        self, name: str, role: str, more: Sequence[str] = (), *, by: str, origin: str = "", keep_old: bool = True
    ) -> str:
        """A credential for a machine, told this once. One that has one keeps it beside the new one until it is added
        again, so that it goes on while its file is changed; not with `keep_old` false. At a broker, what stands before
        its last dot is the user name and the rest the password."""
        if not is_machine_name(name):
            why = f"{name[:64]!r} is no name for a machine; take 1 to 64 letters, digits, - and _"
            raise Denied("bad_field", {"why": why})
        if name in (HALL_USER, OWN_NAME) and by != "core":
            raise Denied("bad_field", {"why": f"{name} is the hall's own name; take another one"})
        if role not in MACHINE_ROLES:
            raise Denied("bad_field", {"why": f"no role {role[:40]} of machines; there are {', '.join(MACHINE_ROLES)}"})
        if strange := [right for right in more if right not in RIGHTS or right in OF_PERSONS or role != "tool"]:
            raise Denied("bad_field", {"why": f"{strange[0][:40]} is no right that a {role} can be given besides"})
        known = self.store.machines.get(name)
        kept, logins = (known.secrets[:1], known.logins[:1]) if known is not None and keep_old else ((), ())
        password, user = secrets.token_urlsafe(TOKEN_BYTES), free_user(name, logins)
        credential = f"{user}.{password}"
        self.store.put(Machine(
            id=name, role=role, secrets=(hashed(credential.removeprefix(f"{name}.")), *kept), more=tuple(more),
            made=self._now(), logins=(login_line(user, password, secrets.token_bytes(SALT_BYTES)), *logins),
        ))
        self._audit.note(by, "add_machine", name, origin)
        for right in () if by == "core" else more:
            self._audit.note(by, "give_right", f"{name}/{right}", origin)
        return credential

    def remove_machine(self, name: str, *, by: str, origin: str = "") -> None:
        if name not in self.store.machines:
            raise Denied("unknown_machine", {"machine": name[:64]})
        self.store.forget_machine(name)
        self._audit.note(by, "remove_machine", name, origin)


def _checked(roles: Sequence[str]) -> None:
    try:
        check_roles(roles)
    except RolesApart:
        raise Denied("roles_apart") from None
    except BadRoles as error:
        raise Denied("bad_roles", {"why": str(error)}) from None


