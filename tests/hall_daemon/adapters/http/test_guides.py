"""Guides, their files and notices at both listeners."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf
from hall_daemon.matters.guide import Stopped
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall

CONFIG = Path(__file__).parents[4] / "config" / "hall.toml"
MOVIE = bytes(range(256)) * 8192  # two pieces


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock(9)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, clock: HandClock) -> Iterator[LiveHall]:
    folder = tmp_path_factory.mktemp("hall")
    shelf = read_shelf(load(CONFIG))
    card = shelf.guides["senior-card"]
    steps = (msgspec.structs.replace(card.steps[0], video="card.mp4", picture="card.jpg"), *card.steps[1:])
    guides = {**shelf.guides, "senior-card": msgspec.structs.replace(card, steps=steps)}
    (folder / "card.mp4").write_bytes(MOVIE)
    there = shelf._replace(guides=guides, folder=folder)
    with live_hall(folder / "hall", clock=clock, shelf=lambda: there) as running:
        yield running


@pytest.fixture(scope="module", params=["staff", "public"])
def client(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_all_guides_in_short_by_group(client: CheckedClient) -> None:
    answer = client.get("/api/v1/guides")
    said = answer.json()
    assert [group["id"] for group in said["groups"]] == ["business", "social", "home", "person", "elder"]
    food = next(one for one in said["guides"] if one["matter"] == "food-business-licence")
    assert food["limit"] == {"zh": "5 个工作日", "en": "5 working days"}
    assert (food["free"], food["papers"], food["service"], food["stopped"]) == (True, 5, "food-permit", None)
    again = client.get("/api/v1/guides", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_delicate_matter_has_a_name_for_where_others_read_along(client: CheckedClient) -> None:
    said = client.get("/api/v1/guides").json()["guides"]
    names = {one["matter"]: (one["title"]["zh"], one["discreet"]["zh"]) for one in said}
    assert names["medical-nonlocal-filing"] == ("异地就医备案", "医保业务")
    assert names["social-card"][0] == names["social-card"][1]


def test_one_guide_whole(client: CheckedClient) -> None:
    answer = client.get("/api/v1/guides/food-business-licence")
    said = answer.json()
    assert said["summary"]["matter"] == said["guide"]["id"] == "food-business-licence"
    assert said["guide"]["materials"]["layout"]["gap"] == {"days": 5, "confirm": "local"}
    ids = [one["id"] for one in said["paragraphs"]]
    assert {"materials", "limit", "fee", "steps", "places", "hours", "conditions", "faq.1"} <= set(ids)
    seen = client.get("/api/v1/guides/food-business-licence", headers={"If-None-Match": answer.headers["ETag"]})
    assert seen.status_code == 304


def test_a_matter_that_is_none(client: CheckedClient) -> None:
    for name in ("nope", "x" * 400, "%E4%BD%A0"):
        answer = client.get(f"/api/v1/guides/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_matter")
        assert "x" * 65 not in answer.json()["detail"]


def test_notices_of_the_day(client: CheckedClient, clock: HandClock) -> None:
    said = client.get("/api/v1/notices").json()
    assert said["day"] == "2026-11-23"
    assert [one["id"] for one in said["notices"]] == ["restaurant-in-one", "senior-card-note"]


def test_a_video_comes_in_pieces_and_a_picture_that_went_away_is_said(client: CheckedClient) -> None:
    url = f"{client.base}/api/v1/guides/files/card.mp4"
    whole = client.session.get(url, timeout=5)
    assert (whole.status_code, whole.headers["Content-Type"], whole.content) == (200, "video/mp4", MOVIE)
    piece = client.session.get(url, headers={"Range": "bytes=10-"}, timeout=5)
    assert (piece.status_code, piece.headers["Content-Range"]) == (206, f"bytes 10-1048585/{len(MOVIE)}")
    assert piece.content == MOVIE[10 : 10 + 1024 * 1024]
    late = client.session.get(url, headers={"Range": f"bytes={len(MOVIE)}-"}, timeout=5)
    assert (late.status_code, late.content) == (200, MOVIE), "a piece that is not there: a browser gets all of it"
    for gone in ("card.jpg", "..%5Chall.toml", "hall.toml"):
        answer = client.session.get(f"{client.base}/api/v1/guides/files/{gone}", timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_file")


def test_a_hall_without_guides_says_so(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall") as running:
        client = CheckedClient(running.public.url)
        assert client.get("/api/v1/guides").json() == {"groups": [], "guides": []}
        assert client.get("/api/v1/notices").json()["notices"] == []
        client.close()


def test_a_new_day_brings_its_notices(tmp_path: Path) -> None:
    clock = HandClock(23.9)
    shelf = read_shelf(load(CONFIG))
    tomorrow = msgspec.structs.replace(shelf.notices[1], since="2026-11-24")
    told = shelf._replace(notices=(tomorrow,))
    with live_hall(tmp_path / "hall", clock=clock, shelf=lambda: told) as running:
        client = CheckedClient(running.public.url)
        assert client.get("/api/v1/notices").json()["notices"] == []
        clock.forward(600)
        assert len(client.get("/api/v1/notices").json()["notices"]) == 1
        client.close()


def test_a_stop_that_is_announced_holds_from_its_day_on(tmp_path: Path) -> None:
    clock, shelf = HandClock(23.9), read_shelf(load(CONFIG))
    stop = Stopped(since="2026-11-24", text={"zh": "停办"}, replaced_by="social-card")
    card = msgspec.structs.replace(shelf.guides["senior-card"], stopped=stop)
    told = shelf._replace(guides={**shelf.guides, card.id: card})
    with live_hall(tmp_path / "hall", clock=clock, shelf=lambda: told) as running:
        client = CheckedClient(running.public.url)

        def over() -> list[bool]:
            listed = {one["matter"]: one["over"] for one in client.get("/api/v1/guides").json()["guides"]}
            return [listed[card.id], client.get(f"/api/v1/guides/{card.id}").json()["summary"]["over"]]

        assert over() == [False, False]
        clock.forward(600)
        assert over() == [True, True]
        stopped = client.get(f"/api/v1/guides/{card.id}").json()["paragraphs"][0]
        assert [line["text"]["zh"] for line in stopped["lines"]][1:] == ["改办：社会保障卡申领、补领、换领"]
        client.close()


def test_a_guide_that_changes_while_the_hall_runs_is_shown_at_once(tmp_path: Path) -> None:
    now = [read_shelf(load(CONFIG))]
    with live_hall(tmp_path / "hall", shelf=lambda: now[0]) as running:
        client = CheckedClient(running.public.url)
        before, others = client.get("/api/v1/guides"), client.get("/api/v1/guides/social-card")
        card = now[0].guides["senior-card"]
        changed = msgspec.structs.replace(card, version=7)
        now[0] = now[0]._replace(guides={**now[0].guides, card.id: changed})
        rows = client.get("/api/v1/guides", headers={"If-None-Match": before.headers["etag"]}).json()["guides"]
        assert [row["matter"] for row in rows] == [row["matter"] for row in before.json()["guides"]]
        assert {row["matter"]: row["version"] for row in rows}[card.id] == 7
        assert client.get("/api/v1/guides/senior-card").json()["guide"]["version"] == 7
        same = client.get("/api/v1/guides/social-card", headers={"If-None-Match": others.headers["etag"]})
        assert same.status_code == 304
        client.close()


