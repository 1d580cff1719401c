"""A whole hall put together in this process: it goes on where it ended, and what cannot start leaves nothing."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from hall_daemon.adapters.devices.bridge import DeviceBridge
from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal_reader import JournalError, JournalReader
from hall_daemon.adapters.storage.lock import FolderBusy
from hall_daemon.adapters.storage.past import history_of
from hall_daemon.adapters.storage.snapshots import LATEST
from hall_daemon.adapters.storage.witnesses import TIP
from hall_daemon.adapters.system.machine import Pace
from hall_daemon.app.record import Accepted, Request
from hall_daemon.bootstrap import BESIDE, Application
from hall_daemon.config import Settings, load
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.rehearsal.hall_client import bearer
from hall_daemon.web.server import CannotListen
from tests.bench.daemon import write_config

WaitUntil = Callable[[Callable[[], object]], None]
MONDAY_NINE = 1_795_395_600_000  # 2026-11-23T09:00 in Shanghai
HOUR_MS = 3_600_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_config(tmp_path / "hall.toml", mqtt="off")
    loaded = load(tmp_path / "hall.toml")
    return replace(loaded, data=msgspec.structs.replace(loaded.data, dir=str(tmp_path / "data"), min_free_mb=1))


@contextmanager
def running(settings: Settings, wall: int = MONDAY_NINE) -> Iterator[Application]:
    # A plan of its own, as every start reads one: plans remember what they worked out.
    app = Application(replace(settings, plan=replace(settings.plan)), Pace(begins_wall=wall))
    app.start()
    try:
        yield app
    finally:
        app.stop()


def draw(app: Application, token: str = "t", key: str = "") -> Accepted:
    answer = app.core.ask(Request(c.IssueTicket(services=("one",), token=token), "kiosk:1", key, "print"), 10)
    assert isinstance(answer, Accepted), answer
    return answer


def number(answer: Accepted) -> Any:
    return answer.events[0].event.number  # type: ignore[union-attr]


def test_a_hall_goes_on_where_it_ended(settings: Settings) -> None:
    with running(settings) as app:
        first = draw(app, "t1", key="k")
        draw(app, "t2")
        app.core.ask(Request(c.OpenWindow("1", "ann")))
        called = app.core.ask(Request(c.CallNext("1")))
        assert isinstance(called, Accepted)
        last, epoch = called.events[-1], app.epoch
    hall = app.core.hall
    assert (settings.data_dir / SNAPSHOTS / LATEST).is_file()
    with running(settings, MONDAY_NINE + HOUR_MS) as app:
        assert app.follower.read(lambda replica: replica.copy()) == hall
        assert app.epoch == epoch + 1
        again = draw(app, "t3", key="k")
        assert (again.repeated, again.events) == (True, first.events)
        third = draw(app, "t3")
        assert number(third) == "A003"
        away_ms = MONDAY_NINE + HOUR_MS - last.wall
        assert third.events[0].tick >= last.tick + away_ms
        assert app.views.reasons(f"{hall.day}-A001") is not None, "why it was called is known after the restart"
    reader = JournalReader(settings.data_dir / JOURNAL)
    assert reader.verify() is None
    reader.close()


def test_the_wall_of_a_dead_battery_reopens_no_day(settings: Settings) -> None:
    with running(settings) as app:
        day = draw(app).events[0].day
        tick = app.clock.now().tick
    with running(settings, 0) as app:
        answer = app.core.ask(Request(c.OpenWindow("1", "ann")))
        assert isinstance(answer, Accepted)
        assert (answer.events[0].day, app.core.hall.day) == (day, day)
        assert answer.events[0].tick >= tick
        assert app.core.ask(Request(c.CallNext("1"))).events[0].event.ticket == f"{day}-A001"  # type: ignore[union-attr]


def test_the_day_turns_while_it_is_away(settings: Settings) -> None:
    with running(settings) as app:
        draw(app)
    with running(settings, MONDAY_NINE + 24 * HOUR_MS) as app:
        assert number(draw(app, "t2")) == "A001"
        assert app.core.hall.day == "2026-11-24"
    reader = JournalReader(settings.data_dir / JOURNAL)
    assert [day for day, _ in reader.days()] == ["2026-11-23", "2026-11-24"]
    reader.close()


def test_a_second_one_does_not_start_and_does_not_disturb(settings: Settings) -> None:
    with running(settings) as app:
        with pytest.raises(FolderBusy):
            Application(settings, Pace(begins_wall=MONDAY_NINE)).start()
        assert number(draw(app)) == "A001"


def test_what_cannot_listen_is_taken_apart_again(settings: Settings) -> None:
    """The leak detector of every test looks for threads and children that stayed."""
    with (
        socket.create_server(("127.0.0.1", settings.public.port)),
        pytest.raises(CannotListen, match=str(settings.public.port)),
    ):
        Application(settings, Pace(begins_wall=MONDAY_NINE)).start()
    with running(settings) as app:
        assert number(draw(app)) == "A001"


def test_a_part_that_breaks_while_starting_takes_everything_down(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("no devices today")

    with monkeypatch.context() as patched:
        patched.setattr(DeviceBridge, "start", broken)
        with pytest.raises(RuntimeError, match="no devices today"):
            Application(settings, Pace(begins_wall=MONDAY_NINE)).start()
    with running(settings) as app:
        assert number(draw(app)) == "A001"


def test_a_journal_that_vanished_is_not_begun_anew(settings: Settings) -> None:
    with running(settings) as app:
        draw(app)
    (settings.data_dir / JOURNAL).unlink()
    for _ in range(2):
        with pytest.raises(JournalError, match="numbers would be given twice"):
            Application(settings, Pace(begins_wall=MONDAY_NINE)).start()


def test_the_watchdog_is_fed_while_the_core_turns(settings: Settings, wait_until: WaitUntil) -> None:
    with running(settings) as app:
        assert app.beat()
        wait_until(app.beat)
        app.core.stop()
        app.beat()
        assert not app.beat()


def change(settings: Settings, statement: str) -> None:
    """Behind the hall's back, while it does not write."""
    with closing(sqlite3.connect(settings.data_dir / JOURNAL)) as conn:
        conn.execute(statement)
        conn.commit()


def test_a_failing_commit_is_fatal_and_said(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with running(settings) as app:
        draw(app)
        change(settings, "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        with pytest.raises(TimeoutError):
            app.core.ask(Request(c.IssueTicket(services=("one",), token="t2"), "kiosk:1"), 0.3)
        assert app.ended.wait(10)
        assert isinstance(app.failure, JournalError)
        assert "disk full" in app.parts.health()["core"]
    change(settings, "DROP TRIGGER full")
    with running(settings) as app:
        assert number(draw(app, "t2")) == "A002"


def test_a_core_that_waits_for_its_disk_is_said(
    settings: Settings, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else holds the journal: the commit waits, as it does for a disk that does not answer."""
    monkeypatch.setattr("hall_daemon.bootstrap.CORE_TURNS_S", 0.6)
    with running(settings) as app:
        with closing(sqlite3.connect(settings.data_dir / JOURNAL, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            app.core.submit(Request(c.IssueTicket(services=("one",), token="t"), "kiosk:1"), lambda answer: None)
            wait_until(lambda: app.parts.health()["core"].startswith("failing: no answer"))
            other.execute("ROLLBACK")
        wait_until(lambda: app.parts.health()["core"] == "ok")


def name_holder(app: Application, token: str) -> str:
    """Draw a number and put a person into the vault who holds it."""
    drawn = draw(app, token).events[0].event
    assert isinstance(drawn, e.TicketIssued)
    subject = app.vault.put({"name": "x"}, drawn.day)
    app.core.ask(Request(c.NameHolder(drawn.ticket, subject)))
    return subject


def test_persons_are_wiped_at_a_start_whatever_happened_at_the_turn_of_the_day(settings: Settings) -> None:
    """Died between the day that began and the wiping; died between the vault's put and a number that is named."""
    with running(settings) as app:
        today = name_holder(app, "t1")
        old, unnamed = app.vault.put({"name": "y"}, "2026-11-22"), app.vault.put({"name": "z"}, "2026-11-23")
    with running(settings, MONDAY_NINE + HOUR_MS) as app:
        assert [app.vault.get(subject) for subject in (today, old, unnamed)] == [{"name": "x"}, None, None]
        assert app.parts.health()["vault"] == "ok"


def test_persons_of_yesterday_go_when_a_day_begins(settings: Settings) -> None:
    with running(settings) as app:
        yesterday = name_holder(app, "t1")
        app.core.ask(Request(c.OpenDay("2026-11-24", MONDAY_NINE + 15 * HOUR_MS)))
        assert app.follower.wait_for(app.core.seq, 10)
        app.beat()
        assert app.vault.get(yesterday) is None


def test_what_people_in_line_were_told_is_known_after_a_restart(settings: Settings, wait_until: WaitUntil) -> None:
    with running(settings) as app:
        ticket = draw(app).events[0].event.ticket  # type: ignore[union-attr]
        wait_until(lambda: app.waits._announced.of(ticket))
    with running(settings) as app:
        # Long before the predictor has said anything of its own.
        assert app.waits._announced.of(ticket) is not None


def test_low_storage_is_known_before_anybody_draws(settings: Settings, wait_until: WaitUntil) -> None:
    huge = replace(settings, data=msgspec.structs.replace(settings.data, min_free_mb=1_000_000_000))
    with running(huge) as app:
        assert app.parts.health()["storage"].startswith("degraded: nearly full")
        assert app.core.ask(Request(c.IssueTicket(services=("one",), token="t"), "kiosk:1"), 10) == Refused(
            "storage_low"
        )
        assert isinstance(app.core.ask(Request(c.OpenWindow("1", "ann")), 10), Accepted)


def test_a_journal_that_ends_before_what_is_known_of_it_does_not_start(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / TIP).write_text('{"seq": 9, "day": "2026-11-23", "counts": {}}')
    with pytest.raises(JournalError, match="tip knows event 9"), running(settings):
        pass


def test_a_bookmark_that_cannot_be_written_stops_nothing(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    away = replace(settings, mqtt=msgspec.structs.replace(settings.mqtt, mode="external", port=1))
    (away.data_dir / ".mqtt.seq.part").mkdir(parents=True)
    with running(away) as app:
        for _ in range(3):
            app.beat()
        assert number(draw(app)) == "A001"
    said = [record.message for record in caplog.records if "bookmark" in record.message]
    assert len(said) == 1


def test_the_past_can_be_asked_while_it_runs(settings: Settings) -> None:
    with running(settings) as app:
        ticket = draw(app).events[0].event.ticket  # type: ignore[union-attr]
        app.core.ask(Request(c.OpenWindow("1", "ann")))
        app.core.ask(Request(c.CallNext("1")))
        past = history_of(settings.plan, settings.data_dir)
        answer = past.why(ticket)
        assert not isinstance(answer, Refused)
        assert answer.facts["why"] == "called"
        kinds = [type(row.event).__name__ for row in past.of_ticket(ticket)]
    assert kinds[:2] == ["TicketIssued", "TicketCalled"]


def test_threads_share_one_cpu_and_the_predictor_and_log_ins_leave_it_to_them(
    settings: Settings, wait_until: WaitUntil
) -> None:
    allowed = os.sched_getaffinity(0)
    last, others = {max(allowed)}, allowed - {max(allowed)} or allowed
    with running(settings) as app:
        found = {thread.name: thread.native_id for thread in threading.enumerate()}
        for name in ("core", "follower", "http", "http-public", "promises", "bridge", "http-read_0"):
            assert os.sched_getaffinity(found[name] or 0) == last, name
        assert os.sched_getaffinity(found[BESIDE[0]] or 0) == others
        wait_until(lambda: app.waits.pid)
        assert app.waits.pid is not None
        assert os.sched_getaffinity(app.waits.pid) == others
    assert os.sched_getaffinity(0) == allowed


def test_a_child_that_http_asks_for_leaves_the_cpu_of_the_presses_alone(settings: Settings) -> None:
    allowed = os.sched_getaffinity(0)
    found: dict[int, set[int]] = {}
    with running(settings) as app:
        url, proof = f"{app.staff_url}/api/v1/efficiency", app.accounts.roster.add_machine("watcher", "tool", by="")
        asked = threading.Thread(target=requests.get, args=(url,), kwargs={"headers": bearer(proof), "timeout": 60})
        asked.start()
        while asked.is_alive():
            for child in tuple(app.reports._children):
                with suppress(ProcessLookupError):
                    found[child.pid] = os.sched_getaffinity(child.pid)
            asked.join(0.01)
    assert found
    assert all(cpus == (allowed - {max(allowed)} or allowed) for cpus in found.values()), found
