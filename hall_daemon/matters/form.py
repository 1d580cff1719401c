"""A form as values: steps, fields, rules, papers. Pure.

A form is read from a file by hall_daemon/config/forms.py, which finds its faults; what stands here is whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from hall_daemon.matters.days import day_of, iso, months_between, months_later, years_between
from hall_daemon.matters.fields import SCALE, Field
from hall_daemon.words.text import Text

RULES_MAX = 200
# A sample's day so long ago is of a life, as a birthday, and stays beside the number that says it too.
_LIFE_YEARS = 10
FIELDS_MAX = 200
Level = Literal["error", "warn", "info"]
LEVELS: tuple[Level, ...] = ("error", "warn", "info")
# What every field is held to without a rule; no rule has such an id.
BUILT_IN = (
    "required", "kind", "number", "date", "date_written", "characters", "option", "length", "range", "decimals", "rows",
    "format",
)


class Step(NamedTuple):
    """One page. It is left out when none of its fields shows."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Broken where `when` holds (None: always) and either `never` holds or `must` does not; one of the two is there.
    `error` keeps a form from being sent, `warn` asks again, `info` only tells. The mend begins at the first of
    `fields`."""

    id: str
    level: Level
    fields: tuple[str, ...]
    say: Text
    mend: Text
    when: Any = None
    never: Any = None
    must: Any = None
    source: str = ""


class PaperRule(NamedTuple):
    """Papers that are needed where `when` holds (None: always), and why."""

    need: tuple[str, ...]
    reason: Text
    when: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`fields` in the order of the pages. A session that began with a `version` keeps it. `sampled`: the day on which
    the samples were right, "" where they are of no day."""

    id: str
    matter: str
    version: int
    title: Text
    steps: tuple[Step, ...]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    papers: tuple[PaperRule, ...] = ()
    sources: tuple[str, ...] = ()
    sampled: str = ""

    def field(self, id: str) -> Field:
        """KeyError for none."""
        for field in self.fields:
            if field.id == id:
                return field
        raise KeyError(id)

    def samples(self) -> dict[str, object]:
        """The walk-through: every answer as the author would write it."""
        return {field.id: field.sample for field in self.fields if field.sample is not None}

    def with_samples_of(self, today: int) -> Form:
        """The same with the days of its samples as many whole months later as went by since they were written: they
        keep their distance from each other and from `today`."""
        written = day_of(self.sampled)
        if written is None or (months := months_between(written, today)) < 1:
            return self
        move = _Move(written, months)
        return replace(self, fields=tuple(_later(field, move) for field in self.fields))

    def with_marks(self, often_wrong: Collection[str], words: Text) -> Form:
        """The same with the mark of those fields that were often sent back, where the author has not set one."""
        marked = tuple(
            replace(field, often_wrong=words) if field.id in often_wrong and field.often_wrong is None else field
            for field in self.fields
        )
        return replace(self, fields=marked)


class _Move(NamedTuple):
    """Of samples that were right on the day `written`."""

    written: int
    months: int

    def __call__(self, said: object) -> object:
        day = day_of(said) if isinstance(said, str) else None
        if day is None or years_between(day, self.written) >= _LIFE_YEARS:
            return said
        return iso(months_later(day, self.months))


def _later(field: Field, move: _Move) -> Field:
    if field.base == "date":
        return replace(field, sample=move(field.sample))
    dates = {part.id for part in field.parts if part.base == "date"}
    if not dates or not isinstance(field.sample, list | tuple):
        return field
    return replace(field, sample=[
        {part: move(value) if part in dates else value for part, value in row.items()} for row in field.sample
    ])


def seen_steps(form: Form, hidden: Collection[str]) -> tuple[str, ...]:
    """Ids of the steps that have a field to show, in order."""
    seen = {field.step for field in form.fields if field.id not in hidden}
    return tuple(step.id for step in form.steps if step.id in seen)


def plain(form: Form) -> dict[str, Any]:
    """What a client needs to ask and to check, as JSON holds it. No secret is among it: nothing of a hall's own."""
    return {
        "id": form.id,
        "matter": form.matter,
        "version": form.version,
        "title": form.title,
        "steps": [{"id": step.id, "title": step.title} for step in form.steps],
        "fields": [dict(_plain_field(field)) for field in form.fields],
        "rules": [
            {
                "id": rule.id, "level": rule.level, "fields": rule.fields, "when": rule.when, "never": rule.never,
                "must": rule.must, "say": rule.say, "mend": rule.mend,
            }
            for rule in form.rules
        ],
        "papers": [{"need": rule.need, "when": rule.when, "reason": rule.reason} for rule in form.papers],
    }


def _plain_field(field: Field) -> Iterator[tuple[str, object]]:
    """What is not so is left out."""
    for name in ("id", "kind", "label", "step", "means", "ask", "help", "sample", "format", "unit", "often_wrong",
                 "required", "required_when", "shown_when", "fill", "paper", "least", "most", "mask"):
        value = getattr(field, name)
        if value is not None and value is not False and value != "" and value != ():
            yield name, value
    if field.options:
        yield "options", [{"value": option.value, "label": option.label} for option in field.options]
    if field.cases:
        yield "cases", [{"when": case.when, "write": case.write, "choose": case.choose} for case in field.cases]
    if field.parts:
        yield "parts", [dict(_plain_field(part)) for part in field.parts]


def bounds(field: Field) -> tuple[str, str]:
    """The least and the most of a field as people write them, "" for none."""
    scale = SCALE if field.base == "number" else 1.0
    return _figure(field.least, scale), _figure(field.most, scale)


def _figure(value: float | None, scale: float) -> str:
    return "" if value is None else f"{value / scale:.4f}".rstrip("0").rstrip(".")
