"""What somebody at a window brings: looked at, brought to their number there, and what they promised, signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hall_daemon.adapters.http.review_halls import CANARY, Case, ReviewHall, review_hall


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("window")) as rig:
        yield rig


def promising(rig: ReviewHall) -> Case:
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        if paper not in ("layout", "safety_manager"):
            case.page(paper)
    case.send(id_number=CANARY, promised=["layout", "safety_manager"])
    return case.passed()


def drawn(case: Case) -> str:
    number: str = case.client.post(f"{case.path}/number", {}, headers=case.headers()).json()["number"]
    return number


def test_what_is_promised_has_its_kind_its_day_and_what_became_of_it(rig: ReviewHall) -> None:
    case = promising(rig)
    path = f"/api/v1/tickets/{drawn(case)}"
    seen = rig.staff.get(f"{path}/review").json()
    later, instead = seen["promised"]
    assert (later["code"], later["way"], later["due"], later["about"]) == ("layout", "later", "2026-11-30", False)
    assert (instead["code"], instead["way"], instead["due"]) == ("safety_manager", "instead", None)
    assert (seen["settled"], seen["day"]) == ("", "2026-11-23")
    assert seen["office"]["zh"]
    signed = rig.staff.post(f"{path}/promise", {"how": "signed"})
    assert (signed.status_code, signed.json()["settled"]) == (200, "signed")
    assert rig.staff.get(f"{path}/review").json()["settled"] == "signed"
    assert rig.staff.post(f"{path}/promise", {"how": "perhaps"}).json()["code"] == "bad_field"
    assert rig.public.post(f"{path}/promise", {"how": "signed"}).status_code == 404


def test_where_nothing_is_promised_nothing_is_signed(rig: ReviewHall) -> None:
    number = drawn(Case(rig).sent().passed())
    refused = rig.staff.post(f"/api/v1/tickets/{number}/promise", {"how": "signed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_promised")


def test_whoever_sits_there_brings_a_review_to_a_number(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    case.passed()
    number = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()["number"]
    path = f"/api/v1/tickets/{number}/review"
    assert rig.staff.post(path, {"review": "YS-20200101-000001"}).json()["code"] == "unknown_review"
    brought = rig.staff.post(path, {"review": case.id.lower()})
    assert (brought.status_code, brought.json()["review"]) == (200, case.id)
    seen: dict[str, Any] = rig.staff.get(f"/api/v1/tickets/{number}").json()
    assert (seen["services"], seen["prepared"]) == (["food-ready"], True)
    other = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()["number"]
    again = rig.staff.post(f"/api/v1/tickets/{other}/review", {"review": case.id})
    assert again.json()["code"] == "review_in_use"


def test_nobody_is_named_in_what_the_window_prints(rig: ReviewHall) -> None:
    case = promising(rig)
    text = rig.staff.get(f"/api/v1/tickets/{drawn(case)}/review").text
    assert CANARY not in text
    for field in ("rep_name", "phone", "operator"):
        assert str(rig.samples[field]) not in text
