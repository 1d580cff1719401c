"""The calendars of working days: a file a year beside hall.toml, every mistake at its file and line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from hall_daemon.cases.clock import Calendar
from hall_daemon.config.problem import BadConfig, ConfigError, Problem, read_date, shown
from hall_daemon.config.prune import DROPPED, prune
from hall_daemon.config.section import Date, Section
from hall_daemon.config.source import read_source

MOST_YEARS = 50


class _Year(Section, frozen=True, kw_only=True):
    """A file as `2026.toml`: the yearly notice of the State Council, where it is from, week days off, week-ends on."""

    year: Annotated[int, Meta(ge=1990, le=2200)]
    source: Annotated[str, Meta(max_length=200)] = ""
    off: Annotated[tuple[Date, ...], Meta(max_length=100)] = ()
    work: Annotated[tuple[Date, ...], Meta(max_length=100)] = ()


def read_calendar(folder: Path, errors: list[ConfigError]) -> Calendar:
    """Every year that has no mistake. A folder that is not there knows no year."""
    off: set[date] = set()
    work: set[date] = set()
    years: set[int] = set()
    for path in sorted(folder.glob("*.toml"))[:MOST_YEARS]:
        try:
            source = read_source(path)
        except BadConfig as error:
            errors += error.errors
            continue
        problems: list[Problem] = []
        good = prune(_Year, dict(source.tables), (), problems)
        if good is not DROPPED and not problems:
            said = msgspec.convert(good, _Year)
            if path.stem != str(said.year):
                message = "is not the year that the file is named by"
                problems.append(Problem(("year",), message, shown(said.year), f"{path.stem}, or another name"))
            holidays = _days(said.off, "off", said.year, lambda day: day.weekday() < 5, "a week day", problems)
            worked = _days(said.work, "work", said.year, lambda day: day.weekday() >= 5, "a week-end", problems)
            if not problems:
                off |= holidays
                work |= worked
                years.add(said.year)
        errors += source.errors(problems)
    return Calendar(frozenset(off), frozenset(work), frozenset(years))


def missing_years(folder: Path, calendar: Calendar, today: date) -> list[ConfigError]:
    """The year that is going on has to be there, and every year between two that are."""
    needed = range(min(calendar.years, default=today.year), max([today.year, *calendar.years]) + 1)
    return [
        ConfigError(
            file=str(folder / f"{year}.toml"), line=0, key="",
            message=f"the holidays of {year} are not here: no day can be told by which the hall answers",
            hint="write it after the yearly notice of the State Council, as 2026.toml is",
        )
        for year in needed
        if year not in calendar.years
    ]


def _days(
    texts: tuple[str, ...], key: str, year: int, fits: Callable[[date], bool], kind: str, problems: list[Problem]
) -> set[date]:
    found: set[date] = set()
    for at, text in enumerate(texts):
        day = read_date(text, (key, at), problems)
        if day is None:
            continue
        if day.year != year or not fits(day):
            problems.append(Problem((key, at), "does not belong here", shown(text), f"{kind} of {year}"))
        elif day in found:
            problems.append(Problem((key, at), "is here already", shown(text), "each day once"))
        found.add(day)
    return found
