"""Forms and verdicts at both listeners: the same words, bounds on what is sent, nothing kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall
from tests.hall_daemon.matters.form_maker import cabinet

RENT = "/api/v1/forms/housing-fund-rent"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    folder = tmp_path_factory.mktemp("forms") / "hall"
    with live_hall(folder, clock=HandClock(9), cabinet=cabinet()) as running:
        yield running


@pytest.fixture(scope="module", params=["staff", "public"])
def client(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def samples() -> dict[str, Any]:
    return {**cabinet().forms["housing-fund-rent"].samples(), "sign_date": "2026-11-23"}


def test_a_form_has_what_a_client_asks_and_checks_by(client: CheckedClient) -> None:
    answer = client.get(RENT)
    said = answer.json()
    assert (said["id"], len(said["fields"]), len(said["rules"])) == ("housing-fund-rent", 36, 22)
    rent = next(field for field in said["fields"] if field["id"] == "monthly_rent")
    assert rent == {
        "id": "monthly_rent",
        "kind": "money",
        "label": {"zh": "月租金", "en": "Rent a month"},
        "step": "rent",
        "sample": 2200,
        "unit": {"zh": "元", "en": "yuan"},
        "required": True,
        "least": 10_000.0,
        "most": 1e9,
        "often_wrong": {"zh": "填成了一年的租金", "en": "The rent of a year"},
    }
    assert len(answer.content) < 60_000
    again = client.get(RENT, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_verdict_tells_everything_at_once_on_the_halls_own_day(client: CheckedClient) -> None:
    said = client.post(f"{RENT}/verdict", {"answers": samples()}).json()
    assert (said["today"], said["may_be_sent"], said["broken"]) == ("2026-11-23", True, [])
    assert said["required"] == ["id_card", "bank_card"]
    wrong = {**samples(), "amount": 30_000, "marital": "已婚", "phone": "1380000"}
    said = client.post(f"{RENT}/verdict", {"answers": wrong}).json()
    assert not said["may_be_sent"]
    assert [each["check"] for each in said["broken"]] == [
        "format",
        "spouse_filled",
        "required",
        "no_spouse_house",
        "amount_le_balance",
        "amount_le_cap",
        "amount_le_rent",
    ]
    assert said["broken"][1]["faulty"] == [each["field"] for each in said["beside"]] == ["spouse_name", "spouse_id"]
    assert {"spouse_name", "spouse_house"} <= set(said["needed"])
    assert all(each["say"]["zh"] and each["mend"]["en"] for each in said["broken"])


@pytest.mark.parametrize(
    "value", ["字" * 10_000, "😀" * 3000, "𫿱", "a\u0000b", "\u202e", {"a": [[]]}, [[1]], 1e308, True, ""]
)
def test_no_answer_is_too_odd_for_words(client: CheckedClient, value: Any) -> None:
    answers = (
        dict.fromkeys(("name", "id_no", "birth", "balance", "children"), value)
        if len(str(value)) < 99
        else {"name": value}
    )
    said = client.post(f"{RENT}/verdict", {"answers": answers}).json()
    assert not said["may_be_sent"]
    assert {"name", "id_no"} <= {each["field"] for each in said["broken"]} | ({"name"} if value == "𫿱" else set())


def test_what_is_no_body_of_answers_is_refused_with_a_reason(client: CheckedClient) -> None:
    for body, status, code in (
        ({"answers": {"nme": "x"}}, 422, "unknown_field"),
        ({"answers": []}, 422, "bad_field"),
        ({}, 422, "bad_field"),
        ({"answers": {"name": "x" * 70_000}}, 413, "too_large"),
    ):
        answer = client.post(f"{RENT}/verdict", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    url = f"{client.base}{RENT}/verdict"
    deep = b'{"answers": {"name": ' + b"[" * 20_000 + b"]" * 20_000 + b"}}"
    for raw in (deep, b'{"answers": {"name": NaN}}', b'{"answers": {"name": "\\ud800"}}', b"\xff"):
        sent = client.session.post(url, data=raw, headers={"Content-Type": "application/json"}, timeout=5)
        assert sent.status_code in (400, 422), raw[:40]
    assert client.get("/api/v1/forms/nope").json()["code"] == "unknown_form"


def test_a_larger_body_is_for_forms_alone(hall: LiveHall) -> None:
    client = CheckedClient(hall.public.url)
    large = {"answers": {**samples(), "card_bank": "支行" * 20, "name": "甲" * 400}}
    assert len(json.dumps(large)) > 2048, "more than the public listener takes elsewhere"
    assert client.post(f"{RENT}/verdict", large).status_code == 200
    client.close()


def test_the_dictionary_says_who_asks_for_a_field(staff: CheckedClient) -> None:
    answer = staff.get("/api/v1/dictionary")
    name = next(each for each in answer.json()["fields"] if each["id"] == "applicant.name")
    assert (name["personal"], name["mask"], name["papers"]) == (True, "name", ["id_card"])
    assert {"form": "social-card", "field": "name"} in name["asked"]
    known = {each["id"]: each for each in answer.json()["fields"]}
    account = known["applicant.fund_account"]
    assert (account["format"], account["min"], account["max"]) == ("digits", 8, 20)
    assert known["director.id_number"]["asked"] == [{"form": "company-setup", "field": "directors.id"}]
    assert staff.get("/api/v1/dictionary", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_hall_without_forms_says_so(tmp_path: Any) -> None:
    with live_hall(tmp_path / "hall") as running:
        client = CheckedClient(running.public.url)
        assert client.get(RENT).json()["code"] == "unknown_form"
        client.close()
