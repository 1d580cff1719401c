"""What it costs to ask who may: a press behind the gate beside one without, a log-in, and presses while many log in.

`python -m tests.bench.access open|real FOLDER` is one of the two halls of the first figure, in a process of its own.
They differ by their gate alone.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests

from hall_daemon.adapters.accounts.files import open_accounts
from hall_daemon.adapters.accounts.proofs import Passwords
from hall_daemon.adapters.http.draw_limits import DrawRules
from hall_daemon.config.settings import Access
from tests.bench.client import drive, percentile, stand_aside
from tests.bench.daemon import Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws, turns
from tests.hall_daemon.adapters.http.halls import live_hall

ROUNDS = 11
STORMS = 6
PRESSES = 3000
CLIENTS = 4
LOG_INS = 60
# Of a hundred presses a second: more than any hall sees, and no loop that waits for nothing but itself.
PACED, PACE_S = 1000, 0.01
TRIED_A_SECOND = 20
SEEN_S = 1.0
PASSWORD = "Right-horse-7"
# Nobody logs in more often than a person may: then each log-in would end an older one, on the disk.
NUMBERS = tuple(str(1000 + at) for at in range(100))


@dataclass(frozen=True)
class Door:
    """What `drive` has to know of a hall."""

    address: tuple[str, int]
    proof: dict[str, str]


def run(folder: Path) -> list[Figure]:
    return [_gate(folder), *_log_ins(folder)]


# -- the gate ------------------------------------------------------------------------------------------


def _gate(folder: Path) -> Figure:
    with _hall("open", folder) as without, _hall("real", folder) as behind:
        rounds = []
        for _ in range(ROUNDS):
            open_, real, again = (_seconds(door) for door in (without, behind, without))
            rounds.append((real, (open_ + again) / 2))
    ours, theirs = sorted(rounds, key=lambda each: each[0] / each[1])[ROUNDS // 2]
    return Figure(
        f"a press by a person who is logged in, {CLIENTS} clients", ours * 1e6, "us",
        f"{theirs * 1e6:,.0f} us without a gate", ours / theirs, "<= 1.05",
    )


def _seconds(door: Door) -> float:
    """Of one press among many."""
    result = drive(door, lambda: [draws(PRESSES // CLIENTS, "tax") for _ in range(CLIENTS)])  # type: ignore[arg-type]
    assert not result.refused, result.refused
    return result.wall_s / len(result.bodies)


@contextmanager
def _hall(gate: str, folder: Path) -> Iterator[Door]:
    words = [sys.executable, "-m", "tests.bench.access", gate, str(folder / gate)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        host, port, proof = json.loads(process.stdout.readline())
        yield Door((host, port), proof)
    finally:
        process.communicate(timeout=30)  # its standard input ends, and so does it


def _serve(gate: str, folder: Path) -> None:
    with live_hall(folder, gated=gate == "real", draws=DrawRules(a_minute=1_000_000)) as hall:
        _, code = hall.accounts.roster.invite(NUMBERS[0], ("window",), by="tool:bench")
        body = {"code": code, "password": PASSWORD}
        answer = requests.post(f"{hall.staff.url}/api/v1/invitation", json=body, timeout=10)
        proof = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0], "X-Hall-Page": answer.json()["page"]}
        print(json.dumps(["127.0.0.1", hall.staff.port, proof]), flush=True)
        sys.stdin.read()


# -- log-ins -------------------------------------------------------------------------------------------


def _log_ins(folder: Path) -> list[Figure]:
    config, data = folder / "hall.toml", folder / "data"
    write_config(config, mqtt="off")
    cost = Access()
    with Daemon(config, data) as hall:
        _people(data, cost)
        _until_known(hall)
        alone = drive(hall, lambda: [_tries(LOG_INS)])
        assert not alone.refused, alone.refused
        quiet: list[float] = []
        beside: list[float] = []
        answered = Counter[str]()
        drive(hall, lambda: [draws(200)])
        for _ in range(STORMS):
            quiet += drive(hall, lambda: [turns(PACED)], pace_s=PACE_S).latencies
            with _many_log_in(hall, answered):
                beside += drive(hall, lambda: [turns(PACED)], pace_s=PACE_S).latencies
    p50, p99 = (percentile(alone.latencies, share) * 1000 for share in (0.5, 0.99))
    yardstick, ours = (percentile(each, 0.99) * 1000 for each in (quiet, beside))
    return [
        Figure(
            f"a log-in, argon2id of {cost.argon2_passes} passes over {cost.argon2_mib} MiB, p99", p99, "ms",
            note=f"p50 {p50:.0f} ms",
        ),
        Figure(
            f"a press while {TRIED_A_SECOND} log-ins a second are tried, p99", ours, "ms",
            f"{yardstick:.2f} ms while nobody does", ours / yardstick, "<= 1.25",
            note=", ".join(f"{count} {what}" for what, count in sorted(answered.items())),
        ),
    ]


def _people(data: Path, cost: Access) -> None:
    files = open_accounts(data, lambda: int(time.time() * 1000))
    try:
        hash_ = Passwords(cost.argon2_passes, cost.argon2_mib).hash(PASSWORD)
        for number in NUMBERS:
            account, _ = files.roster.invite(number, ("window",), by="tool:bench")
            files.store.put(replace(account, password=hash_, changed=int(time.time() * 1000)))
    finally:
        files.close()


def _until_known(hall: Daemon) -> None:
    give_up_at = time.monotonic() + 10
    while drive(hall, lambda: [_tries(1)]).refused:
        assert time.monotonic() < give_up_at, "the hall does not see the account"
        time.sleep(SEEN_S)  # a few refusals in a row, and the account would have to wait


def _tries(count: int) -> Iterator[Any]:
    for at in range(count):
        yield "/api/v1/session", json.dumps({"number": NUMBERS[at], "password": PASSWORD}).encode()


def _log_in(url: str, number: str) -> str:
    body = {"number": number, "password": PASSWORD}
    status = requests.post(f"{url}/api/v1/session", json=body, timeout=60).status_code
    return "logged in" if status == 200 else "told to come back"


@contextmanager
def _many_log_in(hall: Daemon, answered: Counter[str]) -> Iterator[None]:
    """TRIED_A_SECOND times a second, from a process of their own, as long as the block lasts; counts what they were
    answered, once all were."""
    context = multiprocessing.get_context("fork")
    ends, said = context.Event(), context.SimpleQueue()
    storm = context.Process(target=_storm, args=(hall.http, ends, said))
    storm.start()
    try:
        yield
    finally:
        ends.set()
        answered.update(said.get())
        storm.join(10)


def _storm(url: str, ends: Any, said: Any) -> None:
    answers: list[str] = []
    stand_aside(os.SCHED_IDLE)
    threads: list[threading.Thread] = []
    people = itertools.cycle(NUMBERS)

    def log_in(number: str) -> None:
        answers.append(_log_in(url, number))

    while not ends.wait(1 / TRIED_A_SECOND):
        threads.append(threading.Thread(target=log_in, args=(next(people),), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(60)
    said.put(Counter(answers))


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]))
