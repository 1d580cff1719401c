"""Wipes persons whose time is over: those of days before the hall's, and those whom no ticket names.

Looked at when the hall starts, when a day begins and every hour, because a hall that died, or a vault that could not be
written, at the very turn of the day must not keep anybody. A record that no ticket names was put by a press that did
not come through; one that may still come through is not touched, so it is wiped when it was seen so twice. One thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from hall_daemon.adapters.storage.vault import Vault, VaultError

_LOGGER = logging.getLogger(__name__)

EVERY_S = 3600.0
AGAIN_S = 30.0
# However long a business day stays open: a person is gone after this.
LONGEST = timedelta(days=2)


class VaultKeeper:
    """`trouble` says why persons could not be wiped, "" when all is well. `named` gives the subjects of all tickets."""

    def __init__(self, vault: Vault, named: Callable[[], Collection[str]], monotonic: Callable[[], float]) -> None:
        self._vault = vault
        self._named = named
        self._monotonic = monotonic
        self._unnamed: frozenset[str] | None = None
        self._next_look = monotonic()
        self._day = ""
        self.trouble = ""

    def look(self, day: str, wall: int) -> None:
        """`day` is the hall's business day, `wall` now in ms. Cheap when nothing is due."""
        if day == self._day and self._monotonic() < self._next_look:
            return
        self._day = day
        try:
            self._sweep(day, wall)
        except VaultError as error:
            self._next_look = self._monotonic() + AGAIN_S
            if not self.trouble:
                _LOGGER.error("persons whose time is over could not be wiped: %s", error)
            self.trouble = str(error)
        else:
            self._next_look = self._monotonic() + EVERY_S
            if self.trouble:
                _LOGGER.warning("persons whose time is over were wiped, late")
            self.trouble = ""

    def _sweep(self, day: str, wall: int) -> None:
        oldest = (datetime.fromtimestamp(wall / 1000, UTC) - LONGEST).date().isoformat()
        wiped = self._vault.wipe_before(max(day, oldest))
        # What is there is read before who is named: a record that is put and named in between is not seen at all.
        kept = self._vault.subjects()
        unnamed = frozenset(kept.difference(self._named()))
        # At a start nothing is under way: whoever put them is gone.
        due = unnamed if self._unnamed is None else unnamed & self._unnamed
        self._vault.wipe(*due)
        self._unnamed = unnamed - due
        if wiped or due:
            _LOGGER.info("vault: wiped %d of days that are over, %d that no ticket names", wiped, len(due))
