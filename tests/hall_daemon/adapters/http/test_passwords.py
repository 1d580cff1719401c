"""What [access] says of passwords, tries and cards holds where people type them: at the listener."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from tests.hall_daemon.adapters.http.admins import second_factor
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall
from tests.plain_hall import CHEAP

DAY_S = 86_400
GOOD = "Aa3-efgh-jkl"


class Ticks:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def hall_that_says(folder: Path, **access: object) -> Iterator[LiveHall]:
    folder.mkdir(exist_ok=True)
    said = msgspec.structs.replace(CHEAP, **access)
    with live_hall(folder / "hall", clock=HandClock(9), gated=True, said=said, ticks=Ticks()) as hall:
        yield hall


def post(hall: LiveHall, path: str, browser: requests.Session | None = None, **body: object) -> dict[str, Any]:
    answer = (browser or requests).post(f"{hall.staff.url}/api/v1/{path}", json=body, timeout=10)
    found: dict[str, Any] = answer.json()
    return found


def invited(hall: LiveHall, number: str = "1024", role: str = "window") -> str:
    return hall.accounts.roster.invite(number, (role,), by="tool:test")[1]


def logged_in(hall: LiveHall, password: str = GOOD, number: str = "1024") -> requests.Session:
    browser = requests.Session()
    session = post(hall, "session", browser, number=number, password=password)
    assert session.get("number") == number, session
    browser.headers["X-Hall-Page"] = session["page"]
    return browser


@pytest.mark.parametrize(("access", "weak", "why", "good"), [
    ({"password_length": 14}, "Aa3-efgh-jkl", "14", "Aa3-efgh-jklmn"),
    ({"password_length": 8, "password_kinds": 4}, "Aa3efghj", "4", "Aa3-efgh"),
    ({"password_kinds": 1}, "abcdefghi", "10", "abcdefghij"),
])
def test_length_and_kinds_are_the_configured_ones(
    tmp_path: Path, access: dict[str, object], weak: str, why: str, good: str
) -> None:
    with hall_that_says(tmp_path, **access) as hall:
        code = invited(hall)
        refused = post(hall, "invitation", code=code, password=weak)
        assert refused["code"] == "weak_password"
        assert why in refused["advice_zh"] + refused["detail_zh"]
        assert post(hall, "invitation", code=code, password=good)["number"] == "1024"


def changed(hall: LiveHall, old: str, new: str) -> str:
    """`in`, or the code of the refusal."""
    browser = logged_in(hall, old)
    return str(post(hall, "session/password", browser, old=old, new=new).get("code", "in"))


@pytest.mark.parametrize("history", [0, 1, 3])
def test_so_many_earlier_ones_are_not_taken_again(tmp_path: Path, history: int) -> None:
    with hall_that_says(tmp_path, password_history=history) as hall:
        post(hall, "invitation", code=invited(hall), password=f"{GOOD}-0")
        for n in range(3):
            assert changed(hall, f"{GOOD}-{n}", f"{GOOD}-{n + 1}") == "in"
        said = [changed(hall, f"{GOOD}-3", f"{GOOD}-{n}") for n in (3, 2, 1)[:history]]
        assert said == ["weak_password"] * history
        assert changed(hall, f"{GOOD}-3", f"{GOOD}-{3 - history}") == "in", "the one before those"


def test_a_password_lasts_so_many_days_and_0_is_for_ever(tmp_path: Path) -> None:
    for days, must in ((30, ["", "password"]), (0, ["", ""])):
        with hall_that_says(tmp_path / str(days), password_days=days) as hall:
            post(hall, "invitation", code=invited(hall), password=GOOD)
            found = []
            for _ in range(2):
                hall.clock.forward(29 * DAY_S)
                browser = logged_in(hall)
                found.append(browser.get(f"{hall.staff.url}/api/v1/session", timeout=10).json()["must"])
            assert found == must


def test_so_many_failures_make_wait_so_long_and_longer_each_time(tmp_path: Path) -> None:
    with hall_that_says(tmp_path, failures=3, wait_s=10, longest_wait_s=25) as hall:
        ticks = hall.ticks
        post(hall, "invitation", code=invited(hall), password=GOOD)

        def guess() -> dict[str, Any]:
            return post(hall, "session", number="1024", password="Wrong-horse-1")

        assert [guess()["code"] for _ in range(4)] == ["log_in_refused"] * 3 + ["log_in_waits"]
        waits = []
        for _ in range(3):
            waited = guess()
            waits.append(waited["retry_after_s"])
            assert post(hall, "session", number="1024", password=GOOD)["code"] == "log_in_waits"
            ticks.now += waits[-1] + 0.5
            assert guess()["code"] == "log_in_refused"
        assert waits == [11, 21, 26], "rounded up"
        ticks.now += 30
        assert post(hall, "session", number="1024", password=GOOD)["number"] == "1024"


def test_idle_and_the_longest_session_are_the_configured_ones(tmp_path: Path) -> None:
    with hall_that_says(tmp_path, idle_min=5, longest_h=1) as hall:
        post(hall, "invitation", code=invited(hall), password=GOOD)

        def still_in(browser: requests.Session) -> bool:
            return bool(browser.get(f"{hall.staff.url}/api/v1/session", timeout=10).json()["account"])

        browser = logged_in(hall)
        hall.clock.forward(5 * 60 - 1)
        assert still_in(browser)
        hall.clock.forward(2)
        assert not still_in(browser)
        browser = logged_in(hall)
        for _ in range(15):
            hall.clock.forward(4 * 60 - 1)
            assert post(hall, "windows/1/call-next", browser)["code"] == "not_your_window"
        hall.clock.forward(3 * 60)
        assert not still_in(browser)


def test_a_hall_may_do_without_second_factors(tmp_path: Path) -> None:
    for two_factors, must in ((True, "two_factor"), (False, "")):
        with hall_that_says(tmp_path / str(two_factors), two_factors=two_factors) as hall:
            assert post(hall, "invitation", code=invited(hall, "9003", "auditor"), password=GOOD)["must"] == must


# -- cards ----------------------------------------------------------------------------------------------


def carded(hall: LiveHall, card: str, number: str = "1024", role: str = "window") -> str:
    """The code of an invitation that nobody took yet: a card does without a password."""
    code = invited(hall, number, role)
    account = hall.accounts.access.store.numbered(number)
    assert account is not None
    hall.accounts.roster.change(account, by="tool:test", card=card)
    return code


def by_card(hall: LiveHall, card: str) -> str:
    """`in`, or the code of the refusal."""
    return str(post(hall, "session/card", card=card).get("code", "in"))


def test_a_card_logs_in_and_no_longer_when_it_or_the_account_is_taken_away(tmp_path: Path) -> None:
    with hall_that_says(tmp_path) as hall:
        assert requests.get(f"{hall.staff.url}/api/v1/session", timeout=10).json()["cards"] is False
        carded(hall, "04AABBCC")
        assert requests.get(f"{hall.staff.url}/api/v1/session", timeout=10).json()["cards"] is True
        browser = requests.Session()
        session = post(hall, "session/card", browser, card="04AABBCC")
        assert (session["number"], session["must"]) == ("1024", ""), "a password was never set, and none is asked for"
        browser.headers["X-Hall-Page"] = session["page"]
        assert post(hall, "windows/1/open", browser, staff="x")["events"] == ["WindowOpened"]
        account = hall.accounts.access.store.numbered("1024")
        assert account is not None
        hall.accounts.roster.change(account, by="tool:test", disabled=True)
        assert by_card(hall, "04AABBCC") == "log_in_refused"
        account = hall.accounts.roster.change(account, by="tool:test", disabled=False, card="")
        assert by_card(hall, "04AABBCC") == "log_in_refused"
        assert by_card(hall, "x") == "log_in_refused"


def test_no_card_is_enough_for_whoever_has_or_needs_a_second_factor(tmp_path: Path) -> None:
    with hall_that_says(tmp_path) as hall:
        carded(hall, "ADMIN", "9003", "auditor")
        assert by_card(hall, "ADMIN") == "log_in_refused"
        code = carded(hall, "CLERK")
        assert by_card(hall, "CLERK") == "in"
        browser = requests.Session()
        browser.headers["X-Hall-Page"] = post(hall, "invitation", browser, code=code, password=GOOD)["page"]
        second_factor(browser, hall.staff.url, hall.clock.now().wall)
        assert by_card(hall, "CLERK") == "log_in_refused"


def test_cards_are_guessed_no_faster_than_passwords(tmp_path: Path) -> None:
    with hall_that_says(tmp_path) as hall:
        carded(hall, "04AABBCC")
        said = [by_card(hall, f"{n:08}") for n in range(7)]
        assert said == ["log_in_refused"] * 5 + ["log_in_waits"] * 2
        assert by_card(hall, "04AABBCC") == "log_in_waits", "not even with the right one"
        post(hall, "invitation", code=invited(hall, "2005"), password=GOOD)
        assert logged_in(hall, number="2005"), "a password is another matter"


@pytest.mark.parametrize("body", [{}, {"card": ""}, {"card": "x" * 65}, {"card": 7}, {"card": "x", "more": 1}])
def test_what_is_no_card(tmp_path: Path, body: dict[str, object]) -> None:
    with hall_that_says(tmp_path) as hall:
        assert post(hall, "session/card", **body)["code"] == "bad_field"
