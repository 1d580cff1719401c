"""What is true of all reviews now. One mutable object, changed only by `evolve`, owned by one thread, over many days.

Reviews in it are immutable values. The indexes are rebuilt from them, and left out of snapshots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Final, NamedTuple

from hall_daemon.cases.defects import Defect, DefectList, page_place
from hall_daemon.cases.life import CLOSED, State

# A field is often sent back that stands in so many of a matter's last lists, and in no fewer than the least.
LISTS_COUNTED = 200
OFTEN_SHARE = 0.05
OFTEN_LEAST = 3
# The alarms of a second list, and of a visit that ended while nobody said what became of a promise. They stay until
# somebody has looked into them; those of an answer end with their clock.
LATE: Final = "late_defects"
UNSIGNED: Final = "promise_open"
LASTING: Final = (LATE, UNSIGNED)
NOT_TURNING = ("", "")


class Review(NamedTuple):
    """`version` counts its steps: two who change it at once are told apart by it. `papers`: paper -> page -> piece of
    the dossier. `changed`: place (a field, a paper, a page of it) -> how many lists had been told when it last changed.
    `since` is the day from which its present `days` count. `first_look`: who would pass it where a second has to.
    `ready`: the service that its ticket is for once it passed. `was`: the state before it lapsed, and its clock.
    `used_at`: the window that somebody came to with it. `instead`: of the promised papers those whose place the promise
    takes; `settled`: what became of all that at the window. `sent_answers`, `sent_papers`: what was handed in when it
    was last sent. Walls are ms."""

    id: str
    matter: str
    form: str
    edition: int
    service: str
    token: str
    state: State
    version: int
    since: str
    days: int
    opened_wall: int
    moved_wall: int
    person: str = ""
    channel: str = ""
    answers: str = ""
    papers: dict[str, dict[int, str]] = {}  # noqa: RUF012 (a value: replaced, never changed)
    changed: dict[str, int] = {}  # noqa: RUF012
    lists: tuple[DefectList, ...] = ()
    promised: tuple[str, ...] = ()
    looker: str = ""
    first_look: str = ""
    sent_wall: int = 0
    first_sent_wall: int = 0
    alarms: tuple[str, ...] = ()
    ticket: str = ""
    ready: str = ""
    used: bool = False
    reason: str = ""
    text: str = ""
    was: tuple[State, str, int] | None = None
    used_at: str = ""
    source: str = ""
    instead: tuple[str, ...] = ()
    settled: str = ""
    sent_answers: str = ""
    sent_papers: dict[str, dict[int, str]] = {}  # noqa: RUF012

    @property
    def as_sent(self) -> Review:
        """As the hall was last told it: what is written and mended since then is its person's alone until they send
        it; of a draft that is nothing."""
        unanswered = bool(self.lists) and not self.lists[-1].replies
        changed = {place: n for place, n in self.changed.items() if n < len(self.lists) or not unanswered}
        return self._replace(answers=self.sent_answers, papers=self.sent_papers, changed=changed)

    def page_versions(self, paper: str, page: int) -> frozenset[str]:
        """Pieces of that page that events name: as it is, and as it was sent."""
        return frozenset(papers.get(paper, {}).get(page, "") for papers in (self.papers, self.sent_papers)) - {""}

    @property
    def answer_versions(self) -> frozenset[str]:
        return frozenset((self.answers, self.sent_answers)) - {""}

    @property
    def promise_open(self) -> bool:
        """Something is promised, and nobody has said what became of it."""
        return bool(self.promised) and not self.settled

    @property
    def unseen(self) -> bool:
        """Nobody of the staff has taken it up yet."""
        return self.state in ("draft", "sent") and not self.lists and not self.first_look

    def is_new(self, place: str) -> bool:
        """Whether that changed since the last list."""
        return bool(self.lists) and self.changed.get(place, 0) == len(self.lists)

    def mends(self, defect: Defect) -> bool:
        """Whether something else stands there since the last list; whoever takes a paper away has put nothing in its
        place, but where it was one too many."""
        if defect.of == "field" or defect.code == "not_needed":
            return self.is_new(defect.place)
        pages = self.papers.get(defect.id, {})
        if defect.page in pages:
            return self.is_new(page_place(defect.id, defect.page))
        return any(self.is_new(page_place(defect.id, page)) for page in pages)

    @property
    def answered_papers(self) -> tuple[str, ...]:
        """Papers that are answered for with a list: each entry of the last one is, or it is not sent; of an earlier one
        those that are not needed or come later."""
        return tuple(
            defect.id
            for told in self.lists
            for at, defect in enumerate(told.defects)
            if defect.of == "paper" and (
                told is self.lists[-1] or any(each.at == at and each.how != "replaced" for each in told.replies)
            )
        )

    @property
    def closed(self) -> bool:
        return self.state in CLOSED

    @property
    def pieces(self) -> frozenset[str]:
        """Everything of the dossier that it names."""
        pages_of = {piece for pages in self.papers.values() for piece in pages.values()}
        return frozenset({self.answers, *pages_of, *self.texts} - {""})

    @property
    def texts(self) -> frozenset[str]:
        """Ids of the words that it names."""
        found = {self.text}
        for told in self.lists:
            found |= {defect.text for defect in told.defects} | {reply.text for reply in told.replies}
        return frozenset(found - {""})


@dataclass(slots=True, kw_only=True)
class Docket:
    """`serial`: of the last review that was opened. `turned`: the day whose morning is done, `before`: the one
    before it; `turning`: one that is being done, and the review that it came to. `told`: matter -> the
    fields that each of its last lists named, newest last; whose they were is not in it, so it outlives the reviews."""

    serial: int = 0
    turned: str = ""
    before: str = ""
    turning: tuple[str, str] = NOT_TURNING
    reviews: dict[str, Review] = field(default_factory=dict)
    told: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict, compare=False)
    tickets: dict[str, str] = field(default_factory=dict, compare=False)
    open: int = field(default=0, compare=False)
    # source -> its reviews that are unseen
    unseen: dict[str, int] = field(default_factory=dict, compare=False)

    def put(self, review: Review) -> None:
        """Store the new value of a review and keep the indexes in step."""
        old = self.reviews.get(review.id)
        if old is not None:
            self._leave(old)
        self.reviews[review.id] = review
        self._enter(review)

    def forget(self, review_id: str) -> None:
        self._leave(self.reviews.pop(review_id))

    def note_list(self, matter: str, defects: tuple[Defect, ...]) -> None:
        named = (each.id if each.of == "field" else each.field for each in defects)
        fields_ = tuple(dict.fromkeys(filter(None, named)))
        self.told[matter] = (*self.told.get(matter, ()), fields_)[-LISTS_COUNTED:]

    def often_wrong(self, matter: str) -> frozenset[str]:
        """Fields that come back often; counted, so nobody has to think of them."""
        lists = self.told.get(matter, ())
        counted = Counter(field_ for named in lists for field_ in named)
        least = max(OFTEN_LEAST, OFTEN_SHARE * len(lists))
        return frozenset(field_ for field_, times in counted.items() if times >= least)

    def of_ticket(self, ticket_id: str) -> Review | None:
        return self.reviews.get(self.tickets.get(ticket_id, ""))

    def of_person(self, person: str) -> Iterator[Review]:
        return (review for review in self.reviews.values() if person and review.person == person)

    def begun_from(self, source: str) -> tuple[str, ...]:
        """Its reviews that are unseen."""
        return tuple(each.id for each in self.reviews.values() if each.source == source and each.unseen)

    def copy(self) -> Docket:
        """A docket of its own with the same content: the values inside are immutable and shared."""
        twin = Docket(
            serial=self.serial, turned=self.turned, before=self.before, turning=self.turning,
            reviews=dict(self.reviews), told=dict(self.told),
        )
        twin.reindex()
        return twin

    def reindex(self) -> None:
        """Build the indexes, as after loading a snapshot."""
        self.tokens, self.tickets, self.open, self.unseen = {}, {}, 0, {}
        for review in self.reviews.values():
            self._enter(review)

    def _enter(self, review: Review) -> None:
        self.tokens[review.token] = review.id
        if review.ticket and not (review.closed and review.ticket in self.tickets):  # one that is over keeps none back
            self.tickets[review.ticket] = review.id
        self.open += not review.closed
        self._count(review, 1)

    def _leave(self, review: Review) -> None:
        self.tokens.pop(review.token, None)
        if self.tickets.get(review.ticket) == review.id:
            del self.tickets[review.ticket]
        self.open -= not review.closed
        self._count(review, -1)

    def _count(self, review: Review, step: int) -> None:
        if not review.source or not review.unseen:
            return
        self.unseen[review.source] = self.unseen.get(review.source, 0) + step
        if not self.unseen[review.source]:
            del self.unseen[review.source]


DOCKET_FIELDS = tuple(each.name for each in fields(Docket) if each.compare)
