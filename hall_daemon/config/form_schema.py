"""The tables of a form's file: names, types, bounds and defaults. Data only; `forms` reads what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from hall_daemon.config.dictionary import Key
from hall_daemon.config.section import Date, Id, Section
from hall_daemon.matters.fields import LARGEST, KindName
from hall_daemon.matters.form import FIELDS_MAX, RULES_MAX, Level
from hall_daemon.matters.formats import FormatName

_SENTENCE = Annotated[str, Meta(min_length=1, max_length=400)]


class NeededSentences(Section, frozen=True):
    zh: _SENTENCE
    en: _SENTENCE


# What people read, longer than a label, in every language that the hall can be read in.
Sentences = Annotated[
    dict[str, _SENTENCE], Meta(description="a table with zh, en", extra={"needed": NeededSentences})
]
Bound = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
SomeKeys = Annotated[tuple[Key, ...], Meta(min_length=1, max_length=16)]
OptionValue = Annotated[str, Meta(min_length=1, max_length=80)]
Source = Annotated[str, Meta(min_length=1, max_length=200)]


class FormTable(Section, frozen=True, kw_only=True):
    """`version` is one more with every change that people who are filling it in would see. `sampled`: the day on which
    the samples are right; days among them move on from it, month by month."""

    title: Sentences
    matter: Id
    id: Id = ""
    version: Annotated[int, Meta(ge=1, le=100_000)] = 1
    sources: Annotated[tuple[Source, ...], Meta(max_length=32)] = ()
    sampled: Date | None = None


class StepTable(Section, frozen=True):
    title: Sentences


class OptionTable(Section, frozen=True):
    """`value` is what an answer holds, and what is read in Chinese unless `zh` says it otherwise. Other languages stand
    beside it."""

    value: OptionValue
    en: OptionValue
    zh: OptionValue = ""


class CaseTable(Section, frozen=True):
    """你的情况 → 怎么填. `choose`: the option that it leads to, where it is told in other words than the option's."""

    when: Sentences
    write: Sentences
    choose: str = ""


class AskedTable(Section, frozen=True, kw_only=True):
    """What a field and a column of a group have in common. `means`: the entry of dictionary.toml, which says the rest.
    `min`, `max`: characters of a text, the value of a number, rows of a group. `paper`: one of the guide that proves
    it, beside those of the dictionary, "" where none does; of a file, what it is a picture of."""

    label: Sentences | None = None
    kind: KindName | None = None
    means: str = ""
    help: Sentences | None = None
    format: FormatName | None = None
    min: Bound | None = None
    max: Bound | None = None
    unit: Sentences | None = None
    options: Annotated[tuple[OptionTable, ...], Meta(max_length=100)] = ()
    paper: str | None = None


class PartTable(AskedTable, frozen=True, kw_only=True):
    """A column of a group."""

    required: bool = True


class FieldTable(AskedTable, frozen=True, kw_only=True):
    """A question. `ask`: the question in the person's words; `fill`: a term it can be worked out from; `also`: other
    entries of the dictionary that the answer is, for forms that ask for them."""

    GONE: ClassVar[Mapping[str, str]] = {
        "fill_from": "take it out; a card, a licence's code or an earlier review fills it by what it `means`"
    }
    step: Key
    ask: Sentences | None = None
    sample: Any = None
    cases: Annotated[tuple[CaseTable, ...], Meta(max_length=40)] = ()
    often_wrong: Sentences | None = None
    required: bool = False
    required_when: Any = None
    shown_when: Any = None
    fill: Any = None
    also: Annotated[tuple[str, ...], Meta(max_length=8)] = ()
    part: Annotated[dict[Key, PartTable], Meta(max_length=20)] = field(default_factory=dict)


class RuleTable(Section, frozen=True, kw_only=True):
    """Broken where `when` holds and `never` does too, or `must` does not. `fields`: those that it is about, the one to
    be mended first."""

    id: Key
    fields: SomeKeys
    say: Sentences
    mend: Sentences
    level: Level = "error"
    when: Any = None
    never: Any = None
    must: Any = None
    source: Source = "–"


class PapersTable(Section, frozen=True, kw_only=True):
    """`need`: papers of the matter that are needed where `when` holds, or always."""

    need: SomeKeys
    reason: Sentences
    when: Any = None


class FormFile(Section, frozen=True, kw_only=True):
    """Pages stand in the order of `step`, fields in each in the order of the file."""

    form: FormTable
    step: Annotated[dict[Key, StepTable], Meta(min_length=1, max_length=40)]
    field: Annotated[dict[Key, FieldTable], Meta(min_length=1, max_length=FIELDS_MAX)]
    rule: Annotated[tuple[RuleTable, ...], Meta(max_length=RULES_MAX)] = ()
    papers: Annotated[tuple[PapersTable, ...], Meta(max_length=40)] = ()
