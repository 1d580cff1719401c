"""`hall replay` as a person runs it: a real daemon, broker and ptys, and figures that must fit together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADER = (
    "dataset,day,arrival_ts,service_start_ts,service_end_ts,service_type,server_id,abandoned,priority,left_queue_ts"
)
PATIENCE_S = 150


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "hall_daemon.cli", "replay", *map(str, words)]


def replay(*words: object) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(command("--json", *words), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def must_fit(figures: dict[str, Any]) -> None:
    """What holds for every day that was played to its end."""
    assert figures["problems"] == []
    assert figures["tickets"] == figures["served"] + figures["missed"] + figures["left"]
    zeros = ("open", "lost", "duplicates", "screens_wrong", "mqtt_wrong", "refused")
    assert [figures[name] for name in zeros] == [0] * len(zeros)
    assert figures["journal_ok"]
    assert not figures["stopped"]
    # A call, a start and an end for each person who was served.
    assert figures["calls"] >= figures["served"]
    assert figures["presses"] >= 3 * figures["served"]
    assert figures["events"] > 4 * figures["served"]
    assert 0 < figures["announced"] <= figures["calls"] + figures["recalls"]
    # A press is acknowledged by a frame; strips and displays come on top.
    assert figures["frames_sent"] > figures["presses"]
    assert figures["mqtt_messages"] > figures["calls"]
    assert 0 < figures["speed_reached"] <= figures["speed_asked"] * 1.01


def no_process_uses(folder: Path) -> bool:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if str(folder).encode() in (process / "cmdline").read_bytes():
                    return False
            except OSError:
                continue
    return True


def test_the_generated_day(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    code, figures, _ = replay("--limit", 60, "--speed", 3000, "--data", folder)

    assert code == 0
    must_fit(figures)
    assert (figures["tickets"], figures["screens"], figures["day"]) == (60, 18, "2026-11-24")
    assert figures["missed"] >= 1  # the sixty hold somebody who never comes
    assert figures["recalls"] >= 1
    assert (folder / "data" / "journal.db").is_file()
    assert no_process_uses(folder)
    report = subprocess.run(
        [sys.executable, "-m", "hall_daemon.cli", "report", "--data", folder / "data", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=True,
    )
    assert json.loads(report.stdout)["tickets"] == 60


def test_a_recording_with_its_own_windows_and_people_who_leave(tmp_path: Path) -> None:
    """One clerk, three people at once: the second waits for the first, the third does not wait that long."""
    trace = tmp_path / "tiny.csv"
    day = "2020-01-20"
    trace.write_text(
        "\n".join(
            (
                HEADER,
                f"tiny,{day},{day} 09:00:00,{day} 09:00:00,{day} 09:10:00,A,w1,0,0,",
                f"tiny,{day},{day} 09:01:00,{day} 09:10:00,{day} 09:20:00,A,w1,0,0,",
                f"tiny,{day},{day} 09:02:00,,,A,,1,0,{day} 09:15:00",
            )
        )
    )
    code, figures, _ = replay(trace, "--speed", 600)

    assert code == 0
    must_fit(figures)
    assert (figures["tickets"], figures["served"], figures["left"]) == (3, 2, 1)
    assert (figures["calls"], figures["screens"]) == (2, 1)
    # 0 and 9 minutes, and what the hall's keys take at 600 times the speed.
    assert figures["wait_mean_s"] == pytest.approx(270, abs=20)
    assert figures["recorded_wait_mean_s"] == 270


def test_a_recorded_hall(shared: Path) -> None:
    trace = shared / "waitdata" / "warsaw_a.csv.gz"
    code, figures, said = replay(
        trace, "--hall", "warsaw_UD_Bemowo", "--day", "2020-01-20", "--speed", 2000, "--limit", 40
    )

    assert code == 0, said
    must_fit(figures)
    assert (figures["tickets"], figures["served"], figures["hall"]) == (40, 40, "warsaw_UD_Bemowo")


def test_a_speed_nobody_can_hold_is_said_and_the_day_stays_right() -> None:
    code, figures, _ = replay("--limit", 40, "--speed", 100_000)

    assert code == 0
    must_fit(figures)
    assert figures["speed_reached"] < 0.5 * figures["speed_asked"]
    # Nobody was ever later than time allows: the hall's time waited.
    assert figures["late_max_s"] <= 15.0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--speed", 0), 2, "--speed is a factor"),
        (("--limit", 0), 2, "--limit is at least 1"),
        (("--hall", "x"), 2, "choose from a trace"),
        (("none.csv",), 5, "none.csv: cannot be read"),
        (("--data", ROOT), 2, "there is something in it already"),
    ],
)
def test_wrong_words(words: tuple[object, ...], code: int, said: str) -> None:
    done = subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, timeout=30)

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_ctrl_c_ends_it_within_three_seconds_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with subprocess.Popen(
        command("--speed", 100, "--data", folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while "runs in" not in (said := process.stderr.readline()):
            assert said, "it ended before the hall ran"
        process.send_signal(signal.SIGINT)
        asked_s = time.monotonic()
        stdout, _ = process.communicate(timeout=20)
        took_s = time.monotonic() - asked_s

    assert process.returncode == 130
    assert "stopped before the day was over" in stdout
    assert took_s < 3.0
    assert no_process_uses(folder)


def test_when_the_hall_dies_its_last_words_are_shown_and_the_folder_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with subprocess.Popen(
        command("--speed", 100, "--data", folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while "runs in" not in (said := process.stderr.readline()):
            assert said, "it ended before the hall ran"
        os.kill(int((folder / "data" / "lock").read_text()), signal.SIGKILL)
        _, stderr = process.communicate(timeout=20)

    assert process.returncode == 5
    assert "hall ended by itself with exit code -9" in stderr
    assert f"The folder is kept: {folder}" in stderr
    assert no_process_uses(folder)
