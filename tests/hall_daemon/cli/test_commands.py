"""Every command: what it says, what it gives to a program, and its exit code when something is wrong."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import wave
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hall_daemon import __version__
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.waits.ledger import Note, open_ledger
from hall_daemon.app.report import day_report
from hall_daemon.cli import COMMANDS, report
from hall_daemon.cli.errors import EXIT
from hall_daemon.config import load
from hall_daemon.domain.events import TicketCalled, TicketIssued
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range
from hall_daemon.rehearsal.weeks import Weeks
from tests.hall_daemon.cli.words import ROOT, hall, program

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


def change(folder: Path, statement: str) -> None:
    conn = sqlite3.connect(folder / "journal.db")
    conn.execute(statement)
    conn.commit()
    conn.close()


# -- hall itself ---------------------------------------------------------------------------------


def test_help_is_for_people() -> None:
    said = program("--help")
    assert (said.code, said.err) == (0, "")
    for name, summary in COMMANDS.items():
        assert name in said.out
        assert summary[:30] in said.out
    for code in EXIT:
        assert f"{code} " in said.out
    assert max(map(len, said.out.splitlines())) <= 100


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    said = hall(name, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"usage: hall {name}")
    assert COMMANDS[name][1:] in " ".join(said.out.split())


def test_version() -> None:
    assert hall("--version").out == f"hall {__version__}\n"


@pytest.mark.parametrize("words", [
    (), ("dance",), ("--dance",), ("report", "--dance"), ("frame",), ("frame", "dance"),
    ("why", "A001", "A002", "A003"),
    ("run", "--speed", "fast"), ("say",), ("say", "x", "--times", "9"), ("say", "x", "--language", "fr"),
])
def test_wrong_words_are_2_and_say_how_it_goes(words: tuple[str, ...]) -> None:
    said = hall(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("usage: hall")


def test_an_unknown_command_as_a_program() -> None:
    said = program("dance")
    assert (said.code, said.out) == (2, "")
    assert "dance" in said.err
    assert "report" in said.err


def test_a_reader_that_has_seen_enough_hears_no_complaint() -> None:
    """`hall frame list | head -c 1`: no traceback, no exit code of Python's own."""
    with subprocess.Popen(
        [sys.executable, "-m", "hall_daemon.cli", "frame", "list"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


# -- check ---------------------------------------------------------------------------------------


def test_check_doubts_what_can_be_meant_and_probably_is_not(config: Path, tmp_path: Path) -> None:
    text = config.read_text(encoding="utf-8")
    for section in ("public", "http"):
        text = text.replace(f"[{section}]", f'[{section}]\nhost = "0.0.0.0"')
    open_to_all = tmp_path / "open.toml"
    open_to_all.write_text(text, encoding="utf-8")
    told = hall("check", str(open_to_all))
    assert told.code == 0
    http, public = sorted(line for line in told.out.splitlines() if line.startswith("warning: "))
    assert "http.host: every machine of that network" in http + public
    assert "public.url: is \"\", so QR codes say http://127.0.0.1:" in http + public
    assert {doubt["key"] for doubt in hall("check", str(open_to_all), "--json").json["warnings"]} == {
        "http.host", "public.url",
    }
    mended = tmp_path / "mended.toml"
    mended.write_text(text.replace("[public]", '[public]\nurl = "https://hall.example"'), encoding="utf-8")
    assert "public.url" not in hall("check", str(mended)).out
    kept = tmp_path / "kept.toml"
    text = config.read_text(encoding="utf-8") + "\n[reviews]\nready_days = 60\ndraft_days = 8\n"
    kept.write_text(text, encoding="utf-8")
    assert [doubt["key"] for doubt in hall("check", str(kept), "--json").json["warnings"]] == [
        "papers.draft_days", "papers.review_days",
    ]


def test_check_of_a_good_file(config: Path) -> None:
    assert program("check", str(config)).out == f"{config}: no mistakes\n"
    assert hall("check", str(config), "--json").json == {"ok": True, "errors": [], "warnings": []}
    assert hall("check", str(ROOT / "config" / "hall.toml")).code == 0


def test_check_names_file_line_and_key(config: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    text = config.read_text(encoding="utf-8") + '\n[data]\nmin_free_mb = "much"\ncolour = "red"\n'
    bad.write_text(text, encoding="utf-8")
    said = hall("check", str(bad))
    assert said.code == 2
    last = len(text.splitlines())
    assert f"{bad}:{last - 1}" in said.out
    assert f"{bad}:{last}" in said.out
    found = hall("check", str(bad), "--json").json
    assert found["ok"] is False
    assert [(error["line"], error["key"]) for error in found["errors"]] == [
        (last - 1, "data.min_free_mb"), (last, "data.colour"),
    ]


@pytest.mark.parametrize("command", [("run",), ("report",), ("why", "A001"), ("verify",)])
def test_a_wrong_config_is_2_whoever_reads_it(command: tuple[str, ...], tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[hall]\nid = "x"\nname = 3\n', encoding="utf-8")
    said = hall(*command, "--config", str(bad))
    assert (said.code, said.out) == (2, "")
    assert f"{bad}:3" in said.err
    assert "hall.name" in said.err


def test_a_config_that_is_not_there(tmp_path: Path) -> None:
    said = hall("run", "--config", str(tmp_path / "no.toml"))
    assert said.code == 2
    assert "no.toml" in said.err


# -- report --------------------------------------------------------------------------------------


def test_report_of_a_day(ran: Path) -> None:
    said = program("report", MONDAY, "--data", str(ran))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{MONDAY}: 3 tickets, 2 served, 0 missed\n1 left, 0 open; 2 calls")
    found = hall("report", MONDAY, "--data", str(ran), "--json").json
    assert {name: found[name] for name in ("day", "tickets", "served", "left", "missed", "open", "calls")} == {
        "day": MONDAY, "tickets": 3, "served": 2, "left": 1, "missed": 0, "open": 0, "calls": 2,
    }
    assert found["wait"] == {"n": 2, "mean_s": 270.0, "median_s": 240.0, "p90_s": 300.0}
    assert found["windows"] == {"1": {"served": 2, "handling_mean_s": 60.0}}


def test_report_counts_how_visits_were_rated_and_why_some_were_low(ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no ratings\n\n" in hall("report", MONDAY, "--data", str(ran)).out
    rated: dict[str, Any] = {"ratings": {5: 1, 1: 2}, "rating_reasons": {"unclear": 2, "manner": 1}}
    monkeypatch.setattr(report, "day_report", lambda day, rows: replace(day_report(day, rows), **rated))
    said = hall("report", MONDAY, "--data", str(ran))
    assert "3 ratings: 1 of level 5, 2 of level 1\nreasons: 2 unclear, 1 manner\n\n" in said.out
    assert hall("report", MONDAY, "--data", str(ran), "--json").json["rating_reasons"] == {"unclear": 2, "manner": 1}


def test_report_without_a_ledger_says_so(ran: Path) -> None:
    assert hall("report", MONDAY, "--data", str(ran)).out.endswith("waits shown: not recorded on this day\n")
    assert hall("report", MONDAY, "--data", str(ran), "--json").json["promises"] is None


def test_report_says_how_well_the_waits_were_told(data: Path) -> None:
    """Three came: one was told 1 to 5 minutes and waited 5, one nothing, and of one nobody wrote it down."""
    journal = JournalReader(data / "journal.db")
    rows = list(journal.of_day(MONDAY))
    journal.close()
    drawn = [row for row in rows if isinstance(row.event, TicketIssued)]
    ledger = open_ledger(data / "promises.db", ZoneInfo("Asia/Shanghai"))
    ledger.begin(0)
    said = (Range(60, 180, 300), "no_window_open")
    notes = [Note(row.event.ticket, Shown(what, row.tick)) for row, what in zip(drawn, said, strict=False)]  # type: ignore[union-attr]
    ledger.write(rows, notes, 0)
    ledger.close()
    found = hall("report", MONDAY, "--data", str(data), "--json").json["promises"]
    total = found["total"]
    assert (total["tickets"], total["scored"], total["share_held"]) == (3, 1, 1.0)
    assert total["unknown"] == {"no_window_open": 1, "not_recorded": 1}
    assert found["services"]["one"] == total
    page = hall("report", MONDAY, "--data", str(data)).out
    assert "100%" in page
    assert "no range at the draw: 1 no_window_open, 1 not_recorded" in page
    (data / "promises.db").write_bytes(b"garbage" * 1000)
    broken = hall("report", MONDAY, "--data", str(data))
    assert broken.code == 5
    assert "move it away" in broken.err


def test_report_of_the_last_day_and_from_the_config(ran: Path, config: Path, tmp_path: Path) -> None:
    assert hall("report", "--data", str(ran)).out.startswith(f"{TUESDAY}: 1 tickets, 1 served")
    pointing = tmp_path / "hall.toml"
    pointing.write_text(config.read_text(encoding="utf-8") + f'\n[data]\ndir = "{ran}"\n', encoding="utf-8")
    assert hall("report", "--config", str(pointing)).out.startswith(TUESDAY)


@pytest.mark.parametrize("day", ["2026-11-25", "yesterday", "", "2026-11-23'--"])
def test_report_of_a_day_that_never_was(ran: Path, day: str) -> None:
    said = hall("report", day, "--data", str(ran))
    assert (said.code, said.out) == (2, "")
    assert f"no day {day!r}" in said.err
    assert f"{MONDAY} to {TUESDAY}" in said.err


@pytest.mark.parametrize("command", [("report",), ("report", MONDAY), ("why", "A001")])
def test_an_empty_journal_has_no_day(command: tuple[str, ...], config: Path, tmp_path: Path) -> None:
    Journal(tmp_path / "journal.db").close()
    said = hall(*command, "--data", str(tmp_path), "--config", str(config))
    assert (said.code, said.out) == (2, "")
    assert "no day yet" in said.err


COMMANDS_ON_DATA = [("report",), ("verify",), ("why", "A001")]


@pytest.mark.parametrize("command", COMMANDS_ON_DATA)
def test_no_journal_is_5(command: tuple[str, ...], config: Path, tmp_path: Path) -> None:
    said = hall(*command, "--data", str(tmp_path), "--config", str(config))
    assert (said.code, said.out) == (5, "")
    assert f"there is no journal at {tmp_path}/journal.db" in said.err
    assert list(tmp_path.iterdir()) == [], "nothing was made"


@pytest.mark.parametrize("command", COMMANDS_ON_DATA)
def test_a_damaged_journal_is_5_with_advice(command: tuple[str, ...], config: Path, tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"garbage" * 1000)
    said = hall(*command, "--data", str(tmp_path), "--config", str(config))
    assert (said.code, said.out) == (5, "")
    assert "not a database" in said.err
    assert "restore the folder from its copy" in said.err


def test_a_journal_of_tomorrow_is_5(data: Path) -> None:
    change(data, "UPDATE events SET kind = 'TicketTeleported' WHERE seq = 3")
    said = hall("report", MONDAY, "--data", str(data))
    assert said.code == 5
    assert "run a newer hall" in said.err


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody who may not read")
def test_a_folder_that_may_not_be_read_is_5(ran: Path) -> None:
    """Root reads everything, so somebody else looks at a folder of root's."""
    script = (
        "import os, sys\n"
        "from hall_daemon.cli import main, verify\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "sys.exit(main())\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, "verify", "--data", str(ran)],
        capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
    )
    assert said.returncode == 5, said.stderr
    assert "Permission denied" in said.stderr
    assert "Traceback" not in said.stderr


# -- verify --------------------------------------------------------------------------------------


def test_verify_of_a_whole_journal(ran: Path) -> None:
    said = program("verify", "--data", str(ran))
    found = hall("verify", "--data", str(ran), "--json").json
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{ran}: {found['events']} events, the chain holds; tip {found['tip']}\n"
    assert (found["ok"], found["broken"], len(found["tip"])) == (True, None, 64)


@pytest.mark.parametrize(("statement", "seq"), [
    ("UPDATE events SET body = replace(body, 'A002', 'A009') WHERE seq = 3", 3),
    ("DELETE FROM events WHERE seq = 5", 5),
    ("UPDATE events SET body = CAST(x'ff' AS TEXT) WHERE seq = 4", 4),
])
def test_verify_of_a_journal_that_was_tampered_with_is_1(data: Path, statement: str, seq: int) -> None:
    change(data, statement)
    said = program("verify", "--data", str(data))
    assert said.code == 1
    assert f"broken at event {seq}: " in said.out
    found = hall("verify", "--data", str(data), "--json")
    assert (found.code, found.json["ok"], found.json["broken"]["seq"]) == (1, False, seq)


def test_verify_sees_an_end_that_was_cut_off_by_the_snapshots(data: Path) -> None:
    opened = hall("verify", "--data", str(data), "--json").json["events"] - 5
    change(data, f"DELETE FROM events WHERE seq >= {opened}")
    said = hall("verify", "--data", str(data))
    assert said.code == 1
    assert f"is not the one that snapshot day-{TUESDAY} was taken at" in said.out


# -- why -----------------------------------------------------------------------------------------


def test_why_without_a_number_is_about_the_last_call(ran: Path, config: Path, tmp_path: Path) -> None:
    words = ("--data", str(ran), "--config", str(config), "--day", MONDAY, "--json")
    with closing(JournalReader(ran / "journal.db")) as reader:
        calls = [row.event.ticket for row in reader.of_day(MONDAY) if isinstance(row.event, TicketCalled)]
    assert hall("why", *words).json["ticket"] == calls[-1]
    weeks = Weeks(load(config).plan, 1, Journal(tmp_path / "journal.db").append)
    weeks.open(date.fromisoformat(MONDAY))
    said = hall("why", "--data", str(tmp_path), "--config", str(config))
    assert (said.code, said.out) == (1, "")
    assert f"nobody was called on {MONDAY} yet" in said.err


def test_why(ran: Path, config: Path) -> None:
    words = ("--data", str(ran), "--config", str(config), "--day", MONDAY)
    said = program("why", "a001", *words)
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "A001 号由1号窗口叫到：先到先办，等候 4 分钟。\n"
        "A001 was called by Window 1: First come, first served: waited 4 min.\n"
    )
    found = hall("why", "A003", "A002", *words, "--json").json
    assert (found["ticket"], found["before"], found["facts"]["why"]) == (f"{MONDAY}-A003", "A002", "reason")
    assert "A002 号取号更晚" not in found["text"]["zh"]


@pytest.mark.parametrize(("words", "code", "says"), [
    (("A099",), 1, "A099"), (("A001", "Z1"), 1, "Z1"), (("A001", "--day", "2020-01-01"), 2, "no day '2020-01-01'"),
])
def test_why_of_somebody_who_was_not_there(
    ran: Path, config: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    said = hall("why", *words, "--data", str(ran), "--config", str(config))
    assert (said.code, said.out) == (code, "")
    assert says in said.err


# -- say -----------------------------------------------------------------------------------------


def test_say_writes_what_would_be_heard(tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    said = program("say", "请A023号到3号窗口", "--wav", str(target), "--times", "1", "--json")
    assert said.code == 0, said.err
    found = said.json
    with wave.open(str(target)) as written:
        assert written.getnframes() / written.getframerate() == pytest.approx(found["seconds"], abs=0.01)
    assert found["text"] == "请A零二三号到3号窗口"
    assert found["rms"] > 0.001


@pytest.mark.parametrize(("text", "says"), [
    ("", "nothing to say"), ("x" * 121, "121 characters; at most 120"), ("请A001号\a", "U+0007"), ("<b>", "'<'"),
])
def test_what_is_not_said_is_2(text: str, says: str, tmp_path: Path) -> None:
    said = hall("say", text, "--wav", str(tmp_path / "out.wav"))
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert not (tmp_path / "out.wav").exists()


def test_say_into_a_folder_that_is_not_there_is_5(tmp_path: Path) -> None:
    said = hall("say", "A001", "--wav", str(tmp_path / "no" / "out.wav"), "--times", "1")
    assert said.code == 5
    assert "no/out.wav" in said.err


def test_json_is_one_object_a_line(ran: Path, config: Path) -> None:
    for words in (("check", str(config)), ("report", "--data", str(ran)), ("verify", "--data", str(ran))):
        said = hall(*words, "--json")
        assert said.out.count("\n") == 1
        assert isinstance(json.loads(said.out), dict)
