"""The years' holidays: the shipped one, and what is wrong with another, at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hall_daemon.cases.clock import Calendar
from hall_daemon.config.calendar import missing_years, read_calendar
from hall_daemon.config.problem import ConfigError

SHIPPED = Path(__file__).parents[3] / "config" / "calendar"


def test_the_shipped_year() -> None:
    errors: list[ConfigError] = []
    calendar = read_calendar(SHIPPED, errors)
    assert errors == []
    due = calendar.due("2026-04-29", 5)
    assert due is not None
    assert (due.day, due.about) == (date(2026, 5, 9), False)
    assert not calendar.working(date(2026, 10, 7))
    assert calendar.working(date(2026, 10, 10))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("year = 2027\n", 1, "not the year that the file is named by"),
        ('year = 2026\noff = ["2026-05-02"]\n', 2, "does not belong here"),
        ('year = 2026\nwork = ["2026-05-08"]\n', 2, "does not belong here"),
        ('year = 2026\noff = ["2025-05-01"]\n', 2, "does not belong here"),
        ('year = 2026\noff = ["2026-02-30"]\n', 2, "there is no such day"),
        ('year = 2026\noff = ["2026-05-01", "2026-05-01"]\n', 2, "is here already"),
        ("year = 2026\nholidays = []\n", 2, "unknown key"),
        ("year = \n", 1, "is not TOML"),
    ],
)
def test_a_mistake_has_its_line_and_costs_its_year(tmp_path: Path, text: str, line: int, words: str) -> None:
    (tmp_path / "2026.toml").write_text(text, encoding="utf-8")
    errors: list[ConfigError] = []
    assert read_calendar(tmp_path, errors) == Calendar()
    assert [error.line for error in errors][:1] == [line]
    assert words in str(errors[0])


def test_the_year_that_goes_on_has_to_be_there() -> None:
    folder, known = Path("calendar"), Calendar(years=frozenset({2026, 2028}))

    def missing(today: date, calendar: Calendar = known) -> list[str]:
        return [Path(error.file).name for error in missing_years(folder, calendar, today)]

    assert missing(date(2026, 5, 1)) == ["2027.toml"]
    assert missing(date(2029, 1, 1)) == ["2027.toml", "2029.toml"]
    assert missing(date(2026, 5, 1), Calendar(years=frozenset({2026}))) == []
    assert missing(date(2026, 5, 1), Calendar()) == ["2026.toml"]
