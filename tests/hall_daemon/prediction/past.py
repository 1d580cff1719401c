"""Past weeks of the small hall as tables, and what its clerks taught."""

from __future__ import annotations

from datetime import date
from functools import cache

from hall_daemon.app.record import Recorded
from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.learn.day_summary import DayTable, Stamped, day_table
from hall_daemon.prediction.learn.distributions import Distributions
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.rehearsal.weeks import Taste, Weeks, open_days
from tests.hall_daemon.rehearsal.small_hall import small_hall

LAST = date(2026, 11, 20)


class Past:
    """`tables` are the days in order; `rows` the last day's events; `laws` what was taught up to the day before."""

    def __init__(self, days: int, people: float, seed: int) -> None:
        self.plan: Plan = small_hall()
        self.tables: list[DayTable] = []
        self.rows: list[Recorded] = []
        predictor = Predictor(self.plan)
        self.distributions: Distributions = predictor.times.distributions()

        def write(rows: list[Recorded]) -> None:
            self.distributions = predictor.times.distributions()
            self.tables.append(day_table(rows[0].day, [Stamped(row.tick, row.wall, row.event) for row in rows]))
            self.rows = rows
            for row in rows:
                predictor.see(row.event, row.tick)

        Weeks(self.plan, seed, write, Taste(people)).live(open_days(self.plan, LAST, days))


@cache
def past(days: int = 40, people: float = 110.0, seed: int = 1) -> Past:
    return Past(days, people, seed)


def per_slot(table: DayTable) -> list[int]:
    return [sum(slot) for slot in zip(*(came.counts for came in table.came), strict=True)]
