"""Guessing and stuffing over HTTP: nothing is hit, it costs little, and whoever works here gets in meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.accounts.audit import Search
from hall_daemon.adapters.accounts.proofs import hashed
from hall_daemon.staff.account import Machine, Session
from hall_daemon.web.limits import PUBLIC_LIMITS
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.rights_scene import People

PASSWORD = "Correct-horse-7"
# Any address of 127/8 reaches a listener at 127.0.0.1, and is another one to it.
DESK, ATTACKER = "127.0.0.5", "127.0.0.66"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[LiveHall]:
    with live_hall(tmp_path / "hall", gated=True, public_limits=PUBLIC_LIMITS._replace(by_subject=None)) as running:
        yield running


class FromAddress(requests.adapters.HTTPAdapter):
    """Connections come from this address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **more)  # type: ignore[no-untyped-call]


def at(address: str) -> requests.Session:
    session = requests.Session()
    session.mount("http://", FromAddress(address))
    return session


def log_in(hall: LiveHall, session: requests.Session, number: str, password: str) -> str:
    """`in`, or the code of the refusal."""
    said = session.post(
        hall.staff.url + "/api/v1/session", json={"number": number, "password": password}, timeout=10
    )
    return "in" if said.status_code == 200 else str(said.json()["code"])


def invited(hall: LiveHall, *numbers: str) -> None:
    for number in numbers:
        _, code = hall.accounts.roster.invite(number, ("window",), by="tool:test")
        hall.accounts.access.accept(code, PASSWORD, DESK)


class _Counting(dict[str, Any]):
    """Counts how often it is asked."""

    asked = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.asked += 1
        return super().get(key, default)


def test_a_million_tokens_hit_nothing_and_each_is_one_look_up(tmp_path: Path) -> None:
    """However many sessions and machines there are: nothing is searched through."""
    with live_hall(tmp_path / "hall", gated=True, start_core=False) as hall:
        access: Access = hall.accounts.access
        sessions, machines = _Counting(), _Counting()
        for n in range(2000):
            token = hashed(f"session {n}")
            sessions[token] = Session(token=token, account="a", window="", made=0, seen=0, origin="")
            machines[f"kiosk-{n}"] = Machine(id=f"kiosk-{n}", role="kiosk", secrets=(hashed(f"machine {n}"),))
        access.store._sessions.values, access.store._machines.values = sessions, machines
        rng = Random(9)
        for n in range(500_000):
            guess = f"{rng.getrandbits(256):064x}"
            assert access.person(guess) is None
            assert access.machine(f"kiosk-{n % 2000}.{guess}") is None
        assert (sessions.asked, machines.asked) == (500_000, 500_000)
        assert access._seen == {}, "a guess leaves nothing behind"
        assert access.machine("kiosk-7.machine 7") is not None, "the right one is right"


def test_tokens_over_http_hit_nothing(hall: LiveHall, tmp_path: Path) -> None:
    people = People(hall, tmp_path / "elsewhere")
    people.logged_in(people.account("window"))
    session = requests.Session()
    for _ in range(300):
        token = secrets.token_urlsafe(32)
        cookie = {"Cookie": f"hall_session={token}"}
        as_cookie = session.get(hall.staff.url + "/api/v1/hall", headers=cookie, timeout=10)
        as_phone = session.get(f"{hall.public.url}/api/v1/tickets/by-token/{token[:24]}", timeout=10)
        assert (as_cookie.status_code, as_phone.status_code) == (401, 404)
    people.close()


def test_one_address_that_stuffs_many_numbers_waits_and_no_account_does(hall: LiveHall) -> None:
    invited(hall, *map(str, range(1000, 1030)))
    attacker = at(ATTACKER)
    said = [log_in(hall, attacker, str(number), "Wrong-horse-77") for number in range(1000, 1030)]
    assert said == ["log_in_refused"] * 20 + ["log_in_waits"] * 10
    assert log_in(hall, attacker, "1029", PASSWORD) == "log_in_waits", "not even with the right one"
    assert [log_in(hall, at(DESK), str(number), PASSWORD) for number in range(1000, 1030)] == ["in"] * 30


def test_nobody_is_locked_out_of_the_usual_desk(hall: LiveHall) -> None:
    """Wrong passwords for one account from many addresses: only addresses wait from which it never logged in."""
    invited(hall, "1024", "1025")
    assert log_in(hall, at(DESK), "1024", PASSWORD) == "in"
    for n in range(1, 31):
        log_in(hall, at(f"127.0.1.{n}"), "1024", "Wrong-horse-77")
    assert log_in(hall, at("127.0.2.1"), "1024", PASSWORD) == "log_in_waits"
    assert log_in(hall, at(DESK), "1024", PASSWORD) == "in"
    assert log_in(hall, at("127.0.2.1"), "1025", PASSWORD) == "in", "nobody else waits there"


def test_a_forwarded_address_is_believed_of_nobody(hall: LiveHall) -> None:
    """Else one machine would be a thousand addresses."""
    invited(hall, "1024")
    attacker = at(ATTACKER)
    for n in range(20):
        attacker.headers["X-Forwarded-For"] = attacker.headers["X-Real-IP"] = f"10.0.0.{n}"
        attacker.headers["Forwarded"] = f"for=10.0.0.{n}"
        log_in(hall, attacker, f"99{n}", "Wrong-horse-77")
    assert log_in(hall, attacker, "1024", PASSWORD) == "log_in_waits"
    hall.accounts.access.audit.write()
    rows = hall.accounts.access.audit.find(Search("log_in_refused"))
    assert {row.origin for row in rows} == {ATTACKER}
