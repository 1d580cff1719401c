"""Forms over the wire: one as a client asks and checks it, answers to it, and what is wrong with them.

What does not apply is left out, so that a form of 36 fields is some 30 KB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, structs

from hall_daemon.matters.checks import Broken, Checker, built_in_words, words_of
from hall_daemon.matters.days import iso
from hall_daemon.matters.fields import Case, Entry, Field, KindName, Mask, Option
from hall_daemon.matters.form import Form, Level, PaperRule, Rule, Step, plain
from hall_daemon.matters.formats import FormatName
from hall_daemon.wire.bodies import Body
from hall_daemon.wire.texts import Message, Text
from hall_daemon.words.tables import tables

# A condition or term: a list of a word and what it needs; docs/forms.md has the words.
Tree = Annotated[list[Any], Meta(min_length=1)]
# Answers to a form are a page of text; rows of a group are bounded by the form's own reading.
ANSWERS_BYTES = 65_536


class Part(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A piece of a form."""


class FormStep(Part, frozen=True):
    id: str
    title: Text


class FormOption(Part, frozen=True):
    """`value` is what an answer holds."""

    value: str
    label: Text


class FormCase(Part, frozen=True):
    """Your case, what to write, and the option that it leads to."""

    when: Text
    write: Text
    choose: str = ""


class FormField(Part, frozen=True, kw_only=True):
    """A question, or a column of a group (`parts`). `means`: the same elsewhere; bounds of numbers are ten-thousandths,
    of texts characters, of groups rows. `fill`: a term that it is worked out from."""

    id: str
    kind: KindName
    label: Text
    step: str = ""
    means: str = ""
    ask: Text | None = None
    help: Text | None = None
    sample: Any = None
    format: FormatName = ""
    unit: Text | None = None
    often_wrong: Text | None = None
    required: bool = False
    required_when: Tree | None = None
    shown_when: Tree | None = None
    fill: Tree | None = None
    paper: str = ""
    mask: Mask = ""
    least: float | None = None
    most: float | None = None
    options: tuple[FormOption, ...] = ()
    cases: tuple[FormCase, ...] = ()
    parts: tuple[FormField, ...] = ()


class FormRule(Part, frozen=True, kw_only=True):
    """Broken where `when` holds and `never` does too, or `must` does not."""

    id: str
    level: Level
    fields: tuple[str, ...]
    say: Text
    mend: Text
    when: Tree | None = None
    never: Tree | None = None
    must: Tree | None = None


class FormPapers(Part, frozen=True):
    need: tuple[str, ...]
    reason: Text
    when: Tree | None = None


class FormWords(Part, frozen=True):
    """What is wrong and how to mend it; {label}, {least} and {most} are the field's."""

    say: Text
    mend: Text


class FormView(Message, frozen=True, kw_only=True):
    """A form whole. A session that began with a version ends with it. `words`: of what every field is held to, by its
    code, `format.` with the format's name and `_` with what of it is wrong, `_most` and `_least` behind a code where
    one bound is missing, the kind behind `number_`; `row` names a row of a group."""

    id: str
    matter: str
    version: int
    title: Text
    steps: tuple[FormStep, ...]
    fields: tuple[FormField, ...]
    rules: tuple[FormRule, ...]
    papers: tuple[FormPapers, ...]
    words: dict[str, FormWords]
    row: Text


class Asked(Message, frozen=True):
    form: str
    field: str


class DictionaryEntry(Message, frozen=True, kw_only=True):
    """What a field is wherever it is asked for, what proves it, and which forms ask. `min`, `max`: characters, 0 for no
    bound; `format` "" where the kind has no other."""

    id: str
    label: Text
    kind: KindName
    format: FormatName
    min: int
    max: int
    personal: bool
    mask: Mask
    papers: tuple[str, ...]
    asked: tuple[Asked, ...]


class Dictionary(Message, frozen=True):
    """The one dictionary of fields, in the order of its file."""

    fields: tuple[DictionaryEntry, ...]


class AnswersBody(Body, frozen=True):
    """POST /api/v1/forms/{form}/verdict: answers by field, a group as a list of objects. They are kept nowhere.
    `edition`: the version that they were begun with, 0 for the present one."""

    answers: dict[Annotated[str, Meta(max_length=64)], Any]
    edition: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class BrokenView(Message, frozen=True, kw_only=True):
    """`check`: a rule's id, or what every field is held to; `row` counts from 1, 0 for none; `part` is its column;
    `fault`: what of its format is wrong, where that can be said; `faulty`: fields whose own fault a rule tells too, the
    first of them to be mended."""

    check: str
    field: str
    fields: tuple[str, ...]
    level: Level
    row: int
    part: str
    say: Text
    mend: Text
    fault: str = ""
    faulty: tuple[str, ...] = ()


class VerdictView(Message, frozen=True, kw_only=True):
    """All that is wrong at once, by page. `hidden`: fields that do not show; `needed`: those that must be answered;
    `required`: papers; `steps`: those that have something to show; `today`: the day it holds for; `beside`: what a
    rule of `broken` tells already, to be said at the question alone."""

    form: str
    version: int
    today: str
    may_be_sent: bool
    broken: tuple[BrokenView, ...]
    required: tuple[str, ...]
    hidden: tuple[str, ...]
    needed: tuple[str, ...]
    steps: tuple[str, ...]
    beside: tuple[BrokenView, ...] = ()


def dictionary(entries: Mapping[str, Entry], forms: Iterable[Form]) -> Dictionary:
    asked: dict[str, list[Asked]] = {}
    for form in forms:
        for field in form.fields:
            asked.setdefault(field.means, []).append(Asked(form.id, field.id))
            for part in field.parts:
                asked.setdefault(part.means, []).append(Asked(form.id, f"{field.id}.{part.id}"))
    return Dictionary(
        tuple(
            DictionaryEntry(
                id=entry.id,
                label=entry.label,
                kind=entry.kind,
                format=entry.format,
                min=entry.least,
                max=entry.most,
                personal=entry.personal,
                mask=entry.mask,
                papers=entry.papers,
                asked=tuple(asked.get(entry.id, ())),
            )
            for entry in entries.values()
        )
    )


def form_view(form: Form) -> FormView:
    return msgspec.convert({**plain(form), "words": built_in_words(), "row": tables().text("form.row")}, FormView)


def form_of(view: FormView) -> Form:
    """The form again, for a client that checks by itself with the hall's own rules."""
    return Form(
        id=view.id,
        matter=view.matter,
        version=view.version,
        title=view.title,
        steps=tuple(Step(step.id, step.title) for step in view.steps),
        fields=tuple(map(_field, view.fields)),
        rules=tuple(Rule(**structs.asdict(rule)) for rule in view.rules),
        papers=tuple(PaperRule(rule.need, rule.reason, rule.when) for rule in view.papers),
    )


def _field(view: FormField) -> Field:
    said = structs.asdict(view)
    said["options"] = tuple(Option(option.value, option.label) for option in view.options)
    said["cases"] = tuple(Case(case.when, case.write, case.choose) for case in view.cases)
    said["parts"] = tuple(map(_field, view.parts))
    return Field(**said)


def verdict_view(checker: Checker, answers: Mapping[str, object], today: int) -> VerdictView:
    """Checks them. `today`: matters.days.day_of."""
    form, verdict = checker.form, checker.verdict(answers, today)
    return VerdictView(
        form=form.id,
        version=form.version,
        today=iso(today),
        may_be_sent=verdict.may_be_sent,
        broken=_broken(form, verdict.broken),
        beside=_broken(form, verdict.beside),
        required=verdict.papers,
        hidden=verdict.hidden,
        needed=verdict.needed,
        steps=verdict.steps,
    )


def _broken(form: Form, broken: Iterable[Broken]) -> tuple[BrokenView, ...]:
    return tuple(
        BrokenView(
            check=each.check,
            field=each.field,
            fields=each.fields or (each.field,),
            level=each.level,
            row=each.row,
            part=each.part,
            say=say,
            mend=mend,
            fault=each.fault,
            faulty=each.faulty,
        )
        for each in broken
        for say, mend in (words_of(form, each),)
    )
