"""People of the demo whose papers are looked at, before a real hall: their numbers are prepared by both ways."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from random import Random
from typing import Any

import pytest

from hall_daemon.cases.docket import Review
from hall_daemon.config import load
from hall_daemon.domain.ticket import Ticket
from hall_daemon.matters import days
from hall_daemon.rehearsal import applicants as who
from hall_daemon.rehearsal.agenda import Agenda
from hall_daemon.rehearsal.applicants import Applicants, Sample, samples_of
from hall_daemon.rehearsal.day import Visit
from hall_daemon.rehearsal.hall_client import Errands, HallEvent, Inbox, Reply
from hall_daemon.rehearsal.people import Person
from tests.conftest import ROOT
from tests.hall_daemon.adapters.http.review_halls import MATTER, ReviewHall, review_hall
from tests.hall_daemon.rehearsal.test_demo_crowd import Wall

pytest.importorskip("pypdfium2")
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("applicants") / "hall", papers=True) as rig:
        yield rig


class Scene:
    """Applicants, their errands and a wall clock that goes on when everybody waits for it."""

    def __init__(self, rig: ReviewHall, errands: Errands, inbox: Inbox) -> None:
        self.rig, self.inbox, self.wall = rig, inbox, Wall()
        self.agenda = Agenda(self.wall)
        self.errands = errands
        self.drawn: list[Ticket] = []
        sample = Sample(MATTER, "food-permit", rig.samples)
        self.applicants = Applicants(
            (sample,), plan=rig.hall.plan, dice=Random(1), agenda=self.agenda, errands=errands, draw=self.draw,
            haste=5.0, name=f"demo-{id(self)}", now_s=self.wall.seconds,
        )

    def draw(self, visit: Visit, more: Mapping[str, object]) -> None:
        said = self.rig.staff.post("/api/v1/tickets", {"service": visit.services[0], **more})
        assert said.status_code == 201, said.text
        self.drawn.append(self.ticket(said.json()["ticket"]))

    def ticket(self, id_: str) -> Ticket:
        self.rig.hall.follower.wait_for(self.rig.hall.core.seq, 5)
        return self.rig.hall.follower.read(lambda hall: hall.tickets[id_])

    @property
    def reviews(self) -> dict[str, Review]:
        return self.rig.hall.core.book.docket.reviews

    def someone(self) -> Person:
        """With a number in hand."""
        said = self.rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
        visit = Visit(at_s=0.0, services=("food-permit",), service_s=(60.0,))
        return Person(visit=visit, key="p", deaf=0, ticket=said["ticket"], token=said["token"])

    def until(self, holds: Callable[[], Any]) -> None:
        give_up_at = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < give_up_at
            try:
                item = self.inbox.get(timeout=0.05)
            except queue.Empty:
                self.wall.now_s += 1
                self.agenda.work()
                continue
            assert isinstance(item, Reply)
            assert callable(item.errand)
            item.errand(item)


@pytest.fixture
def scene(rig: ReviewHall) -> Iterator[Scene]:
    inbox: queue.SimpleQueue[HallEvent | Reply] = queue.SimpleQueue()
    errands = Errands(rig.hall.staff.url, rig.hall.public.url, inbox, "")
    errands.start()
    yield Scene(rig, errands, inbox)
    errands.stop()


@pytest.mark.parametrize("passed_first", [True, False])
def test_whoever_waits_brings_their_number(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, passed_first: bool
) -> None:
    monkeypatch.setattr(who, "BRINGS", 1.0)
    monkeypatch.setattr(who, "PASSED_FIRST", float(passed_first))
    person = scene.someone()
    scene.applicants.holds(person)
    scene.until(lambda: scene.ticket(person.ticket).services == ("food-ready",))
    ticket = scene.ticket(person.ticket)
    assert (ticket.state, bool(ticket.review)) == ("waiting", True)


def test_whoever_passed_at_home_draws_a_prepared_number(scene: Scene) -> None:
    scene.applicants.expect()
    scene.until(lambda: scene.drawn)
    assert [ticket.services for ticket in scene.drawn] == [("food-ready",)]
    assert scene.wall.now_s - 1000 >= who.LOOKED_S[0] / 5


def test_what_somebody_else_looks_at_is_theirs(scene: Scene) -> None:
    before = set(scene.reviews)
    scene.applicants.expect()
    scene.until(lambda: any(scene.reviews[each].state == "sent" for each in scene.reviews.keys() - before))
    (review,) = (scene.reviews[each] for each in scene.reviews.keys() - before)
    look = {"X-Hall-Client": "staff:bo"}
    assert scene.rig.staff.post(f"/api/v1/reviews/{review.id}/look", {}, headers=look).status_code == 200
    waited = scene.wall.now_s
    scene.until(lambda: scene.wall.now_s > waited + who.LOOKED_S[1] / 5 + 5)
    review = scene.reviews[review.id]
    assert (review.looker, review.state, scene.drawn) == ("staff:bo", "looking", [])


def test_a_number_for_anything_else_is_brought_to_nothing(scene: Scene) -> None:
    visit, before = Visit(at_s=0.0, services=("card",), service_s=(60.0,)), set(scene.reviews)
    scene.applicants.holds(Person(visit=visit, key="p", deaf=0))
    assert set(scene.reviews) == before


def test_the_shipped_hall_has_a_matter_for_it() -> None:
    found = samples_of(load(ROOT / "config/hall.toml"), days.of_date(date(2026, 11, 30)))
    assert [(each.matter, each.service) for each in found] == [(MATTER, "food-permit")]
    assert found[0].answers["uscc"]


