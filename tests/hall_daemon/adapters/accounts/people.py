"""Accounts in a folder, with a clock that is set by hand and a password that costs little to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hall_daemon.adapters.accounts.access import Access, AccessRules
from hall_daemon.adapters.accounts.files import AccountFiles, open_accounts
from hall_daemon.adapters.accounts.present import Present

PASSWORD = "Right-horse-7"
CHEAP = AccessRules(passes=1, memory_mib=8)
HERE = "10.0.0.5"


@dataclass
class People:
    folder: Path
    rules: AccessRules = CHEAP
    wall: int = 1_790_000_000_000
    ticks: float = 0.0
    files: AccountFiles = field(init=False)
    access: Access = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.files = open_accounts(self.folder, lambda: self.wall)
        self.access = Access(
            self.files.store, self.files.audit, bytes(32), self.rules,
            now=lambda: self.wall, monotonic=lambda: self.ticks,
        )

    def close(self) -> None:
        self.files.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def later(self, seconds: float) -> None:
        self.wall += int(seconds * 1000)
        self.ticks += seconds

    def add(self, number: str = "1024", roles: Sequence[str] = ("window",), windows: Sequence[str] = ()) -> Present:
        """A person who has opened the invitation."""
        _, code = self.files.roster.invite(number, roles, windows, by="tool:test")
        return self.access.accept(code, PASSWORD, HERE)[1]

    def log_in(self, number: str = "1024", password: str = PASSWORD, code: str = "", origin: str = HERE) -> str:
        return self.access.log_in(number, password, code, origin)[0]

    def noted(self) -> list[tuple[str, str, str]]:
        """(what, about, result) of every row of the audit log."""
        self.files.audit.write()
        return [(row.what, row.about, row.result) for row in self.files.audit.find()]
