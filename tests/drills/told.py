"""What left a recorded daemon, and so must be on the disk when the power fails a moment later."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from hall_daemon.app.record import Recorded
from hall_daemon.cases import events as k
from hall_daemon.cases.docket import Docket
from hall_daemon.domain import events as e
from hall_daemon.exchange.records import record_of
from tests.drills.applicants import STORIES, CaseMemory, CasesTold
from tests.drills.disk_record import Kind, Op

_SEQ = re.compile(rb'"seq":(\d+)')
_DRAWN = re.compile(rb'HTTP/1\.1 201.*"ticket":"([^"]+)"', re.DOTALL)
_NAMED = re.compile(rb'HTTP/1\.1 200.*"events":\["HolderNamed"\],"seq":(\d+)', re.DOTALL)
_WIPED = re.compile(rb"vault: wiped [1-9]\d* of days that are over")


@dataclass
class Told:
    """`seq`: the newest event that anybody outside heard of; `tickets` whose number somebody holds; `named`: the events
    that were the answer to who named a holder; `wiped_upto`: the newest event when the log said that persons of days
    before that event's were wiped; `pages` that were answered for, (paper, number) -> version, `reviews` -> version,
    and reviews whose answers were `gone`."""

    seq: int = 0
    tickets: set[str] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    wiped_upto: int = 0
    pages: dict[tuple[str, int], int] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def hear(self, op: Op) -> bool:
        """Whether that said anything new."""
        if op.kind != Kind.SAID:
            return False
        before = self._much
        self.seq = max(self.seq, 0, *map(int, _SEQ.findall(op.data)))
        self.tickets.update(ticket.decode() for ticket in _DRAWN.findall(op.data))
        self.named.update(map(int, _NAMED.findall(op.data)))
        if _WIPED.search(op.data):
            self.wiped_upto = self.seq
        if b'"pages":[{' in op.data or b'"review":"YS-' in op.data:
            self._hear_case(op.data.partition(b"\r\n\r\n")[2])
        return before != self._much

    def _hear_case(self, body: bytes) -> None:
        try:
            said = json.loads(body)
        except ValueError:  # no answer, or part of one
            return
        for page in said.get("pages", ()) if "id" in said else ():
            if page["page"] <= STORIES:  # others are taken back
                self.pages[said["id"], page["page"]] = page["version"]
        if isinstance(said.get("review"), str) and "version" in said:
            self.reviews[said["review"]] = max(said["version"], self.reviews.get(said["review"], 0))
            if said.get("answers") == {}:
                self.gone.add(said["review"])

    @property
    def _much(self) -> tuple[int, ...]:
        cases = sum(self.pages.values()), sum(self.reviews.values()), len(self.gone)
        return self.seq, len(self.tickets), len(self.named), self.wiped_upto, *cases

    def cases(self, memory: CaseMemory, put_away: Collection[str]) -> CasesTold:
        """Of reviews that were not `put_away` since; what was taken back before it was sent is, the next day."""
        pages = {(memory.of[number], paper, number): version for (paper, number), version in self.pages.items()}
        pages = {place: version for place, version in pages.items() if place[0] not in put_away}
        reviews = {review: version for review, version in self.reviews.items() if review not in put_away}
        return CasesTold(pages, reviews, self.gone)


class Lived:
    """All that a recorded hall lived through: `rows` of its journal, `hashes` of its chain by event number, and the
    names of persons by the event that named them, as far as they were acknowledged; `cases` and the `docket` at its
    end."""

    def __init__(
        self, rows: Sequence[Recorded], hashes: Sequence[bytes], persons: Mapping[int, str],
        cases: CaseMemory | None = None, docket: Docket | None = None, credential: str = "",
    ) -> None:
        self.cases = cases or CaseMemory()
        self.credential = credential
        # (event, key) of each that a platform hears of.
        self.records = records_of(rows, docket or Docket())
        self.rows = rows
        self.hashes = hashes
        self._persons = persons
        self._named = [(row.seq, row.event) for row in rows if isinstance(row.event, e.HolderNamed)]
        self._opened = [(row.seq, row.event.day) for row in rows if isinstance(row.event, e.DayOpened)]
        self._drawn = [(row.seq, row.event) for row in rows if isinstance(row.event, e.TicketIssued)]

    def day(self, seq: int) -> str:
        """The business day after event `seq`."""
        return next((day for at, day in reversed(self._opened) if at <= seq), "")

    def put_away(self, seq: int) -> set[str]:
        """Reviews that the docket does not hold any more after event `seq`."""
        return {row.event.review for row in self.rows[:seq] if isinstance(row.event, k.ReviewPutAway)}

    def given(self, seq: int) -> list[str]:
        """The numbers of that day up to event `seq`."""
        day = self.day(seq)
        return [event.number for at, event in self._drawn if at <= seq and event.day == day]

    def drawn(self, seq: int) -> set[str]:
        """Every ticket up to event `seq`."""
        return {event.ticket for at, event in self._drawn if at <= seq}

    def persons(self, told: Told, seq: int) -> tuple[dict[str, str], set[str]]:
        """Subjects that must be in the vault, with their names, and those that must not, for a journal that ends at
        event `seq` when `told` was heard. One that is being replaced or wiped just then is in neither."""
        here: dict[str, str] = {}
        gone: set[str] = set()
        day, wiped_before = self.day(seq), self.day(told.wiped_upto)
        for at, event in self._named:
            if at > seq:
                break
            here.pop(event.before, None)
            if event.before and at in told.named:
                gone.add(event.before)
            if at <= told.seq and at in self._persons and event.ticket.startswith(day):
                here[event.subject] = self._persons[at]
            if event.ticket[: len(day)] < wiped_before:
                gone.add(event.subject)
        return here, gone


def records_of(rows: Sequence[Recorded], docket: Docket) -> list[tuple[int, str]]:
    found = (
        (row.seq, record_of(row.event, row.wall, row.seq, docket.reviews.get(getattr(row.event, "review", ""))))
        for row in rows
    )
    return [(seq, record.key) for seq, record in found if record is not None]
