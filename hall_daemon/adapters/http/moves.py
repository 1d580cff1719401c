"""A review that goes on elsewhere: from a kiosk to a phone, from a phone to a kiosk, to another phone.

Who offers it shows a code; who comes with it gets two digits and nothing else, until the offerer, who sees the same
digits, says so. A phone's token is then the secret of the review, and the one before is worthless: nobody who began a
review reads what somebody else goes on to write, and a phone that asks again after the hall's end still has its key. A
kiosk is lent the phone's own for its session. Runs on a listener's loop.
"""

from __future__ import annotations

from collections.abc import Callable

import segno

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.move_codes import GOOD_S
from hall_daemon.adapters.http.review_room import TOKEN, ReviewRoom, digest
from hall_daemon.adapters.http.reviews import ReviewsApi
from hall_daemon.cases import commands as k
from hall_daemon.cases.book import Book
from hall_daemon.staff.rights import Right
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, delete, encode, get, post
from hall_daemon.web.limits import Rate, RateLimiter, address_of
from hall_daemon.wire import bodies
from hall_daemon.wire import uploads as w

CLAIMS = Rate(1.0, 30)
_PATH = "/api/v1/reviews/{review}/move"
_NOT_THERE = ("unknown_review", "dossiers_away", "no_dossier")


class MovesApi:
    """`reviews` says whose a review is; `public_url` is where phones find this hall."""

    def __init__(
        self, commands: HallCommands, room: ReviewRoom, reviews: ReviewsApi, needs: Right, public_url: str
    ) -> None:
        self._commands = commands
        self._room = room
        self._reviews = reviews
        self._moves = room.moves
        self._needs = needs
        self._public_url = public_url
        self._claims = RateLimiter(CLAIMS, commands.deps.monotonic)

    def operations(self) -> tuple[Operation, ...]:
        needs, mine = self._needs, ("Case-Token",)
        return (
            post(
                "offerMove", needs, _PATH, "A code by which my review goes on elsewhere", self.offer, w.MoveOffer,
                takes=mine, body=bodies.NoBody, codes=_NOT_THERE,
            ),
            get(
                "getMove", needs, _PATH, "Whether somebody has come with it", self.state, w.MoveState, takes=mine,
                codes=_NOT_THERE,
            ),
            post(
                "confirmMove", needs, f"{_PATH}/confirm", "Both numbers are the same", self.confirm, w.MoveState,
                takes=mine, body=bodies.NoBody, codes=(*_NOT_THERE, "unknown_handover"),
            ),
            delete(
                "endMove", needs, _PATH, "It stays here", self.end, w.MoveState, takes=mine, codes=_NOT_THERE,
            ),
            post(
                "claimMove", needs, "/api/v1/move/claim", "Come with a code, once", self.claim, w.MoveClaim,
                body=w.ClaimBody, codes=("unknown_handover",),
            ),
            post(
                "collectMove", needs, "/api/v1/move/collect", "Go on with it, once it was confirmed", self.collect,
                w.Collected, body=w.CollectBody, codes=("unknown_handover", "unknown_review", "review_over"),
            ),
        )

    async def offer(self, call: Call) -> Reply:
        review = await self._reviews.mine(call)
        kind, _, kiosk = call.by.partition(":")
        # In the fragment: no server and no log on the way sees it.
        url = f"{self._public_url}/case#s={self._moves.offer(review.id, kiosk if kind == 'kiosk' else '')}"
        matrix = segno.make(url, error="m", micro=False).matrix
        rows = tuple("".join("1" if dark else "0" for dark in row) for row in matrix)
        return Reply(200, encode(w.MoveOffer(url=url, rows=rows, good_s=int(GOOD_S))))

    async def state(self, call: Call) -> Reply:
        return self._said((await self._reviews.mine(call)).id)

    async def confirm(self, call: Call) -> Reply:
        review = await self._reviews.mine(call)
        move = self._moves.of_review(review.id)
        if move is None or not move.token:
            raise Fault("unknown_handover")
        if not move.confirmed:
            lent = call.headers[TOKEN].decode("latin-1") if move.to_kiosk else ""
            self._moves.change(move, confirmed=True, given=lent)
        return self._said(review.id)

    async def end(self, call: Call) -> Reply:
        review = await self._reviews.mine(call)
        self._moves.end(review.id)
        return self._said(review.id)

    async def claim(self, call: Call) -> Reply:
        if wait_s := self._claims.wait_s(address_of(call.scope.get("client"))):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})
        await self._commands.replica.fresh()
        claimed = self._moves.claim(call.body.secret, to_kiosk=call.by.startswith("kiosk:"))
        matter = self._matter(claimed[0].review) if claimed else ""
        if claimed is None or not matter:
            raise Fault("unknown_handover")
        move, token = claimed
        said = w.MoveClaim(
            token=token, number=move.number, kiosk=move.kiosk, title=self._room.views.title(matter), good_s=int(GOOD_S)
        )
        return Reply(200, encode(said))

    async def collect(self, call: Call) -> Reply:
        """Asked again, it gives the same: an answer may be lost, and the hall end before it is given."""
        token: str = call.body.token
        await self._commands.replica.fresh()
        if mine := self._book(lambda book: book.docket.tokens.get(digest(token), "")):
            return _yours(mine, token)
        move = self._moves.of_token(token)
        if move is None:
            raise Fault("unknown_handover")
        if not move.confirmed:
            return Reply(200, encode(w.Collected(state="waiting")))
        if not move.given:
            try:
                await self._commands.apply(k.RekeyReview(move.review, digest(token)), call)
            except Fault:
                self._moves.end(move.review)
                raise
            self._room.lends.end(review=move.review)
        if not move.moved:
            self._room.handovers.end(move.review)
            self._moves.change(move, moved=True)
        return _yours(move.review, move.given or token)

    def _matter(self, review: str) -> str:
        def look(book: Book) -> str:
            found = book.docket.reviews.get(review)
            return found.matter if found else ""

        return self._book(look)

    def _book(self, look: Callable[[Book], str]) -> str:
        return self._commands.deps.follower.read_book(look)

    def _said(self, review: str) -> Reply:
        move = self._moves.of_review(review)
        state = w.MoveState(state=move.state if move else "none", number=move.number if move else "")  # type: ignore[arg-type]
        return Reply(200, encode(state))


def _yours(review: str, token: str) -> Reply:
    return Reply(200, encode(w.Collected(state="yours", review=review, token=token)))
