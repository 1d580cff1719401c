"""Somebody at a kiosk without a screen, before a real hall with pre-reviews: no window, no wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import requests

from device_drivers.events import Read, Reading
from device_drivers.ports import PrintOutcome, Slip, Wanted
from hall_daemon.app.readings import KioskReader, KioskReadings, sort_of
from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.wire.kiosks import KioskSettings
from kiosk_ui.client import HallClient
from kiosk_ui.state import drafts, reading, reduce, start
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.cases import LOOK_S
from tests.conftest import ROOT
from tests.hall_daemon.adapters.http.review_halls import MATTER, ReviewHall, review_hall
from tests.hall_daemon.adapters.http.test_uploads import photo

READERS: Mapping[Wanted, str] = {"card": "cards-1", "code": "codes-1", "page": "camera-1"}


class Idle:
    """A reader that reads what it is given."""

    def __init__(self, reads: Wanted) -> None:
        self.reads = reads

    def want(self, until_s: float) -> None: ...

    def scan(self) -> None: ...


@contextmanager
def food_hall(folder: Path, printed: list[Slip]) -> Iterator[ReviewHall]:
    """The shipped guides and forms, a kiosk with every reader and a printer, whose slips are `printed`."""
    settings = load(ROOT / "config" / "hall.toml")
    shelf = read_shelf(settings)
    readings = KioskReadings(dict.fromkeys(READERS.values(), "kiosk-1"), lambda: 1000.0, 500)
    readings.bind(cast("dict[str, KioskReader]", {id_: Idle(sort) for sort, id_ in READERS.items()}))

    def prints(printer: str, job: str, slip: Slip, on_done: Any) -> None:
        printed.append(slip)
        on_done(PrintOutcome(job, "printed"))

    given = {
        "shelf": lambda: shelf, "cabinet": read_cabinet(settings.matters, shelf.papers()), "readings": readings,
        "kiosks": {"kiosk-1": KioskSettings(printer="printer-1")}, "print_slip": prints,
    }
    with review_hall(folder, hall=given, papers=True) as rig:
        yield rig


class Visitor:
    """Somebody at a kiosk without a screen, before a real hall: every effect is carried out at once."""

    def __init__(self, rig: ReviewHall) -> None:
        self.client, self._readings = HallClient(rig.hall.staff.url, "kiosk-1"), rig.hall.behind.readings
        self.client._web.headers["X-Hall-Client"] = "kiosk:kiosk-1"
        self.client.do(e.ForgetReadings())  # who was here before has gone
        self.now_s, self.presses = 1000.0, 0
        self.phone: dict[str, str] = {}
        self.state = start(self.now_s, {"printer": "printer-1"})
        self.happen(self.client.do(e.FetchSettings()))
        self.happen(e.Tick())
        self.happen(e.Tick())

    def happen(self, event: e.Event) -> None:
        self.state, effects = reduce(self.state, event, self.now_s)
        for effect in effects:
            if not isinstance(effect, e.FetchSettings | e.AwaitReading):
                self.happen(self.client.do(effect))

    def press(self, *presses: e.Press) -> None:
        for what in presses:
            self.presses += 1
            self.happen(e.Pressed(what, f"visit-{id(self)}-{self.presses}"))

    def read(self, what: Reading) -> None:
        """A reader of this kiosk read something while the page wants it."""
        sorts = reading.wanted(self.state)
        assert sorts, self.step
        self._readings.want("kiosk-1", sorts, 60)
        self._readings.put(Read(READERS[sort_of(what)], what))
        self.happen(self.client.do(e.AwaitReading(self.state.session_no, sorts, self.state.reader.after)))

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.happen(e.Stirred())
        self.happen(e.Tick())

    @property
    def step(self) -> s.Step:
        return self.state.session.step

    def answer(self, value: object) -> None:
        """The question that is open, with the keys that it has."""
        step = self.step
        assert isinstance(step, s.Asking)
        field = drafts.asked_at(step.draft, step.at)
        if field.kind == "choice":
            self.press(e.ChooseOption(str(value)))
            return
        if isinstance(value, list):
            self.press(*(e.ChooseOption(each) for each in value))
        elif field.kind in ("date", "expiry"):
            self.press(*(e.TypeKey(sign) for sign in str(value).replace("-", "")))
        elif value is not None:
            self.press(e.PickText(str(value), 0))
        self.press(e.Key.NEXT)


def to_papers(rig: ReviewHall) -> Visitor:
    visitor = Visitor(rig)
    group = next(each.group for each in visitor.state.library.guides if each.matter == MATTER)
    visitor.press(e.Key.OPEN_GUIDES, e.ChooseGroup(group), e.ChooseGuide(MATTER), e.Key.OPEN_FORM)
    while isinstance(step := visitor.step, s.Asking):
        visitor.answer(rig.samples.get(step.at.field))
    visitor.press(e.Key.HAND_IN)
    assert isinstance(visitor.step, s.Papers), visitor.step
    return visitor


def by_phone(rig: ReviewHall, visitor: Visitor, *papers: str, seed: int = 1) -> None:
    """A phone scans the code, once for the whole visit, and hands every paper in."""
    step = visitor.step
    assert isinstance(step, s.Papers)
    claimed = visitor.phone
    if not claimed:
        secret = step.url.partition("#s=")[2]
        claimed |= rig.public.post("/api/v1/handover/claim", {"secret": secret}).json()
    headers = {"Drop-Token": claimed["token"], "Content-Type": "image/jpeg"}
    visitor.wait(LOOK_S)
    visitor.press(e.Key.SAME_NUMBER)
    opened = rig.public.post("/api/v1/handover/open", {"token": claimed["token"]}).json()
    for paper in papers:
        path = f"/api/v1/reviews/{opened['papers']['review']}/papers/{paper}/pages/1"
        said: requests.Response = rig.public.send("PUT", path, data=photo(seed), headers=headers)
        assert said.status_code == 200, said.text
    visitor.wait(LOOK_S)
    step = visitor.step
    assert isinstance(step, s.Papers)
    assert (step.claimed, step.agreed, step.number) == (True, True, claimed["number"])
