"""The accounts of a hall that runs: its files, who comes and who gives, as one part with health."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from hall_daemon.adapters.accounts.access import Access, AccessRules
from hall_daemon.adapters.accounts.files import open_accounts
from hall_daemon.adapters.accounts.provider import IdentityProvider
from hall_daemon.adapters.accounts.store import AccountsError
from hall_daemon.adapters.storage.data_folder import ACCOUNTS_KEY
from hall_daemon.adapters.storage.keys import key_place, load_key
from hall_daemon.adapters.system.parts import checked, trouble
from hall_daemon.config.settings import Access as Said
from hall_daemon.config.settings import Oidc
from hall_daemon.staff.passwords import PasswordRules

_LOGGER = logging.getLogger(__name__)


class AccountService:
    """`now` gives wall ms. Raises AccountsError, AuditError, VaultError (the key) and OSError."""

    def __init__(self, folder: Path, said: Said, now: Callable[[], int], monotonic: Callable[[], float]) -> None:
        self._files = files = open_accounts(folder, now)
        self._pads_without_login = said.pads_without_login
        self._trouble = ""
        passwords = PasswordRules(
            length=said.password_length, kinds=said.password_kinds, history=said.password_history,
            days=said.password_days, failures=said.failures, wait_s=said.wait_s, longest_wait_s=said.longest_wait_s,
        )
        rules = AccessRules(
            passwords=passwords, idle_s=said.idle_min * 60, longest_s=said.longest_h * 3600,
            passes=said.argon2_passes, memory_mib=said.argon2_mib, two_factors=said.two_factors,
        )
        key = load_key(key_place(folder, ACCOUNTS_KEY))
        self.access = Access(files.store, files.audit, key, rules, now=now, monotonic=monotonic)
        self.roster = files.roster
        self._at = self._who_is_where()
        self.machines = lambda: files.store.machines
        self._folder, self.stop = folder, files.close

    def start(self) -> None:
        """A hall whose disk is full still calls: only commands beside it are not let in."""
        self._files.audit.start()
        try:
            self._files.provide_own(self._folder)
        except (AccountsError, OSError) as error:
            _LOGGER.warning("commands as hall day are not let in until the next start: %s", error)

    def note_start(self, config: Path) -> None:
        """Which configuration the hall runs by from now on: the beginning of its file's SHA-256."""
        try:
            digest = hashlib.sha256(config.read_bytes()).hexdigest()[:16]
        except OSError:
            digest = ""
        self.access.audit.note("core", "start", digest)

    def health(self) -> Mapping[str, str]:
        pads = self._pads_without_login
        return {
            **checked(self._files.audit.health), "accounts": trouble("not read or written", self._trouble),
            **({"pads_without_login": f"ok: windows {', '.join(pads)}"} if pads else {}),
        }

    def look(self) -> None:
        """Once a second: what another process wrote, and what is over."""
        try:
            self.access.sweep()
            self._trouble = ""
        except AccountsError as error:
            self._trouble = str(error)

    def left(self) -> frozenset[tuple[str, str]]:
        """Windows, each with the id of an account that works there no longer since the last call or the last run of the
        hall, for whatever reason; not those whose pad goes on without."""
        before, self._at = self._at, self._who_is_where()
        return frozenset(each for each in before - self._at if not self.attended(each[0]))

    def _who_is_where(self) -> frozenset[tuple[str, str]]:
        sessions = self._files.store.sessions.values()
        return frozenset((session.window, session.account) for session in sessions if session.window)

    def attended(self, window: str) -> bool:
        """Whether the caller pad of a window works now."""
        return window in self._pads_without_login or self.access.somebody_at(window)

    def first_code(self) -> str:
        """The code by which the first administrator sets a password, as long as nobody has one; "" later, and where it
        cannot be written: the hall goes on, and the next start gives one."""
        if any(account.password for account in self._files.store.accounts.values()):
            return ""
        try:
            return self.roster.first_code()
        except AccountsError as error:
            _LOGGER.warning("nobody is invited until the next start: %s", error)
            return ""


def provider_of(said: Oidc, now: Callable[[], int], monotonic: Callable[[], float]) -> IdentityProvider | None:
    """The city's, where one is configured; `now` gives wall ms."""
    if not said.issuer:
        return None
    # Only where it is used: the library is 5 MB, and a third of a second of a start.
    from hall_daemon.adapters.accounts.oidc import OidcProvider

    return OidcProvider(said, now=now, monotonic=monotonic)
