"""The dossiers of a hall that runs: opened when they can be, swept each hour, a part with health.

A file that is damaged, or a disk that is read-only, costs what people hand in and nothing else: numbers and calls go
on, and it is tried again.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from hall_daemon.adapters.dossiers.docket_keeper import DocketKeeper
from hall_daemon.adapters.dossiers.store import Dossiers, open_dossiers
from hall_daemon.adapters.dossiers.values import MB, Bounds, DossierError, Named
from hall_daemon.adapters.storage.disk_guard import StorageGuard
from hall_daemon.adapters.storage.group_commit import Pace
from hall_daemon.adapters.storage.keys import VaultError
from hall_daemon.adapters.system.parts import trouble
from hall_daemon.app.follower import Follower
from hall_daemon.app.record import Clock
from hall_daemon.cases.docket import Docket, Review
from hall_daemon.cases.life import OWED
from hall_daemon.config.settings import Papers, Settings

_LOGGER = logging.getLogger(__name__)

# So often what people hand in waits for the disk that presses wait for as well; a few who come now and then wait not.
COMMIT_EVERY_S, COMMITS_AT_ONCE, ANSWERS_APART_S = 0.25, 8, 0.003
EVERY_S = 3600.0
AGAIN_S = 30.0
# So long after a turn of the day by a wrong clock somebody has taken it back.
TURNS_BACK = timedelta(days=3)
# From the beginning of a day to the end of the next one, by which its morning is done as well.
SURE = timedelta(days=2)
_NOTHING = datetime.fromtimestamp(0, UTC)


class Known(NamedTuple):
    """Cases that events name: all, those that are not over, and those that nobody will ask for again. `sure`: wall ms
    up to which the morning before the last one saw as well: a wrong clock wipes nothing at once. `pieces`: what of each
    is named."""

    named: frozenset[str] = frozenset()
    alive: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    sure: int = 0
    pieces: Mapping[str, Named] = {}


def known_of(docket: Docket, day: str) -> Known:
    """On the hall's `day`. What lapsed some days ago is alive: a wrong clock may have turned them, and turns can be
    taken back. What was never sent and taken back, or lapsed before, is gone, also where a crash came before its
    wiping."""
    may_be_wrong = (date.fromisoformat(day) - TURNS_BACK).isoformat() if day else ""
    alive = frozenset(each.id for each in docket.reviews.values() if not each.used and (
        not each.closed or (each.state == "lapsed" and each.since > may_be_wrong)
    ))
    never_sent = frozenset(each.id for each in docket.reviews.values() if each.closed and not each.first_sent_wall)
    sure = datetime.fromisoformat(docket.before).replace(tzinfo=UTC) + SURE if docket.before else _NOTHING
    return Known(
        frozenset(docket.reviews), alive, never_sent - alive, int(sure.timestamp() * 1000),
        {each.id: _named(each) for each in docket.reviews.values()},
    )


def _named(review: Review) -> Named:
    return Named(review.answers, review.sent_answers, review.papers, review.sent_papers, review.texts)


def overdue(docket: Docket) -> int:
    """Answers that the hall owes and should have given."""
    return sum(each.state in OWED and "answer_over" in each.alarms for each in docket.reviews.values())


def bounds_of(said: Papers) -> Bounds:
    return Bounds(
        keep_days={"draft": said.draft_days, "review": said.review_days, "visited": said.visited_days},
        case_pages=said.case_pages, case_bytes=said.case_mb * MB, quota_bytes=said.quota_mb * MB,
    )


class DossierService:
    """`known` gives the cases that events name. `look` once a second, by one thread; all else from any."""

    def __init__(self, said: Settings, clock: Clock, monotonic: Callable[[], float], guard: StorageGuard) -> None:
        folder, cipher, bounds = said.data_dir, said.data.vault_cipher, bounds_of(said.papers)
        self._open = partial(
            open_dossiers, folder, cipher, bounds, lambda: clock.now().wall, lambda: guard.low,
            pace=Pace(COMMIT_EVERY_S, COMMITS_AT_ONCE, monotonic, ANSWERS_APART_S),
        )
        self._monotonic = monotonic
        self._next_look = monotonic()
        self._opened: Dossiers | None = None
        self._trouble = ""
        self._keeper: DocketKeeper | None = None
        self._overdue: Callable[[], int] = int
        self.known: Callable[[], Known] = Known

    def follow(self, follower: Follower, docket: Docket) -> None:
        """Keep and wipe by what happens to reviews. `docket` is the follower's own; before it starts."""
        self._keeper = DocketKeeper(docket, lambda: self.store)
        follower.subscribe(self._keeper)
        self.known = lambda: follower.read_book(lambda book: known_of(book.docket, book.hall.day))
        self._overdue = lambda: follower.read_book(lambda book: overdue(book.docket))

    @property
    def store(self) -> Dossiers:
        """Raises DossierError while they cannot be opened."""
        if self._opened is None:
            raise DossierError("dossiers_away", self._trouble or "the dossiers are not opened yet")
        return self._opened

    def look(self) -> None:
        if self._keeper is not None and self._opened is not None:
            self._keeper.look()
        if self._monotonic() < self._next_look:
            return
        before, self._trouble = self._trouble, ""
        try:
            self._opened = self._opened or self._open()
            known = self.known()
            self._opened.sweep(known.named, alive=known.alive, gone=known.gone, sure=known.sure)
            self._opened.sweep_unnamed(known.pieces)
        except (DossierError, VaultError, OSError) as error:
            self._trouble = str(error)
            if not before:
                _LOGGER.error("dossiers: %s; trying again", error)
        else:
            if before:
                _LOGGER.warning("dossiers: they can be used again")
        self._next_look = self._monotonic() + (AGAIN_S if self._trouble else EVERY_S)

    def health(self) -> Mapping[str, str]:
        why = self._trouble or (self._opened.trouble if self._opened is not None else "")
        late = self._overdue()
        said = {"dossiers": trouble("papers", why)}
        return {**said, "reviews": f"degraded: {late} answers are over their day"} if late else said

    def close(self) -> None:
        if self._opened is not None:
            with contextlib.suppress(DossierError):
                self._opened.close()
