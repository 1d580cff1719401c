"""The files of accounts in a data folder, opened together: by the hall, and by commands beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.accounts.audit import AuditLog
from hall_daemon.adapters.accounts.roster import Roster
from hall_daemon.adapters.accounts.store import AccountStore
from hall_daemon.staff.account import OWN_NAME
from hall_daemon.staff.rights import Right

ACCOUNTS = "accounts.db"
AUDIT = "audit.db"
# What commands beside a running hall ask it with: whoever may read the hall's files. Made anew at each start.
OWN = "hall.credential"
_OWN_RIGHTS: tuple[Right, ...] = ("supervise",)


class AccountFiles(NamedTuple):
    store: AccountStore
    audit: AuditLog
    roster: Roster

    def provide_own(self, folder: Path) -> None:
        """Raises AccountsError or OSError."""
        credential = self.roster.add_machine(OWN_NAME, "tool", _OWN_RIGHTS, by="core", keep_old=False)
        write_whole(folder / OWN, f"{credential}\n".encode(), durable=False, mode=0o600)

    def close(self) -> None:
        self.audit.stop()
        self.store.close()


def open_accounts(folder: Path, now: Callable[[], int]) -> AccountFiles:
    """`now` gives wall ms. Raises AccountsError, AuditError and OSError."""
    store = AccountStore(folder / ACCOUNTS)
    audit = AuditLog(folder / AUDIT, now)
    return AccountFiles(store, audit, Roster(store, audit, now))
