"""Sixteen hours of the demo's hall, fast: lunch, close, midnight and a Saturday, with all that people do to it.

The hall is a process with the demo's plan and the demo's crowd; only the wires are as quick as the clock. What came of
it is read from the journal, the rules applied to it once more.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest

from device_drivers.simulators.bench import Bench
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.system.replay_clock import TimeKeeper
from hall_daemon.config import load, simulated
from hall_daemon.domain import events as e
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.credentials import crowd_credential
from hall_daemon.rehearsal.demo_crowd import DemoCrowd, Entrances
from hall_daemon.rehearsal.hall_client import BenchPads, bearer
from hall_daemon.rehearsal.launch import Child, Company, free_ports
from hall_daemon.rehearsal.simulated_hall import PRINTER, Ports, SimulatedHall, build
from tests.system.test_demo import ROOT, until

# A Friday, before lunch. Nobody minds how fast it goes: time waits for whoever is late.
BEGINS = datetime(2026, 11, 27, 11, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOURS = 16
SPEED = 3000.0
FEW, MANY = 2, 12


@dataclass(slots=True)
class FastHall:
    """`at` is the hall's time as hours since the beginning."""

    stage: SimulatedHall
    keeper: TimeKeeper
    bench: Bench
    company: Company
    child: Child
    credential: str = ""

    @property
    def at(self) -> float:
        return (self.keeper.seconds() - BEGINS.timestamp()) / 3600

    def reaches(self, hours: float) -> None:
        until(lambda: self.at >= hours, f"hour {hours} comes", within_s=90.0)

    def start(self) -> Child:
        self.credential = self.credential or crowd_credential(self.stage.settings.data_dir)
        words = (sys.executable, "-m", "hall_daemon.cli", "run", "--config", str(self.stage.config))
        return self.company.start(
            "hall", (*words, "--time-file", str(self.stage.folder / "time")), ready_within_s=30.0
        )

    def press(self, path: str, body: dict[str, Any] | None = None) -> int:
        """The answer's status; 0 while there is no hall."""
        request = Request(
            f"{self.child.ready['http']}/api/v1/windows/{path}",
            json.dumps(body or {}).encode(),
            {"Content-Type": "application/json", **bearer(self.credential)},
        )
        try:
            with urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except (OSError, HTTPException):
            return 0


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[FastHall]:
    plan = simulated(load(ROOT / "config/hall.toml"), tmp_path, dict.fromkeys(("http", "public", "mqtt"), 1111)).plan
    stage = build(plan, tmp_path / "hall", Ports(*free_ports(3)), SPEED, "a fast demo")
    with ExitStack() as parts:
        keeper = TimeKeeper(stage.folder / "time", BEGINS.timestamp(), SPEED)
        parts.callback(keeper.close)
        bench = parts.enter_context(Bench(stage.bench, stage.folder / "devices"))
        company = parts.enter_context(Company(stage.folder / "log"))
        fast = FastHall(stage, keeper, bench, company, None)  # type: ignore[arg-type]
        fast.child = fast.start()
        yield fast


def test_a_day_and_a_night_of_the_demo(hall: FastHall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    stopping, said = threading.Event(), list[str]()
    stage = hall.stage
    pads = {pad: window for window, pad in stage.pads.items()}
    entrances = Entrances(
        staff_url=hall.child.ready["http"], public_url=hall.child.ready["public"], pads=pads,
        pad_keys=BenchPads(hall.bench, stage.pad_places), credential=hall.credential, printer=PRINTER,
    )
    crowd = DemoCrowd(stage.settings.plan, entrances, hall.keeper, stopping, said.append)
    thread = threading.Thread(target=crowd.live, name="crowd")
    thread.start()
    try:
        statuses = disturb(hall)
        hall.reaches(HOURS)
    finally:
        stopping.set()
        thread.join(30.0)

    assert not thread.is_alive()
    assert said == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert crowd.begun <= 2  # the hall was killed once
    assert statuses == dict.fromkeys(("open 4", "call 4", "finish 4", "close 4", "pause 2", "take 1 over"), 200)
    assert "Traceback" not in (stage.folder / "log" / "hall.log").read_text(encoding="utf-8")
    assert_alive(stage)


def disturb(hall: FastHall) -> dict[str, int]:
    """What people do to a demo, hour by hour; the answers that matter."""
    statuses: dict[str, int] = {}
    hall.reaches(2)  # a newcomer gets the spare window at once, and somebody to call
    statuses["open 4"] = hall.press("4/open", {"staff": "newcomer"})
    # Whoever is called may give the number back just then, and there is nobody to finish with.
    statuses["call 4"], statuses["finish 4"] = until(
        lambda: (codes := (hall.press("4/call-next"), hall.press("4/finish"))) == (200, 200) and codes, "one is served"
    )
    statuses["close 4"] = hall.press("4/close")
    hall.reaches(3.5)
    for device in sorted(set(hall.stage.pad_places.values())):
        hall.bench.fault(device, "unplug")
    hall.reaches(3.5 + 2 / 60)  # a press without an answer holds time up: two minutes are long here
    for device in sorted(set(hall.stage.pad_places.values())):
        hall.bench.fault(device, "plug")
    hall.reaches(5)  # a pause that nobody ends
    statuses["pause 2"] = until(lambda: (code := hall.press("2/pause", {"reason": "break"})) == 200 and code, "a pause")
    hall.reaches(7)
    os.kill(hall.child.pid, signal.SIGKILL)
    hall.company.end(hall.child, 5.0)
    hall.child = hall.start()
    hall.reaches(10)  # somebody sits down at a clerk's window, serves for an hour and leaves
    statuses["take 1 over"] = hall.press("1/open", {"staff": "trainee", "take_over": True})
    hall.reaches(11)
    hall.press("1/finish")
    until(lambda: hall.press("1/finish") and hall.press("1/close") == 200, "the trainee goes home")
    return statuses


def assert_alive(stage: SimulatedHall) -> None:
    """Somebody waits nearly always, never a crowd; calls and draws go on to the end, at every window of the crowd."""
    plan = stage.settings.plan
    waits, calls, draws, windows = Counter[int](), Counter[int](), Counter[int](), dict[str, set[int]]()
    with closing(JournalReader(stage.settings.data_dir / "journal.db")) as reader:
        hall, at, n = Hall(), 0, 0
        for row in reader.all():
            if at:
                waits[n] += row.moment.wall - at
            at = row.moment.wall
            evolve(hall, row.event, row.moment)
            n = waiting(plan, hall)
            hour = int((at / 1000 - BEGINS.timestamp()) // 3600)
            if isinstance(row.event, e.TicketCalled):
                calls[hour] += 1
                windows.setdefault(row.event.window, set()).add(hour)
            elif isinstance(row.event, e.TicketIssued):
                draws[hour] += 1
        assert reader.verify() is None
    total = sum(waits.values())
    within = sum(ms for n, ms in waits.items() if FEW <= n <= MANY) / total
    nobody = waits[0] / total
    print(f"within {within:.3f}, nobody {nobody:.4f}, most {max(waits)}; calls by hour {sorted(calls.items())}")
    assert within > 0.85, (within, waits)
    assert nobody < 0.03, (nobody, waits)
    assert max(waits) <= 3 * MANY, waits
    assert all(calls[hour] > 30 for hour in range(HOURS)), calls
    assert all(draws[hour] > 30 for hour in range(HOURS)), draws
    # Paused for ever, or left by somebody who went home, is no window of a living hall.
    assert {window for window, hours in windows.items() if HOURS - 1 in hours} == {"1", "2", "3"}


def waiting(plan: Plan, hall: Hall) -> int:
    return sum(hall.waiting(service) for service in plan.services)
