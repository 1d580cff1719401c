"""A day's table: nobody counted twice or lost, times as `visits` has them, half hours by the hall's usual clock."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec
import pytest

from hall_daemon.app.record import Recorded
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.visits import Visits
from hall_daemon.prediction.learn.day_summary import SLOTS, Case, DayTable, Stamped, day_table
from hall_daemon.prediction.learn.service_times import ServiceTimes
from hall_daemon.rehearsal.district import district_hall
from hall_daemon.rehearsal.weeks import Taste, Weeks
from tests.hall_daemon.prediction import scenes

PLAN = scenes.plan({"1": {"card": "yes"}, "2": {"card": "yes", "tax": "yes"}})
MINUTE = 60_000
OPENS = 9 * 60 * MINUTE
FIRST = f"{scenes.DAY}-A001"


class Pressed:
    """A hall by the real rules; `do` at a minute of the day."""

    def __init__(self) -> None:
        self.hall = Hall()
        self.rows: list[Stamped] = []
        self.do(0, c.OpenDay(scenes.DAY, scenes.MIDNIGHT_WALL))

    def do(self, minute: float, *commands: c.Command, wall_off_ms: int = 0) -> None:
        tick = int(minute * MINUTE)
        now = Moment(tick, scenes.MIDNIGHT_WALL + tick + wall_off_ms)
        for command in commands:
            decided = decide(PLAN, self.hall, command, now)
            assert not isinstance(decided, Refused), decided
            for event in decided:
                evolve(self.hall, event, now)
                self.rows.append(Stamped(now.tick, now.wall, event))

    def table(self) -> DayTable:
        return day_table(scenes.DAY, self.rows)


def issue(service: str = "card", *more: str, n: int = 0) -> c.IssueTicket:
    return c.IssueTicket(services=(service, *more), token=f"token-{service}-{n}")


class Heard(ServiceTimes):
    """What service times learn."""

    def __init__(self) -> None:
        super().__init__(PLAN)
        self.cycles: Counter[tuple[str, int]] = Counter()
        self.waits = 0

    def cycle(self, service: str, clerk: str, took_ms: int) -> None:
        self.cycles[service, took_ms] += 1

    def waited(self, took_ms: int, gave_up: bool) -> None:
        self.waits += 1


def lived(people: float = 700.0, days: int = 3, seed: int = 3) -> list[list[Recorded]]:
    written: list[list[Recorded]] = []
    Weeks(district_hall(), seed, written.append, Taste(people)).live([date(2026, 11, 16 + n) for n in range(days)])
    return written


def test_handling_is_what_visits_say_and_everybody_is_counted_once() -> None:
    for rows in lived():
        table = day_table(rows[0].day, [Stamped(row.tick, row.wall, row.event) for row in rows])
        heard, visits = Heard(), Visits()
        for row in rows:
            visits.see(row.event, row.tick)
        visits.settle()
        for change in visits.stood():
            heard.see(change)
        assert Counter((case.service, case.took_ms) for case in table.cases) == heard.cycles
        assert table.people == sum(isinstance(row.event, e.TicketIssued) for row in rows)
        assert len(table.waits) == heard.waits
        assert table.unmeasured == 0


def test_a_table_goes_through_json_unchanged() -> None:
    rows = lived(days=1)[0]
    table = day_table(rows[0].day, [Stamped(row.tick, row.wall, row.event) for row in rows])
    assert msgspec.json.decode(msgspec.json.encode(table), type=DayTable) == table


def test_no_events_are_an_empty_day() -> None:
    assert day_table("2026-11-23", []) == DayTable(day="2026-11-23")
    assert DayTable(day="2026-11-23").people == 0


def test_a_matter_of_seventy_five_minutes_is_seventy_five_minutes() -> None:
    day = Pressed()
    day.do(540, c.OpenWindow("1", "ann"), issue(), c.CallNext("1"))
    day.do(615, c.Finish("1"))
    assert day.table().cases == (Case("card", "1", 18, 75 * MINUTE, 0),)


def test_a_press_that_is_undone_never_was() -> None:
    day = Pressed()
    day.do(540, c.OpenWindow("1", "ann"), issue(), issue(n=1), c.CallNext("1"))
    day.do(541, c.Finish("1"))
    day.do(541.5, c.Undo("1"))
    day.do(550, c.Finish("1"))
    day.do(555, c.CallNext("1"))
    day.do(555.5, c.Undo("1"))
    day.do(560, c.CallNext("1"))
    table = day.table()
    assert table.cases == (Case("card", "1", 18, 10 * MINUTE, 1),)
    assert [wait.waited_ms for wait in table.waits] == [0, 20 * MINUTE]


def test_several_matters_are_each_measured_and_counted_once() -> None:
    day = Pressed()
    day.do(540, c.OpenWindow("2", "ann"), issue("card", "tax"), c.CallNext("2"))
    day.do(546, c.Finish("2"))
    day.do(547, c.CallNext("2"))
    day.do(550, c.Finish("2"))
    table = day.table()
    assert [(case.service, case.took_ms) for case in table.cases] == [("card", 6 * MINUTE), ("tax", 3 * MINUTE)]
    assert table.people == 1
    assert len(table.waits) == 1


def test_what_was_put_aside_or_forgotten_is_told_and_not_measured() -> None:
    day = Pressed()
    day.do(540, c.OpenWindow("1", "ann"), issue(), c.CallNext("1"), c.Start("1"))
    day.do(545, c.Hold("1"))
    day.do(550, c.Resume("1"))
    day.do(560, c.Finish("1"))
    day.do(600, issue(n=1), c.CallNext("1"))
    day.do(600 + 300, c.Finish("1"))
    table = day.table()
    assert table.cases == ()
    assert table.unmeasured == 2


def test_done_and_next_in_one_press_after_a_quiet_while_says_nothing() -> None:
    """Nobody was in line: the clerk pressed when somebody came, not when the matter was done."""
    day = Pressed()
    day.do(540, c.OpenWindow("1", "ann"), issue(), c.CallNext("1"))
    day.do(600, issue(n=1), c.CallNext("1"))
    table = day.table()
    assert (table.cases, table.unmeasured) == ((), 1)


def test_a_late_finish_belongs_to_the_half_hour_of_its_call() -> None:
    day = Pressed()
    day.do(1430, c.OpenWindow("1", "ann"), issue(), c.CallNext("1"))
    day.do(1450, c.Finish("1"))
    assert day.table().cases == (Case("card", "1", SLOTS - 1, 20 * MINUTE, 0),)


def test_a_clock_that_was_wrong_for_a_while_moves_nobody() -> None:
    day = Pressed()
    day.do(540, c.OpenWindow("1", "ann"), issue())
    day.do(600, issue(n=1), wall_off_ms=-3_600_000)
    day.do(601, c.CallNext("1"), wall_off_ms=-3_600_000)
    day.do(605, c.Finish("1"))
    day.do(660, issue(n=2))
    day.do(665, c.CallNext("1"))
    table = day.table()
    (came,) = table.came
    assert [slot for slot, n in enumerate(came.counts) if n] == [18, 20, 22]
    assert table.cases[0].took_ms == 4 * MINUTE


def test_windows_are_staffed_between_their_presses() -> None:
    day = Pressed()
    day.do(540, c.OpenWindow("1", "ann"), c.OpenWindow("2", "bob"))
    day.do(720, c.PauseWindow("1", "lunch"))
    day.do(780, c.OpenWindow("1", "ann"))
    day.do(1020, c.CloseWindow("1"), issue())
    assert day.table().staffed == {"1": ((540, 720), (780, 1020)), "2": ((540, 1020),)}


@pytest.mark.parametrize("seed", range(3))
def test_no_person_is_in_a_table(seed: int) -> None:
    rows = lived(people=200, days=1, seed=seed)[0]
    text = msgspec.json.encode(day_table(rows[0].day, [Stamped(r.tick, r.wall, r.event) for r in rows])).decode()
    for row in rows:
        if isinstance(row.event, e.TicketIssued):
            assert row.event.token not in text
            assert row.event.ticket not in text
        if isinstance(row.event, e.WindowOpened):
            assert row.event.staff not in text
