"""Months of a hall in virtual time, in this process, with faults at any moment; I1 to I10 after every day.

`python -m tests.drills months --minutes M --seed S` lives month after month, each from a seed of its own. A seed that
found something is written into `kept_seeds.toml`, which the suite lives through again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import chain, count
from pathlib import Path
from random import Random
from shutil import rmtree
from zoneinfo import ZoneInfo

from device_drivers.events import KeyPressed, PadKey, Rated
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.vault import VaultError
from hall_daemon.app.record import Accepted, Answer, Command
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.ticket import FINAL
from hall_daemon.wire.persons import HolderBody
from tests.drills.harness import Counted, Drill, Run
from tests.drills.kept_months import IN_SUITE_DAYS, keep, kept
from tests.drills.month_audit import Auditor
from tests.drills.month_cases import MonthCases
from tests.drills.month_faults import DAY_S, FAULTS, HOUR_S
from tests.drills.month_hall import Clocks, Killed, MonthHall, World
from tests.drills.month_plan import SERVICES, month_plan, settings_of

DAYS, PEOPLE = 30, 300
MINUTE_S = 60.0
PADS: tuple[PadKey, ...] = ("call", "recall", "start", "finish", "miss", "pause", "confirm", "cancel", "hold", "resume")
STAFF = tuple(f"clerk-{n}" for n in range(1, 11))


@dataclass
class Month:
    """`seed` decides everything: the hall, its people, what breaks and when."""

    seed: int
    folder: Path
    days: int = DAYS
    people: int = PEOPLE
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        chance = self.chance = Random(self.seed)
        self.first = date(2026, 1, 1) + timedelta(chance.randrange(700))
        plan = self.plan = month_plan(chance, self.first, self.days)
        self.zone = ZoneInfo(plan.timezone)
        self.settings = settings_of(plan, self.folder, chance)
        self.world = World(Clocks(self.at(self.first, 7 * 60)), chance)
        self.auditor = Auditor(self.settings, self.world)
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._names = count()
        self._unsure: list[tuple[Command, str, str]] = []
        self._full = False
        self.cases = MonthCases(self)
        self.app = MonthHall(self.settings, self.world)

    def at(self, day: date, minute: float) -> float:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() + minute * MINUTE_S

    # -- time --------------------------------------------------------------------------------------

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        self.plan_at(self.world.clocks.true + seconds, do)

    def plan_at(self, at_s: float, do: Callable[[], None]) -> None:
        heappush(self._agenda, (at_s, next(self._order), do))

    def live(self) -> Counted:
        """The whole month. AssertionError says the day and what does not hold."""
        for n in range(self.days):
            day = self.first + timedelta(n)
            try:
                self._live_a_day(day)
            except Exception as wrong:
                where = f"seed {self.seed}, {day}, event {self.auditor.seq}"
                raise AssertionError(f"{where}: {wrong or repr(wrong)}") from wrong
        self.guarded(self.app.end, sure=True)
        self.auditor.close()
        kinds = self.auditor.counted
        return {"days": self.days, "events": self.auditor.seq, "tickets": kinds["TicketIssued"], **self.counted}

    def _live_a_day(self, day: date) -> None:
        clocks = self.world.clocks
        self._plan_day(day)
        # The look comes at different hours of the night.
        until = self.at(day, 23.6 * 60) + self.chance.choice((0.0, 0.0, 0.9 * HOUR_S, 5 * HOUR_S))
        while self._agenda and self._agenda[0][0] <= until:
            at_s, _, do = heappop(self._agenda)
            clocks.true = max(clocks.true, at_s)
            self.guarded(do)
        clocks.true = max(clocks.true, until)
        self.guarded(self._look, sure=True)

    def guarded(self, do: Callable[[], None], sure: bool = False) -> None:
        """Do it, and start the hall again when that ends the process; `sure`: and do it after all."""
        while True:
            try:
                do()
            except (Killed, JournalError) as end:
                self.counted["kills" if isinstance(end, Killed) else "fatal"] += 1
                self.app.die()
                self.start()
                if sure:
                    continue
            return

    def start(self) -> None:
        self.app = MonthHall(self.settings, self.world)
        self.counted["starts"] += 1
        self.auditor.restarted(self.app)
        unsure, self._unsure = self._unsure, []
        for command, by, key in unsure:
            self._note(self.ask(command, by, key), command)

    def _look(self) -> None:
        self.app.dies_in = -1
        self.app.quiet()
        self.app.beat()
        self.auditor.look(self.app)
        self.cases.look()

    # -- a day -------------------------------------------------------------------------------------

    def _plan_day(self, day: date) -> None:
        chance, sessions = self.chance, self.plan.sessions(day.isoformat())
        for begins, ends in sessions:
            people = round(self.people * chance.uniform(0.5, 1.2) * (ends - begins) / 440)
            for _ in range(people):
                self.plan_at(self.at(day, chance.triangular(begins - 5, ends)), self._comes)
            for window in self.plan.windows:
                self.plan_at(self.at(day, begins + chance.uniform(-5, 15)), partial(self._clerk, window, ends, day))
        self.cases.plan_day(day)
        begins_s = self.at(day, 7 * 60)
        for minute in range(1440):
            self.plan_at(self.at(day, 420 + minute), self._minute)
        for hour in range(24):
            self.plan_at(self.at(day, 420 + hour * 60 + 20), self._manager)
        for fault, a_day in FAULTS.items():
            for _ in range(int(a_day + chance.random())):
                self.plan_at(begins_s + chance.uniform(0, DAY_S), partial(fault, self))

    def _minute(self) -> None:
        """What the hall does by itself."""
        self.app.turn()
        self.auditor.glance(self.app)
        if self.chance.random() < 0.1:
            self.app.beat()
        if self.chance.random() < 0.1:
            self.app.told(self.chance.choice((0, 5, 1000)))
        if self.chance.random() < 0.05:
            self.app.promises.step()

    def _manager(self) -> None:
        """Looks at the hall every hour: when its date is not the true one, and the machine's is, she sets it right."""
        app, clocks = self.app, self.world.clocks
        today = datetime.fromtimestamp(clocks.true, self.zone).date().isoformat()
        if clocks.off or app.lags:
            return
        if app._date.doubt() is not None:
            app._date.confirm()
            self.counted["confirmed"] += 1
            app.turn()
        if app.core.hall.day > today:
            answer = app.ask(c.ReopenDay())
            self.counted["reopened" if isinstance(answer, Accepted) else "not reopened"] += 1

    # -- applicants --------------------------------------------------------------------------------

    def ask(self, command: Command, by: str = "staff:1", key: str = "") -> Answer:
        self.counted["commands"] += 1
        try:
            answer = self.app.ask(command, by, key)
        except (Killed, JournalError):
            # A kiosk asks again with its key.
            if key:
                self._unsure.append((command, by, key))
            raise
        return answer

    def _note(self, answer: Answer, command: Command) -> None:
        if isinstance(answer, Accepted) and isinstance(command, c.IssueTicket):
            (issued,) = [row.event for row in answer.events if isinstance(row.event, e.TicketIssued)]
            self.auditor.told[command.token] = issued.number
            self._has_ticket(issued.ticket)

    def _comes(self) -> None:
        chance, n = self.chance, next(self._names)
        class_ = chance.choices(("ordinary", "priority", "appointment"), (8, 1, 2))[0]
        begins = int((self.world.clocks.true + chance.uniform(-1800, 3600)) * 1000)
        command = c.IssueTicket(
            services=tuple(chance.sample(SERVICES, chance.choice((1, 1, 1, 2, 3)))),
            token=f"token-of-{self.seed}-{n:06}", class_=class_, class_reason="elderly", channel="kiosk",
            slot=(begins, begins + 600_000), printer=chance.choice(("printer-1", "printer-2", "")),
        )
        answer = self.ask(command, f"kiosk:{n % 3}", f"key-{self.seed}-{n}")
        self._note(answer, command)
        self.counted["refused" if not isinstance(answer, Accepted) else "drawn"] += 1

    def _has_ticket(self, ticket: str) -> None:
        chance = self.chance
        if chance.random() < 0.15:
            self.later(chance.uniform(1, 60), partial(self._names_holder, ticket))
        if chance.random() < 0.05:
            self.later(chance.expovariate(1 / 900), lambda: self._void(c.Cancel(ticket)))
        if chance.random() < 0.03:
            self.later(chance.expovariate(1 / 600), lambda: self._void(c.Prioritise(ticket, "elderly")))
        if chance.random() < 0.05:
            self.later(chance.expovariate(1 / 300), lambda: self._void(c.RequestSlip(ticket, "printer-1")))
        if chance.random() < 0.4:
            # Whoever missed a call comes back, or not at all.
            self.later(chance.expovariate(1 / 2400), lambda: self._void(c.Return(ticket)))

    def _void(self, command: c.Command) -> None:
        self.ask(command)

    def _names_holder(self, ticket: str) -> None:
        n = next(self._names)
        name, phone = f"赵钱孙李{n:06}", f"139{n:08}"
        self.auditor.persons |= {name, phone}
        with suppress(VaultError):
            for _ in range(self.chance.choice((1, 1, 2))):
                taken = self.app.name_holder(ticket, HolderBody(name=name, phone=phone), f"holder-{n}")
                self.counted["persons"] += taken

    # -- clerks ------------------------------------------------------------------------------------

    def _clerk(self, window: str, ends: int, day: date) -> None:
        """One press, and the next one later, until the session is over; some forget to close."""
        chance, hall = self.chance, self.app.core.hall
        state = hall.window(window)
        if self.world.clocks.true > self.at(day, ends) and (not state.ticket or chance.random() < 0.1):
            if chance.random() < 0.85:
                self.ask(c.CloseWindow(window))
            return
        pause_s = self._press(window)
        self.later(pause_s, partial(self._clerk, window, ends, day))

    def _press(self, window: str) -> float:
        """Seconds until the next one."""
        chance, hall = self.chance, self.app.core.hall
        state = hall.window(window)
        ticket = hall.tickets.get(state.ticket)
        dice = chance.random()
        if dice < 0.06:
            # Through the pad, which knows the replica only.
            self.app.bridge.on_event(KeyPressed(f"pad-{window}", chance.choice(PADS), chance.choice((None, 1, 4))))
            self.app.turn()
            return 5
        if state.status != "open":
            staff = state.staff if state.status == "paused" and dice < 0.9 else chance.choice(STAFF)
            self.ask(c.OpenWindow(window, staff, chance.random() < 0.1))
            return 10
        if dice < 0.08:
            self.ask(c.OpenWindow(window, chance.choice(STAFF), True))
            return 5
        if dice < 0.12:
            self.ask(c.Undo(window))
            return 10
        if ticket is None:
            if state.held and dice < 0.5:
                self.ask(c.Resume(window, chance.choice(("", chance.choice(state.held)))))
            elif dice < 0.15:
                self.ask(c.PauseWindow(window, "lunch"))
                return chance.uniform(60, 1800)
            elif dice < 0.2 and (some := self._somebody()):
                self.ask(c.CallTicket(window, some, "documents"))
            else:
                called = self.ask(c.CallNext(window))
                return 12 if isinstance(called, Accepted) else chance.uniform(20, 90)
            return 10
        if ticket.state == "called":
            press: c.Command = (
                c.Recall(window) if dice < 0.25 else c.Miss(window) if dice < 0.35
                else self._transfer(ticket.id) if dice < 0.38 else c.CallNext(window) if dice < 0.42
                else c.Cancel(ticket.id) if dice < 0.43 else c.Start(window)
            )
            self.ask(press)
            return chance.expovariate(1 / 150) if isinstance(press, c.Start) else 15
        if dice < 0.2:
            self.ask(c.Hold(window))
        elif dice < 0.27:
            self.ask(self._transfer(ticket.id))
        elif dice < 0.5:
            self.ask(c.CallNext(window))
        else:
            self.ask(c.Finish(window))
            if chance.random() < 0.3:
                self.app.bridge.on_event(Rated(f"pad-{window}", chance.randrange(6)))
                self.app.turn()
        return 8

    def _somebody(self) -> str:
        alive = [ticket.id for ticket in self.app.core.hall.tickets.values() if ticket.state not in FINAL]
        return self.chance.choice(alive) if alive else ""

    def _transfer(self, ticket: str) -> c.Transfer:
        chance = self.chance
        to = chance.choice(("", "", *self.plan.windows))
        return c.Transfer(ticket, chance.choice(("", *SERVICES)), to, chance.choice(("place", "end", "clerk")))


def attack(run: Run) -> Counted:
    """First the long months that once found something, then those of this run."""
    counted: Counter[str] = Counter()
    again = [int(month["seed"]) for month in kept() if int(month["days"]) > IN_SUITE_DAYS]
    for n, seed in enumerate(chain(again, (run.seed * 1000 + n for n in count()))):
        folder = run.folder / str(n)
        folder.mkdir()
        try:
            for what, much in Month(seed, folder).live().items():
                counted[what] += int(much)
        except Exception as wrong:
            if seed not in again:
                keep(seed, DAYS, PEOPLE, str(wrong) or repr(wrong))
            raise
        counted["months"] += 1
        rmtree(folder)
        if run.over:
            return counted
    raise AssertionError


DRILL = Drill(
    name="months",
    does="months of a hall in virtual time, I1 to I10 after every day",
    faults=("F1", "F3", "F4", "F6", "F7", "F11", "F12", "F13", "F15"),
    beside=True,
    attack=attack,
)
