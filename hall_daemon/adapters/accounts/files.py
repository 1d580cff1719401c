"""The files of accounts in a data folder, opened together: by the hall, and by commands beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hall_daemon.adapters.accounts.audit import AuditLog
from hall_daemon.adapters.accounts.roster import Roster
from hall_daemon.adapters.accounts.seal import Seal
from hall_daemon.adapters.accounts.store import AccountStore
from hall_daemon.adapters.storage.vault import load_key

ACCOUNTS = "accounts.db"
KEY = "accounts.key"
AUDIT = "audit.db"


class AccountFiles(NamedTuple):
    store: AccountStore
    audit: AuditLog
    seal: Seal
    roster: Roster

    def close(self) -> None:
        self.audit.stop()
        self.store.close()


def open_accounts(folder: Path, now: Callable[[], int]) -> AccountFiles:
    """`now` gives wall ms. Raises AccountsError, AuditError, VaultError (the key) and OSError."""
    store = AccountStore(folder / ACCOUNTS)
    audit = AuditLog(folder / AUDIT, now)
    return AccountFiles(store, audit, Seal(load_key(folder / KEY)), Roster(store, audit, now))
