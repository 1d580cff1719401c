"""The clerks at work: one key after the other, each answered by an event at the window, by a beep when it was
refused, or, when neither comes, by asking the hall what is true at the window.

One thread, the crowd's. It presses pads and reads the stream of events; who calls next is decided in `clerks`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.agenda import Agenda, HallTime
from hall_daemon.rehearsal.clerks import (
    COMES_AFTER_S,
    MISS_AFTER_S,
    PAUSED_S,
    RECALL_AFTER_S,
    TRY_AGAIN_S,
    WALK_S,
    WALK_SHARE,
    Clerk,
    is_clerk,
    who_calls,
)
from hall_daemon.rehearsal.hall_client import Errands, HallEvent, PadKeys, Reply
from hall_daemon.rehearsal.line import Lines
from hall_daemon.rehearsal.people import People, Person

STUCK_REAL_S = 2.0  # neither event nor beep: look what is true
_GONE = ("ServiceFinished", "ServiceAdvanced", "TicketMissed", "TicketCancelled", "TicketExpired")


@dataclass(kw_only=True)
class Staff:
    """`clerks` by window. `origin_s` is second 0 of the shifts, since 1970. `haste` shortens walks and patience."""

    plan: Plan
    clerks: dict[str, Clerk]
    people: People
    lines: Lines
    origin_s: float
    clock: HallTime
    agenda: Agenda
    errands: Errands
    pads: PadKeys
    haste: float

    def __post_init__(self) -> None:
        self.presses = 0
        self.beeped = 0
        self._unnamed: dict[str, Clerk] = {}  # called before the answer to the draw was read
        self._looked_s = 0.0
        self.people.named = self._named

    def begin(self) -> None:
        for clerk in self.clerks.values():
            self.agenda.at(self.origin_s + clerk.shift.begins_s, partial(self._arrives, clerk))
            for begins_s, _ in clerk.shift.breaks:
                self.agenda.at(self.origin_s + begins_s, partial(self._free_or_break, clerk))

    def open(self) -> None:
        """Whoever has a closed window opens it now, and not only for the first person: a pad opens by its call key."""
        for clerk in self.clerks.values():
            if not (clerk.opened or clerk.awaits or clerk.state == "replaced"):
                self._press(clerk, "call")

    @property
    def awaits(self) -> bool:
        """Is the answer to a press due?"""
        return any(clerk.awaits for clerk in self.clerks.values())

    @property
    def idle(self) -> bool:
        return not any(clerk.awaits or clerk.state == "busy" for clerk in self.clerks.values())

    def call(self) -> None:
        """Whoever is free and sees somebody waiting calls."""
        for clerk in who_calls(self.clerks.values(), self.lines.waiting, self.clock.seconds(), self._second):
            self._press(clerk, "call")

    @property
    def _second(self) -> float:
        return self.clock.seconds() - self.origin_s

    # -- shifts and breaks ----------------------------------------------------------------------------

    def _arrives(self, clerk: Clerk) -> None:
        if clerk.state == "away":
            self._free(clerk, self.clock.seconds())

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
            clerk.become("away", self.clock.seconds())
        self.agenda.at(self.origin_s + now[1], partial(self._break_over, clerk))

    def _break_over(self, clerk: Clerk) -> None:
        if clerk.state == "away" and clerk.opened:
            self._press(clerk, "pause")
        elif clerk.state == "away":
            self._free(clerk, self.clock.seconds())

    def _stays_away(self, clerk: Clerk, at_s: float) -> None:
        """The window pauses. A break has its end; what somebody else began ends some time."""
        clerk.become("away", at_s)
        if clerk.break_at(self._second) is None:
            turn = clerk.turn
            self.agenda.at(
                at_s + PAUSED_S / self.haste, lambda: self._break_over(clerk) if clerk.turn == turn else None
            )

    # -- keys -----------------------------------------------------------------------------------------

    def _press(self, clerk: Clerk, key: str) -> None:
        clerk.awaits, clerk.since_real_s = key, time.monotonic()
        self.presses += 1
        self.agenda.owe(clerk.window)
        self.pads.press(clerk.pad, key)

    def _later(self, clerk: Clerk, due_s: float, key: str) -> None:
        """Press `key` at `due_s`, if the same person is still there."""
        turn = clerk.turn

        def press() -> None:
            if clerk.turn != turn:
                return
            if clerk.awaits:  # one key after the other
                self.agenda.at(self.clock.seconds() + 1.0, press)
            else:
                self._press(clerk, key)

        self.agenda.at(due_s, press)

    def _answered(self, clerk: Clerk) -> None:
        clerk.awaits = ""
        self.agenda.settle(clerk.window)

    def look_at_pads(self) -> None:
        """Was a press refused? Is one without an answer?"""
        awaiting = [clerk for clerk in self.clerks.values() if clerk.awaits]
        now_s = time.monotonic()
        if not awaiting or now_s - self._looked_s < self.pads.look_every_s:
            return
        self._looked_s = now_s
        beeps = self.pads.beeps()
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
            clerk.quiet_until_s = self.clock.seconds() + TRY_AGAIN_S / self.haste
            self.agenda.at(clerk.quiet_until_s, lambda: None)
        else:
            self._ask(clerk)

    def _ask(self, clerk: Clerk) -> None:
        """What is true at the window?"""
        path = f"/api/v1/windows/{clerk.window}"
        self.agenda.owe((clerk.window, "ask"))
        self.errands.send(partial(self._window_known, clerk, clerk.turn), "staff", "GET", path, None)

    def _window_known(self, clerk: Clerk, turn: int, reply: Reply) -> None:
        self.agenda.settle((clerk.window, "ask"))
        if reply.status != 200 or turn != clerk.turn:
            return
        self._answered(clerk)
        self.learn(clerk, reply.body)

    def learn(self, clerk: Clerk, window: Mapping[str, Any]) -> None:
        """Take over how the hall says a window is."""
        now_s = self.clock.seconds()
        clerk.opened = window["status"] != "closed"
        if window["status"] != "closed" and not is_clerk(window["staff"]):
            clerk.become("replaced", now_s)
        elif window["ticket"]:
            clerk.become("busy", now_s, window["ticket"])
            clerk.called_s = now_s
            if window["state"] == "serving":
                self._serve(clerk, now_s)
            else:
                self._meet(clerk, self.people.find(clerk.ticket))
        elif window["status"] == "paused":
            self._stays_away(clerk, now_s)
        else:
            self._free(clerk, now_s)

    # -- somebody at the window -----------------------------------------------------------------------

    def _meet(self, clerk: Clerk, person: Person | None) -> None:
        """Called: do they come?"""
        called_s, deaf = clerk.called_s, 0
        if person is not None:
            deaf, person.deaf = person.deaf, 0
        if deaf:
            recalled_s = called_s + RECALL_AFTER_S / self.haste
            self._later(clerk, recalled_s, "recall")
            if deaf > 1:
                self._later(clerk, recalled_s + MISS_AFTER_S / self.haste, "miss")
                return
            called_s = recalled_s + COMES_AFTER_S / self.haste
        walk_s = min(WALK_S / self.haste, WALK_SHARE * self._service_s(clerk, person))
        self._later(clerk, called_s + walk_s, "confirm")

    def _serve(self, clerk: Clerk, started_s: float) -> None:
        service_s = self._service_s(clerk, self.people.find(clerk.ticket))
        self._later(clerk, max(clerk.called_s + service_s, started_s + 1.0), "confirm")

    def _service_s(self, clerk: Clerk, person: Person | None) -> float:
        if person is not None:
            return person.service_s
        # Somebody from the street: a person at the kiosk, or of an earlier rehearsal.
        service = self.plan.services.get(self.lines.service(clerk.ticket))
        return (service.expected_s if service is not None else 300) / self.haste

    def _named(self, person: Person) -> None:
        """The person behind a ticket is known."""
        clerk = self._unnamed.pop(person.ticket, None)
        if clerk is not None and clerk.ticket == person.ticket:
            self._meet(clerk, person)

    def _stranger(self, ticket: str) -> None:
        clerk = self._unnamed.pop(ticket, None)
        if clerk is not None and clerk.ticket == ticket:
            self._meet(clerk, self.people.find(ticket))

    # -- what happened --------------------------------------------------------------------------------

    def follow(self, event: HallEvent) -> None:
        react = _REACTIONS.get(event.kind)
        if react is not None:
            react(self, event)

    def _clerk(self, event: HallEvent) -> Clerk | None:
        clerk = self.clerks.get(event.body.get("window", ""))
        return None if clerk is None or clerk.state == "replaced" else clerk

    def _called(self, event: HallEvent) -> None:
        clerk = self._clerk(event)
        if clerk is None:
            return
        self._answered(clerk)
        clerk.become("busy", event.at_s, event.body["ticket"])
        clerk.called_s = event.at_s
        person = self.people.find(clerk.ticket)
        if person is None and self.agenda.owes:
            self._unnamed[clerk.ticket] = clerk  # perhaps one of ours whose answer is on its way
            self.agenda.at(event.at_s + WALK_S / self.haste, partial(self._stranger, clerk.ticket))
        else:
            self._meet(clerk, person)

    def _recalled(self, event: HallEvent) -> None:
        clerk = self._clerk(event)
        if clerk is not None:
            self._answered(clerk)

    def _started(self, event: HallEvent) -> None:
        clerk = self._clerk(event)
        if clerk is not None:
            self._answered(clerk)
            self._serve(clerk, event.at_s)

    def _gone(self, event: HallEvent) -> None:
        """Done, missed or over: the window is free."""
        for clerk in self.clerks.values():
            if clerk.ticket == event.body["ticket"] and clerk.state == "busy":
                self._answered(clerk)
                self._free(clerk, event.at_s)

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
        if ours and not clerk.break_at(self._second):  # it was over before the hall said so
            clerk.become("away", event.at_s)
            self.agenda.at(event.at_s, partial(self._break_over, clerk))
        else:
            self._stays_away(clerk, event.at_s)

    def _closed(self, event: HallEvent) -> None:
        """Whoever replaced the clerk, or had the window pause, went home."""
        clerk = self.clerks.get(event.body["window"])
        if clerk is None:
            return
        clerk.opened = False
        if clerk.state in ("replaced", "away"):
            self._answered(clerk)
            self._free(clerk, event.at_s)

    def _otherwise(self, event: HallEvent) -> None:
        """Somebody did something else at the window, from the staff page perhaps: see what is true now."""
        tickets = event.body.get("tickets") or [event.body.get("ticket", "")]
        for clerk in self.clerks.values():
            if clerk.state != "replaced" and (clerk.window == event.body.get("window") or clerk.ticket in tickets):
                self._ask(clerk)


_REACTIONS: dict[str, Callable[[Staff, HallEvent], None]] = {
    "TicketCalled": Staff._called, "TicketRecalled": Staff._recalled,
    "ServiceStarted": Staff._started,
    "WindowOpened": Staff._opened,
    "WindowPaused": Staff._paused,
    "WindowClosed": Staff._closed,
    **dict.fromkeys(_GONE, Staff._gone),
    **dict.fromkeys(("PressUndone", "TicketHeld", "TicketResumed", "TicketTransferred"), Staff._otherwise),
}
