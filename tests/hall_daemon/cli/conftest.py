"""A configuration, and a data folder on which a hall once ran for two days."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.snapshots import SnapshotKeeper
from hall_daemon.app.core import Core
from hall_daemon.app.record import Accepted, Recorded, Request
from hall_daemon.config import load
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from tests.bench.daemon import write_config
from tests.hall_daemon.app.in_memory import DAY_MS, HandClock


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "hall.toml"
    write_config(path, mqtt="off")
    return path


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory, config: Path) -> Path:
    """Monday: three came, the second one was picked; Tuesday: one. Read only: use `data` to change it."""
    folder = tmp_path_factory.mktemp("ran")
    clock, hall, journal = HandClock(), Hall(), Journal(folder / "journal.db")
    reader = journal.reader()
    keeper = SnapshotKeeper(folder / "snapshots", reader, 0)
    batches: list[Recorded] = []
    plan = load(config).plan
    plan.pick_reasons["urgent"] = plan.name
    core = Core(plan, hall, journal, clock, on_batch=lambda rows: keeper(hall, rows, clock.now()))
    answers: list[object] = []
    tokens = iter(range(100))

    def do(*commands: c.Command) -> None:
        for command in commands:
            core.submit(Request(command, "test"), answers.append)
            core.step()
            assert isinstance(answers[-1], Accepted), answers[-1]
            batches.extend(answers[-1].events)
            clock.forward(60)

    for count in (3, 1):
        core.step()
        for _ in range(count):
            do(c.IssueTicket(services=("one",), token=f"token-{next(tokens)}"))
        do(c.OpenWindow("1", "ann"), c.CallNext("1"), c.Start("1"), c.Finish("1"))
        if count == 3:
            do(c.CallTicket("1", "2026-11-23-A003", "urgent"), c.Finish("1"))
        clock.forward(DAY_MS / 1000)
    reader.close()
    journal.close()
    return folder


@pytest.fixture
def data(ran: Path, tmp_path: Path) -> Path:
    """A copy of `ran` to do anything with."""
    return Path(shutil.copytree(ran, tmp_path / "data"))
