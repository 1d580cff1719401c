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
    both = day_and_month_day(text)
    return None if both is None else both[0]


def day_and_month_day(text: str) -> tuple[int, int] | None:
    """Also its `month_day`."""
    # What else `date` reads as a day has ten characters in one way only: 2026-W49-2.
    if len(text) != _LENGTH or text[7] != "-" or text[0] == "0":
        return None
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return None
    return read.toordinal() - _EPOCH, read.year * 384 + read.month * 32 + read.day


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


def month_day(day: int) -> int:
    """A day as its month and its place in it: months of all years, times 32, and the day of the month. So full months
    between two are what 32 goes into their difference, `>> 5`."""
    read = date.fromordinal(day + _EPOCH)
    return read.year * 384 + read.month * 32 + read.day


def months_between(first: int, last: int) -> int:
    """Full months from one day to the other; from 31 January to 28 February is none. Negative backwards."""
    return month_day(last) - month_day(first) >> 5


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
