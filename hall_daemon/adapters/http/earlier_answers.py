"""What a person wrote in earlier reviews begins their next form: nothing is asked twice.

At a kiosk for the card that was just laid on its own reader: of the newest reviews that were sent with it. On a phone
for who holds the secret of one, and may have its answers. No such review is an empty answer. Runs on a listener's loop;
dossiers are asked on a reading thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.kept_answers import answers_of
from hall_daemon.adapters.http.own_reviews import laid_card
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.adapters.http.reviews import ReviewsApi
from hall_daemon.app import review_views as views
from hall_daemon.cases.book import Book
from hall_daemon.cases.docket import Review
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.days import day_of
from hall_daemon.matters.form import Form
from hall_daemon.matters.values import Answer, Answers, begun
from hall_daemon.staff.rights import Right
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode, post
from hall_daemon.web.limits import Rate, RateLimiter
from hall_daemon.wire import own_reviews as o

T = TypeVar("T")

# Dossiers that are opened for one answer; a line of the audit log has room for as many ids.
MOST_OPENED = 4
# Of one person, and of one review: a form is begun a few times, not all day.
_ASKED = Rate(1 / 60, 10)


class EarlierAnswersApi:
    """`needs` is the right that this listener asks for: "anybody" is a phone."""

    def __init__(
        self, commands: HallCommands, room: ReviewRoom, reading: Reading, reviews: ReviewsApi, needs: Right
    ) -> None:
        self._commands, self._room, self._reading, self._reviews = commands, room, reading, reviews
        self._needs = needs
        self._asked = RateLimiter(_ASKED, commands.deps.monotonic)

    def operations(self) -> tuple[Operation, ...]:
        if self._needs == "anybody":
            return (
                post(
                    "carryAnswers", self._needs, "/api/v1/reviews/{review}/earlier",
                    "What my answers here begin of another form; after it was sent, for who says who it is",
                    self.carry, o.EarlierAnswers, body=o.NextFormBody, takes=("Case-Token",),
                    codes=("unknown_review", "review_not_yours", "unknown_form", "dossiers_away"),
                ),
            )
        return (
            post(
                "earlierAnswers", self._needs, "/api/v1/forms/{form}/earlier",
                "What I wrote in earlier reviews for this form, for the card that was just laid on the kiosk's reader",
                self.of_card, o.EarlierAnswers, body=o.CardBody,
                codes=("unknown_form", "no_reading", "dossiers_away"),
            ),
        )

    async def of_card(self, call: Call) -> Reply:
        person = self._room.person(laid_card(self._commands, call).number)
        checker = self._checker(call.params["form"])
        self._check(person)
        await self._commands.replica.fresh()
        return await self._begun(call, checker, self._book(lambda book: _sent(book, person)))

    async def carry(self, call: Call) -> Reply:
        review = await self._reviews.readable(call)
        checker = self._checker(call.body.form)
        self._check(review.id)
        return await self._begun(call, checker, [review])

    def _checker(self, form: str) -> Checker:
        for checker in self._room.views.checkers.values():
            if checker.form.id == form:
                return checker
        raise Fault("unknown_form", {"form": form[:64]})

    def _check(self, whose: str) -> None:
        if wait_s := self._asked.wait_s(whose):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})

    async def _begun(self, call: Call, checker: Checker, reviews: list[Review]) -> Reply:
        today = day_of(self._book(lambda book: book.hall.day))
        found: dict[str, Answer] = {}
        if reviews and today is not None:
            call.about = "+".join(each.id for each in reviews)
            try:
                earlier = await self._reading.aside(lambda: tuple(self._opened(reviews, today)))
            except DossierError as error:
                raise Fault(error.code) from error
            found = begun(checker, earlier, today)
        said = o.EarlierAnswers(
            form=checker.form.id, answers={id_: answer.value for id_, answer in found.items()},
            origins={id_: str(answer.origin) for id_, answer in found.items()},
        )
        return Reply(200, encode(said))

    def _opened(self, reviews: list[Review], today: int) -> Iterator[tuple[str, Form, Answers]]:
        """What shows there and nobody found wrong. Blocks; raises DossierError."""
        dossier, context = self._room.dossiers(), self._room.views
        for review in reviews:
            if not context.has_form(review) or not dossier.has(review.id):
                continue
            kept, checker = dossier.answers(review.id, review.answers) or {}, context.checker(review)
            hidden = checker.verdict(views.plain_answers(kept), today).hidden
            left_out = {*hidden, *_told_wrong(review)}
            answers = {id_: answer for id_, answer in answers_of(kept).items() if id_ not in left_out}
            yield review.id, checker.form, answers

    def _book(self, look: Callable[[Book], T]) -> T:
        return self._commands.deps.follower.read_book(look)


def _sent(book: Book, person: str) -> list[Review]:
    """Of that person, the newest first: what a draft says nobody has stood by."""
    sent = [each.as_sent for each in book.docket.of_person(person) if each.first_sent_wall and each.sent_answers]
    return sorted(sent, key=lambda each: (each.sent_wall, each.id), reverse=True)[:MOST_OPENED]


def _told_wrong(review: Review) -> Iterator[str]:
    """Fields of the last list that were not mended since."""
    if review.lists and review.state != "passed":
        for defect in review.lists[-1].defects:
            if defect.of == "field" and review.changed.get(defect.place, 0) < len(review.lists):
                yield defect.id
