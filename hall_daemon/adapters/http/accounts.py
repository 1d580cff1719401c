"""Accounts, machines and the audit log, for the administrators whose right it is.

Runs on the loop of `http`; what waits for a disk runs on a thread beside it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.audit import AuditError, AuditRow, Search
from hall_daemon.adapters.accounts.roster import Roster
from hall_daemon.adapters.http.gate import actor_of, origin_of
from hall_daemon.adapters.http.sessions import aside
from hall_daemon.app.deadlines import day_bounds
from hall_daemon.app.view_context import iso
from hall_daemon.domain.plan import Plan
from hall_daemon.staff.account import Account, Machine
from hall_daemon.staff.rights import APART, MACHINE_ROLES, ON_THE_MACHINE, PERSON_ROLES
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Query, Reply, encode, get, post, query_value
from hall_daemon.wire import access as a
from hall_daemon.wire.messages import NoBody

_CSV = b"text/csv; charset=utf-8"
_PAGE = 100
MOST_EXPORTED = 100_000


class AccountsApi:
    def __init__(self, plan: Plan, access: Access, roster: Roster, reading: Reading) -> None:
        self._plan = plan
        self._access = access
        self._roster = roster
        self._store = access.store
        self._reading = reading

    def operations(self) -> tuple[Operation, ...]:
        search = (
            Query("words", "Rows that hold each of these", {"type": "string", "maxLength": 100}),
            Query("day", "Rows of this day of the hall", {"type": "string", "format": "date"}),
            Query("after", "Rows after this one", {"type": "integer", "minimum": 0}),
            Query("before", "Rows before this one", {"type": "integer", "minimum": 0}),
        )
        return (
            get("listAccounts", "appoint", "/api/v1/accounts", "Who works here", self.accounts, a.Accounts),
            post(
                "addAccount", "appoint", "/api/v1/accounts", "A new account, by invitation", self.add, a.Invited,
                body=a.AddAccountBody, codes=("number_taken", "bad_roles", "roles_apart", "unknown_window"),
            ),
            post(
                "changeAccount", "appoint", "/api/v1/accounts/{account}",
                "Change roles, windows or card; disable or enable", self.change, a.AccountView,
                body=a.ChangeAccountBody,
                codes=(
                    "unknown_account", "bad_roles", "roles_apart", "own_account", "card_taken", "unknown_window",
                ),
            ),
            post(
                "resetAccount", "appoint", "/api/v1/accounts/{account}/reset",
                "A new invitation; password and second factor go", self.reset, a.Invited, body=NoBody,
                codes=("unknown_account", "own_account"),
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
            get(
                "checkAudit", "audit", "/api/v1/audit/chain", "Whether it is as it was written", self.chain,
                a.AuditChain, codes=("audit_broken",),
            ),
        )

    # -- accounts -----------------------------------------------------------------------------------

    async def accounts(self, call: Call) -> Reply:
        views = sorted(map(self._view, self._store.accounts.values()), key=lambda view: view.number)
        return Reply(200, encode(a.Accounts(
            tuple(views), _roles(PERSON_ROLES), tuple(sorted(APART)),
            {window.id: window.label for window in self._plan.windows.values()},
        )))

    async def add(self, call: Call) -> Reply:
        body: a.AddAccountBody = call.body
        self._check_windows(body.windows)
        by, origin = actor_of(call).id, origin_of(call)
        return self._invited(*await aside(
            self._reading,
            lambda: self._roster.invite(body.number, body.roles, body.windows, by=by, origin=origin),
        ))

    async def change(self, call: Call) -> Reply:
        account, body = self._account(call), call.body
        self._check_windows(body.windows or ())
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

    def _check_windows(self, windows: Sequence[str]) -> None:
        """Whoever is bound to windows that are none could work nowhere. Raises Fault."""
        for window in windows:
            if window not in self._plan.windows:
                raise Fault("unknown_window", {"window": window, "known": ", ".join(self._plan.windows)})

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
        return Reply(200, encode(a.Machines(tuple(views), _roles(MACHINE_ROLES))))

    async def add_machine(self, call: Call) -> Reply:
        body: a.AddMachineBody = call.body
        if kept := next((right for right in body.more if right in ON_THE_MACHINE), ""):
            raise Fault("bad_field", {"why": f"{kept} is given on the hall's machine alone: hall machine add"})
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
        rows = (await self._rows(call, _PAGE + 1))[::-1]
        return Reply(200, encode(a.AuditLogView(tuple(map(self._entry, rows[:_PAGE])), len(rows) > _PAGE)))

    async def chain(self, call: Call) -> Reply:
        try:
            whole = a.AuditChain(await self._reading.aside(self._access.audit.verify), 0)
        except AuditError as error:
            if not error.row:
                raise Fault("audit_broken") from None
            whole = a.AuditChain(error.row - 1, error.row)
        return Reply(200, encode(whole))

    async def export(self, call: Call) -> Reply:
        rows = await self._rows(call, MOST_EXPORTED + 1)
        if len(rows) > MOST_EXPORTED:
            raise Fault("bad_field", {"why": f"there are more than {MOST_EXPORTED} rows; choose a day"})
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(a.AuditEntry.__struct_fields__)
        # A cell that begins so would be a formula to whoever opens the table.
        for row in rows:
            cells = map(str, _cells(self._entry(row)))
            table.writerow(f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in cells)
        return Reply(200, text.getvalue().encode(), content_type=_CSV)

    async def _rows(self, call: Call, most: int) -> list[AuditRow]:
        day = query_value(call, "day")
        try:
            span = day_bounds(day, self._plan.timezone) if day else (0, 0)
        except ValueError:
            raise Fault("bad_field", {"why": "day is as 2026-11-28"}) from None
        search = Search(query_value(call, "words")[:100], _row(call, "after"), _row(call, "before"), *span)
        try:
            return await self._reading.aside(self._access.audit.find, search, most, self._number)
        except AuditError:
            raise Fault("audit_broken") from None

    def _entry(self, row: AuditRow) -> a.AuditEntry:
        return a.AuditEntry(
            seq=row.seq, at=iso(row.at), who=row.who, number=self._number(row.who), what=row.what, about=row.about,
            about_number=self._number(row.about), origin=row.origin, result=row.result, times=row.times,
        )

    def _number(self, of: str) -> str:
        """Of an account's id, also where a role stands behind it."""
        id_, slash, what = of.removeprefix("staff:").partition("/")
        account = self._store.accounts.get(id_)
        return f"{account.number}{slash}{what}" if account else ""


def accept_path(code: str) -> str:
    """Where an invitation leads at the staff listener. The code stands behind the #: no log and no proxy sees it."""
    return f"/invitation#{code}"


def _roles(table: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {role: tuple(rights) for role, rights in table.items()}


def _row(call: Call, name: str) -> int:
    said = query_value(call, name) or "0"
    if not (said.isascii() and said.isdecimal()) or len(said) > 15:
        raise Fault("bad_field", {"why": f"{name} is the number of a row"})
    return int(said)


def _cells(entry: a.AuditEntry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in entry.__struct_fields__)


def _machine_view(machine: Machine) -> a.MachineView:
    rights = tuple(sorted(machine.rights))
    return a.MachineView(machine.id, machine.role, rights, iso(machine.made), len(machine.secrets))
