"""The crowd of a rehearsal: people draw numbers, wait, give up, come back; clerks call and serve them.

One thread that owns all of it. It acts by the hall's outer doors only and learns what happened from the event
stream; everything has its time by the hall's clock, kept in an agenda.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.agenda import Agenda, HallTime
from hall_daemon.rehearsal.clerks import (
    COMES_AFTER_S,
    MISS_AFTER_S,
    RECALL_AFTER_S,
    TRY_AGAIN_S,
    WALK_S,
    WALK_SHARE,
    Clerk,
    who_calls,
)
from hall_daemon.rehearsal.day import Visit
from hall_daemon.rehearsal.doors import Errands, HallEvent, Inbox, PadDoor, Reply
from hall_daemon.rehearsal.line import Lines

_LOGGER = logging.getLogger(__name__)

STUCK_REAL_S = 2.0  # neither event nor beep: look what is true
REST_REAL_S = 0.05
BATCH = 500
# Nothing at all happened for so long: the hall is gone, or we are wrong about it.
SILENT_REAL_S = 30.0


@dataclass(slots=True, eq=False)
class Person:
    """Somebody on the way through the hall. `stage` counts matters done, `deaf` calls that will pass unheard."""

    visit: Visit
    key: str
    deaf: int
    ticket: str = ""
    token: str = ""
    stage: int = 0
    back: bool = False


class CrowdStuck(Exception):
    """The hall does not answer, or nothing moves any more."""


class Crowd:
    """`origin_s` is second 0 of visits and shifts, in seconds since 1970. `run` plays until everybody went home
    or `stopping` is set. `haste` shortens walks and patience as the visits were shortened. `check` raises when there
    is no hall any more."""

    def __init__(
        self,
        plan: Plan,
        clerks: list[Clerk],
        visits: Iterator[Visit],
        *,
        origin_s: float,
        clock: HallTime,
        inbox: Inbox,
        errands: Errands,
        pads: PadDoor,
        name: str,
        printer: Callable[[int], str] = lambda n: "",
        haste: float = 1.0,
        stopping: threading.Event | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.acknowledged: list[str] = []
        self.refused: Counter[str] = Counter()
        self.presses = 0
        self.beeped = 0
        self.stopping = stopping or threading.Event()
        self.agenda = Agenda(clock)
        self.clerks = {clerk.window: clerk for clerk in clerks}
        self.lines = Lines()
        self._plan = plan
        self._visits = visits
        self._origin_s = origin_s
        self._clock = clock
        self._inbox = inbox
        self._errands = errands
        self._pads = pads
        self._name = name
        self._printer = printer
        self._haste = haste
        self._check = check
        self._drawn = 0
        self._coming = True
        self._people: dict[str, Person] = {}
        self._unnamed: dict[str, Clerk] = {}  # called before the answer to the draw was read
        self._over: set[str] = set()  # and even gone before it
        self._heard = 0  # the last event
        self._unheard: list[int] = []  # events that we know of by an answer only
        self._looked_s = 0.0
        self._moved_s = 0.0

    # -- the loop -------------------------------------------------------------------------------------

    def run(self) -> None:
        """Raises CrowdStuck when nothing moves for too long."""
        for clerk in self.clerks.values():
            self.agenda.at(self._origin_s + clerk.shift.begins_s, partial(self._arrives, clerk))
            for begins_s, _ in clerk.shift.breaks:
                self.agenda.at(self._origin_s + begins_s, partial(self._free_or_break, clerk))
        self._expect_next()
        self._moved_s = time.monotonic()
        while not self.stopping.is_set() and not self._home:
            self._check()
            self.agenda.work()
            self._look_at_pads()
            for clerk in who_calls(self.clerks.values(), self.lines.waiting, self._clock.seconds(), self._second):
                self._press(clerk, "call")
            self._take_in()

    @property
    def _home(self) -> bool:
        """Everybody came, and went home."""
        busy = any(clerk.awaits or clerk.state == "busy" for clerk in self.clerks.values())
        return not (self._coming or self._people or self.agenda.owes or busy)

    @property
    def _second(self) -> float:
        return self._clock.seconds() - self._origin_s

    def _take_in(self) -> None:
        wait_s = self.agenda.rest_s(REST_REAL_S)
        if any(clerk.awaits for clerk in self.clerks.values()):
            wait_s = min(wait_s, self._pads.look_every_s)
        try:
            item = self._inbox.get(timeout=wait_s) if wait_s > 0 else self._inbox.get_nowait()
            for _ in range(BATCH):
                self._moved_s = time.monotonic()
                self._take(item)
                item = self._inbox.get_nowait()
        except queue.Empty:
            pass
        if self.agenda.owes and time.monotonic() - self._moved_s > SILENT_REAL_S:
            raise CrowdStuck(f"the hall said nothing for {SILENT_REAL_S:g} s; {len(self._people)} people are inside")

    def _take(self, item: HallEvent | Reply) -> None:
        if isinstance(item, Reply):
            assert callable(item.errand)
            item.errand(item)
            return
        self._heard = item.seq
        if self._unheard:
            for seq in [seq for seq in self._unheard if seq <= item.seq]:
                self.agenda.settle(("event", seq))
                self._unheard.remove(seq)
        self.lines.follow(item)
        react = _REACTIONS.get(item.kind)
        if react is not None:
            react(self, item)

    # -- people ---------------------------------------------------------------------------------------

    def _expect_next(self) -> None:
        visit = next(self._visits, None)
        if visit is None:
            self._coming = False
        else:
            self.agenda.at(self._origin_s + visit.at_s, partial(self._draw, visit))

    def _draw(self, visit: Visit) -> None:
        self._drawn += 1
        person = Person(visit, f"{self._name}-{self._drawn}", visit.deaf_to)
        body: dict[str, object] = {"class": visit.class_, "class_reason": visit.class_reason}
        body |= {"services": list(visit.services)} if len(visit.services) > 1 else {"service": visit.services[0]}
        body |= {"channel": "rehearsal", "printer": self._printer(self._drawn)}
        self.agenda.owe(person)
        self._errands.send(partial(self._drew, person), "staff", "POST", "/api/v1/tickets", body, person.key)
        self._expect_next()

    def _drew(self, person: Person, reply: Reply) -> None:
        self.agenda.settle(person)
        if reply.status != 201:
            self.refused[str(reply.body.get("code", reply.status))] += 1
            if reply.status == 0:
                raise CrowdStuck(f"no number could be drawn: {reply.body.get('detail')}")
            return
        person.ticket, person.token = reply.body["ticket"], reply.body["token"]
        self.acknowledged.append(person.ticket)
        if person.ticket in self._over:
            self._over.discard(person.ticket)
            return
        self._people[person.ticket] = person
        if not self.lines.knows(person.ticket):  # time waits until the clerks can have heard of it
            self.agenda.owe(person.ticket)
        if person.visit.leaves_s is not None:
            self.agenda.at(self._origin_s + person.visit.leaves_s, partial(self._leave, person))
        clerk = self._unnamed.pop(person.ticket, None)
        if clerk is not None and clerk.ticket == person.ticket:
            self._meet(clerk, person)

    def _leave(self, person: Person) -> None:
        if self.lines.waits(person.ticket):
            self._phone(person, "cancel")

    def _come_back(self, person: Person) -> None:
        if person.ticket in self._people:
            self._phone(person, "return")

    def _phone(self, person: Person, press: str) -> None:
        self.agenda.owe((person, press))
        path = f"/api/v1/tickets/by-token/{person.token}/{press}"
        self._errands.send(partial(self._phoned, person, press), "public", "POST", path, {}, f"{person.key}-{press}")

    def _phoned(self, person: Person, press: str, reply: Reply) -> None:
        self.agenda.settle((person, press))
        if reply.body.get("seq", 0) > self._heard:
            self.agenda.owe(("event", reply.body["seq"]))
            self._unheard.append(reply.body["seq"])
        if press == "return" and reply.status >= 400:
            self._people.pop(person.ticket, None)

    # -- clerks ---------------------------------------------------------------------------------------

    def _arrives(self, clerk: Clerk) -> None:
        if clerk.state == "away":
            self._free(clerk, self._clock.seconds())

    def _free(self, clerk: Clerk, at_s: float) -> None:
        clerk.become("free", at_s)
        self._free_or_break(clerk)

    def _free_or_break(self, clerk: Clerk) -> None:
        """At the begin of a break, and whenever somebody is done."""
        now = clerk.break_at(self._second)
        if now is None or clerk.state != "free" or clerk.awaits:
            return
        if clerk.opened:
            self._press(clerk, "pause")
        else:
            clerk.become("away", self._clock.seconds())
        self.agenda.at(self._origin_s + now[1], partial(self._break_over, clerk))

    def _break_over(self, clerk: Clerk) -> None:
        if clerk.state == "away" and clerk.opened:
            self._press(clerk, "pause")
        elif clerk.state == "away":
            self._free(clerk, self._clock.seconds())

    def _press(self, clerk: Clerk, key: str) -> None:
        clerk.awaits, clerk.since_real_s = key, time.monotonic()
        self.presses += 1
        self.agenda.owe(clerk.window)
        self._pads.press(clerk.pad, key)

    def _answered(self, clerk: Clerk) -> None:
        clerk.awaits = ""
        self.agenda.settle(clerk.window)

    def _look_at_pads(self) -> None:
        """Was a press refused? Is one without an answer?"""
        awaiting = [clerk for clerk in self.clerks.values() if clerk.awaits]
        now_s = time.monotonic()
        if not awaiting or now_s - self._looked_s < self._pads.look_every_s:
            return
        self._looked_s = now_s
        beeps = self._pads.beeps()
        for clerk in awaiting:
            if beeps.get(clerk.pad, 0) > clerk.beeps:
                clerk.beeps = beeps[clerk.pad]
                self._refused(clerk)
            elif now_s - clerk.since_real_s > STUCK_REAL_S:
                clerk.since_real_s = now_s
                self._ask(clerk)

    def _refused(self, clerk: Clerk) -> None:
        self.beeped += 1
        if clerk.calls:
            self._answered(clerk)
            clerk.quiet_until_s = self._clock.seconds() + TRY_AGAIN_S / self._haste
            self.agenda.at(clerk.quiet_until_s, lambda: None)
        else:
            self._ask(clerk)

    def _ask(self, clerk: Clerk) -> None:
        """What is true at the window?"""
        path = f"/api/v1/windows/{clerk.window}"
        self.agenda.owe((clerk.window, "ask"))
        self._errands.send(partial(self._told, clerk, clerk.turn), "staff", "GET", path, None)

    def _told(self, clerk: Clerk, turn: int, reply: Reply) -> None:
        self.agenda.settle((clerk.window, "ask"))
        if reply.status != 200 or turn != clerk.turn:
            return
        self._answered(clerk)
        self.learn(clerk, reply.body)

    def learn(self, clerk: Clerk, window: Mapping[str, Any]) -> None:
        """Take over how the hall says a window is."""
        now_s = self._clock.seconds()
        clerk.opened = window["status"] == "open"
        if window["status"] != "closed" and not is_clerk(window["staff"]):
            clerk.become("replaced", now_s)
        elif window["ticket"]:
            clerk.become("busy", now_s, window["ticket"])
            clerk.called_s = now_s
            if window["state"] == "serving":
                self._serve(clerk, now_s)
            else:
                self._meet(clerk, self._people.get(clerk.ticket))
        elif window["status"] == "paused" and clerk.break_at(self._second):
            clerk.become("away", now_s)
        else:
            self._free(clerk, now_s)

    def _later(self, clerk: Clerk, due_s: float, key: str) -> None:
        """Press `key` at `due_s`, if the same person is still there."""
        turn = clerk.turn

        def press() -> None:
            if clerk.turn != turn:
                return
            if clerk.awaits:  # one key after the other
                self.agenda.at(self._clock.seconds() + 1.0, press)
            else:
                self._press(clerk, key)

        self.agenda.at(due_s, press)

    def _meet(self, clerk: Clerk, person: Person | None) -> None:
        """Called: do they come?"""
        called_s, deaf = clerk.called_s, 0
        if person is not None:
            deaf, person.deaf = person.deaf, 0
        if deaf:
            recalled_s = called_s + RECALL_AFTER_S / self._haste
            self._later(clerk, recalled_s, "recall")
            if deaf > 1:
                self._later(clerk, recalled_s + MISS_AFTER_S / self._haste, "miss")
                return
            called_s = recalled_s + COMES_AFTER_S / self._haste
        walk_s = min(WALK_S / self._haste, WALK_SHARE * self._service_s(clerk, person))
        self._later(clerk, called_s + walk_s, "confirm")

    def _serve(self, clerk: Clerk, started_s: float) -> None:
        person = self._people.get(clerk.ticket)
        self._later(clerk, max(clerk.called_s + self._service_s(clerk, person), started_s + 1.0), "confirm")

    def _service_s(self, clerk: Clerk, person: Person | None) -> float:
        if person is not None:
            return person.visit.service_s[min(person.stage, len(person.visit.service_s) - 1)]
        # Somebody from the street: a person at the kiosk, or of an earlier rehearsal.
        service = self._plan.services.get(self.lines.service(clerk.ticket))
        return (service.expected_s if service is not None else 300) / self._haste

    # -- what happened --------------------------------------------------------------------------------

    def _clerk(self, event: HallEvent) -> Clerk | None:
        clerk = self.clerks.get(event.body.get("window", ""))
        return None if clerk is None or clerk.state == "replaced" else clerk

    def _issued(self, event: HallEvent) -> None:
        self.agenda.settle(event.body["ticket"])

    def _called(self, event: HallEvent) -> None:
        clerk = self._clerk(event)
        if clerk is None:
            return
        self._answered(clerk)
        clerk.become("busy", event.at_s, event.body["ticket"])
        clerk.called_s = event.at_s
        person = self._people.get(clerk.ticket)
        if person is None and self.agenda.owes:
            self._unnamed[clerk.ticket] = clerk  # perhaps one of ours whose answer is on its way
            self.agenda.at(event.at_s + WALK_S / self._haste, partial(self._stranger, clerk.ticket))
        else:
            self._meet(clerk, person)

    def _stranger(self, ticket: str) -> None:
        clerk = self._unnamed.pop(ticket, None)
        if clerk is not None and clerk.ticket == ticket:
            self._meet(clerk, self._people.get(ticket))

    def _recalled(self, event: HallEvent) -> None:
        clerk = self._clerk(event)
        if clerk is not None:
            self._answered(clerk)

    def _started(self, event: HallEvent) -> None:
        clerk = self._clerk(event)
        if clerk is not None:
            self._answered(clerk)
            self._serve(clerk, event.at_s)

    def _done(self, event: HallEvent) -> None:
        """The matter is done, or the ticket is over: the window is free."""
        ticket = event.body["ticket"]
        for clerk in self.clerks.values():
            if clerk.ticket == ticket and clerk.state == "busy":
                self._answered(clerk)
                self._free(clerk, event.at_s)
        if event.kind == "ServiceAdvanced":
            if ticket in self._people:
                self._people[ticket].stage += 1
            return
        self.lines.forget(ticket)
        if self._people.pop(ticket, None) is None and self.agenda.owes:
            self._over.add(ticket)

    def _missed(self, event: HallEvent) -> None:
        ticket = event.body["ticket"]
        for clerk in self.clerks.values():
            if clerk.ticket == ticket and clerk.state == "busy":
                self._answered(clerk)
                self._free(clerk, event.at_s)
        person = self._people.get(ticket)
        if person is None:
            return
        if person.visit.returns_s is None or person.back:
            self._people.pop(ticket)
        else:
            person.back = True
            self.agenda.at(event.at_s + person.visit.returns_s, partial(self._come_back, person))

    def _opened(self, event: HallEvent) -> None:
        clerk = self.clerks.get(event.body["window"])
        if clerk is None:
            return
        clerk.opened = True
        if not is_clerk(event.body["staff"]):
            self._answered(clerk)
            clerk.become("replaced", event.at_s)
        elif clerk.awaits == "pause" or clerk.state == "away":
            self._answered(clerk)
            self._free(clerk, event.at_s)

    def _paused(self, event: HallEvent) -> None:
        clerk = self._clerk(event)
        if clerk is None:
            return
        ours = clerk.awaits == "pause"
        clerk.opened = True
        self._answered(clerk)
        clerk.become("away", event.at_s)
        if ours and not clerk.break_at(self._second):  # it was over before the hall said so
            self.agenda.at(event.at_s, partial(self._break_over, clerk))

    def _closed(self, event: HallEvent) -> None:
        """Whoever replaced the clerk went home."""
        clerk = self.clerks.get(event.body["window"])
        if clerk is not None and clerk.state == "replaced":
            clerk.opened = False
            self._free(clerk, event.at_s)

    def _otherwise(self, event: HallEvent) -> None:
        """Somebody did something else at the window, from the staff page perhaps: see what is true now."""
        tickets = event.body.get("tickets") or [event.body.get("ticket", "")]
        for clerk in self.clerks.values():
            if clerk.state != "replaced" and (clerk.window == event.body.get("window") or clerk.ticket in tickets):
                self._ask(clerk)


def is_clerk(staff: str) -> bool:
    """Whoever opened a window by its pad is one of ours; who logged in is a person."""
    return staff.startswith("pad:")


_REACTIONS: dict[str, Callable[[Crowd, HallEvent], None]] = {
    "TicketIssued": Crowd._issued,
    "TicketCalled": Crowd._called,
    "TicketRecalled": Crowd._recalled,
    "ServiceStarted": Crowd._started,
    "ServiceFinished": Crowd._done,
    "ServiceAdvanced": Crowd._done,
    "TicketCancelled": Crowd._done,
    "TicketExpired": Crowd._done,
    "TicketVoided": Crowd._done,
    "TicketMissed": Crowd._missed,
    "WindowOpened": Crowd._opened,
    "WindowPaused": Crowd._paused,
    "WindowClosed": Crowd._closed,
    "PressUndone": Crowd._otherwise,
    "TicketHeld": Crowd._otherwise,
    "TicketResumed": Crowd._otherwise,
    "TicketTransferred": Crowd._otherwise,
}
