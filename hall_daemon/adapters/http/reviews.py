"""The person's side of a pre-review, at both listeners: begin, fill in, send, look, take back, come with a number.

Whoever holds a case's secret (header Case-Token) may do that and read names and states; answers are given back for a
draft, and later only to whoever says the number of the person's paper. Runs on a listener's loop; the dossier is asked
on a reading thread.
"""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from typing import Any, TypeVar

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.codes import secret_of
from hall_daemon.adapters.http.commands import TOKEN_BYTES, HallCommands
from hall_daemon.adapters.http.kept_answers import KeptAnswers
from hall_daemon.adapters.http.presses import ISSUE_CODES
from hall_daemon.adapters.http.review_room import (
    TOKEN,
    ReviewRoom,
    digest,
    dropped_if_refused,
    etag,
    seen_version,
    writable,
)
from hall_daemon.app import review_views as views
from hall_daemon.cases import commands as k
from hall_daemon.cases.book import Book
from hall_daemon.cases.defects import Reply
from hall_daemon.cases.docket import Review
from hall_daemon.cases.events import ReviewOpened
from hall_daemon.staff.rights import Actor, Right
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, encode, get, post, put
from hall_daemon.web.endpoint import Reply as HttpReply
from hall_daemon.web.limits import Rate, RateLimiter, address_of
from hall_daemon.wire import bodies as m
from hall_daemon.wire import messages
from hall_daemon.wire import reviews as w

T = TypeVar("T")

_PATH = "/api/v1/reviews/{review}"
# Drafts that one address may begin; a hall's own Wi-Fi is one address.
_BEGUN = Rate(0.25, 120)
# Numbers of one review: who gives one up may draw again, a few times.
_DRAWN = Rate(1 / 600, 4)
_NOT_THERE = ("unknown_review", "dossiers_away", "no_dossier")
_WRITES = (*_NOT_THERE, "review_busy", "review_changed", "review_not_now", "review_over", "version_needed")
BIND_CODES = (
    "unknown_ticket", "ticket_over", "ticket_for_another", "ticket_prepared", "review_in_use", "review_used",
    "review_lapsed",
)


class ReviewsApi:
    """`needs` is the right that this listener asks for; `public`: whoever comes is nobody we know."""

    def __init__(
        self, commands: HallCommands, room: ReviewRoom, reading: Reading, needs: Right, *, public: bool = False
    ) -> None:
        self._commands = commands
        self._room = room
        self._reading = reading
        self._needs = needs
        self._public = public
        self._answers = KeptAnswers(commands, room, reading.give_way, public=public)
        self._begun, self._drawn = (RateLimiter(rate, commands.deps.monotonic) for rate in (_BEGUN, _DRAWN))

    def operations(self) -> tuple[Operation, ...]:
        needs, mine = self._needs, ("Case-Token",)
        seen = (*mine, "If-Match")
        return (
            post(
                "openReview", needs, "/api/v1/reviews", "Begin a pre-review", self.open, w.OpenedReview, status=201,
                body=w.OpenReviewBody,
                codes=("unknown_matter", "form_changed", "reviews_full", "day_closed", "storage_low"),
            ),
            get("getReview", needs, _PATH, "My review", self.look, w.ReviewView, codes=_NOT_THERE, takes=mine),
            put(
                "putAnswers", needs, f"{_PATH}/answers", "Keep the answers, and say what is wrong with them",
                self.answer, w.KeptAnswers, body=w.AnswersBody, takes=seen, body_bytes=w.LONGEST_ANSWERS,
                codes=(*_WRITES, "bad_answers", "form_away", "dossier_full", "dossiers_full"),
            ),
            post(
                "readAnswers", needs, f"{_PATH}/answers", "My answers again; after it was sent, for who says who it is",
                self.read, w.AnswersView, body=w.WhoBody, takes=mine, codes=(*_NOT_THERE, "review_not_yours"),
            ),
            post(
                "sendReview", needs, f"{_PATH}/send", "Send it, or send it again", self.send, w.ReviewView,
                body=w.SendReviewBody, takes=seen, body_bytes=131_072,
                codes=(
                    *_WRITES, "review_empty", "form_broken", "papers_missing", "replies_missing", "bad_reply",
                    "reply_unfit", "no_promise", "no_promise_instead", "review_not_yours", "reviews_each", "form_away",
                    "dossier_full",
                ),
            ),
            post(
                "withdrawReview", needs, f"{_PATH}/withdraw", "Take it back", self.withdraw, w.ReviewView, takes=seen,
                body=w.WhoBody, codes=(*_WRITES, "review_used"),
            ),
            post(
                "bindTicket", needs, f"{_PATH}/ticket", "Come with this number for it", self.bind, w.ReviewView,
                takes=mine, body=w.BindBody,
                codes=(*_WRITES, *BIND_CODES),
            ),
            *((
                post(
                    "drawNumber", needs, f"{_PATH}/number", "Draw the number of my passed review", self.draw,
                    messages.Issued, status=201, codes=ISSUE_CODES, takes=mine, body=m.NoBody,
                ),
            ) if self._public else ()),
        )

    # -- handlers ---------------------------------------------------------------------------------

    async def open(self, call: Call) -> HttpReply:
        body: w.OpenReviewBody = call.body
        source = ""
        if self._public:
            address = address_of(call.scope.get("client"))
            source = self._room.source(address)
            if wait_s := self._begun.wait_s(address):
                raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})
            # Phones have no names: the key of one must not bring the draft of another.
            call.key = ""
        token = self._room.token_of(call.key) if call.key else ""
        token = token or secret_of(self._room.random_bytes(TOKEN_BYTES))
        known = self._room.views.statutes.matters.get(body.matter)
        command = k.OpenReview(
            matter=body.matter, edition=body.edition or (known.edition if known else 0), token=digest(token),
            person=self._room.person(body.id_number), channel="phone" if self._public else call.by.partition(":")[0],
            source=source,
        )
        answer = await self._commands.apply(command, call)
        event = answer.events[-1].event
        assert isinstance(event, ReviewOpened)
        opened = w.OpenedReview(
            review=event.review, token=token, version=1, matter=event.matter, form=event.form, edition=event.edition
        )
        return HttpReply(201, encode(opened), ((b"location", b"/api/v1/reviews/" + event.review.encode()),))

    async def look(self, call: Call) -> HttpReply:
        return await self._shown(await self.mine(call))

    async def answer(self, call: Call) -> HttpReply:
        review = await self.mine(call)
        body, version, views_ = call.body, seen_version(call, needed=True), self._room.views
        if not views_.has_form(review):
            raise Fault("form_away", {"form": review.form})
        with self._room.alone(review.id):
            review = await self._again(review)
            writable(review)
            self._unchanged(review, version)
            verdict, piece, changed = await self._asked(self._answers.keep, review, body, self._day(), call.by)
            async with dropped_if_refused(
                self._reading, lambda: self._room.dossiers().drop_answers(review.id, piece)
            ):
                await self._commands.apply(k.KeepAnswers(review.id, version, str(piece), changed), call)
            if not review.answers:
                await self._asked(lambda: self._room.dossiers().name(review.id))
        review = await self._again(review)
        return HttpReply(200, encode(views.kept_view(views_, review, verdict)), (etag(review),))

    async def read(self, call: Call) -> HttpReply:
        review = await self.readable(call)
        kept = await self._asked(self._kept, review)
        said = w.AnswersView(
            review=review.id, version=review.version, answers=views.plain_answers(kept), origins=views.origins(kept),
            times=views.times(kept),
        )
        return HttpReply(200, encode(said), (etag(review),))

    async def send(self, call: Call) -> HttpReply:
        """What is checked is what is sent: the command names the version whose answers were found in order."""
        review = await self.mine(call)
        body: w.SendReviewBody = call.body
        version = seen_version(call, needed=True)
        with self._room.alone(review.id):
            review = await self._again(review)
            self._unchanged(review, version)
            if review.answers:
                await self._in_order(review, body.promised)
            texts: list[str] = []
            async with dropped_if_refused(
                self._reading, lambda: self._room.dossiers().drop_texts(review.id, texts)
            ):
                replies = tuple([await self._reply(review, each, texts) for each in body.replies])
                command = k.SendReview(
                    review=review.id, version=version, person=self._room.person(body.id_number), replies=replies,
                    promised=body.promised, instead=body.instead,
                )
                answer = await self._commands.apply(command, call)
            if answer.repeated and texts:  # a press that came again has the words of the first time
                await self._asked(lambda: self._room.dossiers().drop_texts(review.id, texts))
        return await self._shown(await self._again(review))

    async def withdraw(self, call: Call) -> HttpReply:
        review = await self.mine(call)
        await self._commands.apply(k.WithdrawReview(review.id, seen_version(call, needed=False)), call)
        return await self._shown(await self._again(review))

    async def bind(self, call: Call) -> HttpReply:
        review = await self.mine(call)
        said: str = call.body.ticket
        hall_id = self._commands.replica.read(lambda hall, seq: hall.tokens.get(said))
        if hall_id is None and Actor(call.by).is_person:
            hall_id = self._commands.ticket_id(said)
        if hall_id is None:
            raise Fault("unknown_ticket", {"ticket": ""})
        await self._commands.apply(k.BindTicket(review.id, hall_id), call)
        return await self._shown(await self._again(review))

    async def draw(self, call: Call) -> HttpReply:
        """A phone has no printer and no queue of its own: it draws for a review that passed, and nothing else."""
        review = await self.mine(call)
        if wait_s := self._drawn.wait_s(review.id):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})
        token = call.headers[TOKEN].decode("latin-1")
        call.body = m.IssueBody(service=review.service, review=review.id, case_token=token, channel="phone")
        return await self._commands.issue(call)

    # -- what they stand on -------------------------------------------------------------------------

    async def mine(self, call: Call) -> Review:
        """The review of the path, for who holds its secret. The answer is the same whatever is wrong."""
        await self._commands.replica.fresh()
        said, token = call.params["review"][:64], call.headers.get(TOKEN, b"").decode("latin-1")[:80]
        review = self._book(lambda book: book.docket.reviews.get(said))
        if review is None or not self._room.opens(token, review, call.by):
            call.path = ""
            raise Fault("unknown_review", {"review": ""})
        call.about = review.id
        call.key = call.key and f"{review.id} {call.key}"
        return review

    async def readable(self, call: Call) -> Review:
        """The same, for who may have its answers: once it was sent the body says the number of the person's paper."""
        review = await self.mine(call)
        if review.state != "draft":
            person = self._room.person(call.body.id_number)
            if not person or not compare_digest(person, review.person):
                raise Fault("review_not_yours", {"review": review.id})
        return review

    async def _reply(self, review: Review, said: w.ReplyBody, texts: list[str]) -> Reply:
        """Its words into the dossier; their id is added to `texts`."""
        if not said.words:
            return Reply(at=said.at, how=said.how)
        texts.append(self._room.text_id())
        await self._asked(lambda: self._room.dossiers().put_text(review.id, texts[-1], said.words))
        return Reply(at=said.at, how=said.how, text=texts[-1])

    async def _again(self, review: Review) -> Review:
        """As it is now; as it was where it was put away meanwhile, which the rules say."""
        await self._commands.replica.fresh()
        return self._book(lambda book: book.docket.reviews.get(review.id, review))

    def _book(self, look: Callable[[Book], T]) -> T:
        return self._commands.deps.follower.read_book(look)

    def _day(self) -> str:
        return self._book(lambda book: book.hall.day)

    @staticmethod
    def _unchanged(review: Review, version: int) -> None:
        if version != review.version:
            raise Fault("review_changed", {"review": review.id, "version": review.version})

    async def _shown(self, review: Review) -> HttpReply:
        words = await self._asked(words_in, self._room, review)
        view = self._book(lambda book: views.review_view(self._room.views, book, review, words))
        return HttpReply(200, encode(view), (etag(review),))

    async def _in_order(self, review: Review, promised: tuple[str, ...]) -> None:
        """Raises Fault while rules of level error are broken, or papers missing."""
        context = self._room.views
        if not context.has_form(review):
            raise Fault("form_away", {"form": review.form})
        kept = await self._asked(self._kept, review)
        verdict = context.verdict(review, views.plain_answers(kept), self._day())
        wrong = [each.field for each in verdict.broken if each.level == "error"]
        if wrong:
            raise Fault("form_broken", {"count": len(wrong), "fields": ", ".join(dict.fromkeys(wrong))})
        if away := views.missing(context, review, verdict, (*promised, *review.promised, *review.answered_papers)):
            raise Fault("papers_missing", {"papers": ", ".join(away)})

    async def _asked(self, ask: Callable[..., T], *what: object) -> T:
        """What the dossier says. Raises Fault."""
        try:
            return await self._reading.aside(ask, *what)
        except DossierError as error:
            raise Fault(error.code) from error

    # -- on the reading thread ----------------------------------------------------------------------

    def _kept(self, review: Review) -> dict[str, Any]:
        dossier = self._room.dossiers()
        return (dossier.answers(review.id, review.answers) if dossier.has(review.id) else None) or {}


def words_in(room: ReviewRoom, review: Review) -> views.WordsOf:
    """Texts of a review's dossier by their id, read at once. Blocks; raises DossierError."""
    wanted = review.texts
    found: dict[str, str] = {}
    if wanted:
        dossier = room.dossiers()
        found = {id_: dossier.text(review.id, id_) or "" for id_ in wanted} if dossier.has(review.id) else {}
    return lambda text_id: found.get(text_id, "")
