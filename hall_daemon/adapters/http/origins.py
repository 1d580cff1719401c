"""Who holds a field of the dictionary, and from where (溯源): of one person's reviews, or of the newest. No value is
among it. Runs on the listener's loop; dossiers are asked on a reading thread."""

from __future__ import annotations

from collections.abc import Iterator

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.kept_answers import answers_of
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.cases.book import Book
from hall_daemon.cases.docket import Review
from hall_daemon.matters.form import Form
from hall_daemon.matters.values import Answers, who_holds
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Query, Reply, encode, get, query_value
from hall_daemon.wire import reviews as w

MOST_OPENED = 200


class OriginsApi:
    def __init__(self, commands: HallCommands, room: ReviewRoom, reading: Reading) -> None:
        self._commands = commands
        self._room = room
        self._reading = reading

    def operations(self) -> tuple[Operation, ...]:
        only = Query("review", "Only of the person of this review", {"type": "string"})
        return (
            get(
                "getHolders", "review", "/api/v1/dictionary/{means}/holders", "Who holds a field, and from where",
                self.holders, w.Holders, query=(only,), codes=("unknown_meaning", "unknown_review", "dossiers_away"),
            ),
        )

    async def holders(self, call: Call) -> Reply:
        means, only = call.params["means"][:64], query_value(call, "review")[:64]
        entry = self._commands.deps.cabinet.dictionary.get(means)
        if entry is None:
            raise Fault("unknown_meaning", {"field": means})
        await self._commands.replica.fresh()
        found = self._commands.deps.follower.read_book(lambda book: self._reviews(book, only))
        call.about = only
        try:
            held = await self._reading.aside(self._held, means, found[:MOST_OPENED])
        except DossierError as error:
            raise Fault(error.code) from error
        more = max(0, len(found) - MOST_OPENED)
        return Reply(200, encode(w.Holders(means=means, label=dict(entry.label), holders=held, more=more)))

    @staticmethod
    def _reviews(book: Book, only: str) -> list[Review]:
        """Those with answers, newest first; with `only` those of its person, or that one alone."""
        known = book.docket.reviews
        if not only:
            return sorted((each for each in known.values() if each.answers), key=lambda each: each.id, reverse=True)
        if only not in known:
            raise Fault("unknown_review", {"review": only})
        same = {each.id: each for each in (known[only], *book.docket.of_person(known[only].person))}
        return sorted((each for each in same.values() if each.answers), key=lambda each: each.id, reverse=True)

    def _held(self, means: str, reviews: list[Review]) -> tuple[w.HolderView, ...]:
        forms = {each.id: each.form for each in reviews}
        return tuple(
            w.HolderView(
                review=held.holder, form=forms[held.holder], field=held.field, origin=str(held.origin), at=held.at,
                current=held.current,
            )
            for held in who_holds(means, self._opened(reviews))
        )

    def _opened(self, reviews: list[Review]) -> Iterator[tuple[str, Form, Answers]]:
        dossier, context = self._room.dossiers(), self._room.views
        for review in reviews:
            if context.has_form(review) and dossier.has(review.id):
                yield review.id, context.checker(review).form, answers_of(dossier.answers(review.id, review.answers))
