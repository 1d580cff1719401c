"""A window whose clerk has gone without closing it: it says so, calls nobody, and keeps its number for the clerk.

A whole hall; who logs out, is idle or is disabled leaves the window by another way, and it ends alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from hall_daemon.adapters.accounts.present import origin_token
from hall_daemon.adapters.system.machine import Pace
from hall_daemon.app.left_windows import AWAY
from hall_daemon.app.record import Accepted, Request
from hall_daemon.bootstrap import Application
from hall_daemon.config import Settings, load
from hall_daemon.domain import commands as c
from hall_daemon.domain.hall import WindowState
from tests.bench.daemon import write_config
from tests.plain_hall import CHEAP

WaitUntil = Callable[[Callable[[], object]], None]
MONDAY_NINE = 1_795_395_600_000  # 2026-11-23T09:00 in Shanghai
PASSWORD = "Right-horse-7"
WORDS = {"zh": "暂离", "en": "Away"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_config(tmp_path / "hall.toml", mqtt="off")
    loaded = load(tmp_path / "hall.toml")
    data = msgspec.structs.replace(loaded.data, dir=str(tmp_path / "data"), min_free_mb=1)
    plan = replace(loaded.plan, pause_reasons={"break": WORDS, AWAY: WORDS})
    return replace(loaded, plan=plan, data=data, access=CHEAP)


@contextmanager
def running(settings: Settings) -> Iterator[Application]:
    app = Application(replace(settings, plan=replace(settings.plan)), Pace(begins_wall=MONDAY_NINE))
    app.start()
    try:
        yield app
    finally:
        app.stop()


class Desk:
    """A clerk in a browser."""

    def __init__(self, app: Application, number: str = "1024") -> None:
        self.app, access = app, app.accounts.access
        if access.store.numbered(number) is None:
            code = app.accounts.roster.invite(number, ("window",), by="tool:test")[1]
            self.token, present = access.accept(code, PASSWORD, "")
        else:
            self.token, present = access.log_in(number, PASSWORD, "", "")
        self.account = present.account
        self.headers = {"Cookie": f"hall_session={self.token}", "X-Hall-Page": origin_token(self.token)}

    def press(self, path: str, **body: Any) -> requests.Response:
        return requests.post(f"{self.app.staff_url}/api/v1/{path}", json=body, headers=self.headers, timeout=10)

    def open(self, **body: Any) -> None:
        assert self.press("windows/1/open", staff="x", **body).status_code == 200


def window(app: Application) -> WindowState:
    return app.follower.read(lambda hall: hall.window("1"))


def settled(app: Application) -> WindowState:
    """The window after a second of the hall and all that came of it: another command has passed since."""
    app.beat()
    answer = app.core.ask(Request(c.IssueTicket(services=("one",), token="later"), "kiosk:1"), 10)
    assert isinstance(answer, Accepted)
    assert app.follower.wait_for(answer.events[0].seq, 10)
    return window(app)


def logs_out(who: Desk) -> None:
    assert who.press("session/end").status_code == 200


def is_idle(who: Desk) -> None:
    store = who.app.accounts.access.store
    long_ago = who.app.clock.now().wall - (CHEAP.idle_min + 1) * 60_000
    who.app.accounts.access._seen.clear()
    for session in store.sessions.values():
        store.put(replace(session, made=long_ago, seen=long_ago))


def is_disabled(who: Desk) -> None:
    who.app.accounts.roster.change(who.account, by="tool:test", disabled=True)


@pytest.mark.parametrize("leaves", [logs_out, is_idle, is_disabled])
def test_it_is_paused_and_nobody_is_called(settings: Settings, leaves: Callable[[Desk], None]) -> None:
    with running(settings) as app:
        app.core.ask(Request(c.IssueTicket(services=("one",), token="t"), "kiosk:1"), 10)
        clerk = Desk(app)
        clerk.open()
        called = clerk.press("windows/1/call-next").json()["ticket"]
        assert settled(app).status == "open", "as long as somebody is there"
        leaves(clerk)
        now = settled(app)
        assert (now.status, now.reason, now.ticket) == ("paused", AWAY, called)
        assert clerk.press("windows/1/call-next").json()["code"] == "log_in_needed"
        if leaves is not is_disabled:
            again = Desk(app)
            again.open()
            assert settled(app).staff == again.account.id


def test_also_when_the_hall_was_off_meanwhile(settings: Settings) -> None:
    with running(settings) as app:
        clerk = Desk(app)
        clerk.open()
        is_idle(clerk)
    with running(settings) as app:
        assert window(app).status == "open"
        assert (settled(app).status, window(app).reason) == ("paused", AWAY)


def test_a_hall_without_that_reason_leaves_it_as_it_is(settings: Settings) -> None:
    plan = replace(settings.plan, pause_reasons={"break": WORDS})
    with running(replace(settings, plan=plan)) as app:
        clerk = Desk(app)
        clerk.open()
        logs_out(clerk)
        assert settled(app).status == "open"


def test_where_pads_do_without_a_log_in_the_pad_goes_on(settings: Settings) -> None:
    access = msgspec.structs.replace(CHEAP, pads_without_login=("1",))
    with running(replace(settings, access=access)) as app:
        clerk = Desk(app)
        clerk.open()
        logs_out(clerk)
        assert settled(app).status == "open"


def test_a_window_that_went_over_or_was_closed_is_nobody_s_to_pause(settings: Settings) -> None:
    with running(settings) as app:
        first, second = Desk(app), Desk(app, "2005")
        first.open()
        app.beat()
        second.open(take_over=True)
        logs_out(first)
        assert (settled(app).status, window(app).staff) == ("open", second.account.id)
        assert second.press("windows/1/close").status_code == 200
        assert settled(app).status == "closed"


def test_a_log_in_at_a_second_place_leaves_nothing_behind(settings: Settings) -> None:
    """The first place has no window any more, and nothing is paused: the clerk is still there."""
    with running(settings) as app:
        first, second = Desk(app), Desk(app)
        first.open()
        second.open()
        assert first.press("windows/1/call-next").json()["code"] == "not_your_window"
        logs_out(first)
        assert settled(app).status == "open"
        assert second.press("windows/1/pause", reason="break").status_code == 200
