"""One source cannot use up what is for all: numbers a minute, a share of a day's cap, numbers of one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from hall_daemon.adapters.http.draw_limits import DrawLimits, Drawn, DrawRules
from hall_daemon.adapters.http.servers import staff_server
from hall_daemon.domain import plan as p
from hall_daemon.web.endpoint import Fault
from hall_daemon.web.server import HttpServer
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall, small_plan

RULES = DrawRules(a_minute=30, share=0.9, each_person=2)
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


@pytest.fixture
def hall(tmp_path: Path, seconds: list[float]) -> Iterator[LiveHall]:
    plan = small_plan()
    scarce = replace(plan.services["scarce"], daily_cap=20)
    services: dict[str, p.Service] = {**plan.services, "scarce": scarce}
    with live_hall(
        tmp_path / "hall", replace(plan, services=services), draws=RULES, monotonic=lambda: seconds[-1]
    ) as running:
        yield running


def draw(hall: LiveHall, by: str, service: str = "idcard", key: str = "") -> str:
    """The number, or the code of the refusal."""
    headers = {"X-Hall-Client": by, **({"Idempotency-Key": key} if key else {})}
    said: dict[str, Any] = requests.post(
        hall.staff.url + "/api/v1/tickets", json={"service": service}, headers=headers, timeout=10
    ).json()
    return str(said.get("number") or said["code"])


def test_a_flood_from_one_kiosk_leaves_the_others_their_numbers(hall: LiveHall) -> None:
    flood = [draw(hall, "kiosk:1", "scarce") for _ in range(25)]
    assert flood[:18] == [f"A{n:03}" for n in range(1, 19)]
    assert set(flood[18:]) == {"source_full"}
    assert draw(hall, "kiosk:1") == "A019", "another matter has no cap"
    assert [draw(hall, by, "scarce") for by in ("kiosk:2", "staff:a", "staff:a")] == ["A020", "A021", "service_full"]


def test_a_restart_forgets_no_flood(hall: LiveHall, tmp_path: Path, seconds: list[float]) -> None:
    for _ in range(17):
        draw(hall, "kiosk:1", "scarce")
    reader = hall.journal.reader()
    drawn = Drawn.of(hall.follower.read(lambda replica: replica.day), reader.all())
    reader.close()
    limits = DrawLimits(hall.plan, RULES, drawn, b"key", lambda: seconds[-1])
    limits.check("kiosk:1", ("scarce",), "", drawn.day)
    with pytest.raises(Fault, match="source_full"):
        DrawLimits(hall.plan, RULES._replace(share=0.8), drawn, b"key", lambda: 0.0).check(
            "kiosk:1", ("scarce",), "", drawn.day
        )
    limits.check("kiosk:1", ("scarce",), "", "2026-11-25")
    limits.check("kiosk:2", ("scarce",), "", drawn.day)


def test_a_repeat_of_the_last_number_is_no_new_one(hall: LiveHall) -> None:
    drawn = [draw(hall, "kiosk:1", "scarce", f"key-{n}") for n in range(18)]
    assert draw(hall, "kiosk:1", "scarce", "key-17") == drawn[-1]
    assert draw(hall, "kiosk:1", "scarce", "key-18") == "source_full"
    assert draw(hall, "kiosk:2", "scarce", "key-17") == "A019", "another one's key"


def test_so_many_a_minute(hall: LiveHall, seconds: list[float]) -> None:
    flood = [draw(hall, "kiosk:1") for _ in range(40)]
    assert flood.count("rate_limited") == 10
    assert draw(hall, "kiosk:2") == "A031"
    seconds.append(2.0)
    assert [draw(hall, "kiosk:1") for _ in range(2)] == ["A032", "rate_limited"]
    assert [draw(hall, "tool:crowd") for _ in range(40)][-1] == "A072", "whoever gave a tool the right meant it"


def test_a_person_holds_so_many_numbers_a_day(hall: LiveHall) -> None:
    def name(ticket: str) -> tuple[int, str]:
        answer = requests.post(
            f"{hall.staff.url}/api/v1/tickets/{ticket}/holder",
            json={"name": "张小三", "phone": "", "id_number": ID_NUMBER}, timeout=10,
        )
        return answer.status_code, answer.json().get("code", "")

    one, two, three = (draw(hall, f"kiosk:{n}") for n in range(3))
    assert [name(each) for each in (one, two, two, three, one)] == [
        (200, ""), (200, ""), (200, ""), (409, "person_full"), (200, "")
    ]


def test_a_restart_forgets_nobodys_numbers(hall: LiveHall) -> None:
    def name(server: HttpServer, ticket: str) -> int:
        body = {"name": "张小三", "phone": "", "id_number": ID_NUMBER}
        return requests.post(f"{server.url}/api/v1/tickets/{ticket}/holder", json=body, timeout=10).status_code

    tickets = [draw(hall, f"kiosk:{n}") for n in range(3)]
    assert [name(hall.staff, each) for each in tickets[:2]] == [200, 200]
    again = staff_server(hall.behind, "127.0.0.1", 0)
    again.start()
    try:
        assert [name(again, each) for each in (tickets[2], tickets[0])] == [409, 200]
    finally:
        again.stop()
