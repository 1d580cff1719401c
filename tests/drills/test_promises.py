"""The promise ledger over kills: kill -9 of the child that estimates waits, or of the whole hall, while people draw
numbers. What each answer said is what the ledger holds, or it says that it does not know; nothing counts twice, and
the figures that are published are those that the journal and the answers give."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import requests

from hall_daemon.domain import events as e
from tests.drills.invariants import assert_sound, happened
from tests.drills.stand import WINDOWS, Hall, Stand, process_file, wait_until
from tests.hall_daemon.adapters.waits.promise_rows import promise_row
from tests.hall_daemon.cli.words import hall as command

DRAWN = 12
KNOWN_S = 40.0
WRITTEN_S = 15.0

Waits = dict[str, dict[str, Any]]


def draw(hall: Hall, told: Waits) -> str:
    answer = hall.post("tickets", {"service": "one"})
    assert answer.status_code == 201, answer.text
    told[answer.json()["ticket"]] = answer.json()["wait"]
    return str(answer.json()["token"])


def serve(hall: Hall, times: int) -> None:
    for _ in range(times):
        for window in WINDOWS:
            hall.post(f"windows/{window}/call-next")


def row(data: Path, ticket: str) -> dict[str, Any] | None:
    return promise_row(data / "promises.db", ticket)


def written(data: Path, ticket: str) -> bool:
    found = row(data, ticket)
    return found is not None and found["said"] != "not_recorded"


def known(hall: Hall) -> bool:
    return "p50_s" in hall.get("queues/a")["queue"]["wait"]


def of_phone(hall: Hall, token: str) -> dict[str, Any]:
    answer = requests.get(f"{hall.public}/api/v1/tickets/by-token/{token}", timeout=10)
    return dict(answer.json()["wait"])


def test_what_was_told_is_kept_over_kills_and_counted_once(tmp_path: Path) -> None:
    told: Waits = {}
    with Stand(tmp_path, mqtt="off") as stand:
        with stand.hall() as hall:
            hall.open()
            wait_until(lambda: known(hall), KNOWN_S, "a range is known")
            tokens = [draw(hall, told) for _ in range(DRAWN)]
            # The phone says what the answer said, a moment nearer.
            assert of_phone(hall, tokens[0]).keys() >= {"p10_s", "p50_s", "p90_s"}
            (child,) = [pid for pid in hall.children("python") if "waits.worker" in process_file(pid, "cmdline")]
            os.kill(child, signal.SIGKILL)
            tokens += [draw(hall, told) for _ in range(DRAWN)]
            serve(hall, 4)
            last = list(told)[-1]
            wait_until(lambda: written(stand.data, last), WRITTEN_S, "the ledger has the last ticket")
            draw(hall, told)
            hall.kill()
        before = {ticket: row(stand.data, ticket) for ticket in told}
        with stand.hall() as hall:
            wait_until(lambda: known(hall), KNOWN_S, "a range is known again")
            for _ in range(DRAWN):
                draw(hall, told)
            serve(hall, 8)
            last = list(told)[-1]
            wait_until(lambda: written(stand.data, last), WRITTEN_S, "the ledger has the last ticket")
            wait_until(
                lambda: requests.get(f"{hall.public}/api/v1/accuracy", timeout=10).json()["data"]["spans"],
                KNOWN_S, "the page has figures",
            )
            assert hall.health()["promises"] == "ok"
        assert_sound(stand.data, stand.settings)
        assert_kept(stand.data, told, before)
        report = command("report", "--data", str(stand.data), "--config", str(stand.config), "--json").json
    assert_counted(stand.data, told, report["promises"])


def assert_kept(data: Path, told: Waits, before: dict[str, dict[str, Any] | None]) -> None:
    """What the answer said is what the ledger holds; at most the moment before the kill is missing, and says so."""
    unknown = []
    for ticket, wait in told.items():
        found = row(data, ticket)
        assert found is not None
        if found["said"] == "not_recorded":
            unknown.append(ticket)
        else:
            assert (found["p10_s"], found["p50_s"], found["p90_s"]) == tuple(
                wait.get(name) for name in ("p10_s", "p50_s", "p90_s")
            )
            assert found["said"] == wait.get("unknown", "range")
        earlier = before.get(ticket)
        if earlier is not None:
            promise = ("said", "p10_s", "p50_s", "p90_s", "hour", "service")
            assert [found[name] for name in promise] == [earlier[name] for name in promise]
    assert len(unknown) <= 1


def assert_counted(data: Path, told: Waits, report: dict[str, Any]) -> None:
    """The report's figures, worked out again from the journal and the answers alone."""
    drawn = {event.ticket: recorded.tick for recorded, event in happened(data, e.TicketIssued)}
    called: dict[str, int] = {}
    for recorded, event in happened(data, e.TicketCalled):
        called.setdefault(event.ticket, recorded.tick)
    lost = report["total"]["unknown"].get("not_recorded", 0)
    waited = [
        (told[ticket], tick - drawn[ticket])
        for ticket, tick in called.items()
        if "p50_s" in told[ticket] and row(data, ticket)["said"] == "range"  # type: ignore[index]
    ]
    total = report["total"]
    assert total["tickets"] == len(drawn) == len(told)
    assert total["scored"] == len(waited) > DRAWN
    assert lost <= 1
    held = sum(wait["p10_s"] * 1000 <= ms <= wait["p90_s"] * 1000 for wait, ms in waited)
    late = [ms / 1000 - wait["p50_s"] for wait, ms in waited]
    assert total["share_held"] == round(held / len(waited), 3)
    assert total["bias_s"] == round(sum(late) / len(late))
    assert total["mean_error_s"] == round(sum(map(abs, late)) / len(late))
    assert sum(figures["scored"] for figures in report["hours"].values()) == total["scored"]
    assert sum(figures["scored"] for figures in report["services"].values()) == total["scored"]
