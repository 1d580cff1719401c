"""The short way of a plain answer says what the long way says; what stands beside a value is of that value."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from hall_daemon.matters.asked import Asked, asked
from hall_daemon.matters.days import day_of, months_between, of_date, years_between
from hall_daemon.matters.evaluate import Values, layout
from hall_daemon.matters.fields import KINDS, SCALE, Field, KindName, Option
from hall_daemon.matters.formats import FORMATS, FormatName, birthday, uscc
from hall_daemon.words.text import text
from tests.hall_daemon.matters.form_maker import DAY, DAYS, IDS, JUNK, NUMBERS, TEXTS
from tests.made_papers import uscc as made_uscc

OPTIONS = tuple(Option(each, text(each, each)) for each in ("甲", " 甲", "乙\u200b", "", "x"))
ANSWERS: tuple[Any, ...] = (
    *IDS, *TEXTS, *DAYS, *NUMBERS, *JUNK, " " * 2001 + "a", " " * 2000 + "a", "2026-W49-2", "20261201", "2026-12-01\n",
    "甲", " 甲", "甲 ", "乙\u200b", ["甲"], ["甲", "甲"], float("nan"), 10**400,
)


def made(kind: KindName, **more: Any) -> tuple[Asked, int]:
    """A field by itself, and the size of its values."""
    options = OPTIONS if KINDS[kind].base in ("choice", "choices") else ()
    field = Field(id="f", kind=kind, label=text("项", "field"), options=options, **more)
    places = layout([field])
    return asked(field, places, places), places.size


def both_ways(one: Asked, size: int, must: bool) -> None:
    """All answers as one column, and each the long way."""
    rows: list[dict[str, Any]] = [{"f": answer} for answer in ANSWERS]
    laid: list[Values] = [[None] * size for _ in (*rows, {})]
    told = one.take([*rows, {}], laid, DAY, must)
    for at, row in enumerate([*rows, {}]):
        values: Values = [None] * size
        codes = one.long(row.get("f"), values, DAY, must)
        assert ([code for wrong, code in told if wrong == at], laid[at]) == (list(codes), values), row


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken_alike_the_short_way_and_the_long_one(kind: KindName) -> None:
    scale = SCALE if KINDS[kind].base == "number" else 1
    for bounds in ({}, {"least": 0.0}, {"least": 2.0 * scale}, {"most": 3.0 * scale}, {"least": 19.0, "most": 5000.0}):
        for must in (False, True):
            both_ways(*made(kind, **bounds), must)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_a_text_is_held_to_both_ways(form: FormatName) -> None:
    both_ways(*made("text", format=form), must=True)
    both_ways(*made("identifier", format=form), must=True)


def test_a_plain_answer_leaves_nothing_to_the_long_way() -> None:
    plain: tuple[tuple[KindName, Any], ...] = (
        ("text", " 测试路1号 "), ("name", "测试甲"), ("id_number", "11010119900307002x"), ("integer", 3),
        ("identifier", "92110101makkkkkk67"), ("date", "2026-12-01"), ("choice", "甲"), ("phone", "13800000000"),
    )
    for kind, answer in plain:
        one, size = made(kind)
        assert not one.short([{"f": answer}], [[None] * size], DAY), kind


@pytest.mark.parametrize("kind", ["id_number", "identifier"])
def test_beside_a_number_stands_the_birthday_that_it_says(kind: KindName) -> None:
    one, size = made(kind)
    laid: list[Values] = [[None] * size for _ in range(3)]
    said = ("11010119900307002X", "1101 0119 9003 0700 11", "92110101MAKKKKKK67")
    one.take([{"f": answer} for answer in said], laid, DAY, True)
    assert [values[one.place + 1] for values in laid] == [day_of("1990-03-07"), day_of("1990-03-07"), None]


def test_full_months_are_those_of_the_calendar(dice: Random) -> None:
    for near in (True, False) * 1000:
        span = (730_000, 731_000) if near else (1, date.max.toordinal())
        first, last = (date.fromordinal(dice.randint(*span)) for _ in range(2))
        months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
        assert months_between(of_date(first), of_date(last)) == months, (first, last)
        assert years_between(of_date(first), of_date(last)) == months // 12


def test_no_character_of_a_number_can_be_another_one(dice: Random) -> None:
    for _ in range(60):
        code = made_uscc(dice)
        assert uscc(code, DAY)
        at, other = dice.randrange(18), dice.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -_+１\u0660?é")
        assert uscc(code[:at] + other + code[at + 1 :], DAY) is (other == code[at])
        at, other = dice.randrange(18), dice.choice("0123456789XA -_+１\u0660?é")
        for number in IDS[:2]:
            changed = number[:at] + other + number[at + 1 :]
            assert (birthday(changed, DAY) is not None) is (other == number[at]), changed
