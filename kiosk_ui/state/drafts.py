"""A form being filled in: its answers, what is wrong with them, and which question comes next. Pure values.

The hall's own rules run here, so that nothing of a draft leaves the kiosk before its person wants to hand it in, and
filling in goes on while the hall is away. A draft prints as its name alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from msgspec import Struct

from hall_daemon.matters.checks import Checker
from hall_daemon.matters.days import day_of
from hall_daemon.wire.forms import BrokenView, FormField, FormView, VerdictView, form_of, verdict_view
from hall_daemon.wire.reviews import AnswersView, DefectView, ReviewView

# What is asked of the hall about a form or a pre-review.
CaseAbout = Literal[
    "form", "open", "keep", "papers", "offer", "phone", "insist", "page", "scan", "send", "review", "withdraw", "find",
    "lend", "answers", "earlier", "slip_of_list", "move", "moved", "agree", "stay", "claim", "collect",
    "same", "bring", "own",
]
# Where an answer is from that no person typed here; the hall works out the computed ones itself.
FROM_ELSEWHERE = frozenset({"card", "licence", "earlier"})


class Place(NamedTuple):
    """A question. Of a group alone: the list of its rows; with a `row`, counted from 1, one column of it."""

    field: str
    row: int = 0
    part: str = ""


class Case(NamedTuple):
    """A pre-review that the hall keeps; `token`, or the number of the `person`'s own paper, says whose it is. `kept`:
    it was there before its person came, or was sent already, and stays when they go."""

    review: str
    token: str
    version: int
    person: str = ""
    kept: bool = False

    def __repr__(self) -> str:
        return "Case(…)"


class Phone(NamedTuple):
    """The code by which one phone hands papers in, for as long as this session, and how far that is: as Papers has
    it."""

    url: str = ""
    good_s: float = 0.0
    offered_at_s: float = 0.0
    number: str = ""
    claimed: bool = False
    agreed: bool = False

    def __repr__(self) -> str:
        return "Phone(…)"


NO_PHONE = Phone()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCase:
    """One request about a form or a pre-review, as the hall is asked: an effect, and what is asked again. `ref` names
    the form or the page; `data` is a picture of `media_type`."""

    session: int
    about: CaseAbout
    key: str
    ref: str = ""
    case: Case | None = None
    body: Struct | None = field(default=None, repr=False)
    data: bytes = field(default=b"", repr=False)
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    """`form` is as it was when it was begun, and `today` the hall's day then. `walk`: a walk-through with the author's
    samples, of which nothing is ever sent. `case` once the hall keeps it; `defects` are what it was sent back with.
    `origins`: of answers that no person typed here, where each is from; `promised`: papers that are promised,
    `instead` those of them whose place that takes; `reasons`: entries of the list (from 0) that need no
    mending, and why; `mine`: the hall knows whose it is; `earlier`: the key with which the hall is being asked what its
    person wrote before; `phone`: that of its papers, while another page is open."""

    matter: str
    form: FormView
    checker: Checker
    today: int
    answers: Mapping[str, object]
    verdict: VerdictView
    walk: bool = False
    case: Case | None = None
    defects: tuple[DefectView, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    promised: tuple[str, ...] = ()
    reasons: tuple[tuple[int, str], ...] = ()
    instead: tuple[str, ...] = ()
    mine: bool = False
    earlier: str = ""
    phone: Phone = NO_PHONE

    def __repr__(self) -> str:
        return "Draft(…)"

    @property
    def may_be_sent(self) -> bool:
        return self.verdict.may_be_sent and not self.walk


def begun(matter: str, form: FormView, day: str, *, walk: bool) -> Draft | None:
    """Pictures are taken after the questions, so a question for one is answered by its paper's id. None on a day that
    is none."""
    today, checker = day_of(day), Checker(form_of(form))
    if today is None:
        return None
    answers = {each.id: each.paper or each.id for each in form.fields if each.kind == "file"}
    if walk:
        answers = {each.id: each.sample for each in form.fields if each.sample is not None} | answers
    draft = Draft(matter=matter, form=form, checker=checker, today=today, answers=answers, walk=walk,
        verdict=verdict_view(checker, answers, today))
    return _checked(draft, answers, {})


def resumed(draft: Draft, kept: AnswersView, case: Case, view: ReviewView) -> Draft:
    """A draft that has just begun, with what the hall keeps of it."""
    known = {each.id for each in draft.form.fields}
    answers = {id_: value for id_, value in kept.answers.items() if id_ in known}
    origins = {id_: origin for id_, origin in kept.origins.items() if id_ in answers and origin != "person"}
    draft = replace(draft, case=case, promised=view.promised, instead=view.instead)
    return _checked(told(draft, view), {**draft.answers, **answers}, origins)


def told(draft: Draft, view: ReviewView) -> Draft:
    """With what the hall said of it last. What is promised here it hears when it is sent."""
    defects = view.lists[-1].defects if view.lists else ()
    return replace(draft, defects=defects, mine=view.mine)


def with_answer(draft: Draft, at: Place, value: object, origin: str = "person") -> Draft:
    """`value` None takes the answer back. `origin`: where it is from; the same answer again keeps the one it has."""
    if origin == "person" and value is not None and value == answer_at(draft, at):
        return draft
    answers = dict(draft.answers)
    if at.part:
        rows = [dict(row) for row in rows_of(draft, at.field)]
        rows += [{}] * (at.row - len(rows))
        rows[at.row - 1] = {**rows[at.row - 1], at.part: value}
        answers[at.field] = rows
    else:
        answers[at.field] = value
    origins = {id_: each for id_, each in draft.origins.items() if id_ != at.field}
    if origin != "person" and not at.part:
        origins[at.field] = origin
    return _checked(draft, answers, origins)


def without_row(draft: Draft, at: Place) -> Draft:
    rows = [row for number, row in enumerate(rows_of(draft, at.field), 1) if number != at.row]
    return _checked(draft, {**draft.answers, at.field: rows}, draft.origins)


def _checked(draft: Draft, answers: Mapping[str, object], origins: Mapping[str, str]) -> Draft:
    """What can be worked out of other answers is, where nobody said it."""
    stood = {id_ for id_, origin in origins.items() if origin == "computed"}
    said = {id_: value for id_, value in answers.items() if id_ not in stood and value not in (None, "")}
    found = {id_: value for id_, value in draft.checker.computed(said, draft.today).items() if id_ not in said}
    origins = {id_: each for id_, each in origins.items() if id_ not in stood} | dict.fromkeys(found, "computed")
    answers = {id_: value for id_, value in answers.items() if id_ not in stood} | found
    verdict = verdict_view(draft.checker, answers, draft.today)
    return replace(draft, answers=answers, origins=origins, verdict=verdict)


def rows_of(draft: Draft, field: str) -> tuple[Mapping[str, object], ...]:
    rows = draft.answers.get(field)
    return tuple(rows) if isinstance(rows, list) else ()


def asked_at(draft: Draft, at: Place) -> FormField:
    """The field, or the column of a group, that is asked for there."""
    field = _named(draft.form.fields, at.field)
    return _named(field.parts, at.part) if at.part else field


def _named(fields: Iterable[FormField], id_: str) -> FormField:
    return next(each for each in fields if each.id == id_)


def answer_at(draft: Draft, at: Place) -> object:
    if not at.part:
        return draft.answers.get(at.field)
    rows = rows_of(draft, at.field)
    return rows[at.row - 1].get(at.part) if at.row <= len(rows) else None


def places(draft: Draft) -> tuple[Place, ...]:
    """Every question that shows, in the order of the pages."""
    hidden = draft.verdict.hidden
    of_step = {step.id: at for at, step in enumerate(draft.form.steps)}
    shown = (each for each in draft.form.fields if each.id not in hidden and each.kind != "file")
    return tuple(Place(each.id) for each in sorted(shown, key=lambda each: of_step.get(each.step, 0)))


def place_after(draft: Draft, at: Place) -> Place | None:
    """The next question; behind the last column of a row its group again, behind the last question None."""
    if at.part:
        parts = [part.id for part in _named(draft.form.fields, at.field).parts]
        behind = parts[parts.index(at.part) + 1 :]
        return Place(at.field, at.row, behind[0]) if behind else Place(at.field)
    order = places(draft)
    behind_it = order[order.index(at) + 1 :] if at in order else order
    return behind_it[0] if behind_it else None


def place_before(draft: Draft, at: Place) -> Place | None:
    if at.part:
        parts = [part.id for part in _named(draft.form.fields, at.field).parts]
        before = parts[: parts.index(at.part)]
        return Place(at.field, at.row, before[-1]) if before else Place(at.field)
    order = places(draft)
    ahead = order[: order.index(at)] if at in order else ()
    return ahead[-1] if ahead else None


def first_column(draft: Draft, field: str, row: int) -> Place:
    return Place(field, row, _named(draft.form.fields, field).parts[0].id)


def broken_at(draft: Draft, at: Place) -> tuple[BrokenView, ...]:
    """What is wrong with one answer by itself, or that a rule says of it. What a rule tells of several questions is
    told at each of them for itself."""
    verdict = draft.verdict
    return tuple(
        each for each in (*verdict.broken, *verdict.beside)
        if each.field == at.field and not each.faulty and (not at.part or (each.row, each.part) == (at.row, at.part))
    )


def place_of(broken: BrokenView) -> Place:
    """Where it is mended."""
    return Place(broken.faulty[0] if broken.faulty else broken.field, broken.row, broken.part)


def person_of(draft: Draft) -> str:
    """The number of the applicant's own paper, which says later whose review it is; "" where none is asked for."""
    ids = [each for each in draft.form.fields if each.kind == "id_number" and each.id not in draft.verdict.hidden]
    own = next((each for each in ids if each.means.startswith("applicant.")), ids[0] if ids else None)
    said = draft.answers.get(own.id) if own else None
    return said if isinstance(said, str) else ""
