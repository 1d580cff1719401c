"""The life of a ticket as a table, and the value that carries it.

waiting -> called -> serving -> served is the straight road; everything else a hall knows (recall,
no-show, return, hold, transfer, cancel, expiry) is one row of LIFE. A pair that is not in the table cannot
happen: `decide` refuses it and `evolve` raises. `diagram()` draws the table for the documentation.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal["waiting", "called", "serving", "held", "missed", "served", "cancelled", "void", "expired"]
Step = Literal[
    "called", "recalled", "started", "finished", "advanced", "missed", "returned", "voided",
    "held", "resumed", "transferred", "prioritised", "prepared", "unprepared", "cancelled", "expired",
    "postponed", "coming",
]

LIFE: dict[tuple[State, Step], State] = {
    ("waiting", "called"): "called",
    ("waiting", "transferred"): "waiting",
    ("waiting", "prioritised"): "waiting",
    ("waiting", "prepared"): "waiting",
    ("waiting", "unprepared"): "waiting",
    ("waiting", "postponed"): "waiting",
    ("waiting", "cancelled"): "cancelled",
    ("waiting", "expired"): "expired",
    ("called", "recalled"): "called",
    ("called", "coming"): "called",
    ("called", "started"): "serving",
    ("called", "finished"): "served",
    ("called", "advanced"): "waiting",
    ("called", "missed"): "missed",
    ("called", "transferred"): "waiting",
    ("called", "cancelled"): "cancelled",
    ("called", "expired"): "expired",
    ("serving", "finished"): "served",
    ("serving", "advanced"): "waiting",
    ("serving", "held"): "held",
    ("serving", "transferred"): "waiting",
    ("held", "resumed"): "serving",
    ("held", "cancelled"): "cancelled",
    ("held", "expired"): "expired",
    ("missed", "called"): "called",
    ("missed", "returned"): "waiting",
    ("missed", "voided"): "void",
    ("missed", "cancelled"): "cancelled",
    ("missed", "expired"): "expired",
}

FINAL: frozenset[State] = frozenset({"served", "cancelled", "void", "expired"})
AT_WINDOW: frozenset[State] = frozenset({"called", "serving"})


class Place(NamedTuple):
    """Where somebody stands in line: the tick from which waiting counts, then a counter that breaks ties."""

    since: int
    serial: int


class Ticket(NamedTuple):
    """One person's visit. `services` is what is still to be done, the present one first.

    Ticks are ms of the hall's clock. `only_window`: goes back to that clerk. `back_to`: later services that go back
    to a clerk, and to which window. `after_calls`: a returner's turn comes when the hall has made that many calls for
    this service. `not_before`: not callable earlier. `review`: the passed pre-review that makes it prepared.
    `postponed`: how often its holder asked to be called later, last until `postponed_until`. `coming`: said since the
    last call to be on the way.
    """

    id: str
    number: str
    day: str
    queue: str
    services: tuple[str, ...]
    class_: str
    state: State
    place: Place
    token: str
    drawn_tick: int
    drawn_wall: int
    not_before: int = 0
    after_calls: int = 0
    only_window: str | None = None
    window: str | None = None
    called_tick: int = 0
    started_tick: int = 0
    ended_tick: int = 0
    calls: int = 0
    misses: int = 0
    class_reason: str = ""
    subject: str = ""
    channel: str = ""
    back_to: dict[str, str] = {}  # noqa: RUF012 (a value: replaced, never changed)
    review: str = ""
    postponed: int = 0
    postponed_until: int = 0
    coming: bool = False

    @property
    def service(self) -> str:
        return self.services[0]

    def with_next_matter(self, queue: str, only_window: str) -> Ticket:
        """As it waits once the present matter is done, with its first place."""
        services = self.services[1:]
        return self._replace(
            state=after(self, "advanced"), services=services, queue=queue, window=None, only_window=only_window or None,
            back_to={service: window for service, window in self.back_to.items() if service in services[1:]},
        )


def id_of(day: str, number: str) -> str:
    """A ticket's id: its ISO business day and its number, as `2026-11-22-A012`."""
    return f"{day}-{number}"


def day_of(ticket_id: str) -> str:
    """The business day a ticket id begins with."""
    return ticket_id[:10]


class IllegalStep(Exception):
    """An event that the table of life does not allow: the journal or a rule is broken."""


def after(ticket: Ticket, step: Step) -> State:
    """The state that `step` leads to. Raises IllegalStep."""
    try:
        return LIFE[ticket.state, step]
    except KeyError:
        raise IllegalStep(f"ticket {ticket.id} is {ticket.state}; it cannot be {step}") from None


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    rows = ["stateDiagram-v2", "    [*] --> waiting: issued"]
    rows += [f"    {state} --> {to}: {step}" for (state, step), to in LIFE.items()]
    rows += [f"    {state} --> [*]" for state in sorted(FINAL)]
    return "\n".join(rows) + "\n"
