"""The drop-box of a phone beside a kiosk: offered by a code, come with, confirmed by two digits, ended. Runs on a
listener's loop. What the phone does with it then, `uploads` has: it adds pages, and reads nothing that is not its own.
"""

from __future__ import annotations

from hall_daemon.adapters.http.codes import SECRET_S
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.handovers import TOKEN_S, DropBox
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.adapters.http.uploads import NOT_THERE, UploadsApi
from hall_daemon.cases.docket import Review
from hall_daemon.staff.rights import Right
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, delete, encode, get, post
from hall_daemon.web.limits import Rate, RateLimiter, address_of
from hall_daemon.wire import bodies
from hall_daemon.wire import uploads as w

CLAIMS = Rate(1.0, 30)
_PATH = "/api/v1/reviews/{review}/handover"


class DropBoxesApi:
    """`uploads` says whose a review is; `public_url` is where phones find this hall."""

    def __init__(
        self, commands: HallCommands, room: ReviewRoom, uploads: UploadsApi, needs: Right, public_url: str
    ) -> None:
        self._commands = commands
        self._room = room
        self._uploads = uploads
        self._handovers = room.handovers
        self._needs = needs
        self._public_url = public_url
        self._claims = RateLimiter(CLAIMS, commands.deps.monotonic)

    def operations(self) -> tuple[Operation, ...]:
        needs, mine = self._needs, ("Case-Token",)
        return (
            post(
                "offerHandover", needs, _PATH, "A code by which one phone may hand papers in", self.offer, w.Offer,
                takes=mine, body=w.OfferBody, codes=NOT_THERE,
            ),
            get(
                "getHandover", needs, _PATH, "Whether a phone has come", self.handover, w.HandoverState,
                codes=NOT_THERE, takes=mine,
            ),
            post(
                "confirmHandover", needs, f"{_PATH}/confirm", "Both numbers are the same: the phone may hand in",
                self.confirm, w.HandoverState, takes=mine, body=bodies.NoBody, codes=(*NOT_THERE, "unknown_handover"),
            ),
            delete(
                "endHandover", needs, _PATH, "Nobody hands in papers by phone any more", self.end, w.HandoverState,
                codes=NOT_THERE, takes=mine,
            ),
            post(
                "claimHandover", needs, "/api/v1/handover/claim", "Come with a code, once", self.claim, w.Claimed,
                body=w.ClaimBody, codes=("unknown_handover",),
            ),
            post(
                "openHandover", needs, "/api/v1/handover/open", "What to hand in, once it was confirmed", self.open,
                w.Opened, body=w.CollectBody, codes=("unknown_handover", "dossiers_away", "no_dossier"),
            ),
        )

    async def offer(self, call: Call) -> Reply:
        review = await self._uploads.mine(call)
        papers = call.body.papers or await self._uploads.needed(review)
        for paper in (*call.body.papers, *call.body.retakes):
            self._uploads.check_paper(review, paper)
        kind, _, kiosk = call.by.partition(":")
        box = DropBox(review.id, papers, kiosk if kind == "kiosk" else "", dict(call.body.retakes))
        if call.body.keep and self._handovers.keep(box):
            return Reply(200, encode(w.Offer(url="", good_s=0)))
        secret = self._handovers.offer(box)
        # In the fragment: no server and no log on the way sees it.
        return Reply(200, encode(w.Offer(url=f"{self._public_url}/papers#s={secret}", good_s=int(SECRET_S))))

    async def handover(self, call: Call) -> Reply:
        return self._said(await self._uploads.mine(call))

    async def confirm(self, call: Call) -> Reply:
        review = await self._uploads.mine(call)
        if not self._handovers.confirm(review.id):
            raise Fault("unknown_handover")
        return self._said(review)

    async def end(self, call: Call) -> Reply:
        review = await self._uploads.mine(call)
        self._handovers.end(review.id)
        return self._said(review)

    async def claim(self, call: Call) -> Reply:
        """By the code alone nothing is learnt but whose code it was."""
        if wait_s := self._claims.wait_s(address_of(call.scope.get("client"))):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})
        claimed = self._handovers.claim(call.body.secret)
        if claimed is None:
            raise Fault("unknown_handover")
        box, token, number = claimed
        return Reply(200, encode(w.Claimed(token=token, number=number, kiosk=box.kiosk, good_s=int(SECRET_S))))

    async def open(self, call: Call) -> Reply:
        """Asked again, it says the same."""
        token: str = call.body.token
        if self._handovers.waits(token):
            return Reply(200, encode(w.Opened(state="waiting")))
        await self._commands.replica.fresh()
        box = self._handovers.box_of(token)
        review = self._review(box.review) if box else None
        if box is None or review is None:
            raise Fault("unknown_handover")
        papers = await self._uploads.papers(review, box)
        return Reply(200, encode(w.Opened(state="open", good_s=int(TOKEN_S), papers=papers)))

    def _review(self, said: str) -> Review | None:
        return self._commands.deps.follower.read_book(lambda book: book.docket.reviews.get(said))

    def _said(self, review: Review) -> Reply:
        state, number = self._handovers.state(review.id)
        return Reply(200, encode(w.HandoverState(state=state, number=number)))
