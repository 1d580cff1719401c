"""Days as sentences tell them: 5 个工作日, 二十日, ten working days. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from hall_daemon.matters.guide import Limit, Unit
from hall_daemon.words.text import CHINESE, ENGLISH

# A natural day is less than a working day: five of seven.
NATURAL_OF_WORKING = 7 / 5

_UNITS: dict[str, Unit] = {"工作": "working", "自然": "natural", "working": "working", "calendar": "natural",
    "natural": "natural"}
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_WORDS = {word: value for value, word in enumerate(_NUMBERS)} | _TENS
# 12月1日 and 每日 are no spans of days.
_TOLD: Mapping[str, re.Pattern[str]] = {
    CHINESE: re.compile(r"(?<![\d月年第每])(\d{1,3}|[一二两三四五六七八九十百]{1,5}) ?个?(工作|自然)?[日天]"),
    ENGLISH: re.compile(rf"\b(\d{{1,3}}|{'|'.join(_WORDS)}) (?:(working|calendar|natural) )?days?\b", re.IGNORECASE),
}
_AT_ONCE = re.compile(r"当场|即时|立即|on the spot|at once|immediately", re.IGNORECASE)


class Span(NamedTuple):
    """`unit` None: the sentence does not say which days."""

    days: int
    unit: Unit | None

    @property
    def working(self) -> float:
        """In working days, at least: where nobody says which, days may be natural ones."""
        return self.days if self.unit == "working" else self.days / NATURAL_OF_WORKING

    def is_that_of(self, limit: Limit) -> bool:
        return self.days == limit.days and self.unit in (None, limit.unit)


def spans(sentence: str, language: str) -> tuple[Span, ...]:
    found = _TOLD[language].findall(sentence) if language in _TOLD else ()
    return tuple(Span(_number(number.lower()), _UNITS.get(unit.lower())) for number, unit in found)


def at_once(sentence: str) -> bool:
    return _AT_ONCE.search(sentence) is not None


def working(limit: Limit, *, longer: bool = False) -> float:
    """A limit in working days, so that two of different units compare; with what may be added to it."""
    days = limit.days + (limit.longer if longer else 0)
    return days if limit.unit == "working" else days / NATURAL_OF_WORKING


def _number(text: str) -> int:
    """12, 十二, 二十, 一百, twelve."""
    if text.isascii():
        return int(text) if text.isdecimal() else _WORDS[text]
    hundreds, hundred, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = _DIGITS.get(hundreds, 1) * 100 if hundred else 0
    total += _DIGITS.get(tens, 1) * 10 if ten else 0
    return total + _DIGITS.get(ones, 0)
