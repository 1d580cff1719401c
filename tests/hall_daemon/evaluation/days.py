"""Small traces made here: two windows, one line, days of eight hours, and some who leave."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hall_daemon.evaluation.trial import Rows
from hall_daemon.rehearsal.trace import Row

MONDAY = date(2031, 1, 6)
OPENS_S = 8 * 3600.0
HALL = {
    "opens": "08:00",
    "closes": "16:00",
    "after_closing": "every window stays until the queue is empty",
    "services": ["A"],
    "windows": [
        {"id": "c1", "skills": ["A"], "shift": ["08:00", "16:00"], "lunch": None},
        {"id": "c2", "skills": ["A"], "shift": ["08:00", "16:00"], "lunch": ["11:30", "12:00"]},
    ],
}


def row(arrives_s: float, starts_s: float | None, ends_s: float | None = None, **more: object) -> Row:
    base = Row(
        line=1,
        arrives_s=arrives_s,
        starts_s=starts_s,
        ends_s=ends_s,
        left_s=None if starts_s is not None else arrives_s + 600,
        service="A",
        server="",
        priority=False,
    )
    return base._replace(**more)


def rows(days: int, seed: int = 1, every_s: float = 170.0, mean_s: float = 300.0, leave: float = 0.05) -> Rows:
    """M/M/2, first come first served; one window is away from 11:30 to 12:00."""
    dice = random.Random(seed)
    people = []
    for n in range(days):
        free = {"c1": OPENS_S, "c2": OPENS_S}
        now = OPENS_S
        while (now := now + dice.expovariate(1 / every_s)) < 16 * 3600:
            if dice.random() < leave and min(free.values()) > now + 60:
                people.append((MONDAY + timedelta(n), row(now, None, left_s=now + 50)))
                continue
            if 11.5 * 3600 <= max(now, free["c2"]) < 12 * 3600:
                free["c2"] = 12 * 3600.0
            server = min(free, key=lambda window: free[window])
            starts = max(now, free[server])
            free[server] = starts + dice.expovariate(1 / mean_s)
            people.append((MONDAY + timedelta(n), row(now, starts, free[server], server=server)))
    return {"made": people}


def without_servers(given: Rows) -> Rows:
    """As halls publish it: who was called when, and nothing else."""
    return {
        hall: [(day, row._replace(server="", ends_s=None)) for day, row in people] for hall, people in given.items()
    }
