"""A field as a form's answers are run through: read, put at its place, held to what the field says alone. Pure.

A form may hold seven hundred cells, and nearly all of them are plain and right. So what is known of a field is looked
up once, when its form is made ready; each base has a short way, one loop over all rows (a question of the form itself
is a column of one), for what is right as it stands; and what that leaves goes the long way, which tells what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hall_daemon.matters.days import day_and_month_day, month_day
from hall_daemon.matters.evaluate import Layout, Run, Values, compiled
from hall_daemon.matters.fields import (
    BLANK,
    FORBIDDEN,
    KINDS,
    LARGEST,
    LONGEST,
    SCALE,
    Base,
    Field,
    Unreadable,
    most_characters,
    read,
    scaled,
)
from hall_daemon.matters.formats import FORMATS, LENGTHS, Format, birthday

Rows = Sequence[Mapping[str, object]]
# (rows, the values of each, today) -> which of the rows are left.
_Short = Callable[[Rows, Sequence[Values], int], Sequence[int]]
# (answer, values, today, whether it has to be there) -> what is wrong with it alone.
_Long = Callable[[object, Values, int, bool], tuple[str, ...]]


class Asked(NamedTuple):
    """`parts`: the columns of a group. `blank`: values of a row in which nothing is said."""

    field: Field
    place: int
    shown: Run | None
    needed: Run | None
    short: _Short
    long: _Long
    parts: tuple[Asked, ...]
    blank: Values

    def take(self, rows: Rows, laid: Sequence[Values], today: int, must: bool) -> list[tuple[int, str]]:
        """Put the field's answers in `rows` (as JSON holds them; a form's answers are one) at their place in `laid`,
        the values of each row; of a group, its rows as they are. Gives (row, code) of what is wrong with them alone."""
        left = self.short(rows, laid, today)
        if not left:
            return []
        name, long = self.field.id, self.long
        return [(at, code) for at in left for code in long(rows[at].get(name), laid[at], today, must)]


def asked(field: Field, places: Layout, whole: Layout) -> Asked:
    """`places`: of the form or of the row that the field stands in."""
    row, held = whole.groups.get(field.id), _held(field, places)
    return Asked(
        field=field,
        place=held.place,
        shown=None if field.shown_when is None else compiled(field.shown_when, whole),
        needed=None if field.required_when is None else compiled(field.required_when, whole),
        short=_SHORT.get(field.base, _none)(held),
        long=_long(held),
        parts=tuple(asked(part, row, whole) for part in field.parts) if row is not None else (),
        blank=[None] * row.size if row is not None else [],
    )


class _Held(NamedTuple):
    """What a field's answers are held to. `least` and `most` are infinite where there are none. `numbered`: behind its
    place goes the birthday that an ID number says."""

    field: Field
    place: int
    least: float
    most: float
    step: float
    fits: Format | None
    numbered: bool


def _held(field: Field, places: Layout) -> _Held:
    kind = KINDS[field.kind]
    form = field.format or kind.format
    # A format that says how long a text is tells so in its own words.
    most = math.inf if form in LENGTHS else most_characters(field.kind)
    return _Held(
        field=field,
        place=places.places[field.id],
        least=-math.inf if field.least is None else field.least,
        most=most if field.most is None else field.most,
        step=10.0 ** (4 - kind.decimals),
        fits=FORMATS[form] if form else None,
        numbered=places.beside[field.id] == "birthday",
    )


def _long(held: _Held) -> _Long:
    field, place, codes = held.field, held.place, _CODES.get(held.field.base)

    def long(answer: object, values: Values, today: int, must: bool) -> tuple[str, ...]:
        value = read(field, answer)
        if value is None:
            return ("required",) if must else ()
        if type(value) is Unreadable:
            return (value.code,)
        values[place] = value
        return () if codes is None else codes(held, value, values, today)

    return long


def _number_codes(held: _Held, value: float, values: Values, today: int) -> tuple[str, ...]:
    return ("range",) * (not held.least <= value <= held.most) + ("decimals",) * (value % held.step != 0)


def _rows_codes(held: _Held, value: tuple[object, ...], values: Values, today: int) -> tuple[str, ...]:
    return ("rows",) * (not held.least <= len(value) <= held.most)


def _date_codes(held: _Held, value: int, values: Values, today: int) -> tuple[str, ...]:
    values[held.place + 1] = month_day(value)
    return ()


def _text_codes(held: _Held, value: str, values: Values, today: int) -> tuple[str, ...]:
    if held.numbered:
        values[held.place + 1] = birthday(value, today)
    fits = held.fits is None or held.fits(value, today)
    return ("length",) * (not held.least <= len(value) <= held.most) + ("format",) * (not fits)


_CODES: Mapping[Base, Callable[[_Held, Any, Values, int], tuple[str, ...]]] = {
    "number": _number_codes, "group": _rows_codes, "date": _date_codes, "text": _text_codes, "id": _text_codes,
    "file": _text_codes,
}


def _none(held: _Held) -> _Short:
    return lambda rows, laid, today: range(len(rows))


def _number(held: _Held) -> _Short:
    name, place, least, most, step = held.field.id, held.place, held.least, held.most, held.step

    def short(rows: Rows, laid: Sequence[Values], today: int) -> list[int]:
        left = []
        for at, row in enumerate(rows):
            answer = row.get(name)
            if (type(answer) is int or type(answer) is float) and -LARGEST <= answer <= LARGEST:
                value = answer * SCALE if type(answer) is int else scaled(answer)
                if least <= value <= most and value % step == 0:
                    laid[at][place] = value
                    continue
            left.append(at)
        return left

    return short


def _date(held: _Held) -> _Short:
    name, place, behind = held.field.id, held.place, held.place + 1

    def short(rows: Rows, laid: Sequence[Values], today: int) -> list[int]:
        left = []
        for at, row in enumerate(rows):
            answer = row.get(name)
            both = day_and_month_day(answer) if type(answer) is str else None
            if both is not None:
                values = laid[at]
                values[place], values[behind] = both
            else:
                left.append(at)
        return left

    return short


def _choice(held: _Held) -> _Short:
    field, name, place = held.field, held.field.id, held.place
    known = frozenset(option.value for option in field.options if read(field, option.value) == option.value)

    def short(rows: Rows, laid: Sequence[Values], today: int) -> list[int]:
        left = []
        for at, row in enumerate(rows):
            answer = row.get(name)
            if type(answer) is str and answer in known:
                laid[at][place] = answer
            else:
                left.append(at)
        return left

    return short


def _text(held: _Held) -> _Short:
    if KINDS[held.field.kind].tight:
        return _tight(held)
    name, place, fits, forbidden = held.field.id, held.place, held.fits, FORBIDDEN.search
    least, most = max(held.least, 1), min(held.most, LONGEST)

    def short(rows: Rows, laid: Sequence[Values], today: int) -> list[int]:
        left = []
        for at, row in enumerate(rows):
            answer = row.get(name)
            if type(answer) is str and len(answer) <= most:
                text = answer.strip(BLANK)
                if len(text) >= least and not forbidden(text) and (fits is None or fits(text, today)):
                    laid[at][place] = text
                    continue
            left.append(at)
        return left

    return short


def _tight(held: _Held) -> _Short:
    """Letters and digits with nothing between them."""
    name, place, behind, fits, numbered = held.field.id, held.place, held.place + 1, held.fits, held.numbered
    least, most = max(held.least, 1), min(held.most, LONGEST)

    def short(rows: Rows, laid: Sequence[Values], today: int) -> list[int]:
        left = []
        for at, row in enumerate(rows):
            answer = row.get(name)
            if type(answer) is str and least <= len(answer) <= most and answer.isalnum() and answer.isascii():
                text = answer.upper()
                if fits is None or fits(text, today):
                    values = laid[at]
                    values[place] = text
                    if numbered:
                        values[behind] = birthday(text, today)
                    continue
            left.append(at)
        return left

    return short


def _id(held: _Held) -> _Short:
    name, place, behind, least, most = held.field.id, held.place, held.place + 1, held.least, held.most

    def short(rows: Rows, laid: Sequence[Values], today: int) -> list[int]:
        left = []
        for at, row in enumerate(rows):
            answer = row.get(name)
            if type(answer) is str and least <= len(answer) <= most:
                text = answer.upper()
                born = birthday(text, today)
                if born is not None:
                    values = laid[at]
                    values[place], values[behind] = text, born
                    continue
            left.append(at)
        return left

    return short


_SHORT: Mapping[Base, Callable[[_Held], _Short]] = {
    "text": _text, "file": _text, "id": _id, "number": _number, "date": _date, "choice": _choice,
}
