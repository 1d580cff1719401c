"""What is not there reads the same to the last byte and costs the same work, whatever it is that is not there. Work is
counted as calls of the hall's own functions; clocks would only tell how busy the machine is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
import requests

from hall_daemon.adapters.accounts.proofs import Passwords
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.raw import Answer, RawReader, connected

# What a listener does by itself ten times a second, and how bytes come in: in as many packets as the client sends.
_OWN = {"on_tick", "overdue"}
_WIRE = "connection.py"
_BEGINS, _ENDS = "asgi_app.py:__call__", "connection.py:answer"


class Work:
    """The calls on the thread `http-public`."""

    def __init__(self) -> None:
        self._calls: list[str] = []

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        here = threading.current_thread().name == "http-public" and "/hall_daemon/" in code.co_filename
        call = f"{Path(code.co_filename).name}:{code.co_name}"
        if event == "call" and here and code.co_name not in _OWN and (call == _ENDS or not call.startswith(_WIRE)):
            self._calls.append(call)

    def taken(self) -> list[str]:
        """Those of the last request, from where it is looked at until its answer is on the wire."""
        calls, self._calls[:] = list(self._calls), []
        return calls[calls.index(_BEGINS) : calls.index(_ENDS)] if _BEGINS in calls else []


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    threading.setprofile(work)
    yield work
    threading.setprofile(None)


@pytest.fixture
def hall(work: Work, tmp_path: Path) -> Iterator[LiveHall]:
    with live_hall(tmp_path / "hall", gated=True) as running:
        yield running


def asked(hall: LiveHall, work: Work, method: str, path: str) -> tuple[Answer, list[str]]:
    """The answer without its date, and the work; in one packet, so that nothing waits for a second one."""
    work.taken()
    with connected(hall.public.port) as sock:
        sock.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        answer = RawReader(sock).answer()
    answer.headers.pop("date")
    return answer, work.taken()


@pytest.mark.parametrize(("method", "after"), [("GET", ""), ("POST", "/cancel"), ("POST", "/return")])
def test_tokens_that_are_none_are_alike(hall: LiveHall, work: Work, method: str, after: str) -> None:
    paths = [f"/api/v1/tickets/by-token/{token}{after}" for token in (
        "x" * 24, "KZ1Mp2nH-OWvRysWZ0Ju9Alf", "A" * 22, "-" * 64, "0" * 36
    )]
    first = asked(hall, work, method, paths[0])
    assert first[0].status == 404
    assert len(first[1]) > 5
    for path in paths:
        assert asked(hall, work, method, path) == first


def test_a_number_that_nobody_has_costs_a_password_too(hall: LiveHall, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bool] = []
    fits = Passwords.fits

    def counted(self: Passwords, stored: str, password: str) -> bool:
        tried.append(bool(stored))
        return fits(self, stored, password)

    monkeypatch.setattr(Passwords, "fits", counted)
    hall.accounts.roster.invite("1024", ("window",), by="tool:test")
    said = {
        requests.post(
            hall.staff.url + "/api/v1/session", json={"number": number, "password": "Wrong-horse-77"}, timeout=10
        ).content
        for number in ("1024", "4711")
    }
    assert len(said) == 1
    assert len(tried) == 2
