"""Days as numbers, so that they compare and subtract: 0 is 1970-01-01. Pure.

The browser does the same with `Date.UTC`: hall_daemon/pages/matters/checks.js.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

_EPOCH = date(1970, 1, 1).toordinal()
_LENGTH = len("2026-12-01")


def day_of(text: str) -> int | None:
    """The day of an ISO date from the year 1000 on; None for what is none, as 2026-02-30."""
    if len(text) != _LENGTH or not text.isascii() or text[4] != "-" or text[7] != "-" or text[0] == "0":
        return None
    year, month, day = text[:4], text[5:7], text[8:]
    if not (year.isdigit() and month.isdigit() and day.isdigit()):
        return None
    return day_number(int(year), int(month), int(day))


def day_number(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def day_of_digits(text: str) -> int | None:
    """Of eight digits, as 19900307; None where there is no such day."""
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        return None


def of_date(day: date) -> int:
    return day.toordinal() - _EPOCH


def iso(day: int) -> str:
    return date.fromordinal(day + _EPOCH).isoformat()


def months_between(first: int, last: int) -> int:
    """Full months from one day to the other; from 31 January to 28 February is none. Negative backwards."""
    begins, ends = date.fromordinal(first + _EPOCH), date.fromordinal(last + _EPOCH)
    return (ends.year - begins.year) * 12 + ends.month - begins.month - (ends.day < begins.day)


def months_later(day: int, months: int) -> int:
    """The same day of a later month, its last one where it has no such day; what would be after the year 9999 stays."""
    begins = date.fromordinal(day + _EPOCH)
    year, month = divmod(begins.year * 12 + begins.month - 1 + months, 12)
    if year > date.max.year:
        return day
    return date(year, month + 1, min(begins.day, monthrange(year, month + 1)[1])).toordinal() - _EPOCH


def years_between(born: int, on: int) -> int:
    """Full years: a birthday counts from its day on, one of 29 February from 1 March in other years."""
    return months_between(born, on) // 12
