"""Halls to roll forward: plans with any skills, and halls put together ticket by ticket."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hall_daemon.domain.hall import Hall, WindowState
from hall_daemon.domain.plan import Moment, Plan, Policy, Queue, Service, Skill, Window
from hall_daemon.domain.ticket import Place, Ticket
from hall_daemon.prediction.learn.distributions import Distribution, Distributions
from hall_daemon.prediction.waits.wait_estimate import Range
from hall_daemon.words.text import same

DAY = "2026-11-23"
MIDNIGHT_WALL = 1_795_392_000_000
MINUTE_MS = 60_000
NOW = Moment(50_000_000, MIDNIGHT_WALL + 9 * 60 * MINUTE_MS)


def plan(windows: Mapping[str, Mapping[str, Skill]], *, expected_s: int = 600, **changes: Any) -> Plan:
    """Each service has a queue of its own name."""
    services = list(dict.fromkeys(service for skills in windows.values() for service in skills))
    base = Plan(
        id="test",
        name=same("hall"),
        timezone="UTC",
        queues={service: Queue(service, same(service), chr(65 + n)) for n, service in enumerate(services)},
        services={
            service: Service(id=service, name=same(service), queue=service, expected_s=expected_s)
            for service in services
        },
        windows={window: Window(window, window, dict(skills)) for window, skills in windows.items()},
        pause_reasons={"lunch": same("lunch")},
        policy=of_classes("priority", "appointment", "ordinary"),
    )
    return replace(base, **changes)


def of_classes(*classes: str, **changes: Any) -> Policy:
    """Nothing is locked and nobody is guarded. Who might come in each class is rolled out apart at every question, so
    a hall to which some classes never come is told of the others only."""
    rules = tuple(rule for rule in Policy().classes if rule.id in classes)
    return Policy(**{"classes": rules, "recall_lock_s": 0, "missed_lock_s": 0, "longest_wait_s": 0, **changes})


def one_window(**changes: Any) -> Plan:
    return plan({"1": {"card": "yes"}}, **changes)


def hall(open_windows: Sequence[str] = ("1",)) -> Hall:
    made = Hall(day=DAY, midnight_wall=MIDNIGHT_WALL, day_open=True)
    for window in open_windows:
        made.windows[window] = WindowState(window, "open", f"staff-{window}")
    return made


def ticket(n: int, service: str = "card", class_: str = "ordinary", **changes: Any) -> Ticket:
    """The n-th in line, drawn n seconds after the first."""
    base = Ticket(
        id=f"{DAY}-{service}{n:05d}",
        number=f"{n}",
        day=DAY,
        queue=service,
        services=(service,),
        class_=class_,
        state="waiting",
        place=Place(NOW.tick - 3_600_000 + n * 1000, n),
        token=f"token-{service}-{n}",
        drawn_tick=0,
        drawn_wall=0,
    )
    return base._replace(**changes)


def in_line(made: Hall, count: int, service: str = "card", class_: str = "ordinary", first: int = 0) -> list[str]:
    tickets = [ticket(first + n, service, class_) for n in range(count)]
    for each in tickets:
        made.put(each)
    return [each.id for each in tickets]


def at_window(made: Hall, window: str, person: Ticket, elapsed_s: float, state: str = "serving") -> None:
    """`person` was called to `window` so long ago."""
    called = NOW.tick - int(elapsed_s * 1000)
    made.put(person._replace(state=state, window=window, called_tick=called, started_tick=called))
    made.windows[window] = made.window(window)._replace(ticket=person.id)


def fixed(seconds: float, **more: Any) -> Distributions:
    """Every service takes exactly so long."""
    return Distributions(cycle={}, other=Distribution((seconds * 1000.0,)), **more)


def dice() -> random.Random:
    return random.Random(1)


def exactly(seconds: int) -> Range:
    return Range(seconds, seconds, seconds)


def later(seconds: float) -> Moment:
    return Moment(NOW.tick + int(seconds * 1000), NOW.wall + int(seconds * 1000))
