"""Questions in plain words and calls for help over HTTP, at both listeners; who may do what of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.adapters.accounts.audit import Search
from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.adapters.http.admins import accepted
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.ask.asked import CONFIG

STRANGE = "粉红色的小本子怎么弄"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    folder: Path = tmp_path_factory.mktemp("hall")
    there = read_shelf(load(CONFIG))
    cabinet = read_cabinet(load(CONFIG).matters, there.papers())
    with live_hall(folder / "hall", shelf=lambda: there, cabinet=cabinet, ticks=lambda: 0.0) as running:
        running.questions.prepare()
        yield running


@pytest.fixture(scope="module", params=["staff", "public"])
def client(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_a_question_is_answered(client: CheckedClient) -> None:
    said = client.post("/api/v1/ask", {"q": "社保卡补办多少钱"}).json()
    assert said == {
        "answered": True, "matters": ["social-card"], "person": False, "paragraph": "fee", "elsewhere": None,
        "field": None,
    }
    within = client.post("/api/v1/ask", {"q": "要带什么材料", "matter": "senior-card"}).json()
    assert (within["matters"], within["paragraph"]) == (["senior-card"], "materials")
    away = client.post("/api/v1/ask", {"q": "结婚登记"}).json()
    assert (away["answered"], away["person"], away["elsewhere"]["zh"]) == (False, True, "婚姻登记")


def test_a_question_about_a_field_is_answered_by_its_form(client: CheckedClient, staff: CheckedClient) -> None:
    said = client.post("/api/v1/ask", {"q": "经营面积怎么填", "matter": "food-business-licence"}).json()
    assert (said["matters"], said["paragraph"]) == (["food-business-licence"], "field.area")
    assert (said["field"]["form"], said["field"]["field"], said["field"]["name"]["zh"]) == (
        "food-business-licence", "area", "经营面积",
    )
    alone = client.post("/api/v1/ask", {"q": "主体业态怎么填"}).json()
    assert alone["paragraph"] == "field.business"
    assert "主体业态怎么填" not in [row["question"] for row in staff.get("/api/v1/questions").json()["unanswered"]]
    person = client.post("/api/v1/ask", {"q": "身份证号怎么填", "matter": "food-business-licence"}).json()
    assert person["field"]["sample"] == "", "a number is nobody's help"


@pytest.mark.parametrize("body", [{}, {"q": ""}, {"q": "a" * 201}, {"q": 1}, {"q": "社保卡", "matter": "x" * 65}])
def test_what_is_no_question_is_said_to_be_none(client: CheckedClient, body: dict[str, object]) -> None:
    answer = client.post("/api/v1/ask", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")


def test_who_asks_without_end_is_told_to_wait(public: CheckedClient) -> None:
    answers = [public.post("/api/v1/ask", {"q": "几点下班"}) for _ in range(80)]
    assert {answer.status_code for answer in answers} == {200, 429}
    assert "Retry-After" in answers[-1].headers


def test_one_press_of_staff_leads_a_question_somewhere_and_one_takes_it_back(staff: CheckedClient) -> None:
    assert not staff.post("/api/v1/ask", {"q": f"{STRANGE} 写到一半", "typing": True}).json()["answered"]
    assert not staff.post("/api/v1/ask", {"q": STRANGE}).json()["answered"]
    said = staff.get("/api/v1/questions").json()
    assert [(row["question"], row["near"]) for row in said["unanswered"]] == [(STRANGE, [])]
    led = staff.post("/api/v1/questions/lead", {"question": STRANGE, "matter": "social-card"}).json()
    assert [(row["question"], row["matter"]) for row in led["led"]] == [(STRANGE, "social-card")]
    assert staff.post("/api/v1/ask", {"q": STRANGE}).json()["matters"] == ["social-card"]
    undone = staff.post("/api/v1/questions/undo", {"question": STRANGE}).json()
    assert (undone["led"], undone["unanswered"][0]["question"]) == ([], STRANGE)
    assert staff.post("/api/v1/questions/drop", {"question": STRANGE}).json()["unanswered"] == []
    for press in ("drop", "undo"):
        assert staff.post(f"/api/v1/questions/{press}", {"question": STRANGE}).json()["code"] == "unknown_question"
    nowhere = staff.post("/api/v1/questions/lead", {"question": STRANGE, "matter": "nope"})
    assert nowhere.json()["code"] == "unknown_matter"


def test_who_changes_what_everybody_is_told_is_in_the_audit_log(tmp_path: Path) -> None:
    there = read_shelf(load(CONFIG))
    with live_hall(tmp_path, shelf=lambda: there, gated=True) as running:
        running.questions.prepare()
        guide = accepted(running.staff.url, running.accounts.roster.invite("6001", ("guide",), by="tool:test")[1])
        window = accepted(running.staff.url, running.accounts.roster.invite("6002", ("window",), by="tool:test")[1])
        for act, more in (("lead", {"matter": "social-card"}), ("undo", {}), ("drop", {})):
            body, where = {"question": STRANGE, **more}, f"{running.staff.url}/api/v1/questions/{act}"
            assert guide.post(where, json=body, timeout=5).status_code == 200
            assert window.post(where, json=body, timeout=5).status_code == 403
        audit = running.accounts.access.audit
        audit.write()
        rows = [(row.what, row.about, row.result) for row in audit.find(Search("Question")) if row.result == "done"]
        assert sorted(rows) == [("dropQuestion", "", "done"), ("leadQuestion", "social-card", "done")]
        assert sorted(row.result for row in audit.find(Search("undoLead"))) == ["done", "not_allowed"]
        assert audit.find(Search(STRANGE)) == [], "nobody's words are in it"


def test_a_kiosk_calls_for_a_person_and_hears_that_one_comes(staff: CheckedClient) -> None:
    kiosk, clerk = {"X-Hall-Client": "kiosk:east"}, {"X-Hall-Client": "staff:1"}
    call = staff.post("/api/v1/helps", {"matter": "social-card"}, headers=kiosk).json()
    assert (call["place"], call["state"], call["channel"]) == ("east", "open", "kiosk")
    assert staff.post("/api/v1/helps", {}, headers=kiosk).json()["help"] == call["help"]
    assert [one["help"] for one in staff.get("/api/v1/helps").json()["helps"]] == [call["help"]]
    came = staff.post(f"/api/v1/helps/{call['help']}/answer", headers=clerk).json()
    assert (came["state"], came["by"]) == ("coming", "staff:1")
    assert staff.get(f"/api/v1/helps/{call['help']}", headers=kiosk).json()["state"] == "coming"
    assert staff.post("/api/v1/helps/nope/answer").json()["code"] == "unknown_help"
    again = staff.post("/api/v1/helps", {}, headers=kiosk).json()
    assert staff.post(f"/api/v1/helps/{again['help']}/withdraw", headers=kiosk).json()["help"] == again["help"]
    assert again["help"] not in [one["help"] for one in staff.get("/api/v1/helps").json()["helps"]]
    assert staff.post(f"/api/v1/helps/{again['help']}/withdraw", headers=kiosk).json()["code"] == "unknown_help"
    of_older_guides = staff.post("/api/v1/helps", {"matter": "nope"}, headers=kiosk).json()
    assert (of_older_guides["state"], of_older_guides["matter"]) == ("open", "")


def test_a_phone_calls_with_its_ticket_only(staff: CheckedClient, public: CheckedClient) -> None:
    assert public.post("/api/v1/helps", {"token": "nobody"}).json()["code"] == "unknown_token"
    issued = staff.post("/api/v1/tickets", {"service": "tax"}).json()
    call = public.post("/api/v1/helps", {"token": issued["token"]}).json()
    assert (call["place"], call["channel"], call["by"]) == (issued["number"], "phone", "")
    staff.post(f"/api/v1/helps/{call['help']}/answer", headers={"X-Hall-Client": "staff:1"})
    seen = public.get(f"/api/v1/helps/{call['help']}").json()
    assert (seen["state"], seen["by"]) == ("coming", "")
    assert public.get("/api/v1/helps/nope").json()["code"] == "unknown_help"
    assert public.get("/api/v1/questions").status_code == 404


def test_before_the_index_stands_a_question_comes_again(tmp_path: Path) -> None:
    there = read_shelf(load(CONFIG))
    with live_hall(tmp_path, shelf=lambda: there) as running:
        client = CheckedClient(running.staff.url)
        assert client.post("/api/v1/ask", {"q": "社保卡"}).json()["code"] == "busy"
        assert client.get("/api/v1/questions").json()["code"] == "busy"
        client.close()
