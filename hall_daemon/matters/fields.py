"""Fields: the kinds of values there are, the one dictionary of them, and how an answer becomes a value. Pure.

An answer is what JSON holds; a value is what rules compare: text, a number, a day, a tuple of choices, a tuple of rows.
Numbers are whole ten-thousandths, so that 0.1 + 0.2 is 0.3, kept as floats, so that the browser counts with the same
ones. What cannot be read is told as a code and is to the rules as if it were not there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from hall_daemon.matters.days import day_of
from hall_daemon.matters.formats import LENGTHS, FormatName
from hall_daemon.words.text import Text

Base = Literal["text", "id", "number", "date", "choice", "choices", "group", "file"]
Mask = Literal["", "name", "digits", "tail", "all"]
KindName = Literal[
    "text", "address", "name", "id_number", "uscc", "identifier", "phone", "contact", "card", "postcode", "number",
    "integer", "money", "date", "expiry", "choice", "choices", "group", "file",
]

SCALE = 10_000.0
LARGEST = 1_000_000_000
LONGEST = 2000  # characters of any text
MOST_ROWS = 100
FOREVER = "长期"
_FOREVER_DAY = "9999-12-31"
_NUMBER = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,4})?")
# Not all that Python or a browser calls blank: what both take off alike.
BLANK = " \t\r\n\u00a0\u3000"
# Controls, what nobody sees (two addresses would differ by it), halves of characters and emoji: no form holds them, and
# no printer. Hanzi of every plane stay, with the selectors of their variants.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe0e\ufe0f\ufeff\uffa0\ufff9-\uffff\u2600-\u2604\u2607-\u27bf\u2b50\u2b55"
    "\U0001f000-\U0001faff\U000e0000-\U000e007f]"
)
# How long an answer of these bases is, is told in other words than by counting its characters.
_TOO_LONG = {"id": "format", "date": "date_written", "choice": "option", "file": "kind"}
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_CLOSE = {**_WIDE, **dict.fromkeys(map(ord, BLANK + "-"))}


class Kind(NamedTuple):
    """`format` every value has; `most` characters unless a field says otherwise, or the format has its own; `decimals`
    of a number; `tight`: blanks and hyphens are left out, full-width characters become plain and letters large."""

    base: Base
    format: FormatName = ""
    most: int = 200
    decimals: int = 4
    tight: bool = False


KINDS: Mapping[KindName, Kind] = {
    "text": Kind("text"),
    "address": Kind("text", most=100),
    "name": Kind("text", "han_name", 64),
    "id_number": Kind("id", "id_number", 18, tight=True),
    "uscc": Kind("text", "uscc", 18, tight=True),
    "identifier": Kind("text", most=18, tight=True),  # of a person or a firm; which of them, a rule says
    "phone": Kind("text", "phone", 11, tight=True),
    "contact": Kind("text", "contact", 12, tight=True),
    "card": Kind("text", "digits", tight=True),
    "postcode": Kind("text", "postcode", 6, tight=True),
    "number": Kind("number"),
    "integer": Kind("number", decimals=0),
    "money": Kind("number", decimals=2),
    "date": Kind("date"),
    "expiry": Kind("date"),
    "choice": Kind("choice"),
    "choices": Kind("choices"),
    "group": Kind("group"),
    "file": Kind("file"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A field of the dictionary: what it is wherever a form asks for it. `papers`: ids of those that prove it. `least`
    and `most` count characters."""

    id: str
    label: Text
    kind: KindName
    format: FormatName = ""
    least: int = 0
    most: int = 0
    personal: bool = False
    mask: Mask = ""
    papers: tuple[str, ...] = ()


class Option(NamedTuple):
    """`value` is what an answer holds."""

    value: str
    label: Text


class Case(NamedTuple):
    """你的情况 → 怎么填. `choose`: the option it leads to, "" where it is only told."""

    when: Text
    write: Text
    choose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form, or a column of a group. Bounds are characters of a text, the value of a number in
    ten-thousandths, rows of a group; None for none. Conditions are trees of `conditions`. `also`: what other forms may
    take the answer for."""

    id: str
    kind: KindName
    label: Text
    step: str = ""
    means: str = ""
    also: tuple[str, ...] = ()
    ask: Text | None = None
    help: Text | None = None
    sample: object = None
    format: FormatName = ""
    least: float | None = None
    most: float | None = None
    unit: Text | None = None
    options: tuple[Option, ...] = ()
    cases: tuple[Case, ...] = ()
    often_wrong: Text | None = None
    required: bool = False
    required_when: object = None
    shown_when: object = None
    fill: object = None
    paper: str = ""
    parts: tuple[Field, ...] = ()
    personal: bool = False
    mask: Mask = ""

    @property
    def base(self) -> Base:
        return KINDS[self.kind].base


class Unreadable(NamedTuple):
    """An answer that is no value of its field; `code` is a key of the words `form.broken`."""

    code: str


Value = str | float | int | tuple[object, ...]


def read(field: Field, answer: object) -> Value | Unreadable | None:
    """None for nothing said: null, blanks, an empty list."""
    if answer is None:
        return None
    base = field.base
    if base == "number":
        return _number(answer)
    if base in ("choices", "group"):
        return _choices(field, answer) if base == "choices" else _rows(answer)
    text = tidy(field.kind, answer) if isinstance(answer, str) else None
    if text is None:
        return Unreadable("kind")
    if not text:
        return None
    if len(text) > LONGEST:
        fixed = (field.format or KINDS[field.kind].format) in LENGTHS
        return Unreadable(_TOO_LONG.get(base, "format" if fixed else "length"))
    plain = text.isascii() and text.isprintable()
    if not plain and FORBIDDEN.search(text):
        return Unreadable("characters")
    if base == "date":
        if not plain:
            text = _FOREVER_DAY if field.kind == "expiry" and text == FOREVER else text.translate(_WIDE)
        day = day_of(text)
        return Unreadable("date" if _DATE.fullmatch(text) else "date_written") if day is None else day
    if base == "choice" and all(option.value != text for option in field.options):
        return Unreadable("option")
    return text


def most_characters(kind: KindName) -> float:
    """Infinite where none are counted."""
    return float(KINDS[kind].most) if KINDS[kind].base in ("text", "id", "file") else math.inf


def tidy(kind: KindName, text: str) -> str:
    """As it is kept: without blanks around it, and a number without those inside it."""
    if len(text) > LONGEST:
        return text
    if not KINDS[kind].tight:
        return text.strip(BLANK)
    text = text.upper() if text.isascii() and text.isalnum() else text.translate(_CLOSE).translate(_UPPER)
    return text.removeprefix("+86") if kind in ("phone", "contact") else text


def scaled(number: float) -> float:
    """As it is kept, in ten-thousandths; half of one is rounded up."""
    return float(math.floor(number * SCALE + 0.5))


def _number(answer: object) -> float | Unreadable | None:
    if isinstance(answer, str):
        text = tidy("text", answer).translate(_WIDE)
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            return Unreadable("number")
        answer = float(text)
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not -LARGEST <= answer <= LARGEST:
        return Unreadable("number")
    return scaled(answer)


def _choices(field: Field, answer: object) -> tuple[str, ...] | Unreadable | None:
    if not isinstance(answer, list):
        return Unreadable("kind")
    known = {option.value for option in field.options}
    chosen = tuple(each for each in answer if isinstance(each, str) and each in known)
    if len(chosen) != len(answer) or len(set(chosen)) != len(chosen):
        return Unreadable("option")
    return chosen or None


def _rows(answer: object) -> tuple[object, ...] | Unreadable | None:
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        return Unreadable("kind")
    return Unreadable("rows") if len(answer) > MOST_ROWS else tuple(answer) or None


def masked(mask: Mask, text: str) -> str:
    """As those see it who need not know it: 张*三, 110***********0011, the last four of a card."""
    if not mask:
        return text
    if mask == "name":
        return text[:1] + "*" * (len(text) - 2) + (text[-1:] if len(text) > 2 else "*" * (len(text) - 1))
    if mask == "all" or len(text) < 8:
        return "*" * len(text)
    kept = 0 if mask == "tail" else 3
    return text[:kept] + "*" * (len(text) - kept - 4) + text[-4:]
