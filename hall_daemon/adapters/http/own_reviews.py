"""A pre-review looked up at a kiosk by who has no secret at hand: by its number and that of the person's own paper.

Both are needed, as for a number that is drawn for it. Names, state and what is to be mended come back, no answer and no
picture. Runs on a listener's loop.
"""

from __future__ import annotations

from hmac import compare_digest

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.review_room import ReviewRoom, etag
from hall_daemon.adapters.http.reviews import words_in
from hall_daemon.app import review_views as views
from hall_daemon.staff.rights import Right
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode, post
from hall_daemon.web.limits import Rate, RateLimiter
from hall_daemon.wire import reviews as w

# Who mistypes may try again; who tries numbers through learns nothing.
_TRIES = Rate(1 / 60, 5)


class OwnReviews:
    """`needs` is the right that the listener asks for."""

    def __init__(self, commands: HallCommands, room: ReviewRoom, reading: Reading, needs: Right) -> None:
        self._commands, self._room, self._reading, self._needs = commands, room, reading, needs
        self._tried = RateLimiter(_TRIES, commands.deps.monotonic)

    def operations(self) -> tuple[Operation, ...]:
        return (
            post(
                "findReview", self._needs, "/api/v1/reviews/{review}/own",
                "My review, for who says the number of the paper that it was sent with", self.find, w.ReviewView,
                body=w.WhoBody, codes=("unknown_review", "dossiers_away", "no_dossier"),
            ),
        )

    async def find(self, call: Call) -> Reply:
        """The answer is the same whatever is wrong."""
        await self._commands.replica.fresh()
        said, read = call.params["review"][:64], self._commands.deps.follower.read_book
        review = read(lambda book: book.docket.reviews.get(said))
        if review is not None and (wait_s := self._tried.wait_s(review.id)):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})
        person = self._room.person(call.body.id_number)
        if review is None or not person or not compare_digest(person, review.person):
            call.path = ""
            raise Fault("unknown_review", {"review": ""})
        call.about = review.id
        try:
            words = await self._reading.aside(words_in, self._room, review)
        except DossierError as error:
            raise Fault(error.code) from error
        found = review
        view = read(lambda book: views.review_view(self._room.views, book, found, words))
        return Reply(200, encode(view), (etag(found),))
