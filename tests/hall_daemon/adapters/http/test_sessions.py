"""What a session is worth at the listener itself, page or no page: streams that end with it, windows that go over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from hall_daemon.adapters.accounts.present import origin_token
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.raw import Event, EventReader

PASSWORD = "Right-horse-7"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[LiveHall]:
    with live_hall(tmp_path / "hall", gated=True) as running:
        yield running


class Desk(NamedTuple):
    """A browser that is logged in."""

    hall: LiveHall
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"hall_session={self.token}", "X-Hall-Page": origin_token(self.token)}

    def press(self, path: str, **body: Any) -> requests.Response:
        return requests.post(f"{self.hall.staff.url}/api/v1/{path}", json=body, headers=self.headers, timeout=5)

    def session(self) -> Any:
        return requests.get(f"{self.hall.staff.url}/api/v1/session", headers=self.headers, timeout=5).json()


def desk(hall: LiveHall, number: str = "1024", role: str = "window") -> Desk:
    access, roster = hall.accounts.access, hall.accounts.roster
    if access.store.numbered(number) is None:
        return Desk(hall, access.accept(roster.invite(number, (role,), by="tool:test")[1], PASSWORD, "10.0.0.5")[0])
    return Desk(hall, access.log_in(number, PASSWORD, "", "10.0.0.5")[0])


def until_cut(reader: EventReader) -> Iterator[Event]:
    """What still comes; one that goes on is a timeout of the socket."""
    with suppress(ConnectionError):
        yield from reader


def logged_out(hall: LiveHall, who: Desk) -> None:
    assert who.press("session/end").status_code == 200


def disabled(hall: LiveHall, who: Desk) -> None:
    account = hall.accounts.access.store.numbered("1024")
    assert account is not None
    hall.accounts.roster.change(account, by="staff:admin", disabled=True)


@pytest.mark.parametrize("ends", [logged_out, disabled])
def test_a_stream_ends_with_its_session(hall: LiveHall, ends: Callable[[LiveHall, Desk], None]) -> None:
    who = desk(hall)
    with EventReader(hall.staff.port, "/api/v1/events?after=0", headers=who.headers) as reader:
        assert next(iter(reader)).kind == "DayOpened"
        ends(hall, who)
        seen = hall.core.seq
        assert all(event.id is None or event.id <= seen for event in until_cut(reader))
    again = requests.get(f"{hall.staff.url}/api/v1/events", headers=who.headers, timeout=5)
    assert (again.status_code, again.json()["code"]) == (401, "log_in_needed")


def test_a_stream_ends_with_a_machine_s_credential_whatever_cookie_comes_with_it(hall: LiveHall) -> None:
    credential = hall.accounts.roster.add_machine("board", "screen", by="tool:test")
    headers = {"Authorization": f"Bearer {credential}", "Cookie": desk(hall).headers["Cookie"]}
    with EventReader(hall.staff.port, "/api/v1/events?after=0", headers=headers) as reader:
        assert next(iter(reader)).kind == "DayOpened"
        hall.accounts.roster.remove_machine("board", by="tool:test")
        assert {event.kind for event in until_cut(reader)} <= {"beat", "devices"}


def test_whoever_was_taken_over_presses_there_no_more(hall: LiveHall) -> None:
    first, second = desk(hall), desk(hall, "2005")
    assert first.press("windows/1/open", staff="x").status_code == 200
    assert second.press("windows/1/call-next").json()["code"] == "not_your_window"
    assert second.press("windows/1/open", staff="x").json()["code"] == "window_taken"
    assert first.session()["window"] == "1"
    assert second.press("windows/1/open", staff="x", take_over=True).status_code == 200
    assert (first.session()["window"], second.session()["window"]) == ("", "1")
    assert first.press("windows/1/close").json()["code"] == "not_your_window"


@pytest.mark.parametrize("press", ["transfer", "cancel"])
def test_what_a_window_has_before_it_is_moved_by_that_window_alone(hall: LiveHall, press: str) -> None:
    first, second, leader = desk(hall), desk(hall, "2005"), desk(hall, "3001", "shift_leader")
    body = {"to_window": "2"} if press == "transfer" else {}
    assert first.press("windows/1/open", staff="x").status_code == 200
    assert second.press("windows/2/open", staff="x").status_code == 200
    drawn = [first.press("tickets", service="idcard").json()["ticket"] for _ in range(3)]
    assert second.press(f"tickets/{drawn[2]}/{press}", **body).status_code == 200, "who waits is everybody's"
    assert first.press("windows/1/call-next").json()["ticket"] == drawn[0]
    refused = second.press(f"tickets/{drawn[0]}/{press}", **body).json()
    assert refused["code"] == "not_your_window"
    assert first.press(f"tickets/{drawn[0]}/{press}", **body).status_code == 200
    assert first.press("windows/1/call-next").json()["ticket"] == drawn[1]
    assert leader.press(f"tickets/{drawn[1]}/{press}", **body).status_code == 200, "who supervises may"


def test_whoever_comes_back_finds_the_own_window_as_it_was_left(hall: LiveHall) -> None:
    before = desk(hall)
    before.press("windows/1/open", staff="x")
    assert before.press("windows/1/pause", reason="break").status_code == 200
    after = desk(hall)
    assert after.press("windows/1/call-next").json()["code"] == "not_your_window"
    assert after.press("windows/1/open", staff="x").json()["events"] == []
    assert hall.follower.read(lambda replica: replica.window("1").status) == "paused"
    assert after.press("windows/1/open", staff="x").json()["events"] == ["WindowOpened"], "and now it ends the pause"
    assert (before.session()["window"], after.session()["window"]) == ("", "1")
