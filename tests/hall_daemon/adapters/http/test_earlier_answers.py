"""The next form of the same person begins with what they wrote: by card at a kiosk, by their review on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from hall_daemon.matters.checks import Checker
from hall_daemon.wire.kiosks import KioskSettings
from tests.hall_daemon.adapters.http.review_halls import Case, ReviewHall, review_hall
from tests.hall_daemon.adapters.http.test_own_reviews import KIOSK, OTHER, READINGS, laid

COMPANY = "company-setup"
# Persons, one for each test: numbers whose last character checks.
ONE, TWO, THREE, FOUR, NOBODY = (
    "110101199003070011", "110101199003070038", "110101199003070054", "110101199003070070", "110101199003070097"
)
ADDRESS = "示例市示例区测试街2号1层103"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    given = {"readings": READINGS, "kiosks": {"kiosk-1": KioskSettings()}}
    with review_hall(tmp_path_factory.mktemp("earlier"), hall=given) as rig:
        yield rig


def drafted(rig: ReviewHall, person: str, **changes: Any) -> tuple[Case, list[str]]:
    case = Case(rig, id_number=person)
    kept = case.keep({**rig.samples, **changes})
    assert kept.status_code == 200, kept.text
    return case, kept.json()["missing"]


def sent(rig: ReviewHall, person: str, **changes: Any) -> Case:
    case, missing = drafted(rig, person, **changes)
    for paper in missing:
        case.page(paper)
    answer = case.send(id_number=person)
    assert answer.status_code == 200, answer.text
    return case


def by_card(
    rig: ReviewHall, person: str, form: str = COMPANY, who: dict[str, str] = KIOSK
) -> requests.Response:
    return rig.staff.post(f"/api/v1/forms/{form}/earlier", {"reading": laid(person)}, headers=who)


def brought(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    answers: dict[str, Any] = answer.json()["answers"]
    return answers


def test_a_card_brings_what_its_person_sent_the_newest_first(rig: ReviewHall) -> None:
    old = sent(rig, ONE, phone="13800000001", rep_name="测试丙")
    new = sent(rig, ONE, phone="13800000002", rep_name="测试丁")
    other = sent(rig, TWO, phone="13800000003")
    drafted(rig, ONE, phone="13800000004")
    said = by_card(rig, ONE).json()
    assert said["form"] == COMPANY
    assert said["answers"] == {
        "name": rig.samples["operator"], "address": ADDRESS, "legal_rep_name": "测试丁",
        "legal_rep_id": rig.samples["rep_id"], "legal_rep_phone": "13800000002",
    }, "what is worked out, and who came for somebody, is asked anew"
    assert set(said["origins"].values()) == {f"earlier:{new.id}"}
    assert brought(by_card(rig, TWO))["legal_rep_phone"] == "13800000003"
    told_wrong(new, "phone")
    again = by_card(rig, ONE).json()
    assert (again["answers"]["legal_rep_phone"], again["origins"]["legal_rep_phone"]) == (
        "13800000001", f"earlier:{old.id}"), "nobody begins with what was told to be wrong"
    assert other.id not in str(again)


def told_wrong(case: Case, field: str) -> None:
    defect = {"of": "field", "id": field, "code": "not_matching"}
    answer = case.desk("mend", {"defects": [defect]}, version=case.looked())
    assert answer.status_code == 200, answer.text


def test_who_sent_nothing_gets_nothing_and_an_equal_answer(rig: ReviewHall) -> None:
    drafted(rig, THREE)
    for person in (THREE, NOBODY):
        answer = by_card(rig, person)
        assert (answer.status_code, answer.json()["answers"], answer.json()["origins"]) == (200, {}, {})


def test_what_does_not_show_there_or_does_not_fit_here_is_left_out(rig: ReviewHall) -> None:
    sent(rig, FOUR, agent_name="代理人", premises_addr=ADDRESS)
    views = rig.room.views
    form = views.checkers[COMPANY].form
    short = replace(form.field("address"), most=10.0)
    fields = tuple(short if each.id == "address" else each for each in form.fields)
    checkers = {**views.checkers, COMPANY: Checker(replace(form, fields=fields))}
    rig.room.views = replace(views, checkers=checkers)
    try:
        answers = brought(by_card(rig, FOUR))
    finally:
        rig.room.views = views
    assert "address" not in answers
    assert answers["legal_rep_name"] == rig.samples["rep_name"]
    assert "代理人" not in by_card(rig, FOUR, form="food-business-licence").text


def test_only_the_reader_of_that_kiosk_says_whose_it_is(rig: ReviewHall) -> None:
    for who in (OTHER, {"X-Hall-Client": "staff:bo"}):
        assert by_card(rig, ONE, who=who).json()["code"] == "no_reading"
    READINGS.forget("kiosk-1")
    path = f"/api/v1/forms/{COMPANY}/earlier"
    assert rig.staff.post(path, {"reading": 500}, headers=KIOSK).json()["code"] == "no_reading"
    assert rig.public.post(path, {"reading": laid(ONE)}).status_code == 404
    assert by_card(rig, ONE, form="none").json()["code"] == "unknown_form"
    codes = [by_card(rig, NOBODY).status_code for _ in range(11)]
    assert (codes[-1], codes.count(429) <= 2) == (429, True)


def test_a_phone_carries_from_its_own_review_once_it_says_who_it_is(rig: ReviewHall) -> None:
    case, missing = drafted(rig, TWO, phone="13800000005")
    path, ask = f"{case.path}/earlier", {"form": COMPANY}
    assert brought(rig.public.post(path, ask, headers=case.headers()))["legal_rep_phone"] == "13800000005"
    for paper in missing:
        case.page(paper)
    assert case.send(id_number=TWO).status_code == 200
    for number in ("", ONE):
        refused = rig.public.post(path, {**ask, "id_number": number}, headers=case.headers())
        assert refused.json()["code"] == "review_not_yours"
    said = rig.public.post(path, {**ask, "id_number": TWO}, headers=case.headers()).json()
    assert (said["answers"]["address"], said["origins"]["address"]) == (ADDRESS, f"earlier:{case.id}")
    for headers in ({}, {"Case-Token": "x" * 32}):
        assert rig.public.post(path, {**ask, "id_number": TWO}, headers=headers).json()["code"] == "unknown_review"
    none = rig.public.post(path, {"form": "none", "id_number": TWO}, headers=case.headers())
    assert none.json()["code"] == "unknown_form"
    assert rig.staff.post(path, {**ask, "id_number": TWO}, headers=case.headers()).status_code == 404
