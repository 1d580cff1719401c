"""Thirty days of a hall with reviews, stopped and started again at each: states, replicas and the chain agree.

Commands are drawn by chance from all that people, staff and phones may send, right and wrong ones.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.snapshots import (
    SnapshotKeeper,
    contradiction,
    restore_book,
)
from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.record import Accepted, Answer, Command, Request
from hall_daemon.cases import commands as k
from hall_daemon.cases.book import Book
from hall_daemon.cases.decide import decide
from hall_daemon.cases.defects import CODES, HOWS, WHY_LATE, WHY_REFUSED, Defect, Reply
from hall_daemon.cases.statutes import Statutes
from hall_daemon.domain import commands as c
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.refusal import Refused
from tests.hall_daemon.app.in_memory import HandClock
from tests.hall_daemon.cases.books import DAY_MS, plan, statutes
from tests.hall_daemon.domain.halls import MIDNIGHT

PLAN = plan()
DAYS = 30
PRESSES = 30
STAFF = ("bo", "cy")


class Chance:
    """Somebody's next command, by the book as it is."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.count = 0

    def new(self) -> str:
        self.count += 1
        return f"x{self.count}"

    def command(self, book: Book, rules: Statutes, now: Moment) -> Command:
        """Mostly one that is in its place."""
        for _ in range(self.dice.choice((1, 12))):
            command = self._any(book)
            if not isinstance(decide(PLAN, rules, book, command, now), Refused):
                break
        return command

    def _any(self, book: Book) -> Command:
        dice, reviews, tickets = self.dice, list(book.docket.reviews.values()), list(book.hall.tickets)
        if not reviews or dice.random() < 0.05:
            person = dice.choice(("", "ann", "di"))
            return k.OpenReview(
                matter="food", edition=3, token=self.new(), person=person, source=("", "here", "there")[self.count % 3]
            )
        review = dice.choice([each for each in reviews if not each.closed] or reviews)
        version = dice.choice((0, review.version, review.version))
        draw = c.IssueTicket(services=dice.choice((("food",), ("card", "food"))), token=self.new())
        ticket, staff = dice.choice(tickets or ["none"]), dice.choice(STAFF)
        made: tuple[Command, ...] = (
            k.KeepAnswers(review.id, version, self.new(), ("name",)),
            k.KeepPage(review.id, dice.choice(("licence", "layout")), dice.randint(1, 3), self.new()),
            k.DropPage(review.id, "licence", dice.randint(1, 3)),
            k.SendReview(review=review.id, version=version, person="ann", replies=self._replies(book, review.id)),
            k.WithdrawReview(review.id, version) if dice.random() < 0.2 else c.CallNext("1"),
            *[k.BindTicket(review.id, ticket)] * 3,
            k.RekeyReview(review.id, self.new()),
            k.TakeTicket(review=review.id, draw=draw, token=dice.choice((review.token, "guess"))),
            k.LookAt(review.id, staff, dice.random() < 0.5),
            k.PassReview(review.id, version, staff),
            k.TellDefects(
                review=review.id, version=version, staff=staff, defects=self._defects(),
                why_late=dice.choice(("", *WHY_LATE)),
            ),
            k.RefuseReview(review=review.id, version=version, staff=staff, reason=dice.choice(WHY_REFUSED)),
            draw, c.CallNext("9"), c.CallNext("1"), c.Start("9"), c.Finish("9"), c.Miss("9"), c.Undo("9"),
            c.Return(ticket), c.Cancel(ticket),
        )
        return dice.choice(made)

    def _defects(self) -> tuple[Defect, ...]:
        places = self.dice.sample(("licence", "layout"), self.dice.randint(1, 2))
        return tuple(Defect(of="paper", id=place, code=self.dice.choice(CODES), text="w") for place in places)

    def _replies(self, book: Book, review: str) -> tuple[Reply, ...]:
        told = book.docket.reviews[review].lists
        if book.docket.reviews[review].state != "mend":
            return ()
        return tuple(Reply(at=at, how=self.dice.choice(HOWS), text="w") for at in range(len(told[-1].defects)))


@pytest.mark.parametrize("seed", [7])
def test_a_hall_that_restarts_each_day_is_the_hall_that_never_stopped(tmp_path: Path, seed: int) -> None:
    chance, clock, snapshots = Chance(seed), HandClock(), tmp_path / "snapshots"
    rules = statutes(draft_days=2, mend_days=3, ready_days=4, keep_days=3)
    never_stopped = Book()
    kinds: set[str] = set()
    for day in range(DAYS):
        clock.moment = clock.moment._replace(tick=clock.moment.tick + DAY_MS, wall=MIDNIGHT + day * DAY_MS + 1_200_000)
        with closing(Journal(tmp_path / "journal.db")) as journal, closing(journal.reader()) as reader:
            book, seq = restore_book(snapshots, reader)
            assert book == never_stopped, f"on day {day}"
            replica = book.copy()
            follower = Follower(replica.hall, seq, reader, clock, replica.docket)
            keeper = SnapshotKeeper(snapshots, reader, seq, 100, replica.docket)
            follower.subscribe(keeper)
            core = Core(
                PLAN, book.hall, journal, clock, docket=book.docket, statutes=rules, keys=journal.keys(),
                on_batch=follower.hand_over,
            )
            answers: list[Answer] = []
            core.step()
            for window in ("1", "9"):
                core.submit(Request(c.OpenWindow(window, f"staff-{window}")), answers.append)
            for _ in range(PRESSES):
                clock.moment = clock.moment._replace(
                    tick=clock.moment.tick + 60_000, wall=clock.moment.wall + 60_000
                )
                for _ in range(chance.dice.randint(1, 3)):
                    command = chance.command(core.book, rules, clock.moment)
                    core.submit(Request(command, "staff:bo", chance.new(), "p"), answers.append)
                core.step()
                follower.step()
            assert not [each for each in answers if isinstance(each, Refused) and each.code == "internal"]
            kinds |= {type(row.event).__name__ for each in answers if isinstance(each, Accepted) for row in each.events}
            assert follower.read_book(lambda live: live) == core.book
            assert core.book.docket.turned in ("", core.hall.day) or not core.book.docket.reviews
            if day % 3 == 0:
                follower.read(lambda hall: keeper.save(hall, follower.seq))  # noqa: B023 (at once)
            never_stopped = core.book.copy()
    with closing(Journal(tmp_path / "journal.db")) as journal, closing(journal.reader()) as reader:
        assert reader.verify() is None
        assert contradiction(snapshots, reader) is None
        assert restore_book(tmp_path / "nowhere", reader)[0] == never_stopped
    assert kinds >= {
        "ReviewSent", "DefectsTold", "ReviewPassed", "ReviewRefused", "ReviewWithdrawn", "TicketBound",
        "TicketPrepared", "PageDropped", "TicketIssued", "ReviewRekeyed",
    }


@pytest.mark.parametrize("unknown", ["docket", "docket_format"])
def test_a_snapshot_that_knows_no_docket_is_completed_from_the_journal(tmp_path: Path, unknown: str) -> None:
    """A hall of an earlier version ran in between: its snapshot has a hall and nothing else."""
    import hashlib

    import msgspec

    clock, snapshots = HandClock(), tmp_path / "snapshots"
    with closing(Journal(tmp_path / "journal.db")) as journal, closing(journal.reader()) as reader:
        core = Core(plan(), Book().hall, journal, clock, statutes=statutes())
        core.step()
        core.submit(Request(k.OpenReview(matter="food", edition=3, token="t")), lambda answer: None)
        core.step()
        keeper = SnapshotKeeper(snapshots, reader, 0, 100, core.book.docket)
        keeper.save(core.hall, core.seq)
        path = snapshots / "latest"
        body = msgspec.json.decode(path.read_bytes().split(b"\n", 1)[1])
        del body[unknown]
        if "docket" in body:
            body["docket"]["serial"] = 0
        written = msgspec.json.encode(body)
        path.write_bytes(hashlib.sha256(written).hexdigest().encode() + b"\n" + written)
        assert contradiction(snapshots, reader) is None
        assert restore_book(snapshots, reader) == (core.book, core.seq)
