"""Questions in plain words: asked at both listeners, and those without an answer, for staff. Runs on a listener's loop;
an answer comes from memory, lists and changes from the reading thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.adapters.http.gate import origin_of
from hall_daemon.adapters.questions.desk import NotReady
from hall_daemon.adapters.questions.store import MOST_LEADS
from hall_daemon.app.view_context import iso
from hall_daemon.ask.answer import Answer
from hall_daemon.ask.fields import Fields
from hall_daemon.ask.language import language
from hall_daemon.matters.form import Form
from hall_daemon.staff.rights import Right
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, busy, encode, get, post
from hall_daemon.web.limits import Rate, RateLimiter
from hall_daemon.wire import ask as w

T = TypeVar("T")

# Of one address, which may be a hall's whole Wi-Fi; and of all together, so that answers never cost presses much.
EACH, ALL = Rate(5.0, 60), Rate(50.0, 300)


class Limited:
    """So many a second of one source, and of all. One loop."""

    def __init__(self, each: Rate, everybody: Rate, monotonic: Callable[[], float]) -> None:
        self._each, self._all = RateLimiter(each, monotonic), RateLimiter(everybody, monotonic)

    def check(self, source: str) -> None:
        """Raises Fault rate_limited."""
        if wait_s := self._each.wait_s(source) or self._all.wait_s(""):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})


class AskApi:
    """`needs`: the right that this listener asks for."""

    def __init__(self, deps: Dependencies, needs: Right) -> None:
        self._desk, self._needs, self._read_book = deps.questions, needs, deps.follower.read_book
        self._limited = Limited(EACH, ALL, deps.monotonic)
        self._forms = deps.cabinet.forms
        self._fields = Fields(self._forms.values())

    def operations(self) -> tuple[Operation, ...]:
        return (
            post(
                "ask", self._needs, "/api/v1/ask", "Which matter a question in plain words is about", self.ask,
                w.AskAnswer, body=w.AskBody, codes=("busy", "rate_limited"),
            ),
        )

    async def ask(self, call: Call) -> Reply:
        self._limited.check(f"{call.by} {origin_of(call)}")
        body: w.AskBody = call.body
        day = self._read_book(lambda book: book.hall.day)
        alone = self._fields.asked(body.q, body.matter)
        try:
            answer = self._desk.answer(body.q, body.matter, day, keep=not body.typing and alone is None)
        except NotReady:
            raise busy() from None
        answer, found = self._fields.told(body.q, body.matter, answer)
        return Reply(200, encode(said(answer, _in_its_words(self._forms[found.form], found.field) if found else None)))


class QuestionsApi:
    """For whoever helps in the hall: questions that found no answer, each made to lead somewhere by one press."""

    def __init__(self, deps: Dependencies, reading: Reading) -> None:
        self._desk, self._reading, self._number = deps.questions, reading, deps.views.staff_number

    def operations(self) -> tuple[Operation, ...]:
        return (
            get(
                "listQuestions", "assist", "/api/v1/questions", "Questions that found no answer, and what they became",
                self.all, w.Questions, codes=("busy",),
            ),
            post(
                "leadQuestion", "assist", "/api/v1/questions/lead", "From now on this question is about this matter",
                self.lead, w.Questions, body=w.LeadBody, codes=("busy", "unknown_matter", "leads_full"),
            ),
            post(
                "undoLead", "assist", "/api/v1/questions/undo", "Take that back", self.undo, w.Questions,
                body=w.QuestionBody, codes=("busy", "unknown_question"),
            ),
            post(
                "dropQuestion", "assist", "/api/v1/questions/drop", "It is no question for a hall", self.drop,
                w.Questions, body=w.QuestionBody, codes=("busy", "unknown_question"),
            ),
        )

    async def all(self, call: Call) -> Reply:
        return Reply(200, encode(await self._kept(self._view)))

    async def lead(self, call: Call) -> Reply:
        body: w.LeadBody = call.body
        if not self._desk.knows(body.matter):
            raise Fault("unknown_matter", {"matter": body.matter[:64]})
        call.about = body.matter
        if not await self._kept(self._desk.lead, body.question, body.matter, call.by):
            raise Fault("leads_full", {"most": MOST_LEADS})
        return await self.all(call)

    async def undo(self, call: Call) -> Reply:
        return await self._changed(self._desk.undo, call)

    async def drop(self, call: Call) -> Reply:
        return await self._changed(self._desk.drop, call)

    async def _changed(self, change: Callable[[str], bool], call: Call) -> Reply:
        if not await self._kept(change, call.body.question):
            raise Fault("unknown_question")
        return await self.all(call)

    async def _kept(self, work: Callable[..., T], *args: Any) -> T:
        try:
            return await self._reading.aside(work, *args)
        except (NotReady, sqlite3.Error):
            raise busy() from None

    def _view(self) -> w.Questions:
        return w.Questions(
            tuple(
                w.Unanswered(question=row.question, times=row.times, last=iso(row.last_ms), near=near)
                for row, near in self._desk.waiting()
            ),
            tuple(
                w.Led(question=row.question, matter=row.matter, by=self._number(row.by), at=iso(row.at))
                for row in self._desk.leads()
            ),
        )


def _in_its_words(form: Form, field_id: str) -> w.FieldHelp:
    """A person's sample is nobody's help, nor is the name of a file."""
    field = form.field(field_id)
    words = field.help or field.ask
    written = isinstance(field.sample, str) and not field.options and not field.personal and field.kind != "file"
    return w.FieldHelp(
        form=form.id, field=field_id, name=dict(field.label), help=dict(words) if words else None,
        sample=str(field.sample) if written else "",
    )


def said(answer: Answer, field: w.FieldHelp | None) -> w.AskAnswer:
    elsewhere = language().elsewhere.get(answer.elsewhere)
    return w.AskAnswer(
        answered=answer.answered, matters=answer.matters, person=answer.person, paragraph=answer.paragraph,
        elsewhere=dict(elsewhere.name) if elsewhere else None, field=field,
    )
