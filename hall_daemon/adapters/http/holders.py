"""Who holds a ticket: into the vault, and out of it masked. The journal learns a random id and nothing else.

Runs on the loop of `http`; the vault is asked on the reading thread.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.storage.vault import VaultError
from hall_daemon.domain import commands as c
from hall_daemon.domain.events import HolderNamed
from hall_daemon.domain.ticket import FINAL, Ticket, day_of
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode, get, post
from hall_daemon.wire import messages as m
from hall_daemon.wire.persons import HolderBody, HolderView, masked_digits, masked_name, valid_id_number

T = TypeVar("T")

_PATH = "/api/v1/tickets/{ticket}/holder"


class HoldersApi:
    def __init__(self, commands: HallCommands, reading: Reading) -> None:
        self._commands = commands
        self._reading = reading
        self._counted = False

    def operations(self) -> tuple[Operation, ...]:
        return (
            post(
                "nameHolder", "name_person", _PATH, "Say who holds a ticket; kept encrypted, wiped with the day",
                self.name, m.Done, codes=("unknown_ticket", "ticket_over", "person_full", "persons_away"),
                body=HolderBody,
            ),
            get(
                "getHolder", "see_person", _PATH, "Who holds a ticket, masked", self.look, HolderView,
                codes=("unknown_ticket", "no_holder", "persons_away"),
            ),
        )

    async def name(self, call: Call) -> Reply:
        persons = self._commands.deps.persons
        body: HolderBody = call.body
        if body.id_number and not valid_id_number(body.id_number):
            raise Fault("bad_field", {"why": "the check digit of id_number does not fit: type it again"})
        ticket_id = await self._holdable(call)
        if body.id_number:
            await self._count_earlier()
            self._commands.draws.name(body.id_number.upper(), ticket_id, day_of(ticket_id))
        fields = {"name": body.name, "phone": body.phone, "id_number": body.id_number.upper()}
        subject = await self._asked(persons.put, fields, day_of(ticket_id))
        needless = subject
        try:
            answer = await self._commands.apply(c.NameHolder(ticket_id, subject), call)
            named = answer.events[0].event
            assert isinstance(named, HolderNamed)
            if not answer.repeated:
                needless = named.before
        except TimeoutError:
            # Not known is not refused: the core may still name it. If it does not, the vault's keeper wipes it.
            needless = ""
            raise
        finally:
            # Refused, or a repeat of what was done: then the new record has no ticket. Else the old one has none.
            # A vault that cannot do it now is said and wipes it later.
            if needless:
                with suppress(VaultError):
                    await self._reading.aside(persons.wipe, needless)
        return self._commands.done_reply(answer)

    async def _count_earlier(self) -> None:
        """How many numbers each person had before the start, counted when it first matters: the vault alone knows."""
        if self._counted:
            return
        held = self._commands.replica.read(
            lambda hall, seq: [(ticket.id, ticket.subject) for ticket in hall.tickets.values() if ticket.subject]
        )
        for ticket_id, fields in await self._asked(self._fields_of, held):
            if number := fields.get("id_number"):
                self._commands.draws.note(number, ticket_id, day_of(ticket_id))
        self._counted = True

    def _fields_of(self, held: list[tuple[str, str]]) -> list[tuple[str, dict[str, str]]]:
        persons = self._commands.deps.persons
        return [(ticket_id, persons.get(subject) or {}) for ticket_id, subject in held]

    async def _asked(self, ask: Callable[..., T], *what: object) -> T:
        """What the vault says. Raises Fault when it cannot; why is in health and in the log."""
        try:
            return await self._reading.aside(ask, *what)
        except VaultError as error:
            raise Fault("persons_away") from error

    async def _holdable(self, call: Call) -> str:
        """The id of a ticket of today that can have a holder: nobody is put into the vault for another one."""
        ticket = await self._ticket(call)
        if ticket.state in FINAL:
            raise Fault("ticket_over", {"number": ticket.number, "state": ticket.state})
        return ticket.id

    async def _ticket(self, call: Call) -> Ticket:
        ticket = await self._commands.ticket(call)
        call.about = ticket.id
        return ticket

    async def look(self, call: Call) -> Reply:
        ticket = await self._ticket(call)
        fields = await self._asked(self._commands.deps.persons.get, ticket.subject) if ticket.subject else None
        if fields is None:
            raise Fault("no_holder", {"ticket": ticket.number})
        view = HolderView(
            ticket.id, masked_name(fields["name"]), masked_digits(fields["phone"]), masked_digits(fields["id_number"])
        )
        return Reply(200, encode(view))
