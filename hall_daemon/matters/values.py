"""Where an answer comes from: each has its origin and time, and one that was written over keeps what it replaced. Pure.

So nothing is asked twice (a field that `means` the same as one that is known begins filled), and who asks "who holds
this field, from where" gets the whole story.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from hall_daemon.matters.checks import Checker
from hall_daemon.matters.fields import Field
from hall_daemon.matters.form import Form

OriginKind = Literal["person", "card", "licence", "earlier", "platform", "staff", "computed"]

# What tells two persons, or two firms, apart: the first of these that is known of both.
_TOLD_APART_BY = ("id_number", "uscc", "name")
# Whose word is still theirs in the next case.
_SAID_BY_OTHERS = ("card", "licence", "platform")


class Origin(NamedTuple):
    """`by`: the department of a platform, the desk of staff, the case of an earlier answer; an id, no name."""

    kind: OriginKind
    by: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.by}" if self.by else self.kind


class Answer(NamedTuple):
    """`at` is ISO 8601 in UTC. `over` is what stood there before and came from elsewhere."""

    value: object
    origin: Origin
    at: str
    over: Answer | None = None


class Held(NamedTuple):
    """One place where a field of the dictionary is known from. `current`: what counts there; the others were written
    over."""

    holder: str
    field: str
    origin: Origin
    at: str
    current: bool


Answers = Mapping[str, Answer]


def answered(before: Answer | None, value: object, origin: Origin, at: str) -> Answer:
    """The same value again changes nothing. What the same hand wrote is not kept twice: a person who mends a typing
    error leaves no trace of it; what came from a card or platform stays below what a person wrote over it."""
    if before is None:
        return Answer(value, origin, at)
    if before.value == value:
        return before
    return Answer(value, origin, at, before.over if before.origin == origin else before)


def known_by_meaning(form: Form, answers: Answers) -> dict[str, Answer]:
    """What answers to a form tell of the dictionary's fields, for the next form of the same person. Rows of a group are
    known by what their columns mean."""
    found: dict[str, Answer] = {}
    for field in form.fields:
        for means in filter(None, (field.means, *field.also)):
            if field.id in answers and (means == field.means or means not in found):
                found[means] = _renamed(answers[field.id], {part.id: part.means or part.id for part in field.parts})
    return found


def prefilled(form: Form, known: Answers, case: str) -> dict[str, Answer]:
    """Fields of a form that begin filled: `known` by meaning, from the case of that id. A card's, licence's or
    platform's own word stays that; all else comes from an earlier case. Who comes on somebody's behalf is asked each
    time, pictures are handed in anew, and what can be worked out follows the new answers."""
    found: dict[str, Answer] = {}
    for field in form.fields:
        if field.means in known and field.kind != "file" and field.fill is None and not _of_one_case(field.means):
            before = known[field.means]
            origin = before.origin if before.origin.kind in _SAID_BY_OTHERS else Origin("earlier", case)
            same = _renamed(before, {part.means or part.id: part.id for part in field.parts})
            found[field.id] = Answer(same.value, origin, before.at)
    return found


def begun(checker: Checker, earlier: Iterable[tuple[str, Form, Answers]], today: int) -> dict[str, Answer]:
    """What a form begins with. `earlier`: (id of a case, its form, its answers), the newest first: the newest answer
    that the form's own field takes counts. Nothing of another person or firm stands beside it: whoever has another
    number or name in an older case is left out there."""
    found: dict[str, Answer] = {}
    seen: dict[str, object] = {}
    for case, form, answers in earlier:
        known = known_by_meaning(form, answers)
        others = {whose for whose in map(_whose, known) if _is_another(whose, known, seen)}
        known = {means: answer for means, answer in known.items() if _whose(means) not in others}
        for means, answer in known.items():
            if means.rpartition(".")[2] in _TOLD_APART_BY:
                seen.setdefault(means, answer.value)
        for id_, answer in prefilled(checker.form, known, case).items():
            if id_ not in found and checker.takes(id_, answer.value, today):
                found[id_] = answer
    return found


def _is_another(whose: str, known: Answers, seen: Mapping[str, object]) -> bool:
    """By the first of number and name that is known of both."""
    for what in _TOLD_APART_BY:
        means = f"{whose}.{what}"
        if means in known and means in seen:
            return known[means].value != seen[means]
    return False


def _whose(means: str) -> str:
    return means.partition(".")[0]


def _renamed(answer: Answer, names: Mapping[str, str]) -> Answer:
    """Rows with the names of their columns changed; what is no row stays."""
    if not names or not isinstance(answer.value, list):
        return answer
    rows = [
        {names[id_]: cell for id_, cell in row.items() if id_ in names} if isinstance(row, dict) else row
        for row in answer.value
    ]
    return answer._replace(value=rows)


def _of_one_case(means: str) -> bool:
    return _whose(means) == "agent"


def who_holds(means: str, holders: Iterable[tuple[str, Form, Answers]]) -> Iterator[Held]:
    """Every place where a field of the dictionary is known, newest hand first in each; a column of a group is named
    behind it, as rules do. `holders`: (id of a case, its form, its answers). Values are not among it: who may see them
    asks the holder."""
    for holder, form, answers in holders:
        for field in form.fields:
            for name in _places(field, means):
                answer, current = answers.get(field.id), True
                while answer is not None:
                    if name == field.id or _has_column(answer.value, name):
                        yield Held(holder, name, answer.origin, answer.at, current)
                    answer, current = answer.over, False


def _places(field: Field, means: str) -> Iterator[str]:
    if means in (field.means, *field.also):
        yield field.id
    yield from (f"{field.id}.{part.id}" for part in field.parts if part.means == means)


def _has_column(rows: object, name: str) -> bool:
    column = name.rpartition(".")[2]
    return isinstance(rows, list) and any(isinstance(row, dict) and row.get(column) for row in rows)
