"""What a machine could read of a paper, beside what the form says: numbers whose check digits fit. Pure.

A fact is only ever compared. It fills in nothing and refuses nothing: staff see whether paper and form agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from hall_daemon.matters.days import day_of
from hall_daemon.matters.fields import Field, read
from hall_daemon.matters.form import Form
from hall_daemon.matters.formats import id_number, uscc

FactKind = Literal["id_number", "uscc", "document", "expires"]
MOST_FACTS = 12
LONGEST_TEXT = 20_000
_LONGEST_DOCUMENT = 20
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class Fact(NamedTuple):
    """`value`: a number as forms hold it, or an ISO date for `expires`."""

    kind: FactKind
    value: str


class Compared(NamedTuple):
    """A fact beside the field that it is about ("" for none). `agrees`: the same stands there; of an end, that it is
    still to come."""

    kind: FactKind
    value: str
    field: str
    agrees: bool


def numbers_in(text: str, today: int) -> tuple[Fact, ...]:
    """ID numbers and unified social credit codes that can be right, each once, in the order of the text (of a QR code
    or a text layer). `today`: days.day_of."""
    found: dict[Fact, None] = {}
    for token in _TOKEN.findall(text[:LONGEST_TEXT].translate(_WIDE)):
        number = token.upper()
        if id_number(number, today):
            found[Fact("id_number", number)] = None
        elif uscc(number, today):
            found[Fact("uscc", number)] = None
        if len(found) >= MOST_FACTS:
            break
    return tuple(found)


def is_sound(fact: Fact) -> bool:
    """Whether that can be one, on whatever day: whoever read the paper is not believed."""
    value = fact.value
    if fact.kind == "expires":
        return day_of(value) is not None
    if fact.kind == "document":
        return 0 < len(value) <= _LONGEST_DOCUMENT and value.isascii() and value.isalnum()
    if fact.kind == "uscc":
        return uscc(value, 0)
    birth = day_of(f"{value[6:10]}-{value[10:12]}-{value[12:14]}")
    return birth is not None and id_number(value, birth)


def compared(
    form: Form, answers: Mapping[str, object], facts: Iterable[Fact], proved: Callable[[Field], bool], today: int
) -> tuple[Compared, ...]:
    """What the facts of one paper say of these answers. `proved`: whether that paper proves the field. A number that
    stands nowhere in the form contradicts only a field that this paper proves: others' papers hold others' numbers."""
    held = tuple(_numbers(form, answers))
    found = []
    for fact in facts:
        if fact.kind == "expires":
            end = day_of(fact.value)
            found.append(Compared(fact.kind, fact.value, "", end is None or end >= today))
            continue
        of_kind = [(field, value) for field, value in held if _holds(field, fact.kind)]
        same = next((field.id for field, value in of_kind if value == fact.value), "")
        other = next((field.id for field, _ in of_kind if proved(field)), "")
        if same or other:
            found.append(Compared(fact.kind, fact.value, same or other, bool(same)))
    # A paper that names the right number may name others beside it: what agrees outdoes what does not.
    agreed = {each.field for each in found if each.agrees}
    return tuple(each for each in found if each.agrees or each.field not in agreed)


def _holds(field: Field, kind: FactKind) -> bool:
    if field.kind == "identifier":
        return kind in ("id_number", "uscc")
    return (field.base == "id" and kind in ("id_number", "document")) or (field.kind == "uscc" and kind == "uscc")


def _numbers(form: Form, answers: Mapping[str, object]) -> Iterator[tuple[Field, object]]:
    """Answers of fields, and of columns under their group's name."""
    for field in form.fields:
        value = read(field, answers.get(field.id))
        if isinstance(value, str):
            yield field, value
        elif field.parts and isinstance(value, tuple):
            for row in value:
                for part in field.parts:
                    cell = read(part, row.get(part.id)) if isinstance(row, dict) else None
                    if isinstance(cell, str) and part.base in ("id", "text"):
                        yield _as_column(field, part), cell


def _as_column(group: Field, part: Field) -> Field:
    """A column, called by its group: that is what stands on the desk."""
    return Field(id=group.id, kind=part.kind, label=part.label, means=part.means, paper=part.paper or group.paper)
