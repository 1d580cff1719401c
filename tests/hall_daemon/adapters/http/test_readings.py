"""What a kiosk's readers read: for that kiosk alone, while it asks, for seconds, and in no log."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import requests

from device_drivers.events import Code, Page, PersonCard, Read, Unreadable
from device_drivers.ports import Wanted
from hall_daemon.app.readings import GRACE_S, LIFE_S, MOST, KioskReader, KioskReadings
from hall_daemon.wire.kiosks import KioskSettings
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.rights_scene import People

CANARY = "张金丝雀"
CARD = PersonCard(document="resident", number="11010519491231002X", name=CANARY, birth="1949-12-31")
KIOSKS = {"cards-1": "kiosk-1", "camera-1": "kiosk-1", "cards-2": "kiosk-2"}


class Told:
    """A reader that notes what it is asked."""

    def __init__(self, reads: Wanted) -> None:
        self.reads: Wanted = reads
        self.until_s: list[float] = []
        self.scans = 0

    def want(self, until_s: float) -> None:
        self.until_s.append(until_s)

    def scan(self) -> None:
        self.scans += 1


class World:
    def __init__(self) -> None:
        self.now_s = 1000.0
        self.readings = KioskReadings(KIOSKS, lambda: self.now_s, 500)
        self.readers = {"cards-1": Told("card"), "camera-1": Told("page"), "cards-2": Told("card")}
        self.readings.bind(cast("dict[str, KioskReader]", self.readers))


@pytest.fixture
def world() -> World:
    return World()


def test_what_nobody_asked_for_is_dropped_where_it_arrives(world: World) -> None:
    world.readings.put(Read("cards-1", CARD))
    world.readings.want("kiosk-1", ("code",), 10)
    world.readings.put(Read("cards-1", CARD))
    world.readings.put(Read("nobody's", CARD))
    assert world.readings.next_after("kiosk-1", 0, ("card", "code")) is None


def test_it_reaches_its_kiosk_alone_until_that_has_taken_it(world: World) -> None:
    world.readings.want("kiosk-1", ("card",), 10)
    assert world.readers["cards-1"].until_s == [1000.0 + 10 + GRACE_S]
    assert world.readers["cards-2"].until_s == world.readers["camera-1"].until_s == []
    world.readings.put(Read("cards-1", CARD))
    world.readings.put(Read("cards-1", Unreadable("card")))
    assert world.readings.next_after("kiosk-2", 0, ("card",)) is None
    first = world.readings.next_after("kiosk-1", 0, ("card",))
    assert first is not None
    assert (first.n, first.what) == (500, CARD)
    assert world.readings.next_after("kiosk-1", 0, ("card",)) == first, "a poll that broke asks again"
    second = world.readings.next_after("kiosk-1", first.n, ("card",))
    assert second is not None
    assert second.what == Unreadable("card")
    assert world.readings.next_after("kiosk-1", second.n, ("card",)) is None


def test_its_time_is_short_and_its_place_small(world: World) -> None:
    world.readings.want("kiosk-1", ("card",), 1000)
    for _ in range(MOST + 3):
        world.readings.put(Read("cards-1", CARD))
    kept = world.readings.next_after("kiosk-1", 0, ("card",))
    assert kept is not None
    assert kept.n == 503
    world.now_s += LIFE_S
    world.readings.sweep()
    assert world.readings.next_after("kiosk-1", 0, ("card",)) is None


def test_a_session_that_is_over_leaves_nothing_and_nothing_more_is_read(world: World) -> None:
    world.readings.want("kiosk-1", ("card", "page"), 100)
    world.readings.put(Read("cards-1", CARD))
    world.readings.forget("kiosk-1")
    world.readings.put(Read("cards-1", CARD))
    assert world.readings.next_after("kiosk-1", 0, ("card",)) is None
    assert world.readers["cards-1"].until_s[-1] == 0.0


class Kiosk:
    """A kiosk with its credential; every answer is held against the document."""

    def __init__(self, hall: LiveHall, headers: dict[str, str]) -> None:
        self.client = CheckedClient(hall.staff.url)
        self.client.session.headers.update(headers)

    def get(self, path: str) -> requests.Response:
        return self.client.get(f"/api/v1/kiosks/{path}")

    def post(self, path: str) -> requests.Response:
        return self.client.post(f"/api/v1/kiosks/{path}", {})


class Scene:
    def __init__(self, hall: LiveHall, people: People, world: World) -> None:
        self.hall, self.people, self.world = hall, people, world

    def as_machine(self, role: str = "kiosk") -> tuple[str, Kiosk]:
        name, secret = self.people.machine(role)
        return name, Kiosk(self.hall, {"Authorization": f"Bearer {name}.{secret}"})


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    world, kiosks = World(), {f"kiosk-{n}": KioskSettings() for n in (1, 2)}
    with live_hall(tmp_path / "hall", gated=True, kiosks=kiosks, readings=world.readings) as hall:
        people = People(hall, tmp_path / "elsewhere")
        yield Scene(hall, people, world)
        people.close()


def kiosk_1(scene: Scene) -> Kiosk:
    """People make names by chance; this one must be called as the kiosk is."""
    name, secret = scene.people.machine("kiosk")
    machine = scene.people.store.machines[name]
    scene.people.store.put(replace(machine, id="kiosk-1"))
    return Kiosk(scene.hall, {"Authorization": f"Bearer kiosk-1.{secret}"})


def test_a_card_comes_to_the_kiosk_that_waits_and_into_no_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    kiosk, world = kiosk_1(scene), scene.world
    with caplog.at_level(logging.DEBUG):
        assert kiosk.get("kiosk-1/reading?for=card").status_code == 204
        laying = threading.Timer(0.05, lambda: world.readings.put(Read("cards-1", CARD)))
        laying.start()
        answer = kiosk.get("kiosk-1/reading?for=card&wait_s=20")
        laying.join()
        said = answer.json()
        assert (said["what"], said["reader"], said["card"]["name"]) == ("card", "cards-1", CANARY)
        assert answer.headers["cache-control"] == "no-store"
        assert kiosk.get(f"kiosk-1/reading?for=card&after={said['n']}").status_code == 204
        world.readings.put(Read("cards-1", CARD))
        assert kiosk.post("kiosk-1/forget").status_code == 200
        assert kiosk.get("kiosk-1/reading").status_code == 204
    assert CANARY not in caplog.text
    assert CARD.number not in caplog.text
    files = {path.name: path.read_bytes() for path in scene.hall.folder.rglob("*") if path.is_file()}
    assert files
    assert [name for name, data in files.items() if CANARY.encode() in data or CARD.number.encode() in data] == []
    assert CANARY not in json.dumps(requests.get(scene.hall.staff.url + "/api/v1/problems", timeout=10).json())


def test_codes_and_pages(scene: Scene) -> None:
    kiosk, world = kiosk_1(scene), scene.world
    assert kiosk.post("kiosk-1/scan").json() == {"scanners": 1}
    assert world.readers["camera-1"].scans == 1
    world.readings.put(Read("camera-1", Page("image/png", b"\x89PNG and more")))
    said = kiosk.get("kiosk-1/reading?for=page").json()
    assert (said["what"], said["page"]) == ("page", {"media_type": "image/png", "bytes": 13})
    page = kiosk.get(f"kiosk-1/readings/{said['n']}/page")
    assert (page.content, page.headers["content-type"]) == (b"\x89PNG and more", "application/octet-stream")
    world.readings.want("kiosk-1", ("code",), 5)
    world.readings.put(Read("cards-1", Code("A023")))
    assert kiosk.get(f"kiosk-1/reading?after={said['n']}").json()["code"] == "A023"
    gone = kiosk.get(f"kiosk-1/readings/{said['n']}/page")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_reading")


@pytest.mark.parametrize("path", ["kiosk-1/reading", "kiosk-1/readings/1/page", "kiosk-1/scan", "kiosk-1/forget"])
def test_nobody_else_gets_it(scene: Scene, path: str) -> None:
    post = not path.endswith(("reading", "page"))
    other, tool = scene.as_machine()[1], scene.as_machine("tool")[1]
    for who, code in ((other, "not_your_kiosk"), (tool, "not_allowed")):
        answer = who.post(path) if post else who.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert other.get("kiosk-9/reading").json()["code"] == "unknown_kiosk"


@pytest.mark.parametrize("query", ["for=face", "after=-1", "after=x", "wait_s=26", "wait_s=1e3", f"after={10**20}"])
def test_a_wrong_question_is_told(scene: Scene, query: str) -> None:
    answer = kiosk_1(scene).get(f"kiosk-1/reading?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")
