"""A hall whose windows are known lives through a story: facts become the domain's events, and the Predictor sees
what a live hall's wait service would see. Pure.

Windows open and pause with their shifts, as clerks would press; a clerk who takes a break of his own presses
nothing, so that break shows only in his not calling.
"""

from __future__ import annotations

import heapq
import json
from datetime import date
from pathlib import Path
from typing import Any

from hall_daemon.domain import events as e
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import ClassRule, Hours, Moment, Plan, PlanError, Policy, Queue, Service, Window
from hall_daemon.domain.ticket import id_of
from hall_daemon.evaluation.story import DAY_S, Fact
from hall_daemon.prediction.waits.predictor import SEED, Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort
from hall_daemon.words.text import same, text

DAY_MIN = 24 * 60
# "Priority before all others" in a policy of weights.
BEFORE_ALL = 1_000_000
_CLASSES = (
    ClassRule("priority", text("优先", "Priority"), BEFORE_ALL),
    ClassRule("ordinary", text("普通", "Ordinary"), 1),
)
_LUNCH = {"shift": text("班次", "Shift")}


class BadHall(ValueError):
    """The file does not describe a hall; the message says where and what to do."""


def read_hall(path: Path) -> Plan:
    """The plan of a hall file: services, windows with skills, shift and lunch, hours. Raises BadHall."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return _plan(told)
    except OSError as error:
        raise BadHall(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadHall(f"{path}: is not JSON: {error}") from error
    except KeyError as error:
        raise BadHall(f"{path}: the key {error} is missing") from error
    except (TypeError, AttributeError, ValueError, PlanError) as error:
        raise BadHall(f"{path}: is no hall: {error}") from error


def _plan(told: dict[str, Any]) -> Plan:
    opens, closes = _minute(told["opens"]), _minute(told["closes"])
    serve_out = "every window stays" in told.get("after_closing", "")
    windows = {}
    for window in told["windows"]:
        begin, end = (_minute(clock) for clock in window["shift"])
        cuts = [tuple(_minute(clock) for clock in window["lunch"])] if window.get("lunch") else []
        shifts = []
        for lunch_begins, lunch_ends in cuts:
            shifts.append((begin, lunch_begins))
            begin = lunch_ends
        shifts.append((begin, end))
        if serve_out and end < closes:
            shifts.append((closes, DAY_MIN))
        elif serve_out:
            shifts[-1] = (begin, DAY_MIN)
        id_ = str(window["id"])
        windows[id_] = Window(id_, id_, {str(s): "yes" for s in window["skills"]}, shifts=tuple(shifts))
    services = [str(service) for service in told["services"]]
    return Plan(
        id="evaluated",
        name=same(""),
        timezone="UTC",
        queues={s: Queue(s, same(s), s) for s in services},
        services={s: Service(id=s, name=same(s), queue=s) for s in services},
        windows=windows,
        hours=Hours(weekly=(((opens, closes),),) * 7, stop_issuing_min=0, serve_out=serve_out),
        policy=Policy(classes=_CLASSES, longest_wait_s=0, recall_lock_s=0),
        pause_reasons=_LUNCH,
    )


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


class KnownHall:
    """`see` every fact in order; `sample_min` just after somebody came."""

    def __init__(self, plan: Plan, effort: Effort, seed: int = SEED) -> None:
        self.plan = plan
        self.hall = Hall()
        self.predictor = Predictor(plan, effort, seed)
        self._now = Moment(0, 0)
        self._shift_changes: list[tuple[int, str, bool]] = []  # (tick, window, begins), of the shifts
        self._due: set[str] = set()  # windows whose shift is over as soon as the person there is done

    def see(self, fact: Fact) -> None:
        """Raises BadHall when the trace tells of a service or window that the hall does not have."""
        self._until(round(fact.second * 1000.0))
        if fact.what == "came" and fact.day.isoformat() > self.hall.day:
            self._open_day(fact.day)
        _SEE[fact.what](self, fact)

    def sample_min(self, ticket: int, effort: Effort | None = None) -> list[float]:
        """Possible waits of somebody in line, in minutes, ascending."""
        sample = self.predictor.sample(self.hall, self._now, self._id(ticket), effort)
        return [wait / 60_000.0 for wait in sample]

    def _until(self, tick: int) -> None:
        """Let the shifts turn until `tick`."""
        while self._shift_changes and self._shift_changes[0][0] <= tick:
            at, window, begins = heapq.heappop(self._shift_changes)
            self._clock(at)
            state = self.hall.window(window)
            if begins:
                self._due.discard(window)
                if state.status != "open":
                    self._happen(e.WindowOpened(window, window))
            elif state.ticket:
                self._due.add(window)
            elif state.status == "open":
                self._happen(e.WindowPaused(window, "shift"))
        self._clock(tick)

    def _clock(self, tick: int) -> None:
        if tick > self._now.tick:
            self._now = Moment(tick, tick)

    def _happen(self, event: e.Event) -> None:
        evolve(self.hall, event, self._now)
        self.predictor.see(event, self._now.tick, self._now.wall)

    def _open_day(self, day: date) -> None:
        for window, state in tuple(self.hall.windows.items()):
            if state.status != "closed" and not state.ticket:
                self._happen(e.WindowClosed(window))
        midnight = day.toordinal() * DAY_S * 1000
        self._happen(e.DayOpened(day.isoformat(), midnight))
        self._due.clear()
        self._shift_changes = [
            (midnight + minute * 60_000, window.id, begins)
            for window in self.plan.windows.values()
            for shift in window.shifts
            for minute, begins in zip(shift, (True, False), strict=True)
        ]
        heapq.heapify(self._shift_changes)
        self._until(self._now.tick)

    def _id(self, ticket: int) -> str:
        return id_of("0000-00-00", str(ticket))

    def _came(self, fact: Fact) -> None:
        if fact.service not in self.plan.services:
            raise BadHall(f"the trace has a service {fact.service!r}; the hall has {', '.join(self.plan.services)}")
        class_, since = "priority" if fact.priority else "ordinary", self._now.tick
        id_ = self._id(fact.ticket)
        self._happen(
            e.TicketIssued(
                ticket=id_,
                number=str(fact.ticket),
                day=self.hall.day,
                queue=fact.service,
                count=fact.ticket,
                services=(fact.service,),
                token=id_,
                serial=self.hall.serial + 1,
                since=since,
                ahead=0,
                class_=class_,
            )
        )

    def _called(self, fact: Fact) -> None:
        id_ = self._id(fact.ticket)
        if not fact.server:
            self._happen(e.TicketExpired(id_))  # somebody took this person: nobody knows who
            return
        if fact.server not in self.plan.windows:
            raise BadHall(f"the trace has a window {fact.server!r}; the hall has {', '.join(self.plan.windows)}")
        state = self.hall.window(fact.server)
        if state.ticket:
            self._finish(state.id, state.ticket)
        if self.hall.window(fact.server).status != "open":
            self._happen(e.WindowOpened(fact.server, fact.server))
        self._happen(e.TicketCalled(fact.server, id_, e.Reason("only")))

    def _ended(self, fact: Fact) -> None:
        if fact.server and self.hall.window(fact.server).ticket == self._id(fact.ticket):
            self._finish(fact.server, self._id(fact.ticket))

    def _finish(self, window: str, ticket: str) -> None:
        self._happen(e.ServiceFinished(window, ticket, self.hall.tickets[ticket].service))
        if window in self._due:
            self._due.discard(window)
            self._happen(e.WindowPaused(window, "shift"))

    def _left(self, fact: Fact) -> None:
        self._happen(e.TicketCancelled(self._id(fact.ticket)))


_SEE = {"came": KnownHall._came, "called": KnownHall._called, "ended": KnownHall._ended, "left": KnownHall._left}
