"""Every route of the staff listener, through a real server on a real core and journal."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import segno

from hall_daemon.app.view_context import NoWaits, ViewContext
from hall_daemon.wire import messages as m
from hall_daemon.wire.kiosks import KioskSettings
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall, small_plan


class ChangingWaits(NoWaits):
    p90_s = 60

    def ticket(self, ticket_id: str, drawn: object) -> m.Wait:
        return m.Wait(p10_s=0, p50_s=30, p90_s=self.p90_s)


def draw(staff: CheckedClient, service: str = "idcard", /, **more: Any) -> dict[str, Any]:
    answer = staff.post("/api/v1/tickets", {"service": service, **more})
    assert answer.status_code == 201, answer.text
    issued: dict[str, Any] = answer.json()
    return issued


def press(staff: CheckedClient, path: str, body: Any = None) -> dict[str, Any]:
    answer = staff.post(f"/api/v1/{path}", body)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def state(staff: CheckedClient, ticket: str) -> str:
    said: str = staff.get(f"/api/v1/tickets/{ticket}").json()["state"]
    return said


def test_a_number_is_drawn_with_its_place_and_a_token(staff: CheckedClient) -> None:
    answer = staff.post("/api/v1/tickets", {"service": "idcard"}, headers={"X-Hall-Client": "kiosk:k-1"})
    issued = answer.json()
    assert answer.headers["Location"] == f"/api/v1/tickets/{issued['ticket']}"
    assert re.fullmatch(r"A\d{3}", issued["number"])
    assert len(issued["token"]) == 24, "144 bits, of which none is guessed"
    assert issued["token"] in issued["url"]
    assert answer.headers["Cache-Control"] == "no-store"
    following = draw(staff)
    assert following["ahead"] == issued["ahead"] + 1
    assert following["token"] != issued["token"]


def test_several_matters_a_class_an_appointment_and_a_slip(staff: CheckedClient) -> None:
    both = staff.post("/api/v1/tickets", {"services": ["idcard", "permit"]}).json()
    assert both["services"] == ["idcard", "permit"]
    first = draw(staff, **{"class": "priority", "class_reason": "soldier"})
    assert staff.get(f"/api/v1/tickets/{first['ticket']}").json()["class"] == "priority"
    now = datetime.now(UTC)
    slot = {"from": (now - timedelta(hours=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    booked = draw(staff, **{"class": "appointment", "slot": slot})
    assert staff.get(f"/api/v1/tickets/{booked['ticket']}").json()["class"] == "appointment"
    printed = draw(staff, printer="printer-1", channel="kiosk")
    assert staff.get(f"/api/v1/tickets/{printed['ticket']}").json()["slip"] == "pending"


@pytest.mark.parametrize(("begins", "ends"), [(-700_000, 1), (0, 3), (1, 800_000), (700_000, 800_000)])
def test_a_slot_of_another_day_is_refused(staff: CheckedClient, begins: int, ends: int) -> None:
    """Up to the years 1 and 9999; a number is drawn on the day."""
    now = datetime.now(UTC)
    slot = {"from": (now + timedelta(days=begins)).isoformat(), "to": (now + timedelta(days=ends)).isoformat()}
    answer = staff.post("/api/v1/tickets", {"service": "idcard", "class": "appointment", "slot": slot})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")
    assert "further away than a day" in answer.json()["detail"]


def test_the_code_of_a_ticket_s_page_can_be_shown_instead_of_a_slip(staff: CheckedClient) -> None:
    issued = draw(staff)
    answer = staff.get(f"/api/v1/tickets/{issued['number']}/qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    drawn = io.BytesIO()
    segno.make(issued["url"], error="m", micro=False).save(drawn, kind="svg", scale=8, light="#fff")
    assert answer.content == drawn.getvalue()
    assert staff.get("/api/v1/tickets/Z999/qr.svg").status_code == 404


def test_a_window_s_whole_day(staff: CheckedClient) -> None:
    assert press(staff, "windows/2/open", {"staff": "zhang"})["events"] == ["WindowOpened"]
    mine = [draw(staff, "tax")["ticket"] for _ in range(7)]
    called = press(staff, "windows/3/open", {"staff": "li"})
    called = press(staff, "windows/3/call-next")
    assert called["ticket"] == mine[0]
    assert called["reason"]["zh"]
    assert press(staff, "windows/3/recall")["events"] == ["TicketRecalled"]
    assert press(staff, "windows/3/start")["number"] == called["number"]
    assert state(staff, mine[0]) == "serving"
    press(staff, "windows/3/hold")
    assert staff.get("/api/v1/windows/3").json()["held"] == [mine[0]]
    press(staff, "windows/3/resume", {"ticket": called["number"]})
    assert press(staff, "windows/3/finish")["events"] == ["ServiceFinished"]
    assert press(staff, "windows/3/undo")["ticket"] == mine[0]
    assert state(staff, mine[0]) == "serving"
    press(staff, "windows/3/finish")
    assert press(staff, "windows/3/call-next")["ticket"] == mine[1]
    assert press(staff, "windows/3/miss")["ticket"] == mine[1]
    assert state(staff, mine[1]) == "missed"
    assert press(staff, f"tickets/{mine[1]}/return")["events"] == ["TicketReturned"]
    picked = press(staff, "windows/3/call", {"ticket": mine[3].rsplit("-", 1)[1], "reason": "frail"})
    assert picked["ticket"] == mine[3]
    assert press(staff, f"tickets/{mine[3]}/transfer", {"to_window": "2"})["events"] == ["TicketTransferred"]
    assert press(staff, "windows/2/call-next")["ticket"] == mine[3]
    press(staff, f"tickets/{mine[4]}/cancel")
    assert state(staff, mine[4]) == "cancelled"
    assert press(staff, f"tickets/{mine[6]}/priority", {"reason": "soldier"})["events"] == ["TicketPrioritised"]
    assert staff.get(f"/api/v1/tickets/{mine[6]}").json()["class"] == "priority"
    assert press(staff, f"tickets/{mine[5]}/slip", {"printer": "printer-1"})["events"] == ["SlipRequested"]
    assert press(staff, "windows/3/pause", {"reason": "break"})["events"] == ["WindowPaused"]
    assert staff.get("/api/v1/windows/3").json()["status"] == "paused"
    assert press(staff, "windows/3/close")["events"] == ["WindowClosed"]
    assert press(staff, "windows/3/close") == {
        "window": None, "ticket": None, "number": None, "events": [], "seq": 0, "reason": None,
    }


def test_who_pressed_stands_in_the_history(staff: CheckedClient) -> None:
    answer = staff.post("/api/v1/tickets", {"service": "permit"}, headers={"X-Hall-Client": "kiosk:k-7"})
    number = answer.json()["number"]
    staff.post(f"/api/v1/tickets/{number}/cancel", headers={"X-Hall-Client": "staff:window-1"})
    told = staff.get(f"/api/v1/tickets/{number}/history").json()
    assert [(event["kind"], event["by"]) for event in told["events"]] == [
        ("TicketIssued", "kiosk:k-7"),
        ("TicketCancelled", "staff:window-1"),
    ]
    assert answer.json()["token"] not in str(told)


def test_why_asks_the_explainer(staff: CheckedClient) -> None:
    told = staff.get("/api/v1/tickets/A001/why?before=A002").json()
    assert (told["number"], told["before"]) == ("A001", "A002")
    assert staff.get("/api/v1/tickets/A002/why").json()["code"] == "no_explanation"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/hall", "/api/v1/queues", "/api/v1/queues/general", "/api/v1/windows", "/api/v1/windows/1",
     "/api/v1/windows/1/line", "/api/v1/problems", "/healthz", "/metrics"],
)
def test_views_are_what_the_document_says(staff: CheckedClient, path: str) -> None:
    answer = staff.get(path)
    assert answer.status_code == 200
    head = staff.session.head(staff.base + path, timeout=5)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == answer.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/api/v1/hall", "/api/v1/queues", "/api/v1/queues/general", "/api/v1/windows/1/line"])
def test_an_etag_holds_until_something_happens(staff: CheckedClient, path: str) -> None:
    # The tag also changes every few seconds by itself: two reads may fall to its two sides, three cannot.
    for _ in range(3):
        tag = staff.get(path).headers["ETag"]
        again = staff.get(path, headers={"If-None-Match": f'"other", {tag}'})
        if again.status_code == 304:
            break
    assert (again.status_code, again.content) == (304, b"")
    draw(staff)
    changed = staff.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_an_etag_changes_when_a_device_does(tmp_path: Path) -> None:
    plan = small_plan()
    told = ["alert", "ready"]
    views = ViewContext(
        plan=plan,
        epoch=7,
        devices=lambda: (
            m.DeviceView(id="printer-1", kind="escpos-printer", state=told[0], detail="", age_s=1, counters={}),
        ),
    )
    with live_hall(tmp_path / "hall", plan, clock=HandClock(9), views=views) as live:
        path = f"{live.staff.url}/api/v1/hall"
        before = requests.get(path, timeout=5)
        told.reverse()
        after = wait_for(lambda: requests.get(path, headers={"If-None-Match": before.headers["ETag"]}, timeout=5))
        assert [device["state"] for device in after.json()["devices"]] == ["ready"]


def wait_for(ask: Callable[[], requests.Response]) -> requests.Response:
    """The first answer that is news; a board may be half a second old."""
    give_up_at = time.monotonic() + 10
    while (answer := ask()).status_code == 304:
        assert time.monotonic() < give_up_at
    return answer


def test_a_slip_is_printed_again_so_often_and_then_refused_in_words(staff: CheckedClient) -> None:
    ticket = draw(staff)["ticket"]
    for _ in range(5):
        assert press(staff, f"tickets/{ticket}/slip", {"printer": "printer-1"})["events"] == ["SlipRequested"]
    no = staff.post(f"/api/v1/tickets/{ticket}/slip", {"printer": "printer-1"})
    assert (no.status_code, no.json()["code"]) == (409, "slips_used_up")
    assert "已补打 5 次小票" in no.json()["detail_zh"]


def test_everybody_reads_their_own_writes(staff: CheckedClient) -> None:
    for _ in range(100):
        issued = draw(staff)
        assert staff.get(f"/api/v1/tickets/{issued['number']}").json()["ticket"] == issued["ticket"]
    seq = press(staff, f"tickets/{issued['ticket']}/cancel")["seq"]
    assert staff.get("/api/v1/hall").json()["seq"] >= seq


def test_options_says_what_is_allowed(staff: CheckedClient) -> None:
    answer = staff.session.options(staff.base + "/api/v1/tickets", timeout=5)
    assert (answer.status_code, answer.headers["Allow"], answer.content) == (204, "OPTIONS, POST", b"")
    refused = staff.send("DELETE", "/api/v1/hall")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


# -- kiosks ----------------------------------------------------------------------------------------


def test_a_kiosk_is_told_what_it_is_by_its_id(tmp_path: Path) -> None:
    kiosks = {"side": KioskSettings(printer="printer-1", screen_mm=(338, 270))}
    with live_hall(tmp_path / "kiosks", kiosks=kiosks) as live:
        client = CheckedClient(live.staff.url)
        told = client.get("/api/v1/kiosks/side")
        assert (told.status_code, msgspec.json.decode(told.content, type=KioskSettings)) == (200, kiosks["side"])
        for other in ("front", "k" * 64, "%E4%B8%AD"):
            unknown = client.get(f"/api/v1/kiosks/{other}", headers={"X-Hall-Client": "kiosk:" + "k" * 64})
            assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_kiosk")
            assert "side" in unknown.json()["advice"]


# -- a key happens once -----------------------------------------------------------------------------


def test_a_repeated_key_gets_the_same_answer_and_no_second_number(staff: CheckedClient) -> None:
    first = staff.post("/api/v1/tickets", {"service": "idcard"}, key="once-1")
    again = staff.post("/api/v1/tickets", {"service": "idcard"}, key="once-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_the_newest_answers_are_kept_as_they_were_and_older_ones_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept for a retry that comes soon; whoever comes later reads how long it takes now."""
    monkeypatch.setattr("hall_daemon.adapters.http.commands._KEPT_REPLIES", 1)
    plan = small_plan()
    waits = ChangingWaits()
    with live_hall(tmp_path / "hall", plan, views=ViewContext(plan=plan, epoch=7, waits=waits)) as hall:
        client = CheckedClient(hall.staff.url)

        def told(key: str) -> int:
            return client.post("/api/v1/tickets", {"service": "idcard"}, key=key).json()["wait"]["p90_s"]

        assert [told("first"), told("second")] == [60, 60]
        waits.p90_s = 120
        assert [told("second"), told("first")] == [60, 120]
        client.close()


@pytest.mark.parametrize("press_path", ["windows/1/open", "windows/1/pause", "windows/1/close"])
def test_a_press_with_a_key_happens_once(staff: CheckedClient, press_path: str) -> None:
    body = {"windows/1/open": {"staff": "wang"}, "windows/1/pause": {"reason": "break"}}.get(press_path)
    first = staff.post(f"/api/v1/{press_path}", body, key=f"press {press_path}".replace(" ", "-"))
    again = staff.post(f"/api/v1/{press_path}", body, key=f"press {press_path}".replace(" ", "-"))
    assert first.status_code == 200
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_press_that_changed_nothing_repeats_the_same(staff: CheckedClient) -> None:
    first = staff.post("/api/v1/windows/1/close", key="closed-already")
    draw(staff)
    again = staff.post("/api/v1/windows/1/close", key="closed-already")
    assert first.json()["events"] == []
    assert again.content == first.content


def test_one_key_for_two_things_is_refused(staff: CheckedClient) -> None:
    issued = staff.post("/api/v1/tickets", {"service": "idcard"}, key="two-things").json()
    other_body = staff.post("/api/v1/tickets", {"service": "permit"}, key="two-things")
    other_path = staff.post(f"/api/v1/tickets/{issued['ticket']}/cancel", key="two-things")
    for answer in (other_body, other_path):
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert state(staff, issued["ticket"]) == "waiting"


def test_a_key_is_its_sender_s_own(staff: CheckedClient) -> None:
    def issued(client: str) -> tuple[str, str]:
        answer = staff.post("/api/v1/tickets", {"service": "idcard"}, key="mine", headers={"X-Hall-Client": client})
        return answer.json()["ticket"], answer.headers.get("Idempotency-Replayed", "")

    one, other = issued("kiosk:1")[0], issued("kiosk:2")
    assert other == (other[0], "")
    assert other[0] != one
    assert issued("kiosk:1") == (one, "true")
    assert issued("kiosk:2") == (other[0], "true")


def test_a_key_sent_by_many_at_once_draws_one_number(hall: LiveHall) -> None:
    def send(_: int) -> tuple[int, bytes]:
        answer = requests.post(
            hall.staff.url + "/api/v1/tickets", json={"service": "tax"}, headers={"Idempotency-Key": "crowd"}, timeout=5
        )
        return answer.status_code, answer.content

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(send, range(48)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201


def test_many_kiosks_never_get_a_number_twice(hall: LiveHall) -> None:
    def kiosk(_: int) -> list[str]:
        with requests.Session() as session:
            url = hall.staff.url + "/api/v1/tickets"
            return [session.post(url, json={"service": "tax"}, timeout=5).json()["number"] for _ in range(25)]

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for drawn in pool.map(kiosk, range(8)) for number in drawn]
    assert len(set(numbers)) == len(numbers) == 200
    counts = sorted(int(number[1:]) for number in numbers)
    assert counts == list(range(counts[0], counts[0] + 200))


def test_metrics_are_prometheus_text(staff: CheckedClient) -> None:
    staff.get("/api/v1/queues")  # is answered when the views have seen all that was drawn; the figures do not wait
    text = staff.get("/metrics").text
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'hall_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? \S+', line) for line in samples)
    by_name = {line.split(" ")[0]: float(line.rsplit(" ", 1)[1]) for line in samples}
    assert by_name["hall_tickets_issued_total"] >= 200
    assert by_name['hall_queue_waiting{queue="tax"}'] >= 200
    assert by_name["hall_core_inbox_depth"] == 0
    assert by_name['hall_http_requests_total{listener="staff",operation="issueTicket",status="201"}'] >= 200
    typed = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {line.split("{")[0].split(" ")[0] for line in samples} == typed


def test_what_a_lagging_replica_says_is_not_dated_now(tmp_path: Path) -> None:
    clock = HandClock(10)
    with live_hall(tmp_path / "hall", clock=clock) as hall, requests.Session() as session:
        before = session.get(f"{hall.staff.url}/api/v1/hall", timeout=5).json()["as_of"]
        # The core has committed what the follower never gets to see.
        hall.follower.hand_over = lambda batch: setattr(hall.follower, "_committed", batch[-1].seq)  # type: ignore[method-assign]
        hall.core._on_batch = hall.follower.hand_over
        clock.forward(60)
        drawn = session.post(f"{hall.staff.url}/api/v1/tickets", json={"service": "idcard"}, timeout=5)
        assert drawn.status_code == 201
        clock.forward(60)
        view = session.get(f"{hall.staff.url}/api/v1/hall", timeout=5).json()
    assert view["as_of"] == before
    assert view["seq"] < hall.core.seq
