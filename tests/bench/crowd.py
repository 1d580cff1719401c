"""8 clerks call 20,000 tickets as fast as they can over HTTP while 8 kiosks issue: none twice, none lost, in order."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hall_daemon.adapters.storage.data_folder import JOURNAL
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.config import load
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import choose
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from tests.bench.client import Result, drive, percentile
from tests.bench.daemon import WINDOWS, Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws

TICKETS = 20_000
KIOSKS = 8


def clerk(window: int, share: int) -> Iterator[Any]:
    """Open, then call and finish until `share` tickets are done; nobody waiting means ask again."""
    base = f"/api/v1/windows/{window}"
    yield f"{base}/open", json.dumps({"staff": f"clerk-{window}"}).encode()
    done = 0
    while done < share:
        status, _ = yield f"{base}/call-next", b""
        if status == 200:
            yield f"{base}/finish", b""
            done += 1


def run(folder: Path) -> list[Figure]:
    config = folder / "hall.toml"
    write_config(config)
    with Daemon(config, folder / "data") as hall:
        results: dict[str, Result] = {}

        def kiosks() -> None:
            results["issue"] = drive(hall.address, lambda: [draws(TICKETS // KIOSKS) for _ in range(KIOSKS)])

        thread = threading.Thread(target=kiosks, name="kiosks")
        thread.start()
        share = TICKETS // WINDOWS
        results["call"] = drive(hall.address, lambda: [clerk(n, share) for n in range(1, WINDOWS + 1)], 600.0)
        thread.join(600)
    called = [json.loads(body) for body in results["call"].bodies]
    numbers = [body["number"] for body in called if "TicketCalled" in body["events"]]
    issued = {json.loads(body)["number"] for body in results["issue"].bodies}
    twice, lost = len(numbers) - len(set(numbers)), len(issued - set(numbers))
    wrong = out_of_order(folder / "data", config)
    rate = len(numbers) / results["call"].wall_s
    p99 = percentile(results["issue"].latencies, 0.99) * 1000
    return [
        Figure(f"{WINDOWS} clerks call {TICKETS:,} while {KIOSKS} kiosks issue", rate, "calls/s", "", None, "",
               f"issue p99 {p99:.1f} ms"),
        Figure("tickets called twice", twice, "", "", None, "<= 0"),
        Figure("tickets lost", lost, "", "", None, "<= 0"),
        Figure("calls that a recomputation from the journal would not make", wrong, "", "", None, "<= 0"),
    ]


def out_of_order(data: Path, config: Path) -> int:
    """Replay the journal and ask `choose` again at every call."""
    plan = load(config).plan
    reader = JournalReader(data / JOURNAL)
    hall, wrong = Hall(), 0
    for row in reader.all():
        if isinstance(row.event, e.TicketCalled):
            choice = choose(hall, plan.windows[row.event.window], row.moment, plan.policy)
            wrong += choice is None or choice.ticket.id != row.event.ticket
        evolve(hall, row.event, row.moment)
    reader.close()
    return wrong
