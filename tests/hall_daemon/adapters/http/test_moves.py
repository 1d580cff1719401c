"""A review that goes on elsewhere over HTTP: a code good once, two digits on both sides, and then a new secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.adapters.http.move_codes import GOOD_S, Moves
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.review_halls import Case, ReviewHall, review_hall

KIOSK = {"X-Hall-Client": "kiosk:hall-1"}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("moves")) as rig:
        yield rig


def offered(case: Case) -> str:
    said = case.client.post(f"{case.path}/move", headers={**case.headers(), **KIOSK})
    assert said.status_code == 200, said.text
    body = said.json()
    assert {len(row) for row in body["rows"]} == {len(body["rows"])}, "a square"
    address, _, secret = body["url"].partition("#s=")
    assert address.endswith("/case")
    return str(secret)


def claimed(client: CheckedClient, secret: str, headers: dict[str, str] | None = None) -> Any:
    return client.post("/api/v1/move/claim", {"secret": secret}, headers=headers or {})


def collected(client: CheckedClient, token: str) -> Any:
    return client.post("/api/v1/move/collect", {"token": token}).json()


def state(case: Case) -> dict[str, str]:
    said: dict[str, str] = case.client.get(f"{case.path}/move", headers=case.headers()).json()
    return said


def test_from_a_kiosk_to_a_phone(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    case.keep()
    assert state(case) == {"state": "none", "number": ""}
    secret = offered(case)
    assert (state(case)["state"], claimed(rig.public, "guess").status_code) == ("waiting", 404)
    said = claimed(rig.public, secret).json()
    assert (said["kiosk"], said["title"]["zh"]) == ("hall-1", "食品经营许可证（新办）")
    assert state(case) == {"state": "claimed", "number": said["number"]}
    assert claimed(rig.public, secret).json()["code"] == "unknown_handover", "once"
    assert collected(rig.public, said["token"]) == {"state": "waiting", "review": "", "token": ""}
    confirmed = case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers()).json()
    assert confirmed["state"] == "confirmed"
    mine = collected(rig.public, said["token"])
    assert (mine["review"], mine) == (case.id, collected(rig.public, said["token"])), "an answer may be lost"
    # The kiosk's secret is worthless from now on, the phone's opens what was filled in there.
    for path in (case.path, f"{case.path}/move", f"{case.path}/papers"):
        assert case.client.get(path, headers=case.headers()).json()["code"] == "unknown_review"
    case.token, case.client = mine["token"], rig.public
    assert case.client.post(f"{case.path}/answers", {}, headers=case.headers()).json()["answers"] == rig.samples
    assert case.keep().status_code == 200


def test_a_phone_that_hands_in_papers_ends_when_the_review_goes_to_another(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    offer = case.client.post(f"{case.path}/handover", {}, headers=case.headers()).json()
    helper = rig.public.post("/api/v1/handover/claim", {"secret": offer["url"].partition("#s=")[2]}).json()["token"]
    case.client.post(f"{case.path}/handover/confirm", {}, headers=case.headers())
    drop = {"Drop-Token": helper}
    assert rig.public.get(f"{case.path}/papers", headers=drop).status_code == 200
    phone = claimed(rig.public, offered(case)).json()["token"]
    case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers())
    assert collected(rig.public, phone)["state"] == "yours"
    assert rig.public.get(f"{case.path}/papers", headers=drop).json()["code"] == "unknown_review"


def test_from_a_phone_to_a_kiosk_and_back(rig: ReviewHall) -> None:
    case = Case(rig)
    said = claimed(rig.staff, offered(case), KIOSK).json()
    assert said["kiosk"] == ""
    case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers())
    assert collected(rig.staff, said["token"]) == {"state": "yours", "review": case.id, "token": case.token}
    assert state(case)["state"] == "moved", "and it is still the phone's"


def test_a_hall_that_ended_before_it_said_so_says_it_when_it_is_back(tmp_path: Path) -> None:
    with review_hall(tmp_path) as rig:
        case = Case(rig, kiosk=True)
        phone = claimed(rig.public, offered(case)).json()["token"]
        assert collected(rig.public, phone)["state"] == "waiting"
        case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers())
        mine = collected(rig.public, phone)
        rig.room.moves.end(case.id)  # as an end of the hall leaves it: the journal has the new secret, memory nothing
        assert collected(rig.public, phone) == mine
        assert rig.public.get(case.path, headers={"Case-Token": mine["token"]}).status_code == 200
        assert rig.public.get(case.path, headers=case.headers()).status_code == 404


def test_nobody_takes_what_was_not_confirmed(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    early = case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers())
    assert early.json()["code"] == "unknown_handover"
    first = claimed(rig.public, offered(case)).json()
    offered(case)  # a new code makes the one before worthless, and who came with it
    gone = rig.public.post("/api/v1/move/collect", {"token": first["token"]})
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_handover")
    second = claimed(rig.public, offered(case)).json()
    assert case.client.send("DELETE", f"{case.path}/move", headers=case.headers()).json()["state"] == "none"
    assert rig.public.post("/api/v1/move/collect", {"token": second["token"]}).status_code == 404
    assert rig.public.post(f"{case.path}/move", headers={"Case-Token": second["token"]}).status_code == 404
    withdrawn = claimed(rig.public, offered(case)).json()
    case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers())
    case.client.post(f"{case.path}/withdraw", {}, headers=case.headers())
    over = rig.public.post("/api/v1/move/collect", {"token": withdrawn["token"]})
    assert over.json()["code"] == "review_over"
    assert case.seen["state"] == "withdrawn", "its secret is the one it was"


def test_a_code_has_its_time() -> None:
    now = [0.0]
    moves = Moves(monotonic=lambda: now[0])
    secret = moves.offer("YS-1", "")
    now[0] += GOOD_S
    assert moves.claim(secret, to_kiosk=False) is None
    claimed_ = moves.claim(moves.offer("YS-1", ""), to_kiosk=False)
    assert claimed_ is not None
    now[0] += GOOD_S
    assert moves.of_token(claimed_[1]) is None
