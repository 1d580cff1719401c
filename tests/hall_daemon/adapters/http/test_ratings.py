"""A visit is rated by who holds its ticket, once, with its token alone; staff learn of no rating whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from hall_daemon.adapters.accounts.present import origin_token
from hall_daemon.adapters.http.gate import COOKIE
from hall_daemon.domain import events as e
from hall_daemon.domain.window_rules import LEVELS, REASONS
from hall_daemon.wire.ratings import RatingReason
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.rights_scene import People


@dataclass
class Scene:
    """A hall with accounts: somebody with a ticket, a clerk at window 1, a kiosk."""

    hall: LiveHall
    people: People
    public: CheckedClient
    clerk: CheckedClient
    kiosk: CheckedClient
    kiosk_id: str

    def drawn(self) -> dict[str, Any]:
        issued: dict[str, Any] = self.kiosk.post("/api/v1/tickets", {"service": "idcard"}).json()
        return issued

    def served(self) -> dict[str, Any]:
        issued = self.drawn()
        for press in ("call-next", "start", "finish"):
            assert self.clerk.post(f"/api/v1/windows/1/{press}").status_code == 200
        return issued

    def rate(self, client: CheckedClient, token: str, level: int = 5, *reasons: str, key: str | None = None) -> Any:
        return client.post(f"{of(token)}/rating", {"level": level, "reasons": list(reasons)}, key=key)

    def rated(self) -> list[e.ServiceRated]:
        return [row.event for row in self.hall.journal.reader().all() if isinstance(row.event, e.ServiceRated)]


def of(token: str) -> str:
    return f"/api/v1/tickets/by-token/{token}"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with live_hall(tmp_path / "hall", gated=True) as hall:
        people = People(hall, tmp_path / "elsewhere")
        clients = [CheckedClient(hall.public.url)]
        kiosk, secret = people.machine("kiosk")
        session = people.logged_in(people.account("window"))
        proofs = (
            {"Cookie": f"{COOKIE}={session}", "X-Hall-Page": origin_token(session)},
            {"Authorization": f"Bearer {kiosk}.{secret}"},
        )
        for proof in proofs:
            clients.append(CheckedClient(hall.staff.url))
            clients[-1].session.headers.update(proof)
        scene = Scene(hall, people, *clients, kiosk)
        scene.clerk.post("/api/v1/windows/1/open", {"staff": "1024"})
        yield scene
        for client in clients:
            client.close()
        people.close()


def test_a_phone_rates_with_its_token_and_learns_that_it_did(scene: Scene) -> None:
    issued = scene.served()
    token = issued["token"]
    assert scene.public.get(of(token)).json()["rating"] == "open"
    answer = scene.rate(scene.public, token, 2, "waited_long", "unclear")
    assert (answer.status_code, answer.json()["events"], answer.json()["ticket"]) == (200, ["ServiceRated"], None)
    assert scene.rated() == [e.ServiceRated(issued["ticket"], "1", 2, "phone", ("waited_long", "unclear"))]
    assert scene.public.get(of(token)).json()["rating"] == "rated"


def test_a_kiosk_hands_a_rating_on_and_is_named_as_its_source(scene: Scene) -> None:
    issued = scene.served()
    assert scene.kiosk.get(f"/api/v1/tickets/{issued['token']}").json()["rating"] == "open"
    assert scene.rate(scene.kiosk, issued["token"], 5).status_code == 200
    assert scene.rated() == [e.ServiceRated(issued["ticket"], "1", 5, f"kiosk:{scene.kiosk_id}")]
    assert scene.kiosk.get(f"/api/v1/tickets/{issued['token']}").json()["rating"] == "rated"


def test_a_visit_is_rated_once_and_a_repeat_of_the_same_request_is_no_second(scene: Scene) -> None:
    token = scene.served()["token"]
    first = scene.rate(scene.public, token, 1, "manner", key="k")
    again = scene.rate(scene.public, token, 1, "manner", key="k")
    assert (again.status_code, again.content) == (200, first.content)
    other = scene.rate(scene.kiosk, token, 5, key="other")
    assert (other.status_code, other.json()["code"], len(scene.rated())) == (409, "rated_already", 1)


def test_what_is_not_done_yet_is_not_rated(scene: Scene) -> None:
    token = scene.drawn()["token"]
    assert scene.public.get(of(token)).json()["rating"] == ""
    refused = scene.rate(scene.public, token)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_served")


def test_no_number_and_no_id_is_a_token(scene: Scene) -> None:
    issued = scene.served()
    wrong = ("A001", issued["ticket"], issued["token"][:-1], "x" * 24)
    codes = {scene.rate(client, said).json()["code"] for said in wrong for client in (scene.public, scene.kiosk)}
    assert (codes, scene.rated()) == ({"unknown_token"}, [])


def test_staff_hand_no_rating_on(scene: Scene) -> None:
    refused = scene.rate(scene.clerk, scene.served()["token"])
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("body", [
    {}, {"level": 0}, {"level": 6}, {"level": "5"}, {"level": 1, "reasons": ["clerk 1024"]},
    {"level": 1, "reasons": "manner"}, {"level": 1, "words": "clerk 1024"}, {"level": 1, "reasons": ["manner"] * 6},
])
def test_there_is_no_room_for_other_words(scene: Scene, body: dict[str, Any]) -> None:
    answer = scene.public.post(f"{of(scene.served()['token'])}/rating", body)
    assert (answer.status_code, answer.json()["code"], scene.rated()) == (422, "bad_field", [])


def test_a_good_level_has_no_reasons(scene: Scene) -> None:
    refused = scene.rate(scene.public, scene.served()["token"], 3, "manner")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_rating_reason")


def test_staff_are_told_neither_that_nor_how_a_visit_was_rated(scene: Scene) -> None:
    issued = scene.served()
    ticket = "/api/v1/tickets/"
    paths = (
        ticket + issued["number"], ticket + issued["token"], f"{ticket}{issued['ticket']}/history", "/api/v1/windows/1",
    )
    before = [timeless(scene.clerk.get(path).json()) for path in paths]
    scene.rate(scene.public, issued["token"], 1, "manner")
    assert [timeless(scene.clerk.get(path).json()) for path in paths] == before
    assert [said["rating"] for said in before[:2]] == ["", ""]
    scene.rate(scene.clerk, issued["token"])
    scene.hall.accounts.access.audit.write()
    audited = scene.hall.accounts.access.audit.find()
    assert [row.what for row in audited] == ["rateTicketByToken"], "a clerk's try"
    assert issued["ticket"] not in str(audited)
    assert issued["token"] not in str(audited)


def timeless(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in ("seq", "as_of")}


def test_the_body_knows_the_rules_levels_and_reasons(scene: Scene) -> None:
    assert get_args(RatingReason) == REASONS
    level = scene.public.document["components"]["schemas"]["RatingBody"]["properties"]["level"]
    assert (level["minimum"], level["maximum"]) == (LEVELS[0], LEVELS[-1])
