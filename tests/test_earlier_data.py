"""A data folder and a configuration that e0209bb wrote open, read the same, and go on.

tests/earlier/e0209bb is a small Monday with every kind of press (draws, calls, undo, hold, transfer, pick, miss,
return, slips, a holder in the vault), left by that very version.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import contradiction, essence, restore
from hall_daemon.adapters.system.machine import Pace
from hall_daemon.adapters.waits.ledger import PromiseLedger
from hall_daemon.app.record import Accepted, Request
from hall_daemon.app.report import day_report
from hall_daemon.bootstrap import Application
from hall_daemon.config import Settings, check, load
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e

WRITTEN = Path(__file__).parent / "earlier" / "e0209bb"
DAY = "2026-11-23"
ELEVEN = 1_795_395_600_000 + 2 * 3_600_000  # 2026-11-23T11:00 in Shanghai
LAST = 41


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "data"
    shutil.copytree(WRITTEN, folder)
    (folder / "vault.key").chmod(0o600)
    loaded = load(WRITTEN / "hall.toml")
    return replace(
        loaded,
        data=msgspec.structs.replace(loaded.data, dir=str(folder)),
        http=msgspec.structs.replace(loaded.http, port=0),
        public=msgspec.structs.replace(loaded.public, port=0),
    )


@pytest.fixture
def hall(settings: Settings) -> Iterator[Application]:
    app = Application(settings, Pace(begins_wall=ELEVEN))
    app.start()
    yield app
    app.stop()


def test_the_configuration_has_no_mistakes() -> None:
    assert check(WRITTEN / "hall.toml") == []


def test_the_journal_is_whole_and_its_snapshot_is_what_replaying_gives(settings: Settings) -> None:
    with closing(JournalReader(settings.data_dir / "journal.db")) as reader:
        assert reader.verify() is None
        quick, seq = restore(settings.data_dir / "snapshots", reader)
        replayed, _ = restore(settings.data_dir / "nowhere", reader)
        assert seq == LAST
        assert essence(quick) == essence(replayed)
        assert contradiction(settings.data_dir / "snapshots", reader) is None
        assert {ticket.state for ticket in quick.tickets.values()} >= {"waiting", "called", "served", "cancelled"}
        report = day_report(DAY, reader.of_day(DAY))
    assert (report.tickets, report.served, report.undone) == (7, 2, 1)


def test_accounts_are_made_and_the_first_administrator_is_invited(settings: Settings, hall: Application) -> None:
    assert (settings.data_dir / "accounts.db").stat().st_mode & 0o777 == 0o600
    assert hall.first_invitation().startswith(f"{hall.staff_url}/invitation#")
    assert not hall.accounts.attended("1"), "its pads wait for a log-in"


def test_the_hall_goes_on_with_the_next_number_and_knows_keys_persons_and_promises(hall: Application) -> None:
    again = hall.core.ask(Request(c.IssueTicket(services=("enquiry",), token="t"), "kiosk:1", "k1", "p"), 10)
    assert isinstance(again, Accepted)
    assert again.repeated
    drawn = hall.core.ask(Request(c.IssueTicket(services=("enquiry",), token="new-token"), "kiosk:1"), 10)
    assert isinstance(drawn, Accepted)
    event = drawn.events[0].event
    assert isinstance(event, e.TicketIssued)
    assert event.number == "A008"
    holder = next(t.subject for t in hall.core.hall.tickets.values() if t.subject)
    assert hall.vault.get(holder) == {"name": "无名", "phone": "", "id_number": ""}
    hall.stop()
    zone = ZoneInfo(hall.settings.plan.timezone)
    with closing(PromiseLedger(hall.settings.data_dir / "promises.db", zone)) as ledger:
        assert sum(cell.n for cell in ledger.cells(DAY, DAY)) == 8
