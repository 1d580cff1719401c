"""The desk's side of pre-reviews: the list, the sheet with its pictures, and what is said of it; figures. Every
row but the list and the figures leaves a line in the audit log.

A picture is for the canvas of the page that shows it, never a file: whoever asks for it otherwise gets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from hashlib import sha256
from typing import TypeVar

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.figures import DAY, span_asked
from hall_daemon.adapters.http.page_facts import read_of_pages
from hall_daemon.adapters.http.review_room import (
    Dossier,
    ReviewRoom,
    dropped_if_refused,
    etag,
    page_number,
    seen_version,
)
from hall_daemon.adapters.http.reviews import words_in
from hall_daemon.app import review_views as views
from hall_daemon.app.record import Command, Recorded
from hall_daemon.app.review_report import review_figures
from hall_daemon.app.review_sheet import OnDesk, sheet_view
from hall_daemon.cases import commands as k
from hall_daemon.cases.book import Book
from hall_daemon.cases.defects import Defect
from hall_daemon.cases.docket import Review
from hall_daemon.cases.life import LIFE
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import (
    Call,
    Fault,
    Operation,
    Query,
    Reply,
    encode,
    get,
    post,
    query_value,
    unless_known,
)
from hall_daemon.wire import reviews as w
from hall_daemon.wire.messages import NoBody
from hall_daemon.wire.review_figures import ReviewFigures
from hall_daemon.words.tables import tables

T = TypeVar("T")
# Case events of so many days before those that are counted: a review is known from where it began.
BEFORE_DAYS = 120
CaseRows = Callable[[str], Iterable[Recorded]]
_Ids = list[str]

_PATH = "/api/v1/reviews/{review}"
_DESK = ("unknown_review", "review_over", "review_not_now", "review_taken", "review_changed", "version_needed")
_OPEN = ("sent", "looking")
_STATES = tuple(dict.fromkeys(("draft", *LIFE.values())))


class ReviewDeskApi:
    """`rows` gives the case events from a day on; it may block."""

    def __init__(
        self, commands: HallCommands, room: ReviewRoom, reading: Reading, counting: Reading, rows: CaseRows
    ) -> None:
        self._commands = commands
        self._room = room
        self._reading = reading
        self._counting = counting
        self._rows = rows

    def operations(self) -> tuple[Operation, ...]:
        seen = ("If-Match",)
        one = f"({'|'.join(_STATES)})"
        state = Query(
            "state", "Only these, with commas; sent and looking by default. What was never sent is not among them",
            {"type": "string", "pattern": f"^({one}(,{one})*)?$"},
        )
        alarms = Query(
            "alarms", "1: those with an alarm that stays until somebody has looked into it, whatever their state",
            {"type": "string", "enum": ["1"]},
        )
        span = (
            Query("from", "First day; thirty days before the last by default", DAY),
            Query("to", "Last day; today by default", DAY),
        )
        return (
            get(
                "listReviews", "review", "/api/v1/reviews", "Reviews that wait, oldest first", self.list, w.ReviewRows,
                query=(state, alarms), statuses=(304,), codes=("bad_field",),
            ),
            get(
                "readSheet", "review", f"{_PATH}/sheet", "Form, papers and findings, as they lie on the desk",
                self.sheet, w.ReviewSheet, codes=("unknown_review", "form_away", "dossiers_away", "no_dossier"),
            ),
            get(
                "readPage", "review", f"{_PATH}/papers/{{paper}}/pages/{{page}}", "The picture of a page, for a canvas",
                self.picture, bytes, content="image/jpeg", codes=("unknown_review", "unknown_page", "dossiers_away"),
            ),
            post(
                "takeReview", "review", f"{_PATH}/look", "Begin to look", self.take, w.ReviewRow, body=w.LookBody,
                codes=(*_DESK, "second_person_needed"),
            ),
            post(
                "passReview", "review", f"{_PATH}/pass", "It is in order; where two have to say so, the first of them",
                self.pass_, w.ReviewRow, takes=seen, body=NoBody, codes=(*_DESK, "second_person_needed"),
            ),
            post(
                "mendReview", "review", f"{_PATH}/mend", "Send it back with all that is wrong", self.mend, w.ReviewRow,
                takes=seen, body=w.MendBody, body_bytes=131_072,
                codes=(
                    *_DESK, "bad_list", "unknown_defect", "unknown_place", "words_needed", "defect_twice",
                    "late_reason_needed", "bad_circle", "dossiers_away", "dossier_full", "no_dossier",
                ),
            ),
            post(
                "refuseReview", "review", f"{_PATH}/refuse", "It cannot be done here, with the reason", self.refuse,
                w.ReviewRow, takes=seen, body=w.RefuseBody,
                codes=(*_DESK, "refuse_reason_needed", "dossiers_away", "dossier_full", "no_dossier"),
            ),
            post(
                "seeAlarm", "review", f"{_PATH}/alarm", "Somebody looked into its alarms",
                self.see_alarm, w.ReviewRow, body=NoBody, codes=("unknown_review",),
            ),
            get(
                "getReviewFigures", "report", "/api/v1/review-figures", "Pre-reviews in figures, the last month",
                self.figures, ReviewFigures, query=span, codes=("bad_field",),
            ),
        )

    # -- reading ----------------------------------------------------------------------------------

    async def list(self, call: Call) -> Reply:
        said = query_value(call, "state")
        states = tuple(said.split(",")) if said else _OPEN
        if not set(states) <= set(_STATES):
            raise Fault("bad_field", {"why": f"state is one or some of {', '.join(_STATES)}"})
        alarms = query_value(call, "alarms")
        if alarms not in ("", "1"):
            raise Fault("bad_field", {"why": "alarms is 1, or is not said"})
        await self._commands.replica.fresh()
        view = self._book(lambda book: views.rows_view(self._room.views, book, states, call.by, alarms=bool(alarms)))
        body = encode(view)
        return unless_known(call, body, b'"%b"' % sha256(body).hexdigest()[:16].encode())

    async def sheet(self, call: Call) -> Reply:
        review = await self._review(call)
        if not self._room.views.has_form(review):
            raise Fault("form_away", {"form": review.form})
        desk = await self._asked(self._on_desk, review)
        view = self._book(lambda book: sheet_view(self._room.views, book, review, desk, call.by))
        self._room.want_letters(review.id)
        return Reply(200, encode(view), (etag(review),))

    async def picture(self, call: Call) -> Reply:
        if call.headers.get(b"sec-fetch-dest", b"empty") != b"empty":
            raise Fault("not_found", {"path": ""})
        review = await self._review(call)
        paper, page = call.params["paper"][:64], page_number(call.params["page"])
        call.about = f"{review.id}/{paper}/{page}"
        version = review.papers.get(paper, {}).get(page, "")
        jpeg = await self._asked(lambda: self._dossier().page(review.id, paper, page, version)) if version else None
        if jpeg is None:
            raise Fault("unknown_page", {"paper": paper, "page": call.params["page"][:4]})
        headers = ((b"content-disposition", b"inline"), (b"cross-origin-resource-policy", b"same-origin"))
        return Reply(200, jpeg, headers, content_type=b"image/jpeg")

    async def figures(self, call: Call) -> Reply:
        today = date.fromisoformat(self._book(lambda book: book.hall.day) or "1970-01-01")
        begun, ended = span_asked(call)
        ends = date.fromisoformat(ended) if ended else today
        begins = date.fromisoformat(begun) if begun else _before(ends, 30)
        context = self._room.views

        def count() -> ReviewFigures:
            rows = self._rows(_before(begins, BEFORE_DAYS).isoformat())
            return review_figures(
                rows, begins.isoformat(), ends.isoformat(), context.statutes.calendar, context,
                tables().text("review.all"),
            )

        return Reply(200, encode(await self._counting.aside(count)))

    # -- acting -------------------------------------------------------------------------------------

    async def take(self, call: Call) -> Reply:
        review = await self._review(call)
        return await self._done(review, k.LookAt(review.id, call.by, call.body.take_over), call)

    async def pass_(self, call: Call) -> Reply:
        review = await self._review(call)
        return await self._done(review, k.PassReview(review.id, seen_version(call, needed=True), call.by), call)

    async def mend(self, call: Call) -> Reply:
        review, version = await self._review(call), seen_version(call, needed=True)
        body, texts = call.body, _Ids()
        async with self._dropped_if_refused(review, texts):
            defects = tuple([
                Defect(
                    of=each.of, id=each.id, code=each.code, page=each.page, field=each.field, area=each.area,
                    text=await self._written(review, each.words, texts),
                )
                for each in body.defects
            ])
            command = k.TellDefects(
                review=review.id, version=version, staff=call.by, defects=defects, why_late=body.why_late
            )
            return await self._done(review, command, call, texts)

    async def refuse(self, call: Call) -> Reply:
        review, version = await self._review(call), seen_version(call, needed=True)
        texts: list[str] = []
        async with self._dropped_if_refused(review, texts):
            text = await self._written(review, call.body.words, texts)
            command = k.RefuseReview(
                review=review.id, version=version, staff=call.by, reason=call.body.reason, text=text
            )
            return await self._done(review, command, call, texts)

    async def see_alarm(self, call: Call) -> Reply:
        review = await self._review(call)
        return await self._done(review, k.SeeAlarm(review.id, call.by), call)

    # -- what they stand on -------------------------------------------------------------------------

    async def _done(self, review: Review, command: Command, call: Call, texts: Sequence[str] = ()) -> Reply:
        """`texts`: what lies in the dossier for it. A press that came again has those of the first time."""
        answer = await self._commands.apply(command, call)
        if answer.repeated and texts:
            await self._asked(lambda: self._dossier().drop_texts(review.id, texts))
        await self._commands.replica.fresh()

        def row(book: Book) -> tuple[Review, w.ReviewRow]:
            now = book.docket.reviews.get(review.id, review)
            return now, views.row_view(self._room.views, book, now, call.by)

        now, view = self._book(row)
        return Reply(200, encode(view), (etag(now),))

    async def _review(self, call: Call) -> Review:
        """As it was sent: what its person mends is theirs until they send it again."""
        await self._commands.replica.fresh()
        said = call.params["review"][:64]
        review = self._book(lambda book: book.docket.reviews.get(said))
        if review is None or not review.first_sent_wall:  # what was never sent is nobody's here
            raise Fault("unknown_review", {"review": said})
        call.about = review.id
        return review.as_sent

    def _book(self, look: Callable[[Book], T]) -> T:
        return self._commands.deps.follower.read_book(look)

    async def _asked(self, ask: Callable[..., T], *what: object) -> T:
        try:
            return await self._reading.aside(ask, *what)
        except DossierError as error:
            raise Fault(error.code) from error

    async def _written(self, review: Review, words: str, texts: _Ids) -> str:
        """The id of words in the dossier, which is added to `texts`; "" for none."""
        if not words:
            return ""
        texts.append(self._room.text_id())
        await self._asked(lambda: self._dossier().put_text(review.id, texts[-1], words))
        return texts[-1]

    def _dropped_if_refused(self, review: Review, texts: _Ids) -> AbstractAsyncContextManager[None]:
        return dropped_if_refused(self._reading, lambda: self._dossier().drop_texts(review.id, texts))

    # -- on the reading thread ----------------------------------------------------------------------

    def _dossier(self) -> Dossier:
        return self._room.dossiers()

    def _on_desk(self, review: Review) -> OnDesk:
        dossier = self._dossier()
        pages = dossier.pages(review.id, review.papers)
        return OnDesk(
            kept=dossier.answers(review.id, review.answers) or {},
            marks={(page.paper, page.number): (page.marks, page.insisted) for page in pages},
            read=read_of_pages(dossier, review.id, pages),
            words=words_in(self._room, review),
        )


def _before(day: date, days: int) -> date:
    """No earlier than the first day that there is."""
    return date.fromordinal(max(1, day.toordinal() - days))
