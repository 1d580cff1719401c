"""Weeks of a hall, made up by dice and lived by the real rules without devices, processes or a clock: history.

Fuller Mondays, fuller month ends, two waves a day, lunch, short breaks, people who do not come. The same seed gives
the same weeks. For the demo's first minute, and for trying what learns from months. One thread; `write` gets each
business day's events in order, numbered on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hall_daemon.adapters.storage.data_folder import JOURNAL, PROMISES, SNAPSHOTS
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.snapshots import SnapshotKeeper
from hall_daemon.adapters.waits.ledger import PromiseLedger
from hall_daemon.app.record import Recorded
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused, decide
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment, Plan
from hall_daemon.domain.ticket import day_of
from hall_daemon.rehearsal.hearsay import Hearsay
from hall_daemon.rehearsal.tuesday import NO_SHOW, PRIORITY, SPREAD

WEEKDAYS = (1.25, 1.0, 0.95, 0.9, 1.05, 0.8, 0.8)
MONTH_END = 1.3
MONTH_END_DAYS = 2
DAY_NOISE = 0.08
# Each session fills up and empties again: its middle wave, in shares of its length.
WAVE_MIDDLE, WAVE_SPREAD = 0.42, 0.28
BREAK_MIN = 10
ABSENT_S = 60.0
BY = "rehearsal"


@dataclass(frozen=True, slots=True)
class Taste:
    """How this hall is. `people` come on a usual day; `slower` multiplies the time of a (service, window) or of a
    (service, day); `trend` is the share by which everything gets longer in 30 days, `load` in twice the crowd."""

    people: float = 150.0
    slower: Mapping[tuple[str, str], float] = field(default_factory=dict)
    trend: float = 0.0
    load: float = 0.0
    haste: float = 1.0


def open_days(plan: Plan, last: date, n: int) -> list[date]:
    """The last `n` days up to `last` on which the hall opens, oldest first; fewer where a year has fewer."""
    back = (last - timedelta(days=ago) for ago in range(366))
    return [day for day in back if plan.sessions(day.isoformat())][:n][::-1]


def write_history(plan: Plan, folder: Path, today: date, days: int, seed: int, taste: Taste) -> int:
    """Begin the data folder of a hall with `days` open days before `today`, which is opened; how many days there were.
    Every event says that it comes from a rehearsal; what people were told is in the ledger of promises."""
    lived = open_days(plan, today - timedelta(days=1), days)
    hearsay = Hearsay()
    with ExitStack() as parts:
        journal = parts.enter_context(closing(Journal(folder / JOURNAL)))
        reader = parts.enter_context(closing(journal.reader()))
        ledger = parts.enter_context(closing(PromiseLedger(folder / PROMISES, ZoneInfo(plan.timezone))))
        ledger.begin(0)

        def write(day: list[Recorded]) -> None:
            journal.append(day)
            ledger.write(day, hearsay.announced(day), fresh_after=0)

        weeks = Weeks(plan, seed, write, taste)
        weeks.live(lived)
        weeks.open(today)
        SnapshotKeeper(folder / SNAPSHOTS, reader, 0).save(weeks.hall, weeks.seq)
    return len(lived)


def is_month_end(plan: Plan, day: date, among: int = MONTH_END_DAYS) -> bool:
    """Whether `day` is one of the last `among` days of its month on which the hall opens."""
    later = (day + timedelta(days=ahead) for ahead in range(1, 32))
    left = [one for one in later if one.month == day.month and plan.sessions(one.isoformat())]
    return bool(plan.sessions(day.isoformat())) and len(left) < among


class Weeks:
    """Lives one day after the other in one hall; `write` takes each day's rows."""

    def __init__(
        self, plan: Plan, seed: int, write: Callable[[list[Recorded]], None], taste: Taste = Taste()
    ) -> None:
        self.plan = plan
        self.hall = Hall()
        self.seq = 0
        self._dice = Random(seed)  # noqa: S311 - a repeatable history, no secret
        self._write = write
        self._taste = taste
        self._first: date | None = None
        self._shares = {id_: 1 / service.expected_s for id_, service in plan.services.items() if id_ not in plan.plain}

    def live(self, days: Iterator[date] | list[date]) -> None:
        for day in days:
            self._day(day)

    def open(self, day: date) -> None:
        """Begin a day and leave it to others."""
        self._begin(day)
        self._write(self._rows)

    def _begin(self, day: date) -> None:
        self._first = self._first or day
        self._today = day
        self._rows: list[Recorded] = []
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(self.plan.timezone))
        self._midnight = int((noon.timestamp() - 43_200) * 1000)
        self._do(c.OpenDay(day.isoformat(), self._midnight), self._midnight)

    def _day(self, day: date) -> None:
        self._begin(day)
        self._takes: dict[str, float] = {}
        self._agenda: list[tuple[int, int, str, str]] = []
        self._order = 0
        sessions = self._sessions = self.plan.sessions(day.isoformat())
        self._breaks: set[str] = set()
        for begins, ends in sessions:
            self._plan_session(begins, ends)
        for minute in self._arrivals(sessions):
            self._later(minute, "come", "")
        while self._agenda:
            at, _, what, who = heappop(self._agenda)
            getattr(self, f"_{what}")(at, who)
        self._do(c.CloseDay(self.hall.day), self._midnight + 24 * 60 * MINUTE_MS - 1000)
        self._write(self._rows)

    def _plan_session(self, begins: int, ends: int) -> None:
        for window in self.plan.windows:
            self._later(begins - 2.0, "sit_down", window)
            self._later(ends + 0.1, "leave", window)
            if ends - begins > 120:
                self._later(self._dice.uniform(begins + 45, ends - 30), "rest", window)

    def _arrivals(self, sessions: tuple[tuple[int, int], ...]) -> Iterator[float]:
        """Minutes at which people draw a number."""
        dice, day = self._dice, self._today
        level = self._taste.people * WEEKDAYS[day.weekday()] * math.exp(dice.gauss(0.0, DAY_NOISE))
        if is_month_end(self.plan, day):
            level *= MONTH_END
        length = sum(ends - begins for begins, ends in sessions)
        usual = sum(ends - begins for begins, ends in self._usual_sessions()) or length
        for begins, ends in sessions:
            # Six sixths of the morning's people come for five of the afternoon's.
            share = (ends - begins) / max(usual, 1) * (1.15 if begins < 720 else 0.85)
            stops = ends - self.plan.hours.stop_issuing_min
            for _ in range(_poisson(level * share, dice)):
                minute = begins + (ends - begins) * dice.gauss(WAVE_MIDDLE, WAVE_SPREAD)
                yield minute if begins <= minute < stops else dice.uniform(begins, stops)

    def _usual_sessions(self) -> tuple[tuple[int, int], ...]:
        return max(self.plan.hours.weekly, key=lambda sessions: sum(ends - begins for begins, ends in sessions))

    # -- what happens -----------------------------------------------------------------------------

    def _come(self, at: int, _: str) -> None:
        dice = self._dice
        (service,) = dice.choices(list(self._shares), list(self._shares.values()))
        class_, why = "ordinary", ""
        if self.plan.priority_reasons and dice.random() < PRIORITY:
            class_, why = "priority", dice.choice(list(self.plan.priority_reasons))
        token = f"{dice.getrandbits(144):036x}"
        for event in self._do(
            c.IssueTicket(services=(service,), token=token, class_=class_, class_reason=why, channel=BY), at
        ):
            if isinstance(event, e.TicketIssued):
                mean_s = self.plan.services[service].expected_s / self._taste.haste
                took_s = dice.lognormvariate(math.log(mean_s) - SPREAD**2 / 2, SPREAD)
                self._takes[event.ticket] = -1.0 if dice.random() < NO_SHOW else max(20.0 / self._taste.haste, took_s)
        self._look(at)

    def _look(self, at: int) -> None:
        for window in self.plan.windows:
            state = self.hall.window(window)
            if state.status == "open" and not state.ticket:
                self._call(at, window)

    def _call(self, at: int, window: str) -> None:
        for event in self._do(c.CallNext(window), at):
            if isinstance(event, e.TicketCalled):
                takes_s = self._takes.get(event.ticket, 300.0)
                if takes_s < 0:
                    self._later_tick(at + int(ABSENT_S * 1000 / self._taste.haste), "miss", window)
                else:
                    self._later_tick(at + int(1000 * takes_s * self._slowness(event.ticket, window)), "end", window)

    def _slowness(self, ticket: str, window: str) -> float:
        taste, day = self._taste, self._today
        service = self.hall.tickets[ticket].service
        waiting = sum(self.hall.waiting(each) for each in self.plan.queue_services[self.hall.tickets[ticket].queue])
        assert self._first is not None
        planted = taste.slower.get((service, window), 1.0) * taste.slower.get((service, day.isoformat()), 1.0)
        months, crowd = (day - self._first).days / 30.0, math.log2(1 + waiting)
        return planted * math.exp(math.log1p(taste.trend) * months + math.log1p(taste.load) * crowd)

    def _end(self, at: int, window: str) -> None:
        self._do(c.Finish(window), at)
        self._next(at, window)

    def _miss(self, at: int, window: str) -> None:
        self._do(c.Miss(window), at)
        self._next(at, window)

    def _next(self, at: int, window: str) -> None:
        """After somebody: a break that was due, else the next one."""
        if window in self._breaks:
            self._breaks.discard(window)
            self._rest(at, window)
        elif self._works(at):
            self._call(at, window)
        else:
            self._leave(at, window)

    def _works(self, at: int) -> bool:
        return any(self._tick(begins - 2) <= at < self._tick(ends) for begins, ends in self._sessions)

    def _sit_down(self, at: int, window: str) -> None:
        if not self._works(at):
            return
        if self.hall.window(window).status != "open":
            self._do(c.OpenWindow(window, f"pad:{window}"), at)
        self._look(at)

    def _rest(self, at: int, window: str) -> None:
        if self.hall.window(window).ticket:
            self._breaks.add(window)
        elif self.hall.window(window).status == "open" and self.plan.pause_reasons:
            self._do(c.PauseWindow(window, next(iter(self.plan.pause_reasons))), at)
            self._later_tick(at + int(BREAK_MIN * MINUTE_MS / self._taste.haste), "sit_down", window)

    def _leave(self, at: int, window: str) -> None:
        """Lunch, or the end of the day: then only when nobody is left to be called."""
        state = self.hall.window(window)
        if at >= self._tick(self._sessions[-1][1]) and state.status == "open" and not state.ticket:
            self._call(at, window)
            state = self.hall.window(window)
        if not state.ticket and state.status != "closed":
            self._do(c.CloseWindow(window), at)

    # -- the hall ---------------------------------------------------------------------------------

    def _tick(self, minute: float) -> int:
        return self._midnight + int(minute * MINUTE_MS)

    def _later(self, minute: float, what: str, who: str) -> None:
        self._later_tick(self._tick(minute), what, who)

    def _later_tick(self, at: int, what: str, who: str) -> None:
        self._order += 1
        heappush(self._agenda, (at, self._order, what, who))

    def _do(self, command: c.Command, at: int) -> tuple[e.Event, ...]:
        now = Moment(at, at)
        decided = decide(self.plan, self.hall, command, now)
        if isinstance(decided, Refused):
            return ()
        for event in decided:
            evolve(self.hall, event, now)
            self.seq += 1
            ticket = e.about(event).ticket
            self._rows.append(Recorded(self.seq, at, at, day_of(ticket) if ticket else self.hall.day, BY, event))
        return tuple(decided)


def _poisson(mean: float, dice: Random) -> int:
    """How many, on average `mean`."""
    n, at = -1, 0.0
    while at < mean:
        at += dice.expovariate(1.0)
        n += 1
    return max(0, n)
