"""Pre-reviews in a simulated month: begun, filled in, handed in by page, sent, told, mended, taken back, forgotten by
who began them; and what must hold of their dossiers at the end of each day.

They have a chance of their own, so that the rest of a month is what it was without them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import msgspec

from hall_daemon.adapters.dossiers.service import known_of
from hall_daemon.adapters.dossiers.store import UNNAMED_MS, Dossiers
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.app.record import Accepted
from hall_daemon.cases import commands as k
from hall_daemon.cases.defects import Defect, Reply
from hall_daemon.cases.docket import Docket, Review
from hall_daemon.cases.events import ReviewOpened
from hall_daemon.config.settings import Matters, Papers, Reviews
from hall_daemon.words.text import same
from tests.drills.matter import MATTER, laid_out
from tests.drills.month_faults import HOUR_S

if TYPE_CHECKING:
    from tests.drills.months import Month

A_DAY = 8
PAPER, FIELD, STAFF = "layout", "operator", "staff:7"
JPEG = b"\xff\xd8 a page of nobody"
# Short, so that in some days of a month all of it is over once. A week end is longer than what is kept of a review.
REVIEWS = Reviews(mend_days=2, ready_days=2, draft_days=1, keep_days=2)
PAPERS = Papers(draft_days=2, review_days=3, visited_days=3)


def matters_of(folder: Path) -> Matters:
    laid_out(folder, service="licence")
    return Matters(
        guides=f"{folder}/guides", forms=f"{folder}/forms", dictionary=f"{folder}/dictionary.toml",
        notices=f"{folder}/none", groups={"business": same("business")},
    )


def reviews_of(folder: Path) -> Reviews:
    return msgspec.structs.replace(REVIEWS, calendar=f"{folder}/calendar")


class MonthCases:
    """`answers`: what the hall has said it keeps, by review; what its death left open is not in it."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._chance = Random(f"cases {month.seed}")
        self._names = count()
        self.answers: dict[str, str] = {}

    def plan_day(self, day: date) -> None:
        for _ in range(A_DAY):
            self._month.plan_at(self._month.at(day, self._chance.uniform(8 * 60, 22 * 60)), self._begins)

    # -- who comes ----------------------------------------------------------------------------------

    def _begins(self) -> None:
        month, n = self._month, next(self._names)
        matter = month.app._matters.statutes.matters[MATTER]
        command = k.OpenReview(
            matter=MATTER, edition=matter.edition, token=f"digest-{n}", person=f"person-{n % 40}", channel="kiosk"
        )
        answer = month.ask(command, "kiosk:1", f"case-{month.seed}-{n}")
        if isinstance(answer, Accepted):
            (opened,) = [row.event for row in answer.events if isinstance(row.event, ReviewOpened)]
            self._later(1, self._fills, opened.review)

    def _later(self, hours: float, step: Callable[[str], None], review: str) -> None:
        self._month.later(self._chance.expovariate(1 / (hours * HOUR_S)), partial(self._tried, step, review))

    def _tried(self, step: Callable[[str], None], review: str) -> None:
        """What the dossiers cannot take just now nobody does; the person goes away."""
        with contextlib.suppress(DossierError):
            step(review)

    def _review(self, review: str) -> Review | None:
        return self._month.app.core.book.docket.reviews.get(review)

    def _asks(self, command: k.CaseCommand) -> bool:
        answer = self._month.ask(command)
        self._month.counted["steps of reviews"] += isinstance(answer, Accepted)
        return isinstance(answer, Accepted)

    def _fills(self, review: str) -> None:
        """As HTTP does it: the dossier first, the command second."""
        known, store, n = self._review(review), self._month.app.dossiers.store, next(self._names)
        if known is None or known.state not in ("draft", "mend"):
            return
        name = f"周吴郑王{n:06}"
        self._month.auditor.persons.add(name)
        store.open_case(review)
        piece = store.put_answers(review, {FIELD: {"value": name, "origin": "person", "at": ""}}, known.answers)
        self.answers.pop(review, None)
        if self._asks(k.KeepAnswers(review, known.version, str(piece), (FIELD,))):
            store.name(review)
            self.answers[review] = name
            dice = self._chance.random()
            if dice < 0.15:
                self._later(2, self._takes_back, review)
            elif dice < 0.8:
                self._later(2, self._photographs, review)

    def _photographs(self, review: str) -> None:
        known, store = self._review(review), self._month.app.dossiers.store
        if known is None or known.state not in ("draft", "mend") or not store.has(review):
            return
        page = store.put_page(review, PAPER, 1, JPEG + bytes([next(self._names) % 256]))
        if self._asks(k.KeepPage(review, PAPER, 1, str(page.version))):
            self._later(1, self._sends, review)

    def _sends(self, review: str) -> None:
        known = self._review(review)
        if known is None or known.state not in ("draft", "mend"):
            return
        replies = (Reply(at=0, how="replaced"),) if known.lists else ()
        if self._asks(k.SendReview(review=review, version=known.version, replies=replies)):
            self._later(6, self._looked_at, review)

    def _takes_back(self, review: str) -> None:
        self._asks(k.WithdrawReview(review))

    def _looked_at(self, review: str) -> None:
        known, dice = self._review(review), self._chance.random()
        if dice < 0.1 or known is None or not self._asks(k.LookAt(review, STAFF, take_over=True)):
            return  # the hall forgets it, and owes an answer
        known = self._review(review)
        assert known is not None
        if dice < 0.5 and not known.lists:
            words = f"t{next(self._names)}"
            self._month.app.dossiers.store.put_text(review, words, "请重新拍")
            defects = (Defect(of="paper", id=PAPER, code="unreadable", page=1, text=words),)
            if self._asks(k.TellDefects(review=review, version=known.version, staff=STAFF, defects=defects)):
                self._later(30, self._photographs, review)
        elif dice < 0.6:
            self._asks(k.RefuseReview(review=review, version=known.version, staff=STAFF, reason="not_ours"))
        elif self._asks(k.PassReview(review, known.version, STAFF)) and dice < 0.7:
            self._later(20, self._takes_back, review)

    # -- at the end of a day ----------------------------------------------------------------------

    def look(self) -> None:
        """The docket is the same everywhere, and every dossier is there as long as it must be and no longer."""
        app = self._month.app
        docket = app.core.book.docket
        assert app.follower.read_book(lambda book: book.docket == docket)
        twin = docket.copy()
        assert (twin.tokens, twin.tickets, twin.open) == (docket.tokens, docket.tickets, docket.open)
        app.dossiers.look()
        app.dossiers._next_look = 0.0
        app.dossiers.look()
        self._dossiers(app.dossiers.store, docket, app.core.hall.day, app.clock.now().wall)
        self._month.counted["dossiers seen"] += len(docket.reviews)

    def _dossiers(self, store: Dossiers, docket: Docket, day: str, now: int) -> None:
        known = known_of(docket, day)
        # What had long lapsed for a while, by a clock that was wrong, may have been wiped then.
        demanded = known.alive - known_of(docket, self._month.auditor.furthest).gone
        for review in docket.reviews.values():
            if review.id in known.gone:
                assert not store.has(review.id), f"{review} is over, and its dossier stays"
            elif review.id in demanded and review.answers:
                self._is_whole(store, review)
        with store.rows.reading() as conn:
            rows = conn.execute("SELECT id, opened, keep_until, named FROM cases").fetchall()
        for id_, opened, until, named in rows:
            over = min(now, known.sure) if id_ in known.named else now
            assert id_ in known.alive or until >= over, f"the dossier {id_} stays after its time"
            assert named or opened >= now - UNNAMED_MS, f"the dossier {id_} stays, and no event names it"
        there = {path.name for path in (self._month.folder / "dossiers").rglob("*") if path.is_file()}
        assert there == store.rows.named_files(), "files of no dossier, or dossiers without"

    def _is_whole(self, store: Dossiers, review: Review) -> None:
        assert store.has(review.id), f"the dossier of {review} is gone"
        answers = store.answers(review.id, review.answers)
        assert answers, f"the answers of {review} are gone"
        wanted = self.answers.get(review.id)
        assert wanted is None or answers[FIELD]["value"] == wanted, review.id
        for paper, pages in review.papers.items():
            for page in pages:
                jpeg = store.page(review.id, paper, page) or b""
                assert jpeg.startswith(JPEG), f"page {page} of {paper} of {review} is gone"
        for text in {each.text for list_ in review.lists for each in list_.defects} - {""}:
            assert store.text(review.id, text), f"words of {review} are gone"
