"""What events name, what a window takes, and whom a service stands in line with: the domain answers, once for all."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from typing import get_args

import pytest

from hall_daemon.domain import events as e
from hall_daemon.domain.plan import SKILLS, Plan, Rivals, Skill, Window
from tests.hall_daemon.domain import halls

SERVICES = ("licence", "permit", "card")


@pytest.mark.parametrize(("event", "named"), [
    (e.TicketRecalled("1", "d-A001", 2), (("d-A001",), "1", "")),
    (
        e.TicketTransferred(ticket="d-A001", window="", services=("card",), queue="c", since=5, serial=1),
        (("d-A001",), "", "c"),
    ),
    (e.PressUndone("2", ("d-A001", "d-A002"), "call"), (("d-A001", "d-A002"), "2", "")),
    (e.WindowOpened("3", "anna"), ((), "3", "")),
    (e.WindowOpened("3", "anna", "berta", "d-A007"), (("d-A007",), "3", "")),
    (e.ServiceRated("d-A001", "1", 5, "pad"), (("d-A001",), "1", "")),
    (e.DayClosed("2026-11-23"), ((), "", "")),
])
def test_what_an_event_names(event: e.Event, named: tuple[tuple[str, ...], str, str]) -> None:
    assert e.about(event) == named
    assert e.about(event).ticket == (named[0][-1] if named[0] else "")


def test_a_confidential_event_names_nobody_in_public() -> None:
    assert e.public_about(e.ServiceRated("d-A001", "1", 5, "pad")) == ((), "", "")
    assert e.public_about(e.TicketRecalled("1", "d-A001", 2)).ticket == "d-A001"


def test_no_event_names_a_ticket_under_another_name() -> None:
    about_tickets = {"ticket", "tickets"}
    silent = {kind.__name__ for kind in get_args(e.Event) if not about_tickets & {f.name for f in fields(kind)}}
    assert silent == {
        "DayOpened", "DayClosed", "DayReopened", "WindowPaused", "WindowClosed", "ClockStepped", "EventsLost", "Beside",
    }


def test_a_window_takes_what_it_takes_however_gladly() -> None:
    window = Window("1", "1", {"licence": "first", "permit": "idle", "card": "never"})
    assert [window.takes(service) for service in (*SERVICES, "none")] == [True, True, False, False]
    assert window.services == ("licence", "permit")


def test_rivals_are_those_of_the_open_windows_that_take_it_most_gladly() -> None:
    plan = hall({"1": {"licence": "first", "card": "yes"}, "2": {"card": "first", "permit": "idle"}})
    assert plan.rivals("card", frozenset()) == Rivals(("card",))
    assert plan.rivals("card", frozenset({"1"})) == Rivals(("card",), ("licence",))
    assert plan.rivals("permit", frozenset({"1", "2"})) == Rivals(("permit",), ("card",))
    assert plan.rivals("none", frozenset({"1"})) == Rivals(("none",))


@pytest.mark.parametrize("seed", range(40))
def test_rivals_by_looking_at_every_window(seed: int) -> None:
    dice = random.Random(seed)
    plan = hall({str(n): {s: dice.choice(SKILLS) for s in SERVICES if dice.random() < 0.8} for n in range(5)})
    for service in SERVICES:
        open_windows = frozenset(id_ for id_ in plan.windows if dice.random() < 0.5)
        alike, before = plan.rivals(service, open_windows)
        assert (set(alike), set(before)) == looked_at(plan, service, open_windows)
        assert len(alike) + len(before) == len({*alike, *before})


def looked_at(plan: Plan, service: str, open_windows: frozenset[str]) -> tuple[set[str], set[str]]:
    """By the words of `rivals`, one window after the other."""
    takers = [window for window in plan.windows.values() if window.takes(service)]
    takers = [window for window in takers if window.id in open_windows] or takers
    best = min((SKILLS.index(window.skills[service]) for window in takers), default=0)
    most_glad = [window for window in takers if SKILLS.index(window.skills[service]) == best]
    ranks = {
        other: min(SKILLS.index(window.skills.get(other, "never")) for window in most_glad)
        for other in SERVICES
        if most_glad and other != service
    }
    return {service, *(s for s, rank in ranks.items() if rank == best)}, {s for s, r in ranks.items() if r < best}


def hall(windows: dict[str, dict[str, Skill]]) -> Plan:
    return replace(halls.plan(), windows={id_: Window(id_, id_, skills) for id_, skills in windows.items()})


def test_a_plan_remembers_nothing() -> None:
    plan, before = hall({"1": {"licence": "yes"}}), hall({"1": {"licence": "yes"}})
    plan.rivals("licence", frozenset({"1"}))
    plan.sessions("2026-11-23")
    assert all(getattr(plan, f.name) == getattr(before, f.name) for f in fields(plan))
