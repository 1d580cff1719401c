"""The files of accounts in a data folder, opened together: by the hall, and by commands beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hall_daemon.adapters.accounts.audit import AuditLog
from hall_daemon.adapters.accounts.roster import Roster
from hall_daemon.adapters.accounts.store import AccountStore

ACCOUNTS = "accounts.db"
AUDIT = "audit.db"


class AccountFiles(NamedTuple):
    store: AccountStore
    audit: AuditLog
    roster: Roster

    def close(self) -> None:
        self.audit.stop()
        self.store.close()


def open_accounts(folder: Path, now: Callable[[], int]) -> AccountFiles:
    """`now` gives wall ms. Raises AccountsError, AuditError and OSError."""
    store = AccountStore(folder / ACCOUNTS)
    audit = AuditLog(folder / AUDIT, now)
    return AccountFiles(store, audit, Roster(store, audit, now))
