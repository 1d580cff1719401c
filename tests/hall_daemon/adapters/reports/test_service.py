"""Foresight with its real child on a real journal: what it answers, and what happens when the child is no good."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from hall_daemon.adapters.http.dependencies import NoFigures
from hall_daemon.adapters.reports import service
from hall_daemon.adapters.reports.service import ReportService, ReportTiming
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.app.forecast_view import decoded_forecast
from hall_daemon.app.record import Recorded
from hall_daemon.config.settings import Forecast
from hall_daemon.domain import events as e
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.rehearsal.weeks import Taste, Weeks, open_days
from hall_daemon.wire.figures import EfficiencyView, ForecastData, OneMoreView
from tests.hall_daemon.rehearsal.small_hall import small_hall

LAST = date(2026, 11, 20)
QUICK = ReportTiming(every_s=3600.0, first_s=0.0, retry_s=0.05, kept_s=60.0)


# A forecast without any day.
GOOD = (
    b'{"hall":"small","name":{"zh":"","en":""},"unknown":null,"made_at":"x","seen":1,"queues":{},"days":[],'
    b'"review":null}'
)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


class StillClock:
    """07:00 of the Monday after."""

    def now(self) -> Moment:
        return Moment(1_795_500_000_000, 1_795_388_400_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weeks")
    with closing(Journal(folder / "journal.db")) as journal:
        Weeks(small_hall(), 1, journal.append, Taste(50.0)).live(open_days(small_hall(), LAST, 12))
    return folder


Make = Callable[..., ReportService]


@pytest.fixture
def make(folder: Path) -> Iterator[Make]:
    made: list[ReportService] = []

    def make(
        command: Sequence[str] | None = None, timing: ReportTiming = QUICK, **more: object
    ) -> ReportService:
        if command is not None:
            more["command"] = command
        made.append(
            ReportService(
                small_hall(),
                folder,
                StillClock(),
                Forecast(horizon_days=3),
                timing=timing,
                **more,
            )  # type: ignore[arg-type]
        )
        return made[-1]

    yield make
    for one in made:
        one.stop()


def eventually(true: Callable[[], object], what: str, timeout_s: float = 60.0) -> None:
    give_up_at = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < give_up_at, what
        threading.Event().wait(0.02)


def test_the_forecast_is_there_soon_and_its_children_are_gone(make: Make) -> None:
    reports = make()
    assert reports.forecast().unknown == "predictor_away"
    assert reports.health().state == "init"
    reports.start()
    eventually(lambda: reports.forecast().days, "no forecast came")
    found = reports.forecast()
    assert (found.hall, found.unknown, found.seen) == ("small", None, 12)
    assert [day.day for day in found.days] == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]
    assert found.days[0].people.p50 > 20
    assert reports.health().state == "ready"
    assert not reports._children


def test_questions_are_answered_in_their_shape(make: Make) -> None:
    reports = make()
    report = msgspec.json.decode(reports.ask("efficiency"), type=EfficiencyView)
    assert report.n > 300
    assert (report.begins, report.ends) == (open_days(small_hall(), LAST, 12)[0].isoformat(), LAST.isoformat())
    body = reports.ask("efficiency", "2026-11-16", "2026-11-20", "day", "card")
    week = msgspec.json.decode(body, type=EfficiencyView)
    assert {period.service for period in week.periods} == {"card"}
    assert reports.ask("efficiency.csv").startswith("\ufeffrow,service".encode())
    assert reports.ask("efficiency.svg").startswith(b"<svg ")
    more = msgspec.json.decode(reports.ask("one-more-window"), type=OneMoreView)
    assert {window.window for window in more.windows} == {"1", "2", "3"}


def test_the_same_question_soon_again_costs_no_child(make: Make, tmp_path: Path) -> None:
    log = tmp_path / "asked"
    reports = make(python(f"import sys; sys.stdin.read(); open({str(log)!r}, 'a').write('x'); print('{{}}')"))
    assert [reports.ask("efficiency") for _ in range(3)] == [b"{}\n"] * 3
    assert log.read_text() == "x"
    reports.ask("efficiency", by="day")
    assert log.read_text() == "xx"


def test_the_same_question_later_is_answered_anew(make: Make, tmp_path: Path) -> None:
    log = tmp_path / "asked"
    command = python(f"import sys; sys.stdin.read(); open({str(log)!r}, 'a').write('x'); print('{{}}')")
    reports = make(command, replace(QUICK, kept_s=0.0))
    for _ in range(2):
        reports.ask("efficiency")
    assert log.read_text() == "xx"


@pytest.mark.parametrize(("code", "why"), [
    ("import sys; sys.exit('the disk is gone')", r"it ended \(exit code 1\): the disk is gone"),
    ("pass", r"it ended \(exit code 0\)"),
    ("import os; os.kill(os.getpid(), 9)", r"it ended \(signal SIGKILL\)"),
])
def test_a_child_that_fails_gives_its_reason(make: Make, code: str, why: str) -> None:
    with pytest.raises(NoFigures, match=why):
        make(python(code)).ask("efficiency")


def test_a_child_that_hangs_is_ended(make: Make) -> None:
    reports = make(python("import time; time.sleep(600)"), ReportTiming(answer_s=0.2))
    with pytest.raises(NoFigures, match=r"no answer in 0\.2 s"):
        reports.ask("efficiency")
    assert not reports._children


def test_a_program_that_is_not_there(make: Make) -> None:
    with pytest.raises(NoFigures, match="cannot be started"):
        make(("/nonexistent",)).ask("efficiency")


def test_who_comes_second_does_not_wait_for_ever(make: Make) -> None:
    reports = make(python("import sys; sys.stdin.read()"), ReportTiming(patience_s=0.05))
    with reports._one_child, pytest.raises(NoFigures, match="others are being answered"):
        reports.ask("efficiency")


def test_trouble_is_told_once_and_its_end(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The child fails until a file is there, and counts how often it was tried."""
    ready, tried = tmp_path / "ready", tmp_path / "tried"
    reports = make(python(
        f"import os, sys; sys.stdin.read(); open({str(tried)!r}, 'a').write('x')\n"
        f"if not os.path.exists({str(ready)!r}): sys.exit('not ready')\n"
        f"sys.stdout.buffer.write({GOOD!r})"
    ), ReportTiming(every_s=3600.0, first_s=0.0, retry_s=0.02, kept_s=0.0))
    reports.start()
    eventually(lambda: tried.exists() and len(tried.read_text()) >= 3, "it was not tried again")
    assert reports.health().state == "disconnected"
    assert "not ready" in reports.health().detail
    assert reports.forecast().unknown == "predictor_away"
    ready.touch()
    eventually(lambda: reports.forecast().seen == 1, "it did not come back")
    eventually(lambda: len(caplog.messages) == 2, "the end of it was not told")
    assert "no forecast for a while" in caplog.messages[0]
    assert "is back" in caplog.messages[1]


def test_its_thread_that_fails_is_an_alarm_and_begun_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    well = threading.Event()

    def decoded(body: bytes) -> ForecastData:
        if not well.is_set():
            raise RuntimeError("a bug of ours")
        return decoded_forecast(body)

    monkeypatch.setattr(service, "decoded_forecast", decoded)
    reports = make(python(f"import sys; sys.stdin.read(); sys.stdout.buffer.write({GOOD!r})"))
    reports.start()
    eventually(lambda: reports.health().state == "alert", "nobody was told")
    assert "a bug of ours" in reports.health().detail
    well.set()
    eventually(lambda: reports.health().state == "ready", "it was not begun again")
    assert reports.forecast().seen == 1


def test_a_forecast_that_is_too_old_is_none(make: Make) -> None:
    now_s = [0.0]
    reports = make(
        python(f"import sys; sys.stdin.read(); sys.stdout.buffer.write({GOOD!r})"),
        ReportTiming(every_s=600.0, first_s=0.0), monotonic=lambda: now_s[0],
    )
    reports.start()
    eventually(lambda: reports.forecast().seen == 1, "no forecast came")
    now_s[0] = 2401.0
    assert reports.forecast().unknown == "predictor_away"


def test_a_new_day_is_forecast_at_once(make: Make, tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    reports = make(
        python(f"import sys; sys.stdin.read(); open({str(tried)!r}, 'a').write('x'); sys.exit(1)"),
        ReportTiming(every_s=3600.0, first_s=0.0, retry_s=3600.0, kept_s=0.0),
    )
    reports.start()
    eventually(lambda: tried.exists() and tried.read_text() == "x", "it was not asked at the start")
    eventually(lambda: reports.health().state == "disconnected", "the failure was not noted")
    reports(Hall(), [Recorded(1, 0, 0, "2026-11-23", "core", e.WindowClosed("1"))], Moment(0, 0))
    assert tried.read_text() == "x"
    reports(Hall(), [Recorded(2, 0, 0, "2026-11-23", "core", e.DayOpened("2026-11-23", 0))], Moment(0, 0))
    eventually(lambda: tried.read_text() == "xx", "it was not asked when the day began")


def test_a_stop_ends_a_child_that_is_at_work(make: Make, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    reports = make(
        python(f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    )
    reports.start()
    eventually(lambda: pid_file.exists() and pid_file.read_text(), "the child did not start")
    reports.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_an_empty_journal_has_a_forecast_that_says_why_not(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.db").close()
    reports = ReportService(
        small_hall(), tmp_path, StillClock(), Forecast(horizon_days=2), timing=QUICK
    )
    found = msgspec.json.decode(reports.ask("forecast"))
    assert [day["unknown"] for day in found["days"]] == ["too_little_seen"] * 3
    report = msgspec.json.decode(reports.ask("efficiency"), type=EfficiencyView)
    assert (report.n, report.days) == (0, 0)
    assert msgspec.json.decode(reports.ask("one-more-window"), type=OneMoreView).waiting == 0
