"""A pre-review found by its number and that of its person's paper: at a kiosk, and by nobody who guesses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hall_daemon.adapters.http.review_halls import CANARY, Case, ReviewHall, review_hall


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("own")) as rig:
        yield rig


def test_both_numbers_find_it_and_no_answer_comes_back(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    found = rig.staff.post(f"{case.path}/own", {"id_number": CANARY.lower()})
    assert found.status_code == 200, found.text
    assert (found.json()["review"], found.json()["state"]) == (case.id, "sent")
    assert CANARY not in found.text
    assert found.json() == case.seen


def test_whatever_is_wrong_is_the_same_answer(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    wrong = [
        rig.staff.post(f"{case.path}/own", {"id_number": "110101199003070011"}),
        rig.staff.post(f"{case.path}/own", {}),
        rig.staff.post("/api/v1/reviews/YS-20200101-000001/own", {"id_number": CANARY}),
    ]
    assert {each.status_code for each in wrong} == {404}
    assert len({each.text for each in wrong}) == 1


def test_a_phone_cannot_ask_and_who_tries_numbers_through_is_stopped(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    assert rig.public.post(f"{case.path}/own", {"id_number": CANARY}).status_code == 404
    tried = [rig.staff.post(f"{case.path}/own", {"id_number": f"{n:018}"}).status_code for n in range(7)]
    assert tried.count(404) <= 5 < len(tried)
    assert tried[-1] == 429
