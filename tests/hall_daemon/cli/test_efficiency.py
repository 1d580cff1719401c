"""`hall efficiency`: for people, for programs, for spreadsheets, as a picture; and clear words for bad input."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.app.efficiency_view import COLUMNS
from hall_daemon.config import load
from hall_daemon.rehearsal.weeks import Taste, Weeks, open_days
from tests.hall_daemon.cli.words import ROOT, Said, hall, program

CONFIG = str(ROOT / "config/hall.toml")
LAST = date(2026, 11, 24)
DAYS = 20


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weeks")
    plan = load(Path(CONFIG)).plan
    with closing(Journal(folder / "journal.db")) as journal:
        taste = Taste(90.0, slower={("enquiry", open_days(plan, LAST, DAYS)[9].isoformat()): 4.0})
        Weeks(plan, 2, journal.append, taste).live(open_days(plan, LAST, DAYS))
    return folder


def asked(folder: Path, *words: str) -> Said:
    return hall("efficiency", "--config", CONFIG, "--data", str(folder), *words)


def test_for_people(weeks: Path) -> None:
    said = asked(weeks)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("2026-09-02 to 2026-11-24: ")
    assert "enquiry on 2026-11-" in said.out
    assert "pad:" not in said.out


def test_for_programs_and_as_a_program(weeks: Path) -> None:
    said = program("efficiency", "2026-11-02", "2026-11-20", "--by", "day", "--json", "--config", CONFIG,
        "--data", str(weeks))
    assert said.code == 0, said.err
    found = said.json
    assert (found["begins"], found["ends"], found["by"]) == ("2026-11-02", "2026-11-20", "day")
    assert found["n"] == sum(period["times"]["n"] for period in found["periods"])
    assert found["n"] == sum(matter["times"]["n"] for matter in found["matters"])
    assert {"service", "median_s", "usual_s", "sigmas", "n"} <= set(found["outliers"][0])


def test_for_spreadsheets(weeks: Path) -> None:
    said = asked(weeks, "--csv")
    assert said.out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(said.out.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    assert {row["row"] for row in rows} == {"total", "period", "outlier"}
    assert all(len(row) == len(COLUMNS) and None not in row.values() for row in rows)
    totals = sum(int(row["n"]) for row in rows if row["row"] == "total")
    assert totals == sum(int(row["n"]) for row in rows if row["row"] == "period")


def test_one_service(weeks: Path) -> None:
    found = asked(weeks, "--service", "enquiry", "--json").json
    assert {matter["service"] for matter in found["matters"]} == {"enquiry"}


def test_as_a_picture(weeks: Path, tmp_path: Path) -> None:
    assert asked(weeks, "--by", "day", "--svg", str(tmp_path / "times.svg")).code == 0
    root = ET.fromstring((tmp_path / "times.svg").read_text(encoding="utf-8"))
    words = "".join(root.itertext())
    assert "综合咨询" in words
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_a_picture_that_cannot_be_written(weeks: Path, tmp_path: Path) -> None:
    said = asked(weeks, "--svg", str(tmp_path / "nowhere" / "times.svg"))
    assert said.code == 5
    assert "cannot be written" in said.err


@pytest.mark.parametrize(("words", "told"), [
    (("2026-11-20", "2026-11-02"), "say the earlier date first"),
    (("2027-03-01", "2027-03-31"), "the journal has no day from 2027-03-01 to 2027-03-31; it has 2026-"),
    (("yesterday",), "is no date; write it as 2026-11-20"),
    (("2026-02-30",), "is no date"),
    (("--service", "dance"), "there is no service 'dance'; the hall has business-licence, "),
])
def test_what_cannot_be_answered(weeks: Path, words: tuple[str, ...], told: str) -> None:
    said = asked(weeks, *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_an_empty_journal(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.db").close()
    said = asked(tmp_path)
    assert said.code == 2
    assert "no day yet" in said.err


def test_no_journal_at_all(tmp_path: Path) -> None:
    assert asked(tmp_path).code == 5


def test_a_hall_of_which_next_to_nothing_is_known(ran: Path, config: Path, tmp_path: Path) -> None:
    """Two days, four tickets: figures of what there is, and nothing stands out."""
    said = hall("efficiency", "--config", str(config), "--data", str(ran))
    assert said.code == 0
    assert "nothing stands out" in said.out
    assert hall("efficiency", "--config", str(config), "--data", str(ran), "--svg", str(tmp_path / "x.svg")).code == 0
