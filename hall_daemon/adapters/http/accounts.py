"""Accounts, machines and the audit log, for the administrators whose right it is.

Runs on the loop of `http`; what waits for a disk runs on a thread beside it.
"""

from __future__ import annotations

import csv
import io

from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.audit import AuditError, AuditRow
from hall_daemon.adapters.accounts.roster import Roster
from hall_daemon.adapters.http.gate import actor_of, origin_of
from hall_daemon.adapters.http.sessions import aside
from hall_daemon.app.view_context import iso
from hall_daemon.staff.account import Account, Machine
from hall_daemon.staff.rights import PERSON_ROLES
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Query, Reply, encode, get, post, query_value
from hall_daemon.wire import access as a
from hall_daemon.wire.messages import NoBody

_CSV = b"text/csv; charset=utf-8"


class AccountsApi:
    def __init__(self, access: Access, roster: Roster, reading: Reading) -> None:
        self._access = access
        self._roster = roster
        self._store = access.store
        self._reading = reading

    def operations(self) -> tuple[Operation, ...]:
        search = (
            Query("words", "Rows that hold each of these", {"type": "string", "maxLength": 100}),
            Query("after", "Rows after this one", {"type": "integer", "minimum": 0}),
        )
        return (
            get("listAccounts", "appoint", "/api/v1/accounts", "Who works here", self.accounts, a.Accounts),
            post(
                "addAccount", "appoint", "/api/v1/accounts", "A new account, by invitation", self.add, a.Invited,
                body=a.AddAccountBody, codes=("number_taken", "bad_roles"),
            ),
            post(
                "changeAccount", "appoint", "/api/v1/accounts/{account}",
                "Change roles, windows or card; disable or enable", self.change, a.AccountView,
                body=a.ChangeAccountBody, codes=("unknown_account", "bad_roles", "own_account"),
            ),
            post(
                "resetAccount", "appoint", "/api/v1/accounts/{account}/reset",
                "A new invitation; password and second factor go", self.reset, a.Invited, body=NoBody,
                codes=("unknown_account",),
            ),
            get(
                "listMachines", "configure", "/api/v1/machines", "Kiosks, screens, devices and tools", self.machines,
                a.Machines,
            ),
            post(
                "addMachine", "configure", "/api/v1/machines", "A credential, told this once", self.add_machine,
                a.Credential, body=a.AddMachineBody,
            ),
            post(
                "removeMachine", "configure", "/api/v1/machines/{machine}/remove", "Its credentials end",
                self.remove_machine, a.Machines, body=NoBody, codes=("unknown_machine",),
            ),
            get(
                "searchAudit", "audit", "/api/v1/audit", "Who did what", self.audit, a.AuditLogView, query=search,
                codes=("bad_field", "audit_broken"),
            ),
            get(
                "exportAudit", "audit", "/api/v1/audit.csv", "The same as a table", self.export, str, query=search,
                content="text/csv", codes=("bad_field", "audit_broken"),
            ),
        )

    # -- accounts -----------------------------------------------------------------------------------

    async def accounts(self, call: Call) -> Reply:
        views = sorted(map(self._view, self._store.accounts.values()), key=lambda view: view.number)
        return Reply(200, encode(a.Accounts(tuple(views), {role: tuple(r) for role, r in PERSON_ROLES.items()})))

    async def add(self, call: Call) -> Reply:
        body: a.AddAccountBody = call.body
        by, origin = actor_of(call).id, origin_of(call)
        return self._invited(*await aside(
            self._reading,
            lambda: self._roster.invite(body.number, body.roles, body.windows, by=by, origin=origin),
        ))

    async def change(self, call: Call) -> Reply:
        account, body = self._account(call), call.body
        by, origin = actor_of(call).id, origin_of(call)
        changed = await aside(self._reading, lambda: self._roster.change(
            account, by=by, origin=origin, roles=body.roles, windows=body.windows, disabled=body.disabled,
            card=body.card,
        ))
        return Reply(200, encode(self._view(changed)))

    async def reset(self, call: Call) -> Reply:
        account, by, origin = self._account(call), actor_of(call).id, origin_of(call)
        code = await aside(self._reading, lambda: self._roster.reset(account, by=by, origin=origin))
        return self._invited(self._store.accounts[account.id], code)

    def _account(self, call: Call) -> Account:
        found = self._store.accounts.get(call.params["account"])
        if found is None:
            raise Fault("unknown_account")
        call.about = found.id
        return found

    def _view(self, account: Account) -> a.AccountView:
        return a.AccountView(
            id=account.id, number=account.number, roles=account.roles, windows=account.windows,
            disabled=account.disabled, invited=not account.password, two_factor=bool(account.totp),
            card=bool(account.card),
            sessions=sum(1 for session in self._store.sessions.values() if session.account == account.id),
        )

    def _invited(self, account: Account, code: str) -> Reply:
        return Reply(200, encode(a.Invited(self._view(account), accept_path(code))))

    # -- machines -----------------------------------------------------------------------------------

    async def machines(self, call: Call) -> Reply:
        views = map(_machine_view, sorted(self._store.machines.values(), key=lambda machine: machine.id))
        return Reply(200, encode(a.Machines(tuple(views))))

    async def add_machine(self, call: Call) -> Reply:
        body: a.AddMachineBody = call.body
        by, origin = actor_of(call).id, origin_of(call)
        credential = await aside(self._reading, lambda: self._roster.add_machine(
            body.name, body.role, body.more, by=by, origin=origin, keep_old=not body.at_once
        ))
        return Reply(200, encode(a.Credential(body.name, credential)))

    async def remove_machine(self, call: Call) -> Reply:
        name, by, origin = call.params["machine"], actor_of(call).id, origin_of(call)
        await aside(self._reading, lambda: self._roster.remove_machine(name, by=by, origin=origin))
        return await self.machines(call)

    # -- the audit log ------------------------------------------------------------------------------

    async def audit(self, call: Call) -> Reply:
        rows = await self._rows(call)
        whole = await self._reading.aside(self._whole)
        return Reply(200, encode(a.AuditLogView(whole, tuple(map(self._entry, rows)))))

    async def export(self, call: Call) -> Reply:
        rows = await self._rows(call)
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(a.AuditEntry.__struct_fields__)
        # A cell that begins so would be a formula to whoever opens the table.
        for row in rows:
            cells = map(str, _cells(self._entry(row)))
            table.writerow(f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in cells)
        return Reply(200, text.getvalue().encode(), content_type=_CSV)

    async def _rows(self, call: Call) -> list[AuditRow]:
        after = query_value(call, "after") or "0"
        if not after.isdecimal() or len(after) > 15:
            raise Fault("bad_field", {"why": "after is the number of a row"})
        words = query_value(call, "words")[:100]
        try:
            return await self._reading.aside(self._access.audit.find, words, int(after))
        except AuditError:
            raise Fault("audit_broken") from None

    def _whole(self) -> int:
        try:
            return self._access.audit.verify()
        except AuditError:
            raise Fault("audit_broken") from None

    def _entry(self, row: AuditRow) -> a.AuditEntry:
        account = self._store.accounts.get(row.who.removeprefix("staff:"))
        return a.AuditEntry(
            seq=row.seq, at=iso(row.at), who=row.who, number=account.number if account else "", what=row.what,
            about=row.about, origin=row.origin, result=row.result, times=row.times,
        )


def accept_path(code: str) -> str:
    """Where an invitation leads at the staff listener. The code stands behind the #: no log and no proxy sees it."""
    return f"/invitation#{code}"


def _cells(entry: a.AuditEntry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in entry.__struct_fields__)


def _machine_view(machine: Machine) -> a.MachineView:
    rights = tuple(sorted(machine.rights))
    return a.MachineView(machine.id, machine.role, rights, iso(machine.made), len(machine.secrets))
