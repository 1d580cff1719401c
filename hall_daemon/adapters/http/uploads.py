"""Papers that people hand in, page by page, at both listeners.

Whoever holds a case's secret (Case-Token) adds, takes away and lists pages. Whoever holds a drop-box's (Drop-Token)
adds to its papers; it sees, replaces and takes back pages that it added itself, and no other. No picture is ever given
back here. Runs on a listener's loop; files are made into pages by a child that a thread of `sending` waits for.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from hall_daemon.adapters.documents.reader import MOST_BYTES, PagePicture
from hall_daemon.adapters.dossiers.values import DossierError, Page
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.handovers import DropBox
from hall_daemon.adapters.http.page_facts import drop_facts, put_facts
from hall_daemon.adapters.http.review_room import TOKEN, Dossier, ReviewRoom, opened_dossier, page_number, writable
from hall_daemon.app import review_views as views
from hall_daemon.cases import commands as k
from hall_daemon.cases.docket import Review
from hall_daemon.staff.rights import Right
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, busy, delete, encode, get, post, put, read_body
from hall_daemon.web.limits import Rate, RateLimiter, address_of
from hall_daemon.wire import uploads as w
from hall_daemon.words.tables import tables

T = TypeVar("T")

DROP = b"drop-token"
# Pages that one review, and one address (a hall's Wi-Fi is one), may send.
EACH_REVIEW, EACH_ADDRESS = Rate(0.5, 40), Rate(4.0, 200)
# Files that are being taken off the wire at once, each up to 10 MB, half of them for one address; and for how long one
# may take.
UNDER_WAY, EACH_UNDER_WAY, PATIENCE_S = 20, 10, 120.0
MOST_PAGE = 60
_ALONE_TRIES, _ALONE_S = 100, 0.05
_PATH = "/api/v1/reviews/{review}"
_PAGE = f"{_PATH}/papers/{{paper}}/pages/{{page}}"
NOT_THERE = ("unknown_review", "unknown_paper", "dossiers_away", "no_dossier")
_WRITES = (*NOT_THERE, "review_busy", "review_not_now", "review_over")
SENDS = ("image/jpeg", "image/png", "application/pdf")


class UploadsApi:
    """`reading` is for what is quick, `sending` for files."""

    def __init__(
        self, commands: HallCommands, room: ReviewRoom, *, reading: Reading, sending: Reading, needs: Right
    ) -> None:
        self._commands = commands
        self._room = room
        self._reading = reading
        self._sending = sending
        self._needs = needs
        monotonic = commands.deps.monotonic
        self._by_review, self._by_address = (RateLimiter(rate, monotonic) for rate in (EACH_REVIEW, EACH_ADDRESS))
        self._under_way: Counter[str] = Counter()

    def operations(self) -> tuple[Operation, ...]:
        needs, either = self._needs, ("Case-Token", "Drop-Token")
        return (
            get(
                "listPapers", needs, f"{_PATH}/papers", "Papers of my review, and what their pictures lack",
                self.list, w.HandedPapers, codes=NOT_THERE, takes=either,
            ),
            put(
                "putPage", needs, _PAGE, "A photo, or a PDF whose pages follow; sent again it changes nothing",
                self.keep, w.HandedPaper, takes=(*either, "If-None-Match"), sends=SENDS,
                codes=(
                    *_WRITES, "bad_page", "page_there", "paper_refused", "dossier_full", "dossiers_full", "too_large",
                ),
            ),
            delete(
                "deletePage", needs, _PAGE, "Take a page back", self.drop, w.HandedPaper, takes=either,
                codes=(*_WRITES, "unknown_page"),
            ),
            post(
                "insistOnPage", needs, f"{_PAGE}/insist", "Keep this picture although it lacks something",
                self.insist, w.HandedPaper, takes=either, body=w.InsistBody, codes=(*_WRITES, "unknown_page"),
            ),
        )

    # -- pages ------------------------------------------------------------------------------------

    async def list(self, call: Call) -> Reply:
        review, box = await self._who(call)
        return Reply(200, encode(await self.papers(review, box)))

    async def keep(self, call: Call) -> Reply:
        review, box, paper, page = await self._place(call)
        writable(review)
        address = address_of(call.scope.get("client"))
        self._check_rates(address, review)
        if self._under_way.total() >= UNDER_WAY or self._under_way[address] >= EACH_UNDER_WAY:
            raise busy()
        self._under_way[address] += 1
        try:
            call.scope["state"]["connection"].patience_s = PATIENCE_S
            data = await read_body(call.receive, call.headers, MOST_BYTES)
            there = await self._asked(self._lies, review, box, paper, page)
            upload, is_there = await self._asked(self._known, review, paper, there, data)
            looked = None if is_there else await self._sending.aside(self._room.documents.look, data)
        finally:
            self._under_way[address] -= 1
            self._under_way += Counter()  # forgets whom nothing is under way of
        if looked is not None:
            if not looked.accepted:
                raise Fault("busy" if looked.why == "busy" else "paper_refused", {"why": looked.why})
            first = there or await self._asked(self._next, review, box, paper)
            if first + len(looked.pages) - 1 > MOST_PAGE:
                raise Fault("bad_page", {"max": MOST_PAGE})
            for at, picture in enumerate(looked.pages):
                each = f"{upload}/{len(looked.pages)}"
                await self._keep_page(call, review, box, paper, page + at, picture, each)
        return Reply(200, encode(await self._paper(review, box, paper)))

    async def drop(self, call: Call) -> Reply:
        review, box, paper, page = await self._place(call)
        writable(review)

        async def gone() -> None:
            there = await self._mine_there(review, box, paper, page)
            await self._commands.apply(k.DropPage(review.id, paper, there), call)
            if not await self._asked(self._drop, review, paper, there):
                raise Fault("unknown_page", {"paper": paper, "page": page})
        await self._alone(review, gone)
        return Reply(200, encode(await self._paper(review, box, paper)))

    async def insist(self, call: Call) -> Reply:
        review, box, paper, page = await self._place(call)
        writable(review)
        version: int = call.body.version
        there = await self._mine_there(review, box, paper, page)
        if not await self._asked(lambda: self._dossier().insist(review.id, paper, there, version)):
            raise Fault("unknown_page", {"paper": paper, "page": page})
        return Reply(200, encode(await self._paper(review, box, paper)))

    # -- who --------------------------------------------------------------------------------------

    async def _who(self, call: Call) -> tuple[Review, DropBox | None]:
        """The review of the path, and the drop-box that it is reached by, None for its own secret. The answer is the
        same whatever is wrong."""
        await self._commands.replica.fresh()
        review = self._review(call.params["review"][:64])
        token = call.headers.get(TOKEN, b"").decode("latin-1")[:80]
        box = self._room.handovers.box_of(call.headers.get(DROP, b"").decode("latin-1")[:80])
        if review is not None and self._room.opens(token, review, call.by):
            call.about = review.id
            return review, None
        if review is not None and box is not None and box.review == review.id:
            call.about = review.id
            return review, box
        call.path = ""
        raise Fault("unknown_review", {"review": ""})

    async def mine(self, call: Call) -> Review:
        """The review of the path, by its own secret. Raises Fault."""
        review, box = await self._who(call)
        if box is not None:
            call.path = ""
            raise Fault("unknown_review", {"review": ""})
        return review

    async def _place(self, call: Call) -> tuple[Review, DropBox | None, str, int]:
        review, box = await self._who(call)
        paper, page = call.params["paper"][:64], page_number(call.params["page"])
        self.check_paper(review, paper, box)
        if not 1 <= page <= MOST_PAGE:
            raise Fault("bad_page", {"max": MOST_PAGE})
        return review, box, paper, page

    def check_paper(self, review: Review, paper: str, box: DropBox | None = None) -> None:
        """Raises Fault where it is none of this review, or of this drop-box."""
        matter = self._room.views.statutes.matters.get(review.matter)
        known = box.papers if box else sorted(matter.papers) if matter else ()
        if paper not in known:
            raise Fault("unknown_paper", {"paper": paper, "known": ", ".join(known)})

    def _review(self, said: str) -> Review | None:
        return self._commands.deps.follower.read_book(lambda book: book.docket.reviews.get(said))

    def _check_rates(self, address: str, review: Review) -> None:
        if wait_s := self._by_review.wait_s(review.id) or self._by_address.wait_s(address):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})

    # -- what they stand on -------------------------------------------------------------------------

    async def _keep_page(
        self, call: Call, review: Review, box: DropBox | None, paper: str, page: int, picture: PagePicture, upload: str
    ) -> None:
        """The dossier first, the command second: what no event names is put back to what was there by the next."""

        async def kept() -> None:
            await self._commands.replica.fresh()  # what was sent a moment ago stays as it was sent
            known = self._review(review.id)
            writable(known)
            if box is not None and not self._room.handovers.has(box):  # ended while its file was on the way
                raise Fault("unknown_review", {"review": ""})
            if box is None and call.headers.get(b"if-none-match", b"").strip() == b"*":
                await self._asked(self._is_new, known or review, paper, page, upload)
            row = await self._asked(self._put, known or review, box, paper, page, picture, upload)
            now = self._review(review.id) or review
            if now.papers.get(paper, {}).get(row.number) != str(row.version):
                await self._commands.apply(k.KeepPage(review.id, paper, row.number, str(row.version)), call)

        await self._alone(review, kept)

    async def _alone(self, review: Review, work: Callable[[], Awaitable[None]]) -> None:
        """Nobody else writes this review meanwhile; whoever does is waited for. Raises Fault."""
        for left in range(_ALONE_TRIES, -1, -1):
            try:
                with self._room.alone(review.id):
                    await work()
                return
            except Fault as fault:
                if fault.code != "review_busy" or not left:
                    raise
            await asyncio.sleep(_ALONE_S)

    async def _asked(self, ask: Callable[..., T], *what: object) -> T:
        try:
            return await self._reading.aside(ask, *what)
        except DossierError as error:
            raise Fault(error.code) from error

    async def papers(self, review: Review, box: DropBox | None = None) -> w.HandedPapers:
        return await self._asked(self._view, review, box, box.papers if box else None)

    async def needed(self, review: Review) -> tuple[str, ...]:
        return await self._asked(self._needed, review)

    async def _paper(self, review: Review, box: DropBox | None, paper: str) -> w.HandedPaper:
        view = await self._asked(self._view, review, box, (paper,))
        return view.papers[0]

    async def _mine_there(self, review: Review, box: DropBox | None, paper: str, page: int) -> int:
        """Raises Fault for a page that is none, or that a phone beside a kiosk has not added itself."""
        there = await self._asked(self._lies, review, box, paper, page)
        if not there:
            raise Fault("unknown_page", {"paper": paper, "page": page})
        return there

    # -- on the reading thread ----------------------------------------------------------------------

    def _is_new(self, review: Review, paper: str, page: int, upload: str) -> None:
        """Raises Fault where another picture lies there, of whoever came first; the same one comes again and again."""
        if page in review.papers.get(paper, {}) and not any(
            (row.paper, row.number, row.upload) == (paper, page, upload) for row in self._dossier().pages(review.id)
        ):
            raise Fault("page_there", {"paper": paper, "page": page})

    def _put(
        self, review: Review, box: DropBox | None, paper: str, page: int, picture: PagePicture, upload: str
    ) -> Page:
        """A drop-box's page comes in place of its own, or where its offerer lets the next one go."""
        dossier = self._dossier()
        number = page
        if box is not None:
            rows = dossier.pages(review.id)
            number = box.number(paper, page, rows) or box.next(paper, rows)
        if number > MOST_PAGE:
            raise Fault("bad_page", {"max": MOST_PAGE})
        with dossier.together():
            row = dossier.put_page(
                review.id, paper, number, picture.jpeg, marks=picture.marks, upload=upload,
                named=review.page_versions(paper, number), between=self._reading.give_way,
            )
            put_facts(dossier, review.id, row, picture.facts)
        if box is not None:
            box.took(page, row)
        return row

    def _next(self, review: Review, box: DropBox, paper: str) -> int:
        """Where one page more of a drop-box goes."""
        dossier = self._dossier()
        return box.next(paper, dossier.pages(review.id) if dossier.has(review.id) else ())

    def _lies(self, review: Review, box: DropBox | None, paper: str, page: int) -> int:
        """Where a page is that is called so: a drop-box's own counting is not the dossier's; 0 for none of its own."""
        if box is None:
            return page
        dossier = self._dossier()
        return box.number(paper, page, dossier.pages(review.id)) if dossier.has(review.id) else 0

    def _drop(self, review: Review, paper: str, page: int) -> bool:
        """With what a machine read of it. One that was sent stays as it was sent, for who looks at that."""
        dossier, sent = self._dossier(), review.sent_papers.get(paper, {}).get(page, "")
        with dossier.together():
            drop_facts(dossier, review.id, paper, page)
            return dossier.drop_page(review.id, paper, page, (sent,))

    def _known(self, review: Review, paper: str, page: int, data: bytes) -> tuple[str, bool]:
        """What tells this upload when it comes again, and whether all of its pages are there already: a row says of how
        many it is one."""
        writable(self._review(review.id))  # a file may take two minutes: it brings back nothing that was wiped
        dossier = opened_dossier(self._room, self._commands.deps.follower, review)
        dossier.name(review.id)
        upload = dossier.upload_id(review.id, data, self._reading.give_way)
        named = review.papers.get(paper, {})
        kept = {
            row.number: row.upload.rpartition("/")
            for row in dossier.pages(review.id)
            if row.paper == paper and named.get(row.number) == str(row.version)
        }
        first = kept.get(page, ("", "", ""))
        count = int(first[2]) if first[0] == upload else 0
        return upload, count > 0 and all(kept.get(page + at) == first for at in range(count))

    def _needed(self, review: Review) -> tuple[str, ...]:
        """Papers that the answers so far ask for; without answers all that can be."""
        context = self._room.views
        known = context.statutes.matters.get(review.matter)
        everything = tuple(sorted((known.papers if known else frozenset()) - context.fetched(review.matter)))
        if not context.has_form(review) or not review.answers:
            return everything
        kept = self._dossier().answers(review.id, review.answers) or {}
        day = self._commands.deps.follower.read_book(lambda book: book.hall.day)
        return context.needed(review, context.verdict(review, views.plain_answers(kept), day)) or everything

    def _view(self, review: Review, box: DropBox | None, only: tuple[str, ...] | None) -> w.HandedPapers:
        """A drop-box is told the names of its papers and its own pages, and nothing that the answers say."""
        dossier, context = self._dossier(), self._room.views
        needed = box.papers if box else self._needed(review)
        self._reading.give_way()
        rows = dossier.pages(review.id) if dossier.has(review.id) else ()
        rows = box.pages(rows) if box else rows
        shown = only or tuple(dict.fromkeys((*needed, *(row.paper for row in rows))))
        return w.HandedPapers(
            review=review.id, title=None if box else context.title(review.matter),
            papers=tuple(
                w.HandedPaper(
                    id=paper, name=context.paper(review.matter, paper), needed=paper in needed,
                    pages=tuple(_page(row) for row in rows if row.paper == paper),
                )
                for paper in shown
            ),
        )

    def _dossier(self) -> Dossier:
        return self._room.dossiers()


def _page(row: Page) -> w.KeptPage:
    words: Mapping[str, dict[str, str]] = tables().under("picture")
    lacks = tuple(w.Lack(code=code, say=words[code]) for code in row.marks if code in words)
    return w.KeptPage(page=row.number, version=row.version, marks=lacks, insisted=row.insisted)
