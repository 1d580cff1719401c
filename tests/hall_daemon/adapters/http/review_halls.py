"""A small hall with pre-reviews: one matter with its form and guide, a real sealed store, and a client that goes
through a review as a phone, a kiosk and the desk do. It is Monday, 2026-11-23, nine o'clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests

from hall_daemon.adapters.dossiers.docket_keeper import DocketKeeper
from hall_daemon.adapters.dossiers.store import Dossiers
from hall_daemon.adapters.dossiers.values import Bounds
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.adapters.storage.keys import load_keys
from hall_daemon.adapters.storage.past import case_rows_of
from hall_daemon.app.record import Request
from hall_daemon.app.review_views import ReviewContext
from hall_daemon.cases import commands as k
from hall_daemon.config import load
from hall_daemon.config.calendar import read_calendar
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.statutes import statutes_of
from hall_daemon.domain.plan import Service, Window
from hall_daemon.matters.checks import Checker
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall, name, small_plan

SHIPPED = Path(__file__).parents[4] / "config" / "hall.toml"
MATTER = "food-business-licence"
JPEG = b"\xff\xd8\xff\xe0 a picture of a page \xff\xd9"
CANARY = "11010519491231002X"


@dataclass
class ReviewHall:
    hall: LiveHall
    dossiers: Dossiers
    keeper: DocketKeeper
    room: ReviewRoom
    samples: dict[str, Any]
    staff: CheckedClient
    public: CheckedClient

    def ask(self, command: Any, by: str = "staff:bo") -> Any:
        return self.hall.core.ask(Request(command, by))


@contextmanager
def review_hall(
    folder: Path, pages: Path | None = None, *, hall: dict[str, Any] | None = None, papers: bool = False, **changes: Any
) -> Iterator[ReviewHall]:
    """`hall`: what else `live_hall` is given; `changes`: what is promised for every matter. `papers`: the server of its
    document children is there from the start; a hall of several tests would else begin it in the middle of one."""
    settings = load(SHIPPED)
    shelf = read_shelf(settings)
    cabinet = read_cabinet(settings.matters, shelf.papers())
    statutes = statutes_of(
        settings.reviews, settings.papers, read_calendar(Path(settings.reviews.calendar), []), shelf, cabinet
    )
    matters = {id_: replace(matter, **changes) for id_, matter in statutes.matters.items()}
    statutes = replace(statutes, matters=matters, most_each=1000)
    plan = small_plan()
    plan = replace(
        plan,
        services={
            **plan.services,
            "food-permit": Service(id="food-permit", name=name("Food"), queue="general", when_ready="food-ready"),
            "food-ready": Service(id="food-ready", name=name("Food"), queue="general", expected_s=300),
        },
        windows={
            **plan.windows, "1": replace(plan.windows["1"], skills={**plan.windows["1"].skills, "food-permit": "yes"}),
            "9": Window("9", "9", {"food-ready": "first"}),
        },
    )
    folder.mkdir(exist_ok=True)
    dossiers = Dossiers(
        folder, load_keys(folder / "dossiers.key"),
        Bounds(keep_days={"draft": 7, "review": 30, "visited": 90}), lambda: 1_795_400_000_000,
    )
    checkers = {form.matter: Checker(form) for form in cabinet.forms.values()}
    room = ReviewRoom(
        views=ReviewContext(
            statutes=statutes, shelf=shelf, checkers=checkers,
            proves={entry.id: entry.papers for entry in cabinet.dictionary.values()}, plan=plan,
        ),
        dossiers=lambda: dossiers,
        key=bytes(range(32)), random_bytes=os.urandom,
    )
    given: dict[str, Any] = {
        "core_options": {"statutes": statutes}, "reviews": room, "review_rows": case_rows_of(folder), "pages": pages,
        "clock": HandClock(9), "cabinet": cabinet,
    }
    with live_hall(folder, plan, **{**given, **(hall or {})}) as running:
        keeper = DocketKeeper(running.follower.read_book(lambda book: book.docket), lambda: dossiers)
        running.follower.subscribe(keeper)
        if papers:
            assert room.documents.look(b"no paper").why == "wrong_type"
        clients = CheckedClient(running.staff.url), CheckedClient(running.public.url)
        yield ReviewHall(running, dossiers, keeper, room, checkers[MATTER].form.samples(), *clients)
        for client in clients:
            client.close()
    room.documents.stop()
    dossiers.close()


class Case:
    """One review as its person goes through it, from a phone or (`staff`) a kiosk."""

    def __init__(self, rig: ReviewHall, *, kiosk: bool = False, id_number: str = CANARY) -> None:
        self.rig = rig
        self.client = rig.staff if kiosk else rig.public
        self.id_number = id_number
        opened = self.client.post("/api/v1/reviews", {"matter": MATTER, "id_number": id_number})
        assert opened.status_code == 201, opened.text
        self.id: str = opened.json()["review"]
        self.token: str = opened.json()["token"]
        self.path = f"/api/v1/reviews/{self.id}"

    def headers(self, version: int | None = None) -> dict[str, str]:
        return {"Case-Token": self.token} | ({"If-Match": f'"{version}"'} if version else {})

    @property
    def seen(self) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(self.path, headers=self.headers()).json()
        return body

    def keep(self, answers: dict[str, Any] | None = None, version: int | None = None) -> requests.Response:
        body = {"answers": self.rig.samples if answers is None else answers}
        headers = self.headers(version or self.seen["version"])
        return self.client.send("PUT", f"{self.path}/answers", json=body, headers=headers)

    def page(self, paper: str, page: int = 1, jpeg: bytes = JPEG) -> None:
        """As an upload does it: the picture first, then what happened."""
        kept = self.rig.dossiers.put_page(self.id, paper, page, jpeg, marks=("blurred",))
        self.rig.ask(k.KeepPage(self.id, paper, page, str(kept.version)), "phone")

    def send(self, **body: Any) -> requests.Response:
        headers = self.headers(self.seen["version"])
        return self.client.post(f"{self.path}/send", body, headers=headers)

    def sent(self) -> Case:
        for paper in self.keep().json()["missing"]:
            self.page(paper)
        answer = self.send(id_number=self.id_number)
        assert answer.status_code == 200, answer.text
        return self

    def desk(self, what: str, body: Any = None, version: int | None = None, by: str = "staff:bo") -> requests.Response:
        headers = {"X-Hall-Client": by} | ({"If-Match": f'"{version}"'} if version is not None else {})
        return self.rig.staff.post(f"{self.path}/{what}", body, headers=headers)

    def looked(self, by: str = "staff:bo") -> int:
        version: int = self.desk("look", {}, by=by).json()["version"]
        return version

    def passed(self) -> Case:
        answer = self.desk("pass", version=self.looked())
        assert answer.json()["state"] == "passed", answer.text
        return self
