"""The accounts of a hall that runs: which pads work, and what commands beside it prove themselves with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from hall_daemon.adapters.accounts.files import ACCOUNTS, OWN
from hall_daemon.adapters.accounts.present import Present
from hall_daemon.adapters.accounts.service import AccountService
from tests.hall_daemon.adapters.accounts.people import HERE, PASSWORD
from tests.plain_hall import CHEAP

IDLE_S = CHEAP.idle_min * 60


class Clock:
    s = 1_790_000_000.0

    def wall(self) -> int:
        return int(self.s * 1000)

    def monotonic(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[AccountService]:
    said = msgspec.structs.replace(CHEAP, pads_without_login=("3",))
    found = AccountService(tmp_path, said, clock.wall, clock.monotonic)
    yield found
    found.stop()


def clerk_at(service: AccountService, window: str) -> tuple[str, Present]:
    _, code = service.roster.invite("1024", ("window",), by="tool:test")
    token, present = service.access.accept(code, PASSWORD, HERE)
    service.access.sit_down(present, window)
    return token, present


def test_a_pad_works_while_its_clerk_is_logged_in(service: AccountService) -> None:
    assert not service.attended("1")
    _, present = clerk_at(service, "1")
    assert (service.attended("1"), service.attended("2")) == (True, False)
    service.access.log_out(present, HERE)
    assert not service.attended("1")


def test_a_press_at_the_pad_keeps_the_log_in(service: AccountService, clock: Clock) -> None:
    token, _ = clerk_at(service, "1")
    for _ in range(3):
        clock.s += IDLE_S * 0.7
        assert service.attended("1"), "pressed"
        service.look()
    assert service.access.person(token) is not None
    clock.s += IDLE_S + 1
    assert not service.attended("1"), "nobody pressed for so long"
    assert service.access.person(token) is None


def test_a_window_that_does_without_is_named(service: AccountService, tmp_path: Path, clock: Clock) -> None:
    assert service.attended("3")
    assert service.health()["pads_without_login"] == "ok: windows 3"
    with closing(_Closing(AccountService(tmp_path, CHEAP, clock.wall, clock.monotonic))) as other:
        assert "pads_without_login" not in other.service.health()
        assert not other.service.attended("3")


def test_commands_beside_a_hall_have_a_credential_until_its_next_start(service: AccountService, tmp_path: Path) -> None:
    service.start()
    file = tmp_path / OWN
    assert file.stat().st_mode & 0o777 == 0o600
    first = file.read_text().strip()
    actor = service.access.machine(first)
    assert actor is not None
    may = [right for right in ("supervise", "appoint", "audit", "see_person") if actor.may(right)]
    assert (actor.id, may) == ("tool:command-line", ["supervise"])
    service.start()
    assert service.access.machine(first) is None
    assert service.access.machine(file.read_text().strip()) is not None


def test_a_hall_that_cannot_leave_it_starts_all_the_same(
    service: AccountService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / OWN).mkdir()
    service.start()
    assert "commands as hall day are not let in" in caplog.text
    assert service.health()["accounts"] == "ok"


def test_a_hall_whose_accounts_somebody_else_holds_starts_all_the_same(
    service: AccountService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service.access.store._conn.execute("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(tmp_path / ACCOUNTS)) as other:
        other.execute("BEGIN EXCLUSIVE")
        service.start()
        assert service.first_code() == ""
    assert "commands as hall day are not let in" in caplog.text
    assert "nobody is invited until the next start" in caplog.text
    assert service.first_code() != ""


class _Closing:
    def __init__(self, service: AccountService) -> None:
        self.service, self.close = service, service.stop
