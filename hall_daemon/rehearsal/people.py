"""The people of a rehearsal: they draw numbers, give up when it takes too long, come back when they missed their call.

One thread, the crowd's. Numbers are drawn at the staff listener as a kiosk does, everything else is done from the
phone by the ticket's token. A person is forgotten once the hall said how it ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from hall_daemon.rehearsal.agenda import Agenda
from hall_daemon.rehearsal.day import Visit
from hall_daemon.rehearsal.hall_client import NOTHING_MORE, Errands, HallEvent, Reply
from hall_daemon.rehearsal.line import Lines


class CrowdStuck(Exception):
    """The hall does not answer, or nothing moves any more."""


@dataclass(slots=True, eq=False, kw_only=True)
class Person:
    """Somebody on the way through the hall. `deaf` counts calls that will pass unheard."""

    visit: Visit
    key: str
    deaf: int
    ticket: str = ""
    token: str = ""
    matters_done: int = 0
    back: bool = False

    @property
    def service_s(self) -> float:
        """What the present matter takes."""
        return self.visit.service_s[min(self.matters_done, len(self.visit.service_s) - 1)]


class People:
    """`named` and `holds` are told of a ticket once its person is known. `origin_s` is second 0 of the visits, since
    1970."""

    def __init__(
        self,
        visits: Iterator[Visit],
        origin_s: float,
        agenda: Agenda,
        errands: Errands,
        lines: Lines,
        *,
        name: str,
        printer: Callable[[int], str],
    ) -> None:
        self.acknowledged: list[str] = []
        self.refused: Counter[str] = Counter()
        self.named: Callable[[Person], None] = lambda person: None
        self.holds: Callable[[Person], None] = lambda person: None
        self._visits = visits
        self._origin_s = origin_s
        self._agenda = agenda
        self._errands = errands
        self._lines = lines
        self._name = name
        self._printer = printer
        self._drawn = 0
        self._coming = True
        self._inside: dict[str, Person] = {}
        self._over: set[str] = set()  # gone before the answer to their draw was read
        self._heard = 0  # the last event
        self._unheard: list[int] = []  # events that we know of by an answer only

    def __len__(self) -> int:
        return len(self._inside)

    @property
    def home(self) -> bool:
        """Everybody came, and went home."""
        return not (self._coming or self._inside)

    def find(self, ticket: str) -> Person | None:
        return self._inside.get(ticket)

    def expect(self) -> None:
        """Look who comes next."""
        visit = next(self._visits, None)
        if visit is None:
            self._coming = False
        else:
            self._agenda.at(self._origin_s + visit.at_s, partial(self._comes, visit))

    # -- what they do ---------------------------------------------------------------------------------

    def _comes(self, visit: Visit) -> None:
        self.draw(visit)
        self.expect()

    def draw(self, visit: Visit, more: Mapping[str, object] = NOTHING_MORE) -> None:
        """Now; `more`: what else the draw says."""
        self._drawn += 1
        person = Person(visit=visit, key=f"{self._name}-{self._drawn}", deaf=visit.deaf_to)
        body: dict[str, object] = {"class": visit.class_, "class_reason": visit.class_reason}
        body |= {"services": list(visit.services)} if len(visit.services) > 1 else {"service": visit.services[0]}
        body |= {"channel": "rehearsal", "printer": self._printer(self._drawn), **more}
        self._agenda.owe(person)
        self._errands.send(partial(self._drew, person), "staff", "POST", "/api/v1/tickets", body, person.key)

    def _drew(self, person: Person, reply: Reply) -> None:
        self._agenda.settle(person)
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
        self._inside[person.ticket] = person
        if not self._lines.knows(person.ticket):  # time waits until the clerks can have heard of it
            self._agenda.owe(person.ticket)
        if person.visit.leaves_s is not None:
            self._agenda.at(self._origin_s + person.visit.leaves_s, partial(self._leave, person))
        self.named(person)
        self.holds(person)

    def _leave(self, person: Person) -> None:
        if self._lines.waits(person.ticket):
            self._phone(person, "cancel")

    def _come_back(self, person: Person) -> None:
        if person.ticket in self._inside:
            self._phone(person, "return")

    def _phone(self, person: Person, press: str) -> None:
        self._agenda.owe((person, press))
        path = f"/api/v1/tickets/by-token/{person.token}/{press}"
        self._errands.send(partial(self._phoned, person, press), "public", "POST", path, {}, f"{person.key}-{press}")

    def _phoned(self, person: Person, press: str, reply: Reply) -> None:
        self._agenda.settle((person, press))
        seq = reply.body.get("seq", 0)
        if seq > self._heard:
            self._agenda.owe(("event", seq))
            self._unheard.append(seq)
        if press == "return" and reply.status != 200:
            self._inside.pop(person.ticket, None)

    # -- what happened --------------------------------------------------------------------------------

    def follow(self, event: HallEvent) -> None:
        self._heard = event.seq
        for seq in [seq for seq in self._unheard if seq <= event.seq]:
            self._agenda.settle(("event", seq))
            self._unheard.remove(seq)
        react = _REACTIONS.get(event.kind)
        if react is not None:
            react(self, event, event.body["ticket"])

    def _issued(self, event: HallEvent, ticket: str) -> None:
        self._agenda.settle(ticket)

    def _advanced(self, event: HallEvent, ticket: str) -> None:
        if ticket in self._inside:
            self._inside[ticket].matters_done += 1

    def _missed(self, event: HallEvent, ticket: str) -> None:
        person = self._inside.get(ticket)
        if person is None:
            return
        if person.visit.returns_s is None or person.back:
            self._inside.pop(ticket)
        else:
            person.back = True
            self._agenda.at(event.at_s + person.visit.returns_s, partial(self._come_back, person))

    def _ended(self, event: HallEvent, ticket: str) -> None:
        self._lines.forget(ticket)
        if self._inside.pop(ticket, None) is None and self._agenda.owes:
            self._over.add(ticket)


_REACTIONS: dict[str, Callable[[People, HallEvent, str], None]] = {
    "TicketIssued": People._issued,
    "ServiceAdvanced": People._advanced,
    "TicketMissed": People._missed,
    "ServiceFinished": People._ended,
    "TicketCancelled": People._ended,
    "TicketExpired": People._ended,
    "TicketVoided": People._ended,
}
