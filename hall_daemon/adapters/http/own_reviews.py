"""A pre-review at a kiosk, for who has no secret at hand: looked up by its number and that of the person's own paper.

Both are needed, as for a number that is drawn for it. Names, state and what is to be mended come back, no answer and no
picture. Who lays their card on the kiosk's own reader goes on with it there: for their session the kiosk is lent a
secret. The list of what is to be mended is printed for either. Runs on a listener's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
from hmac import compare_digest

from device_drivers.events import PersonCard
from device_drivers.ports import PrintOutcome
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.lends import GOOD_S
from hall_daemon.adapters.http.review_room import TOKEN, ReviewRoom, etag
from hall_daemon.adapters.http.reviews import BIND_CODES, words_in
from hall_daemon.app import review_views as views
from hall_daemon.app.list_slip import list_slip
from hall_daemon.cases import commands as k
from hall_daemon.cases.docket import Review
from hall_daemon.staff.rights import Right
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode, post
from hall_daemon.web.limits import Rate, RateLimiter
from hall_daemon.wire import own_reviews as o
from hall_daemon.wire import reviews as w

# Who mistypes may try again; who tries numbers through learns nothing.
_TRIES = Rate(1 / 60, 5)
# Paper of one review: who lost the slip has another, a roll is not emptied.
_SLIPS = Rate(1 / 120, 3)
# The hall's own answer comes before whoever asked gives up.
_PRINTED_WITHIN_S = 4.0
# What somebody can do something about, that first which leads to a window.
_FIRST = ("passed", "mend", "looking", "sent")
_NOT_THERE = ("unknown_review", "dossiers_away", "no_dossier")


class OwnReviews:
    """`needs` is the right that the listener asks for."""

    def __init__(self, commands: HallCommands, room: ReviewRoom, reading: Reading, needs: Right) -> None:
        self._commands, self._room, self._reading, self._needs = commands, room, reading, needs
        self._tried, self._lent, self._printed = (
            RateLimiter(rate, commands.deps.monotonic) for rate in (_TRIES, _TRIES, _SLIPS)
        )

    def operations(self) -> tuple[Operation, ...]:
        needs, path = self._needs, "/api/v1/reviews/{review}"
        return (
            post(
                "findReview", needs, f"{path}/own",
                "My review, for who says the number of the paper that it was sent with", self.find, w.ReviewView,
                body=w.WhoBody, codes=_NOT_THERE,
            ),
            post(
                "lendReview", needs, f"{path}/lend",
                "A secret of my review for this kiosk's session, for the card that was just laid on its reader",
                self.lend, o.LentReview, body=o.CardBody, codes=("unknown_review", "no_reading"),
            ),
            post(
                "ownReview", needs, "/api/v1/own-review",
                "What I can do now, and a secret of it for this kiosk's session, for the card just laid on its reader",
                self.own, o.OwnReview, body=o.CardBody, codes=(*_NOT_THERE, "no_reading"),
            ),
            post(
                "printList", needs, f"{path}/slip", "The list of what is to be mended, on paper", self.print,
                o.PrintedList, body=o.ListSlipBody, takes=("Case-Token",),
                codes=(*_NOT_THERE, "unknown_printer", "review_not_now"),
            ),
            post(
                "bringNumber", needs, f"{path}/own/ticket", "Come with the number whose slip was read here", self.bring,
                w.ReviewView, body=o.BringBody, takes=("Case-Token",), codes=(*_NOT_THERE, "review_over", *BIND_CODES),
            ),
        )

    async def find(self, call: Call) -> Reply:
        review = await self._theirs(call, call.body.id_number, self._tried)
        return Reply(200, encode(await self._view(review)), (etag(review),))

    async def lend(self, call: Call) -> Reply:
        review = await self._theirs(call, laid_card(self._commands, call).number, self._lent)
        token = self._room.lends.lend(review.id, call.by)
        return Reply(200, encode(o.LentReview(token=token, good_s=int(GOOD_S))))

    async def own(self, call: Call) -> Reply:
        """One that passed before one that is to be mended, before one that others look at; the newest of them."""
        person = self._room.person(laid_card(self._commands, call).number)
        await self._commands.replica.fresh()
        theirs = self._commands.deps.follower.read_book(
            lambda book: [each for each in book.docket.of_person(person) if _under_way(each)]
        )
        if not theirs:
            raise _unknown(call)
        review = max(theirs, key=lambda each: (-_FIRST.index(each.state), each.moved_wall, each.id))
        call.about = review.id
        said = o.OwnReview(
            review=await self._view(review), token=self._room.lends.lend(review.id, call.by), good_s=int(GOOD_S)
        )
        return Reply(200, encode(said))

    async def bring(self, call: Call) -> Reply:
        """A number that is known to everybody is not enough: it may be somebody else's."""
        review = await self._held(call)
        call.key = ""  # once more is the same; a kiosk counts its readings from the start again
        ticket = self._commands.replica.read(lambda hall, seq: hall.tokens.get(call.body.ticket))
        if ticket is None:
            raise Fault("unknown_ticket", {"ticket": ""})
        await self._commands.apply(k.BindTicket(review.id, ticket), call)
        review = await self._review(call) or review
        return Reply(200, encode(await self._view(review)), (etag(review),))

    async def print(self, call: Call) -> Reply:
        review = await self._held(call)
        if review.state != "mend" or not review.lists:
            raise Fault("review_not_now", {"review": review.id, "state": review.state, "step": "told"})
        self._commands.check_printer(call.body.printer)
        self._check(self._printed, review)
        slip = list_slip(self._commands.deps.plan.name, await self._view(review))
        loop = asyncio.get_running_loop()
        done: asyncio.Future[PrintOutcome] = loop.create_future()

        def tell(outcome: PrintOutcome) -> None:
            if not done.done():
                done.set_result(outcome)

        def on_done(outcome: PrintOutcome) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(tell, outcome)

        self._commands.deps.print_slip(call.body.printer, f"{review.id}#list", slip, on_done)
        try:
            outcome = await asyncio.wait_for(done, _PRINTED_WITHIN_S)
        except TimeoutError:
            outcome = PrintOutcome(review.id, "unknown")
        return Reply(200, encode(o.PrintedList(result=outcome.result, detail=outcome.detail)))

    # -- whose it is --------------------------------------------------------------------------------

    async def _held(self, call: Call) -> Review:
        """The review of the path, for who has its secret, or that paper."""
        token = call.headers.get(TOKEN, b"").decode("latin-1")[:80]
        if not token:
            return await self._theirs(call, call.body.id_number, self._lent)
        review = await self._review(call)
        if review is None or not self._room.opens(token, review, call.by):
            raise _unknown(call)
        return review

    async def _theirs(self, call: Call, id_number: str, tries: RateLimiter) -> Review:
        """The review of the path, for who has that paper. The answer is the same whatever is wrong."""
        review = await self._review(call)
        if review is not None:
            self._check(tries, review)
        person = self._room.person(id_number)
        if review is None or not person or not compare_digest(person, review.person):
            raise _unknown(call)
        call.about = review.id
        return review

    async def _review(self, call: Call) -> Review | None:
        await self._commands.replica.fresh()
        said = call.params["review"][:64]
        return self._commands.deps.follower.read_book(lambda book: book.docket.reviews.get(said))

    @staticmethod
    def _check(rate: RateLimiter, review: Review) -> None:
        if wait_s := rate.wait_s(review.id):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})

    async def _view(self, review: Review) -> w.ReviewView:
        try:
            words = await self._reading.aside(words_in, self._room, review)
        except DossierError as error:
            raise Fault(error.code) from error
        context = self._room.views
        return self._commands.deps.follower.read_book(lambda book: views.review_view(context, book, review, words))


def laid_card(commands: HallCommands, call: Call) -> PersonCard:
    """The daemon itself has seen the card: what a kiosk says of it counts for nothing. Raises Fault."""
    kind, _, kiosk = call.by.partition(":")
    card = commands.deps.readings.card(kiosk, call.body.reading) if kind == "kiosk" else None
    if card is None:
        raise Fault("no_reading")
    return card


def _under_way(review: Review) -> bool:
    return review.state in _FIRST and not review.used


def _unknown(call: Call) -> Fault:
    call.path = ""
    return Fault("unknown_review", {"review": ""})
