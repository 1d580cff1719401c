"""What events of reviews mean to their dossiers: kept on with each step and for longer after a visit, wiped when they
are over. The follower tells, `look` does it, once a second, by another thread; what cannot be done now is done the next
time, what a crash took by the sweep. A draft that lapses is the sweep's too: a wrong clock may have turned the day, and
a turn can be taken back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from hall_daemon.adapters.dossiers.store import Dossiers
from hall_daemon.adapters.dossiers.values import DossierError, Kind
from hall_daemon.app.record import Recorded
from hall_daemon.cases import events as e
from hall_daemon.cases.docket import Docket
from hall_daemon.domain.events import ServiceAdvanced, ServiceFinished
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment

# After one of these its time begins anew, and so when it ends that was sent once.
_GOES_ON = e.ReviewSent | e.DefectsTold | e.ReviewPassed | e.ReviewRefused
_ENDS = e.ReviewWithdrawn | e.ReviewLapsed


class DocketKeeper:
    """`docket` is the follower's own, on whose thread this is called; `store` raises DossierError while it is away."""

    def __init__(self, docket: Docket, store: Callable[[], Dossiers]) -> None:
        self._docket = docket
        self._store = store
        self._kept: deque[tuple[str, Kind]] = deque()
        self._over: deque[str] = deque()

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            event = row.event
            if isinstance(event, _GOES_ON):
                self._kept.append((event.review, "review"))
            elif isinstance(event, ServiceFinished | ServiceAdvanced):
                review = self._docket.of_ticket(event.ticket)
                if review is not None and review.used:
                    self._kept.append((review.id, "visited"))
            elif isinstance(event, e.ReviewPutAway):
                self._over.append(event.review)
            elif isinstance(event, _ENDS):
                known = self._docket.reviews.get(event.review)
                if known is not None and known.first_sent_wall:
                    self._kept.append((event.review, "review"))
                elif isinstance(event, e.ReviewWithdrawn):
                    self._over.append(event.review)

    def look(self) -> None:
        try:
            while self._over:
                self._store().wipe(self._over[0])
                self._over.popleft()
            while self._kept:
                store, (review, kind) = self._store(), self._kept[0]
                if store.has(review):
                    store.name(review)
                    store.keep(review, kind)
                self._kept.popleft()
        except DossierError:
            """Health says so; the rest waits."""
