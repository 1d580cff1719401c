"""Letters of kept pages, read one page after the other while nobody waits for it, and what they say of the answers put
beside the page. It begins with the event that a page was kept, and again when the review is sent, for answers that have
changed. What is asked twice is read once; what is dropped, because too many wait or the hall ends, is read when it lies
on the desk.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hall_daemon.adapters.documents.recogniser import Recogniser
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.page_facts import put_seen, read_of_pages
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.app import review_views as views
from hall_daemon.app.record import Recorded
from hall_daemon.cases import events as e
from hall_daemon.cases.book import Book
from hall_daemon.cases.docket import Review
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.matters.days import day_of
from hall_daemon.matters.printed import mark_of

_LOGGER = logging.getLogger(__name__)

MOST_WAITING = 500
STOP_S = 5.0


class PageLetters:
    """`want` may be called by any thread, also when nothing is read here. `read_book` gives what it is asked of the
    replica, on whose thread `__call__` is a subscriber."""

    def __init__(
        self, recogniser: Recogniser, room: Callable[[], ReviewRoom | None],
        read_book: Callable[[Callable[[Book], Any]], Any], monotonic: Callable[[], float],
    ) -> None:
        self._recogniser = recogniser
        self._room = room
        self._read_book = read_book
        self._waiting: dict[str, None] = {}
        self._door = threading.Condition()
        self._life = Life("letters", "letters", monotonic)
        self._thread = OwnedThread("letters", self._work, self._life, rouse=self._rouse)

    def start(self) -> None:
        if not self._recogniser.missing:
            self._thread.start()

    def stop(self) -> None:
        self._recogniser.stop()
        self._thread.stop(STOP_S)

    def health(self) -> Mapping[str, str]:
        if self._recogniser.missing:
            return {"letters": f"ok: none are read of pictures, {self._recogniser.missing} is not installed"}
        return {"letters": f"degraded: {self._life.detail}" if self._life.state == "alert" else "ok"}

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        for row in batch:
            if isinstance(row.event, e.PageKept | e.ReviewSent):
                self.want(row.event.review)

    def want(self, case: str) -> None:
        """Its pages, whenever there is time."""
        if self._recogniser.missing:
            return
        with self._door:
            if len(self._waiting) < MOST_WAITING:
                self._waiting[case] = None
                self._door.notify()

    def _rouse(self) -> None:
        with self._door:
            self._door.notify_all()

    def _work(self) -> None:
        self._life.note("ready")
        while (case := self._next()) is not None:
            try:
                self._look(case)
            except DossierError as error:  # wiped, full or away: whoever opens it asks again
                _LOGGER.debug("letters: %s", error.code)

    def _next(self) -> str | None:
        """None when it is over."""
        with self._door:
            self._door.wait_for(lambda: self._thread.stopping or self._waiting)
            if self._thread.stopping:
                return None
            case = next(iter(self._waiting))
            del self._waiting[case]
            return case

    def _look(self, case: str) -> None:
        review, day = self._read_book(lambda book: (book.docket.reviews.get(case), book.hall.day))
        room = self._room()
        if review is None or room is None:
            return
        if review.state == "mend":  # the desk sees what was sent; what is mended is compared once it is sent
            review = review.as_sent
        dossier = room.dossiers()
        answers = views.plain_answers(dossier.answers(case, review.answers) or {})
        named = [page for page in dossier.pages(case) if _is_named(review, page.paper, page.number, page.version)]
        read, context = read_of_pages(dossier, case, named), room.views
        known = context.has_form(review)
        for page in named:
            wanted = context.wanted(context.checker(review).form, answers, page.paper) if known else ()
            mark, before = mark_of(wanted), read.get((page.paper, page.number))
            if before is not None and before.of == mark:
                continue
            jpeg = dossier.page(case, page.paper, page.number)
            found = self._recogniser.read(jpeg, wanted, day_of(day) or 0) if jpeg else None
            if found is None:  # it is over, or no child can be had now
                return
            put_seen(dossier, case, page, facts=found.facts, seen=found.seen, of=mark)


def _is_named(review: Review, paper: str, number: int, version: int) -> bool:
    return review.papers.get(paper, {}).get(number) == str(version)
