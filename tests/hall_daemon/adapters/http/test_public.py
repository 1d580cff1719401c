"""The listener for everybody's phone: tickets by token only, nothing about staff or persons, few requests each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from hall_daemon.adapters.http import PUBLIC_LIMITS
from hall_daemon.app.promises import Span, accuracy_feed, promise_samples
from hall_daemon.app.view_context import ViewContext
from hall_daemon.bootstrap import PAGES
from hall_daemon.prediction.waits.accuracy import Cell, accuracy
from hall_daemon.web.limits import Rate
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import HandClock, live_hall, small_plan


@pytest.fixture(scope="module")
def busy(staff: CheckedClient) -> list[dict[str, Any]]:
    """Six tickets; the first is called by a clerk, the second is held by another."""
    issued = [staff.post("/api/v1/tickets", {"service": "idcard"}).json() for _ in range(6)]
    staff.post("/api/v1/windows/1/open", {"staff": "zhang-san"})
    staff.post("/api/v1/windows/2/open", {"staff": "li-si"})
    staff.post("/api/v1/windows/1/call-next")
    staff.post("/api/v1/windows/2/call-next")
    staff.post("/api/v1/windows/2/start")
    staff.post("/api/v1/windows/2/hold")
    return issued


def token_path(ticket: dict[str, Any]) -> str:
    return f"/api/v1/tickets/by-token/{ticket['token']}"


def test_the_hall_without_its_staff(public: CheckedClient, busy: list[dict[str, Any]]) -> None:
    paths = ["/api/v1/hall", "/api/v1/queues", "/api/v1/feed", "/api/v1/screen", "/healthz", token_path(busy[0])]
    for path in paths:
        text = public.get(path).text
        assert "zhang-san" not in text
        assert "li-si" not in text
        assert busy[0]["ticket"] not in text
        assert all(ticket["token"] not in text for ticket in busy)
    assert "A001" in public.get("/api/v1/hall").json()["queues"][0]["calling"]


def test_the_feed_is_one_envelope_for_any_site(public: CheckedClient, busy: list[dict[str, Any]]) -> None:
    answer = public.get("/api/v1/feed")
    feed = answer.json()
    assert list(feed) == ["version", "last_updated", "ttl", "data"]
    assert feed["data"]["queues"][0]["id"] == "general"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in public.get("/api/v1/hall").headers


def test_how_well_the_hall_kept_its_word_is_for_everybody(tmp_path: Path) -> None:
    spans = (Span(7, "2026-11-17", "2026-11-23", accuracy([Cell("idcard", 9, "range", "called", 25, 20, 0, 50_000)])),)
    views = ViewContext(
        plan=small_plan(), epoch=7, accuracy=lambda: accuracy_feed(small_plan(), spans, 1_795_395_600_000)
    )
    with live_hall(tmp_path, views=views, extra_metrics=lambda: tuple(promise_samples(spans))) as hall:
        public, staff = CheckedClient(hall.public.url), CheckedClient(hall.staff.url)
        answer = public.get("/api/v1/accuracy")
        feed = answer.json()
        assert list(feed) == ["version", "last_updated", "ttl", "data"]
        (span,) = feed["data"]["spans"]
        assert span["total"]["share_held"] == span["services"][0]["figures"]["share_held"] == 0.8
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "hall_promises_held_ratio{days=\"7\"} 0.8" in staff.get("/metrics").text
        public.close()
        staff.close()


def test_a_hall_without_a_ledger_says_nothing_of_its_word(public: CheckedClient) -> None:
    assert public.get("/api/v1/accuracy").json()["data"]["spans"] == []


def test_my_ticket_by_its_token(public: CheckedClient, busy: list[dict[str, Any]]) -> None:
    mine = public.get(token_path(busy[3])).json()
    assert (mine["number"], mine["state"], mine["ahead"]) == ("A004", "waiting", 1)
    assert "cancel" in mine["can"]
    assert "return" not in mine["can"]
    assert mine["ticket"] == ""


def test_cancelling_by_token_is_seen_at_once_and_once(
    staff: CheckedClient, public: CheckedClient, busy: list[dict[str, Any]]
) -> None:
    first = public.post(token_path(busy[4]) + "/cancel", key="give-up")
    again = public.post(token_path(busy[4]) + "/cancel", key="give-up")
    assert first.json()["number"] == "A005"
    assert first.json()["ticket"] is None
    assert again.content == first.content
    assert public.get(token_path(busy[4])).json()["state"] == "cancelled"
    refused = public.post(token_path(busy[4]) + "/cancel", key="give-up-again")
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_over")
    told = staff.get(f"/api/v1/tickets/{busy[4]['ticket']}/history").json()["events"]
    assert [event["by"] for event in told] == ["http", "phone"]


def test_a_phone_and_a_kiosk_with_the_same_key_are_told_apart(staff: CheckedClient, public: CheckedClient) -> None:
    """Keys are made far from each other; one that a phone gives must never answer with what a kiosk did."""
    mine, other = (staff.post("/api/v1/tickets", {"service": "tax"}).json() for _ in range(2))
    path, kiosk = f"/api/v1/tickets/{other['ticket']}/cancel", {"X-Hall-Client": "kiosk:k"}
    at_kiosk = staff.post(path, key="same", headers=kiosk)
    on_phone = public.post(token_path(mine) + "/cancel", key="same")
    assert [answer.json()["number"] for answer in (at_kiosk, on_phone)] == [other["number"], mine["number"]]
    assert not any("Idempotency-Replayed" in answer.headers for answer in (at_kiosk, on_phone))
    assert public.get(token_path(mine)).json()["state"] == "cancelled"


def test_coming_back_after_a_missed_call(
    staff: CheckedClient, public: CheckedClient, busy: list[dict[str, Any]]
) -> None:
    staff.post("/api/v1/windows/1/miss")
    missed = public.get(token_path(busy[0])).json()
    assert missed["can"] == ["cancel", "return"]
    left_s = (datetime.fromisoformat(missed["return_until"]) - datetime.fromisoformat(missed["as_of"])).total_seconds()
    assert 3590 < left_s <= 3601
    assert public.post(token_path(busy[0]) + "/return").json()["events"] == ["TicketReturned"]
    assert public.get(token_path(busy[0])).json()["state"] == "waiting"
    assert public.get(token_path(busy[0])).json()["return_until"] is None


def test_called_later_by_choice_and_on_the_way(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall", clock=HandClock(9)) as hall:
        staff, public = CheckedClient(hall.staff.url), CheckedClient(hall.public.url)
        called, mine, _ = (staff.post("/api/v1/tickets", {"service": "idcard"}).json() for _ in range(3))
        staff.post("/api/v1/windows/1/open", {"staff": "zhang-san"})
        staff.post("/api/v1/windows/1/call-next")
        before = public.get(token_path(mine)).json()
        assert (before["can"], before["postpone_s"], before["postpones_left"]) == (["cancel", "postpone"], 600, 2)
        assert public.post(token_path(mine) + "/postpone").json()["events"] == ["TicketPostponed"]
        later = public.get(token_path(mine)).json()
        assert later["postponed_until"] == "2026-11-23T01:10:00.000Z"
        assert (later["ahead"], later["postpones_left"]) == (before["ahead"] + 1, 1)
        (row,) = [row for row in staff.get("/api/v1/windows/1/line").json()["line"] if row["blocked"]]
        assert (row["number"], row["blocked"]) == (mine["number"], "postponed")
        public.post(token_path(mine) + "/postpone")
        refused = public.post(token_path(mine) + "/postpone")
        assert (refused.status_code, refused.json()["code"]) == (409, "postponed_enough")
        assert public.get(token_path(called)).json()["can"] == ["cancel", "coming"]
        assert public.post(token_path(called) + "/coming").json()["events"] == ["HolderComing"]
        assert public.get(token_path(called)).json()["coming"]
        assert staff.get("/api/v1/windows/1").json()["coming"]
        assert not any(window["coming"] for window in public.get("/api/v1/hall").json()["windows"])
        for client in (staff, public):
            client.close()


def test_what_is_not_a_token_is_always_the_same_404(public: CheckedClient, busy: list[dict[str, Any]]) -> None:
    real = busy[5]["token"]
    wrong = ["A001", "A006", busy[5]["ticket"], real[:-1], real + "x", real.swapcase(), "x" * 22, "%00", "1",
             real + "%0A"]
    answers = {
        (answer.status_code, answer.content)
        for token in wrong
        for answer in (
            public.get(f"/api/v1/tickets/by-token/{token}"),
            public.post(f"/api/v1/tickets/by-token/{token}/cancel"),
            public.post(f"/api/v1/tickets/by-token/{token}/return"),
        )
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
    assert public.get(token_path(busy[5])).json()["state"] == "waiting"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v1/tickets"), ("GET", "/api/v1/tickets/A001"), ("GET", "/api/v1/tickets/A001/history"),
     ("POST", "/api/v1/tickets/A001/cancel"), ("POST", "/api/v1/windows/1/call-next"), ("GET", "/api/v1/windows"),
     ("GET", "/api/v1/events"), ("GET", "/metrics"), ("GET", "/staff"), ("GET", "/api/v1/queues/general")],
)
def test_there_is_nothing_for_staff(public: CheckedClient, method: str, path: str) -> None:
    assert public.send(method, path).status_code == 404


def test_the_hall_is_drawn_twice_a_second_however_many_look(
    staff: CheckedClient, public: CheckedClient, busy: list[dict[str, Any]]
) -> None:
    seen = set()
    for _ in range(40):
        staff.post("/api/v1/tickets", {"service": "tax"})
        seen.add(public.get("/api/v1/hall").json()["seq"])
    assert len(seen) < 20


def test_what_changes_with_the_time_is_not_the_same_for_ever(tmp_path: Path) -> None:
    clock, seconds = HandClock(10.0), [0.0]
    with live_hall(tmp_path / "hall", clock=clock, ticks=lambda: seconds[-1]) as hall:
        url = f"{hall.public.url}/api/v1/queues"
        known = {"If-None-Match": requests.get(url, timeout=5).headers["ETag"]}
        assert requests.get(url, headers=known, timeout=5).status_code == 304
        clock.forward(60)
        seconds.append(60.0)
        later = requests.get(url, headers=known, timeout=5)
        assert (later.status_code, later.headers["ETag"] != known["If-None-Match"]) == (200, True)


def test_too_many_requests_are_told_when_to_come_back(tmp_path: Path) -> None:
    limits = PUBLIC_LIMITS._replace(by_address=Rate(0.5, 4))
    with live_hall(tmp_path / "hall", public_limits=limits) as hall:
        client = CheckedClient(hall.public.url)  # reads the document: one of the four
        answers = [client.get("/api/v1/queues") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].json()["code"] == "rate_limited"
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 2
        client.close()
        # The clerks' listener does not feel it.
        staff = CheckedClient(hall.staff.url)
        assert all(staff.get("/api/v1/queues").status_code == 200 for _ in range(10))
        assert 'hall_http_limited_total{listener="public"} 1' in staff.get("/metrics").text
        staff.close()


def test_in_public_only_whether_the_hall_is_well(public: CheckedClient, staff: CheckedClient) -> None:
    assert public.get("/healthz").json() == {"status": "ok"}
    assert {"checks", "version", "seq"} <= staff.get("/healthz").json().keys()


def test_one_ticket_asked_for_too_often_waits_alone(tmp_path: Path) -> None:
    limits = PUBLIC_LIMITS._replace(by_address=Rate(100.0, 1000), by_subject=Rate(0.5, 3))
    with live_hall(tmp_path / "hall", public_limits=limits) as hall:
        client, staff = CheckedClient(hall.public.url), CheckedClient(hall.staff.url)
        mine, other = (
            token_path(staff.post("/api/v1/tickets", {"service": "tax"}).json()) for _ in range(2)
        )
        assert [client.get(mine).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert client.get(other).status_code == 200
        assert client.get("/api/v1/hall").status_code == 200
        client.close()
        staff.close()


def test_pages_do_not_use_up_what_an_address_may_ask(tmp_path: Path) -> None:
    limits = PUBLIC_LIMITS._replace(by_address=Rate(0.5, 2), pages=Rate(0.5, 40))
    with live_hall(tmp_path / "hall", public_limits=limits, pages=PAGES) as hall:
        for _ in range(40):
            assert requests.get(hall.public.url + "/static/dom.js", timeout=5).status_code == 200
        assert requests.get(hall.public.url + "/static/dom.js", timeout=5).status_code == 429
        assert requests.get(hall.public.url + "/api/v1/hall", timeout=5).status_code == 200


def test_a_trusted_proxy_s_phones_have_addresses_of_their_own(tmp_path: Path) -> None:
    limits = PUBLIC_LIMITS._replace(by_address=Rate(0.5, 2))
    with live_hall(tmp_path / "hall", public_limits=limits, trusted_proxies=("127.0.0.0/8",)) as hall:
        def ask(phone: str) -> int:
            found = requests.get(hall.public.url + "/api/v1/hall", headers={"X-Forwarded-For": phone}, timeout=5)
            return found.status_code

        assert [ask("192.0.2.1") for _ in range(3)] == [200, 200, 429]
        assert ask("192.0.2.2") == 200
    with live_hall(tmp_path / "other", public_limits=limits) as hall:
        # Nobody is trusted: who writes such a header is still one address.
        assert [ask(f"192.0.2.{n}") for n in range(3)] == [200, 200, 429]
