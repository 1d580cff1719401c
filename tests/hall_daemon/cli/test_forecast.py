"""`hall forecast`: for people, for programs, and clear words for what it cannot say."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.config import load
from hall_daemon.rehearsal.weeks import Taste, Weeks, open_days
from tests.hall_daemon.cli.words import ROOT, Said, hall, program

CONFIG = ROOT / "config/hall.toml"


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weeks")
    plan = load(CONFIG).plan
    with closing(Journal(folder / "journal.db")) as journal:
        Weeks(plan, 2, journal.append, Taste(60.0)).live(open_days(plan, today() - timedelta(days=1), 12))
    return folder


def asked(folder: Path, *words: str) -> Said:
    return hall("forecast", "--config", str(CONFIG), "--data", str(folder), *words)


def test_for_people(weeks: Path) -> None:
    said = asked(weeks)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("from 12 past days")
    assert "; quietest " in said.out
    assert "08:30-09:00" in said.out


def test_for_programs_and_as_a_program(weeks: Path) -> None:
    said = program("forecast", "--json", "--config", str(CONFIG), "--data", str(weeks))
    assert said.code == 0, said.err
    found = said.json
    assert found["unknown"] is None
    assert len(found["days"]) == 8
    assert found["review"]["came"] > 20
    assert found["days"][0]["day"] in (today().isoformat(), (today() - timedelta(days=1)).isoformat())


def test_one_day(weeks: Path) -> None:
    days = [day["day"] for day in asked(weeks, "--json").json["days"]]
    assert [day["day"] for day in asked(weeks, "--day", days[2], "--json").json["days"]] == [days[2]]


@pytest.mark.parametrize(("day", "told"), [
    ("tomorrow", "is no date; write it as 2026-11-20"), ("2020-01-01", "2020-01-01 is not among the days ahead: "),
])
def test_a_day_that_cannot_be_told(weeks: Path, day: str, told: str) -> None:
    said = asked(weeks, "--day", day)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_an_empty_journal(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.db").close()
    said = asked(tmp_path)
    assert said.code == 2
    assert "no day yet" in said.err


def test_a_hall_of_which_too_little_was_seen(ran: Path, config: Path) -> None:
    said = hall("forecast", "--config", str(config), "--data", str(ran))
    assert said.code == 0
    assert "not enough seen yet to say" in said.out
