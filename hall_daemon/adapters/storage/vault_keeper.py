"""Wipes persons whose time is over: those of days before the hall's, and those whom no ticket names.

Looked at when the hall starts, when a day begins and every hour, because a hall that died, or a vault that could not be
written, at the very turn of the day must not keep anybody. A record that no ticket names was put by a press that did
not come through; one that may still come through is not touched, so it is wiped when it was seen so twice. Every few
seconds it proves that the vault can be read, with the key that lies beside it. One thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import partial

from hall_daemon.adapters.storage.keys import KeyLost, Keys
from hall_daemon.adapters.storage.vault import Vault, VaultError
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.ticket import day_of

_LOGGER = logging.getLogger(__name__)

EVERY_S = 3600.0
AGAIN_S = 30.0
PROOF_S = 3.0
# However long a business day stays open: a person is gone after this.
LONGEST = timedelta(days=2)


class VaultKeeper:
    """`trouble` says what is wrong with the vault, or why persons could not be wiped; "" when all is well. `named`
    gives the subjects of all tickets, `keys` those on the disk (raises VaultError)."""

    def __init__(
        self,
        vault: Vault,
        named: Callable[[], Collection[str]],
        keys: Callable[[], Keys],
        monotonic: Callable[[], float],
    ) -> None:
        self._vault = vault
        self._named = named
        self._keys = keys
        self._monotonic = monotonic
        self._unnamed: frozenset[str] | None = None
        self._next_look = monotonic()
        self._next_proof = monotonic()
        self._day = ""
        self._unproven = ""
        self._unwiped = ""
        self._missing = ""

    @property
    def trouble(self) -> str:
        return self._unproven or self._missing or (
            self._unwiped and f"those whose time is over stay: {self._unwiped}"
        )

    def look(self, day: str, wall: int) -> None:
        """`day` is the hall's business day, `wall` now in ms. Cheap when nothing is due."""
        if day != self._day or self._monotonic() >= self._next_look:
            self._day = day
            sweep, find = partial(self._sweep, day, wall), partial(self._find_named, day, wall)
            self._unwiped = self._tried(sweep, self._unwiped, "wiping persons whose time is over")
            self._missing = self._tried(find, self._missing, "finding whom tickets name")
            self._next_look = self._monotonic() + (AGAIN_S if self._unwiped else EVERY_S)
        if self._monotonic() >= self._next_proof:
            self._next_proof = self._monotonic() + PROOF_S
            self._unproven = self._tried(self._prove, self._unproven, "proving its key")

    def _tried(self, work: Callable[[], object], before: str, doing: str) -> str:
        """Why it does not go, told once each way."""
        try:
            work()
        except VaultError as error:
            if not before:
                _LOGGER.error("vault: %s fails: %s", doing, error)
            return str(error)
        if before:
            _LOGGER.warning("vault: %s works again", doing)
        return ""

    def _prove(self) -> None:
        if self._vault.failed and self._vault.fits:
            self._vault.write_proof()
        try:
            keys = self._keys()
        except KeyLost as error:
            lost = self._vault.lost() if not self._vault.fits else 0
            raise VaultError(f"{error}; {lost} persons are lost without it, hall vault forget-lost goes on") from error
        self._vault.prove(keys)

    def _find_named(self, day: str, wall: int) -> None:
        """Raises VaultError for those who should be there and are not: an empty vault looks like any other."""
        lost = 0 if day < _oldest(wall) else sum(not self._is_there(subject) for subject in self._named())
        if lost:
            raise VaultError(
                f"{lost} whom tickets name are gone or altered: the vault was damaged, or is an old copy; "
                "put its newest copy back, or ask them again"
            )

    def _is_there(self, subject: str) -> bool:
        try:
            return self._vault.get(subject) is not None
        except VaultError:
            return False

    def _sweep(self, day: str, wall: int) -> None:
        wiped = self._vault.wipe_before(max(day, _oldest(wall)))
        # What is there is read before who is named: a record that is put and named in between is not seen at all.
        kept = self._vault.subjects()
        unnamed = frozenset(kept.difference(self._named()))
        # At a start nothing is under way: whoever put them is gone.
        due = unnamed if self._unnamed is None else unnamed & self._unnamed
        self._vault.wipe(*due)
        self._unnamed = unnamed - due
        if not self._vault.fits and kept == due:
            # Nobody is left whom the other key has sealed.
            self._vault.write_proof()
        if wiped or due:
            _LOGGER.info("vault: wiped %d of days that are over, %d that no ticket names", wiped, len(due))


def named_today(hall: Hall) -> frozenset[str]:
    """The subjects of the day's tickets: who is served past midnight is gone from the vault with the day."""
    return frozenset(t.subject for t in hall.tickets.values() if t.subject and day_of(t.id) == hall.day)


def _oldest(wall: int) -> str:
    """The business day before which nobody stays."""
    return (datetime.fromtimestamp(wall / 1000, UTC) - LONGEST).date().isoformat()
