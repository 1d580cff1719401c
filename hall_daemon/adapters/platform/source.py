"""What of the hall the platform's thread reads: events and reviews of the replica, and, at the moment of sending, those
answers of a sealed dossier that the configuration lets out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.platform.port import Away
from hall_daemon.app.record import Recorded
from hall_daemon.app.review_views import plain_answers
from hall_daemon.cases.book import Book
from hall_daemon.cases.docket import Docket, Review
from hall_daemon.exchange.records import Record, is_told, record_of
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.days import day_of
from hall_daemon.matters.guide import Guide

T = TypeVar("T")
CHUNK = 500
# In these states a review's answers are those that were sent.
_AS_SENT = ("sent", "looking", "passed")


class Replica(Protocol):
    """The follower."""

    seq: int

    def events_after(self, seq: int, limit: int = 1000) -> Sequence[Recorded]: ...
    def read_book(self, look: Callable[[Book], T]) -> T: ...


class Dossier(Protocol):
    """Raises DossierError."""

    def answers(self, case: str, piece: str) -> Mapping[str, object] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HallSource:
    """`matters`: those of which anything leaves. `fields` of the dictionary leave with a review that is sent;
    `checkers` by matter, and of `earlier` editions by form and version, say where they stand and which are hidden.
    `dossiers` raises DossierError while it is away."""

    replica: Replica
    dossiers: Callable[[], Dossier]
    matters: frozenset[str]
    fields: frozenset[str] = frozenset()
    guides: Callable[[], Mapping[str, Guide]] = dict
    checkers: Mapping[str, Checker] = field(default_factory=dict)
    earlier: Mapping[tuple[str, int], Checker] = field(default_factory=dict)

    def events(self, after: int) -> tuple[list[Record], int]:
        """Records of the next events, and how far they were read."""
        rows = self.replica.events_after(after, CHUNK)
        found = [
            record_of(row.event, row.wall, row.seq, self._review(getattr(row.event, "review", "")))
            for row in rows
            if is_told(row.event)
        ]
        return [each for each in found if each and each.matter in self.matters], rows[-1].seq if rows else after

    def _review(self, review: str) -> Review | None:
        return self.replica.read_book(lambda book: book.docket.reviews.get(review))

    def day(self) -> str:
        """The business day."""
        return self.replica.read_book(lambda book: book.hall.day)

    def told(self) -> dict[str, Review]:
        """Every review of which the platform is told."""
        return self.replica.read_book(lambda book: self._told(book.docket))

    def _told(self, docket: Docket) -> dict[str, Review]:
        return {
            id_: each for id_, each in docket.reviews.items() if each.first_sent_wall and each.matter in self.matters
        }

    def form(self, record: Record) -> dict[str, object]:
        """What of the answers leaves with this record, by the dictionary: nothing where nothing may, where they are not
        those that were sent any more, or for a record that is not about sending. Raises Away."""
        review = self._review(record.review)
        if not self.fields or record.state != "sent" or review is None or review.state not in _AS_SENT:
            return {}
        checker = self.earlier.get((review.form, review.edition)) or self.checkers.get(record.matter)
        if checker is None or review.edition != checker.form.version:
            return {}
        answers = plain_answers(self._answers(review))
        hidden = set(checker.verdict(answers, day_of(self.day()) or 0).hidden)
        return {
            each.means: answers[each.id]
            for each in checker.form.fields
            if each.means in self.fields and each.id in answers and each.id not in hidden
        }

    def _answers(self, review: Review) -> Mapping[str, object]:
        try:
            return self.dossiers().answers(review.id, review.answers) or {}
        except DossierError as error:
            if error.code == "no_dossier":  # wiped since
                return {}
            raise Away(error.code) from None
