"""Samples of days: right on the day that the form says, and on every later one, for they move on with it."""

from __future__ import annotations

from pathlib import Path

from hall_daemon.config.forms import Cabinet
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.days import day_of, iso, months_later
from tests.hall_daemon.config.test_config_forms import made
from tests.hall_daemon.matters.form_maker import cabinet

FORM = """[form]
title = { zh = "表", en = "Form" }
matter = "m"
sampled = "2026-11-30"

[step.one]
title = { zh = "一", en = "One" }

[field.medical]
step = "one"
kind = "date"
label = { zh = "体检日期", en = "Medical" }
sample = "2026-06-01"

[field.birth]
step = "one"
kind = "date"
label = { zh = "出生日期", en = "Born" }
sample = "1990-03-07"

[field.until]
step = "one"
kind = "expiry"
label = { zh = "有效期", en = "Until" }
sample = "长期"

[field.people]
step = "one"
kind = "group"
label = { zh = "人", en = "People" }
sample = [{ name = "测试甲", paid = "2026-12-31" }, { name = "测试乙", paid = "1999-01-01" }]

[field.people.part.name]
kind = "name"
label = { zh = "姓名", en = "Name" }

[field.people.part.paid]
kind = "date"
label = { zh = "缴清", en = "Paid" }

[[rule]]
id = "fresh"
fields = ["medical"]
never = { gt = [{ days = ["medical", "today"] }, 365] }
say = { zh = "过期了", en = "Too old" }
mend = { zh = "再检一次", en = "Have another" }
"""


def day(text: str) -> int:
    found = day_of(text)
    assert found is not None
    return found


def read(folder: Path, form: str = FORM) -> Cabinet:
    return made(folder, form)


def test_every_sample_that_is_shipped_is_right_on_every_day_of_three_years() -> None:
    wrong = set()
    for form in cabinet().forms.values():
        checker = Checker(form)
        for today in range(day(form.sampled), day(form.sampled) + 3 * 366, 5):
            verdict = checker.verdict(form.with_samples_of(today).samples(), today)
            wrong |= {(form.id, one.check, iso(today)) for one in verdict.broken if one.level != "info"}
    assert wrong == set()


def test_days_move_by_whole_months_and_a_life_stays_where_it_is(tmp_path: Path) -> None:
    form = read(tmp_path).forms["f"]
    moved = form.with_samples_of(day("2027-03-01"))
    assert moved.samples() == {
        "medical": "2026-09-01", "birth": "1990-03-07", "until": "长期",
        "people": [{"name": "测试甲", "paid": "2027-03-31"}, {"name": "测试乙", "paid": "1999-01-01"}],
    }
    for early in ("2026-01-01", "2026-11-30", "2026-12-29"):
        assert form.with_samples_of(day(early)) is form


def test_a_month_without_that_day_has_its_last_one() -> None:
    told = [iso(months_later(day("2026-10-31"), months)) for months in (1, 4, 12, 28)]
    assert told == ["2026-11-30", "2027-02-28", "2027-10-31", "2029-02-28"]
    assert months_later(day("9999-12-01"), 1) == day("9999-12-01")


def test_rules_of_the_day_hold_for_the_samples_on_theirs(tmp_path: Path) -> None:
    (error,) = read(tmp_path, FORM.replace("2026-06-01", "2025-06-01")).errors
    assert (error.line, "the rule fresh" in error.message) == (13, True)
    silent = FORM.replace("2026-06-01", "2025-06-01").replace('sampled = "2026-11-30"\n', "")
    assert read(tmp_path, silent).errors == (), "no sample is right on every day"


def test_a_form_of_a_day_that_there_is_not_is_told(tmp_path: Path) -> None:
    (error,) = read(tmp_path, FORM.replace("2026-11-30", "2026-02-30")).errors
    assert (error.line, error.message) == (4, "there is no such day")
