"""Who stands in the hall and wants a person (帮办), until somebody comes. In memory.

Not in the journal: nothing is decided by it, it is over within minutes, and whoever still stands there after a restart
presses again; the journal would keep it for ever. Bounded: one open call of a kiosk or a ticket, so many in all.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import Literal, NamedTuple

MOST_OPEN = 50
OPEN_MS = 15 * 60 * 1000
# How long one that somebody answered is still shown.
ANSWERED_MS = 5 * 60 * 1000

State = Literal["open", "coming", "over"]


class TooManyCalls(Exception):
    """So many wait already that another one helps nobody."""


class HelpCall(NamedTuple):
    """`source`: the kiosk or ticket; `place`: what staff read, a kiosk's name or a number; `matter` "" for none. `by`:
    the account that answered. Times in wall ms."""

    id: str
    source: str
    channel: Literal["kiosk", "phone", "staff"]
    place: str
    matter: str
    at: int
    by: str = ""
    answered: int = 0


class HelpDesk:
    """From any thread. `now` gives wall ms."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._calls: dict[str, HelpCall] = {}

    def call(self, source: str, channel: Literal["kiosk", "phone", "staff"], place: str, matter: str) -> HelpCall:
        """The one that is open already, or a new one. Raises TooManyCalls."""
        with self._lock:
            self._forget()
            is_open = [one for one in self._calls.values() if not one.by]
            for one in is_open:
                if one.source == source:
                    return one
            if len(is_open) >= MOST_OPEN:
                raise TooManyCalls
            made = HelpCall(
                id=secrets.token_urlsafe(16), source=source, channel=channel, place=place, matter=matter, at=self._now()
            )
            self._calls[made.id] = made
            return made

    def answer(self, id: str, by: str) -> HelpCall | None:
        """Somebody goes there; who was first stays. None where there is no such call any more."""
        with self._lock:
            self._forget()
            found = self._calls.get(id)
            if found is not None and not found.by:
                found = self._calls[id] = found._replace(by=by, answered=self._now())
            return found

    def withdraw(self, id: str) -> HelpCall | None:
        """Nobody need come any more; the call as it was, None where there is no such one."""
        with self._lock:
            self._forget()
            return self._calls.pop(id, None)

    def one(self, id: str) -> HelpCall | None:
        with self._lock:
            self._forget()
            return self._calls.get(id)

    def all(self) -> list[HelpCall]:
        """Those that wait longest first, then those that were answered."""
        with self._lock:
            self._forget()
            return sorted(self._calls.values(), key=lambda one: (bool(one.by), one.at))

    def _forget(self) -> None:
        now = self._now()
        over = [
            one.id for one in self._calls.values()
            if (now - one.answered > ANSWERED_MS if one.by else now - one.at > OPEN_MS)
        ]
        for id_ in over:
            del self._calls[id_]
