"""The past of a demo: its promises have figures, and what was planted in it is found, nothing much besides."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.waits.ledger import PromiseLedger
from hall_daemon.app.record import Recorded
from hall_daemon.config import load
from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.learn.day_summary import day_table
from hall_daemon.prediction.reports.efficiency import efficiency
from hall_daemon.prediction.waits.accuracy import accuracy
from hall_daemon.prediction.waits.wait_estimate import Range
from hall_daemon.rehearsal.demo_past import DAYS, begin_past, oddities
from hall_daemon.rehearsal.hearsay import ENOUGH, Hearsay
from hall_daemon.rehearsal.weeks import Taste, Weeks, open_days
from tests.conftest import ROOT
from tests.hall_daemon.rehearsal.small_hall import small_hall

TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load(ROOT / "config/hall.toml").plan


@pytest.fixture(scope="module")
def past(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("past")
    assert begin_past(plan, folder, TODAY) == DAYS
    return folder


def test_the_made_up_days_have_promises_and_most_of_them_held(plan: Plan, past: Path) -> None:
    with closing(PromiseLedger(past / "promises.db", ZoneInfo(plan.timezone))) as ledger:
        month = accuracy(ledger.cells((TODAY - timedelta(days=30)).isoformat(), TODAY.isoformat()))
        week = accuracy(ledger.cells((TODAY - timedelta(days=7)).isoformat(), TODAY.isoformat()))
        seq = ledger.seq
    for span in (week, month):
        assert span.total.enough
        assert span.total.share_held is not None
        assert 0.75 < span.total.share_held < 0.95
        assert span.services.keys() == plan.services.keys() - plan.plain.keys()
    assert month.total.unknown["too_little_seen"] > 100  # on its first days a hall knows nothing
    with closing(JournalReader(past / "journal.db")) as reader:
        assert reader.last_seq() == seq
        assert reader.verify() is None


def test_what_stands_out_is_what_was_planted(plan: Plan, past: Path) -> None:
    with closing(JournalReader(past / "journal.db")) as reader:
        tables = [day_table(day, list(reader.of_day(day))) for day, _ in reader.days()]
    found = efficiency(tables, "week", "2026-10-01", TODAY.isoformat()).outliers
    planted = oddities(plan, open_days(plan, TODAY - timedelta(days=1), DAYS))
    assert {(outlier.service, outlier.window or outlier.day) for outlier in found} >= planted.keys()
    assert len(found) <= 4
    assert all(outlier.median_s > 1.3 * outlier.usual_s for outlier in found[:2])


def test_a_hall_of_one_window_and_few_days_has_little_that_is_odd(plan: Plan) -> None:
    alone = replace(plan, windows={"4": plan.windows["4"]})
    assert list(oddities(alone, [TODAY])) == []


def test_people_are_told_what_others_waited_on_days_before() -> None:
    days = open_days(small_hall(), date(2026, 10, 12), 6)
    told: list[list[object]] = []
    hearsay = Hearsay()

    def hear(rows: list[Recorded]) -> None:
        told.append([note.shown.said for note in hearsay.announced(rows)])

    Weeks(small_hall(), 4, hear, Taste(90.0)).live(days)
    assert set(told[0]) == {"too_little_seen"}
    ranges = [said for day in told for said in day if isinstance(said, Range)]
    assert len(ranges) > ENOUGH
    assert all(said.p10_s <= said.p50_s <= said.p90_s for said in ranges)
