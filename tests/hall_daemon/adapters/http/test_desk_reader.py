"""Logging in by a card on the reader of a window: for its desk alone, and no sooner than by any other card."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
import requests

from device_drivers.events import Code, PersonCard, Read, Reading, Unreadable
from hall_daemon.app.readings import KioskReader, KioskReadings, at_window, places_of
from hall_daemon.config.settings import Bindings, none_of_any_role
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.test_readings import Told
from tests.plain_hall import CHEAP

CARD = "04AABBCC"
ID_CARD = PersonCard(document="resident", number="11010519491231002X", name="张金丝雀")


class Desk:
    def __init__(self, folder: Path, addresses: tuple[str, ...], **access: object) -> None:
        self.readings = KioskReadings({"badge-1": at_window("1")}, lambda: 1000.0, 1)
        self.wanted = threading.Event()
        self.reader = Told("code")
        self.reader.want = self._want  # type: ignore[method-assign]
        self.readings.bind(cast("dict[str, KioskReader]", {"badge-1": self.reader}))
        self._live = live_hall(
            folder, gated=True, said=msgspec.structs.replace(CHEAP, **access), readings=self.readings,
            desks={"1": addresses},
        )

    def __enter__(self) -> Desk:
        self.hall: LiveHall = self._live.__enter__()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._live.__exit__(*exc)

    def _want(self, until_s: float) -> None:
        if until_s:
            self.wanted.set()

    def ask(self, **headers: str) -> requests.Response:
        url = f"{self.hall.staff.url}/api/v1/session/reader"
        return requests.post(url, json={}, headers=headers, timeout=60)

    def lay(self, what: Reading) -> requests.Response:
        """A card on the reader while somebody waits for it."""
        self.wanted.clear()

        def put() -> None:
            if self.wanted.wait(60):
                self.readings.put(Read("badge-1", what))

        laying = threading.Thread(target=put)
        laying.start()
        answer = self.ask()
        laying.join()
        return answer

    def give(self, number: str, card: str, role: str = "window") -> None:
        account, _ = self.hall.accounts.roster.invite(number, (role,), by="tool:test")
        self.hall.accounts.roster.change(account, by="tool:test", card=card)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, ("127.0.0.1",)) as desk:
        yield desk


def test_a_code_or_the_number_of_a_card_that_says_whose_it_is(desk: Desk) -> None:
    desk.give("1024", CARD)
    desk.give("1025", ID_CARD.number)
    for what, number in ((Code(f" {CARD} "), "1024"), (ID_CARD, "1025")):
        answer = desk.lay(what)
        assert (answer.status_code, answer.json()["number"]) == (200, number)
        assert "hall_session=" in answer.headers["set-cookie"]
    assert desk.readings.next_after(at_window("1"), 0, ("code", "card")) is None


@pytest.mark.parametrize("what", [Unreadable("code"), Code("x" * 65), Code("  ")])
def test_what_cannot_be_read_is_nobody_s_mistake(desk: Desk, what: Reading) -> None:
    desk.give("1024", CARD)
    for _ in range(7):
        assert desk.lay(what).status_code == 204
    assert desk.lay(Code(CARD)).status_code == 200


def test_wrong_cards_wait_and_no_card_is_enough_where_two_factors_are_needed(desk: Desk) -> None:
    desk.give("9003", "ADMIN", "auditor")
    said = [desk.lay(Code("ADMIN" if n % 2 else "nobody's")).json()["code"] for n in range(6)]
    assert said == ["log_in_refused"] * 5 + ["log_in_waits"]


@pytest.mark.parametrize("addresses", [("192.168.1.31",), ("::2",), ()])
def test_from_anywhere_else_there_is_no_reader(tmp_path: Path, addresses: tuple[str, ...]) -> None:
    with Desk(tmp_path, addresses) as desk:
        desk.give("1024", CARD)
        view = requests.get(f"{desk.hall.staff.url}/api/v1/session", timeout=60).json()
        assert (view["cards"], view["reader"]) == (True, "")
        # Nobody's word for where somebody comes from counts.
        answer = desk.ask(**{"X-Forwarded-For": "192.168.1.31", "Forwarded": "for=192.168.1.31"})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_reader_here")
        assert not desk.wanted.is_set(), "the reader does not read for it"


def test_the_page_knows_its_reader_once_somebody_has_a_card(desk: Desk) -> None:
    def view() -> dict[str, Any]:
        return dict(requests.get(f"{desk.hall.staff.url}/api/v1/session", timeout=60).json())

    assert view()["reader"] == ""
    desk.give("1024", CARD)
    assert view()["reader"] == "1"


def test_whose_readers_are() -> None:
    windows = {**none_of_any_role(), "readers": {"badge-1": "1"}}
    bindings = Bindings(windows=windows, kiosks={"cards-1": "kiosk-1"})
    assert places_of(bindings) == {"cards-1": "kiosk-1", "badge-1": "window:1"}
