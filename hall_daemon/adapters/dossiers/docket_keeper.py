"""What events of reviews mean to their dossiers: kept on with each step, wiped when they are over. The follower tells,
`look` does it, once a second, by another thread; what cannot be done now is done the next time, and what a crash took
goes when its time is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from hall_daemon.adapters.dossiers.store import Dossiers
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.app.record import Recorded
from hall_daemon.cases import events as e
from hall_daemon.cases.docket import Docket
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment

# After one of these its time begins anew.
_GOES_ON = e.ReviewSent | e.DefectsTold | e.ReviewPassed
_ENDS = e.ReviewWithdrawn | e.ReviewLapsed


class DocketKeeper:
    """`docket` is the follower's own, on whose thread this is called; `store` raises DossierError while it is away."""

    def __init__(self, docket: Docket, store: Callable[[], Dossiers]) -> None:
        self._docket = docket
        self._store = store
        self._kept: deque[str] = deque()
        self._over: deque[str] = deque()

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            event = row.event
            if isinstance(event, _GOES_ON):
                self._kept.append(event.review)
            elif isinstance(event, e.ReviewPutAway) or (isinstance(event, _ENDS) and self._never_sent(event.review)):
                self._over.append(event.review)

    def _never_sent(self, review: str) -> bool:
        known = self._docket.reviews.get(review)
        return known is None or not known.first_sent_wall

    def look(self) -> None:
        try:
            while self._over:
                self._store().wipe(self._over[0])
                self._over.popleft()
            while self._kept:
                store = self._store()
                if store.has(self._kept[0]):
                    store.name(self._kept[0])
                    store.keep(self._kept[0], "review")
                self._kept.popleft()
        except DossierError:
            """Health says so; the rest waits."""
