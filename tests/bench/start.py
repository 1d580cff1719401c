"""How soon a hall answers, cold and with a year behind it; what that costs in memory and in rate."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.snapshots import SnapshotKeeper
from hall_daemon.adapters.system.process import tune
from hall_daemon.app.core import Core
from hall_daemon.app.record import Request
from hall_daemon.config import load
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from tests.bench.client import drive, percentile
from tests.bench.daemon import Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws

EVENTS = 1_000_000
TICKETS_A_DAY = 1300
DAY_MS = 86_400_000
BEGINS = 1_704_038_400_000  # 2024-01-01 in Shanghai
DRAWS = 12_000
ROUNDS = 3
WAITING = 8000
KILLS = 50
READY_S = 2


class _Calendar:
    """A clock that we move: a business day of events after another."""

    def __init__(self) -> None:
        self.wall = BEGINS

    def now(self) -> Moment:
        return Moment(self.wall, self.wall)

    def step(self) -> int:
        return 0


def make_year(config: Path, data: Path) -> int:
    """A journal of a million events, drawn, called, served and closed day by day by the real core."""
    tune()
    data.mkdir(parents=True)
    plan = load(config).plan
    journal, clock = Journal(data / JOURNAL), _Calendar()
    reader = journal.reader()
    keeper = SnapshotKeeper(data / SNAPSHOTS, reader, 0)
    hall = Hall()

    def view(batch: Any) -> None:
        keeper(hall, batch, clock.now())

    core = Core(plan, hall, journal, clock, on_batch=view)
    token = 0
    while journal.seq < EVENTS:
        clock.wall += 9 * 3_600_000
        for _ in range(TICKETS_A_DAY):
            token += 1
            core.submit(Request(c.IssueTicket(services=("one",), token=f"{token:024d}"), "bench"), _ignore)
        core.submit(Request(c.OpenWindow("1", "staff"), "bench"), _ignore)
        for _ in range(TICKETS_A_DAY):
            for command in (c.CallNext("1"), c.Start("1"), c.Finish("1")):
                core.submit(Request(command, "bench"), _ignore)
        while core.depth:
            core.step()
            clock.wall += 1000
        clock.wall += DAY_MS - (clock.wall - BEGINS) % DAY_MS
    journal.close()
    reader.close()
    return journal.seq


def _ignore(answer: object) -> None:
    return None


def after_kills(folder: Path) -> list[float]:
    """Seconds from exec to ready, each time after a kill, while `WAITING` people wait."""
    config, data = folder / "kills.toml", folder / "kills"
    write_config(config)
    took: list[float] = []
    for start in range(KILLS + 1):
        with Daemon(config, data) as hall:
            if start:
                took.append(hall.started_s)
            else:
                assert len(drive(hall, lambda: [draws(WAITING // 32) for _ in range(32)]).bodies) == WAITING
            hall.process.kill()
            hall.process.wait(10)
    return took


def run(folder: Path) -> list[Figure]:
    config = folder / "hall.toml"
    write_config(config)
    begun = time.perf_counter()
    events = make_year(config, folder / "year")
    made_s = time.perf_counter() - begun
    seen: dict[str, list[tuple[float, float, float, float]]] = {"empty": [], "year": []}
    for turn in range(ROUNDS):
        # Side by side, turn about, so that a busy moment of the machine hits both.
        for name, data in (("empty", folder / f"empty-{turn}"), ("year", folder / "year")):
            with Daemon(config, data) as hall:
                memory = hall.memory_mb()
                result = drive(hall, lambda: [draws(DRAWS // 32) for _ in range(32)])
                rate = len(result.bodies) / result.wall_s
                seen[name].append((hall.started_s, memory, rate, percentile(result.latencies, 0.99)))
    start = {name: min(row[0] for row in rows) for name, rows in seen.items()}
    memory = {name: max(row[1] for row in rows) for name, rows in seen.items()}
    rate = {name: max(row[2] for row in rows) for name, rows in seen.items()}
    killed = after_kills(folder)
    return [
        Figure("start to first answer, empty journal", start["empty"], "s"),
        Figure(f"start to first answer, {events:,} events", start["year"], "s", f"{start['empty']:.2f} s empty",
               start["year"] / start["empty"], "", f"journal made in {made_s:.0f} s"),
        Figure(f"start after a kill, {WAITING:,} waiting, p50 of {KILLS}", percentile(killed, 0.5), "s"),
        Figure(f"start after a kill, {WAITING:,} waiting, p99 of {KILLS}", percentile(killed, 0.99), "s", "", None,
               f"<= {READY_S}"),
        Figure("memory of the daemon, empty journal", memory["empty"], "MB"),
        Figure(f"memory of the daemon, {events:,} events", memory["year"], "MB", f"{memory['empty']:.0f} MB empty",
               memory["year"] / memory["empty"]),
        Figure(f"tickets over HTTP with {events:,} events", rate["year"], "/s", f"{rate['empty']:,.0f}/s empty",
               rate["year"] / rate["empty"], ">= 0.95"),
    ]
