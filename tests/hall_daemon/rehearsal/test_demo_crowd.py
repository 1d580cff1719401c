"""Who comes to a demo and how fast, which window is left free, and when a crowd takes silence for the hall's end."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from queue import SimpleQueue
from random import Random
from statistics import fmean
from typing import Any

import pytest

from hall_daemon.config import load
from hall_daemon.domain.plan import Plan, Window
from hall_daemon.rehearsal import crowd as crowds
from hall_daemon.rehearsal.clerks import PAUSED_S, Clerk
from hall_daemon.rehearsal.crowd import Crowd
from hall_daemon.rehearsal.day import Shift, Visit
from hall_daemon.rehearsal.demo_crowd import HASTE, PATIENCE_S, USUAL, Comers, spare_window
from hall_daemon.rehearsal.hall_client import Errands, HallEvent, Inbox, Reply
from hall_daemon.rehearsal.people import CrowdStuck
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load(ROOT / "config/hall.toml").plan


class Wall:
    """The hall's time, as the test moves it."""

    speed = 1.0

    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s

    def seconds(self) -> float:
        return self.now_s

    def allow(self, until_s: float) -> None:
        """It is moved by nobody else."""


# --- who comes ---------------------------------------------------------------------------------------


def comers(plan: Plan, waiting: Callable[[str], int], wall: Wall | None = None) -> Comers:
    some = Comers(plan=plan, dice=Random(5), clock=wall or Wall(), origin_s=1000.0, clerks=3, haste=HASTE)
    some.waiting = waiting
    return some


def gap_s(plan: Plan, *in_line: int) -> float:
    """The mean gap with so many in each queue's line."""
    line = dict(zip(("enquiry", "pension", "property-search"), in_line, strict=True))
    some = comers(plan, lambda service: line.get(service, 0))
    return fmean(next(some).at_s for _ in range(200))


def test_people_come_the_faster_the_fewer_wait(plan: Plan) -> None:
    gaps = [gap_s(plan, n, n, n) for n in (0, 1, 2, 3, 13)]
    assert USUAL == 3 * 2
    assert gaps[:4] == sorted(gaps[:4])
    assert gaps[0] < 5.0
    # With the usual number in line three clerks can just serve who comes.
    some = comers(plan, lambda service: 0)
    served_s = fmean(next(some).service_s[0] for _ in range(500)) / 3
    assert 0.8 * served_s < gaps[2] < 1.2 * served_s
    assert gaps[4] < 5 * gaps[2]  # a hall that is full is not left alone for ever
    assert gap_s(plan, 20, 0, 0) < gaps[2]  # nor are its other windows, when one queue is long


def test_a_short_queue_draws_people(plan: Plan) -> None:
    full = comers(plan, lambda service: 3 if plan.services[service].queue == "general" else 0)
    wished = [plan.services[next(full).services[0]].queue for _ in range(300)]
    assert wished.count("social") > wished.count("general")
    assert wished.count("property") > wished.count("general")


def test_nobody_comes_for_what_nobody_does_and_nobody_waits_for_ever(plan: Plan) -> None:
    some = comers(plan, lambda service: 0)
    some.served = lambda: {"enquiry", "pension"}
    visits = [next(some) for _ in range(300)]
    assert {service for visit in visits for service in visit.services} == {"enquiry", "pension"}
    assert all(visit.leaves_s is not None and visit.leaves_s - visit.at_s <= PATIENCE_S / HASTE for visit in visits)


def test_the_last_window_that_can_be_spared_is_left_free(plan: Plan) -> None:
    assert spare_window(plan) == "4"
    without = replace(plan, windows={id_: window for id_, window in plan.windows.items() if id_ != "4"})
    assert spare_window(without) == ""
    twice: dict[str, Window] = dict.fromkeys(("a", "b"), plan.windows["4"])
    assert spare_window(replace(plan, windows=twice)) == "b"
    assert spare_window(replace(plan, windows={"a": plan.windows["4"]})) == ""


# --- silence -----------------------------------------------------------------------------------------


class Desk(Errands):
    """Answers draws after `takes_s`, or never."""

    def __init__(self, inbox: Inbox, takes_s: float) -> None:
        self._inbox_ = inbox
        self._takes_s = takes_s

    def send(
        self, errand: object, listener: str, method: str, path: str, body: Mapping[str, object] | None, key: str = ""
    ) -> None:
        if math.isfinite(self._takes_s):
            refused = Reply(errand, 409, {"code": "day_full"})
            threading.Timer(self._takes_s, self._inbox_.put, (refused,)).start()


class NoPads:
    look_every_s = 0.01

    def __init__(self) -> None:
        self.pressed: list[tuple[str, str]] = []

    def press(self, pad: str, key: str) -> None:
        self.pressed.append((pad, key))

    def beeps(self) -> Mapping[str, int]:
        return {}


class Real(Wall):
    def seconds(self) -> float:
        return time.monotonic()


def visits(plan: Plan, at_s: float) -> Iterator[Visit]:
    yield Visit(at_s=at_s, services=("enquiry",), service_s=(60.0,))


@pytest.fixture
def soon_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "SILENT_REAL_S", 0.4)


def a_crowd(plan: Plan, clock: Any, takes_s: float, comes_s: float) -> Crowd:
    inbox: Inbox = SimpleQueue()
    return Crowd(
        plan, [], visits(plan, comes_s), origin_s=clock.seconds(), clock=clock, inbox=inbox,
        errands=Desk(inbox, takes_s), pads=NoPads(), name="test",
    )


@pytest.mark.usefixtures("soon_impatient")
def test_a_hall_of_which_nothing_was_asked_may_be_silent(plan: Plan) -> None:
    """Nobody comes for longer than a crowd is patient; the first draw after that takes a moment, as draws do."""
    crowd = a_crowd(plan, Real(), takes_s=0.2, comes_s=0.8)
    crowd.run()
    assert crowd.people.refused == {"day_full": 1}


@pytest.mark.usefixtures("soon_impatient")
def test_a_hall_that_never_answers_is_noticed(plan: Plan) -> None:
    with pytest.raises(CrowdStuck, match="said nothing"):
        a_crowd(plan, Real(), takes_s=math.inf, comes_s=0.0).run()


# --- what people do to a clerk's window --------------------------------------------------------------


def at_window_1(plan: Plan) -> tuple[Crowd, Clerk, NoPads, Wall]:
    wall, pads, inbox = Wall(), NoPads(), SimpleQueue[HallEvent | Reply]()
    clerk = Clerk(window="1", pad="pad-1", services=frozenset({"enquiry"}), shift=Shift(0.0, math.inf))
    crowd = Crowd(
        plan, [clerk], iter(()), origin_s=1000.0, clock=wall, inbox=inbox, errands=Desk(inbox, math.inf), pads=pads,
        name="test", haste=HASTE,
    )
    crowd.staff.begin()
    crowd.agenda.work()
    return crowd, clerk, pads, wall


def happens(crowd: Crowd, wall: Wall, kind: str, **body: object) -> None:
    crowd.staff.follow(HallEvent(1, kind, wall.now_s, {"window": "1", **body}))


def test_a_pause_that_nobody_ends_is_over_some_time(plan: Plan) -> None:
    crowd, clerk, pads, wall = at_window_1(plan)
    happens(crowd, wall, "WindowOpened", staff="pad:pad-1")
    happens(crowd, wall, "WindowPaused", reason="break")
    assert clerk.state == "away"
    wall.now_s += PAUSED_S / HASTE - 1
    crowd.agenda.work()
    assert pads.pressed == []
    wall.now_s += 1
    crowd.agenda.work()
    assert pads.pressed == [("pad-1", "pause")]
    happens(crowd, wall, "WindowOpened", staff="pad:pad-1")
    assert clerk.state == "free"


def test_a_clerk_goes_for_a_person_and_comes_back(plan: Plan) -> None:
    crowd, clerk, pads, wall = at_window_1(plan)
    happens(crowd, wall, "TicketCalled", ticket="t")
    assert clerk.state == "busy"
    happens(crowd, wall, "WindowOpened", staff="1024")
    assert clerk.state == "replaced"
    wall.now_s += 3600
    crowd.agenda.work()
    assert pads.pressed == []  # what was planned for the person who was called is the newcomer's now
    happens(crowd, wall, "WindowPaused", reason="break")
    assert clerk.state == "replaced"
    happens(crowd, wall, "WindowClosed")
    assert clerk.state == "free"


def test_a_window_that_was_paused_and_closed_is_opened_again(plan: Plan) -> None:
    crowd, clerk, _, wall = at_window_1(plan)
    happens(crowd, wall, "WindowPaused", reason="break")
    happens(crowd, wall, "WindowClosed")
    assert (clerk.state, clerk.opened) == ("free", False)


def test_a_call_that_was_taken_back_leaves_its_person_in_line(plan: Plan) -> None:
    crowd, _, _, _ = at_window_1(plan)
    for kind, body in (
        ("TicketIssued", {"ticket": "t", "services": ["enquiry"]}),
        ("TicketCalled", {"ticket": "t", "window": "1"}),
        ("PressUndone", {"tickets": ["t"], "window": "1", "press": "call"}),
    ):
        crowd.lines.follow(HallEvent(1, kind, 0.0, body))
    assert crowd.lines.waiting("enquiry") == 1
