"""What is true in the hall now. One mutable object, changed only by `evolve`, owned by one thread.

Tickets and window states inside it are immutable values, so an old one can be kept (undo, snapshots) without
copying. The lines (who waits for what, in order) are an index over the tickets and are rebuilt from them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple

from hall_daemon.domain.ticket import Place, Ticket

WindowStatus = Literal["closed", "open", "paused"]
Line = list[tuple[Place, str]]


class WindowState(NamedTuple):
    """`held` are tickets put aside here. `calls_since_guard` counts towards the longest-wait guard. `last` is whoever
    was served here last, until `last_tick`."""

    id: str
    status: WindowStatus = "closed"
    staff: str = ""
    reason: str = ""
    ticket: str = ""
    held: tuple[str, ...] = ()
    since: int = 0
    calls_since_guard: int = 0
    credit: dict[str, int] = {}  # noqa: RUF012 (a value: replaced, never changed)
    last: str = ""
    last_tick: int = 0

    def after_call(self, ticket: str, reason: str, credit: dict[str, int]) -> WindowState:
        """The window that has just called `ticket`; an empty `credit` changes none."""
        guard = 0 if reason == "longest_wait" else self.calls_since_guard + 1
        return self._replace(ticket=ticket, calls_since_guard=guard, credit=credit or self.credit)


class Press(NamedTuple):
    """The last press at a window, and what to put back when it is undone."""

    name: str
    tick: int
    window: WindowState
    before: tuple[Ticket, ...]
    after: tuple[Ticket, ...]


class Slip(NamedTuple):
    """A slip that was asked for: `state` is pending, printed, failed or unknown; copy 0 is the first. `reprints` are
    the later copies that came out, or may yet."""

    ticket: str
    printer: str
    state: str
    copy: int = 0
    detail: str = ""
    reprints: int = 0


class Turn(NamedTuple):
    """The day before this one as it ended, and its tickets that expired by that as they were: what is put back when the
    turn is taken back."""

    day: str
    midnight_wall: int
    counts: dict[str, int]
    issued: dict[str, int]
    calls: dict[str, int]
    tally: dict[str, int]
    expired: dict[str, Ticket]


@dataclass(slots=True, kw_only=True)
class Hall:
    """The state of one hall on one business day (and who is still being served from an older one)."""

    day: str = ""
    midnight_wall: int = 0
    day_open: bool = False
    serial: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    windows: dict[str, WindowState] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    slips: dict[str, Slip] = field(default_factory=dict)
    # How each ticket's service was rated, 1 to 5.
    ratings: dict[str, int] = field(default_factory=dict)
    tally: dict[str, int] = field(default_factory=dict)
    # Who expired on this day, as they were before.
    expired: dict[str, Ticket] = field(default_factory=dict)
    turned: Turn | None = None
    # The turns before that one, newest first, without who expired by them: a wrong clock may stand for several nights.
    earlier_turns: tuple[Turn, ...] = ()
    # Numbers given on days that have yet to come: their turn was taken back.
    given: dict[str, dict[str, int]] = field(default_factory=dict)
    # Indexes over the above, left out of snapshots.
    lines: dict[str, dict[str, Line]] = field(default_factory=dict, compare=False)
    reserved: dict[str, Line] = field(default_factory=dict, compare=False)
    tokens: dict[str, str] = field(default_factory=dict, compare=False)

    def window(self, window_id: str) -> WindowState:
        return self.windows.get(window_id) or WindowState(window_id)

    @property
    def open_windows(self) -> frozenset[str]:
        return frozenset([state.id for state in self.windows.values() if state.status == "open"])

    def waiting(self, service: str) -> int:
        return sum(map(len, self.lines.get(service, _NO_LINES).values()))

    def in_line(self, service: str) -> Iterator[Ticket]:
        """Everybody who waits for `service`, class by class, each class in order of place."""
        for line in self.lines.get(service, _NO_LINES).values():
            for _, ticket_id in line:
                yield self.tickets[ticket_id]

    def put(self, ticket: Ticket) -> None:
        """Store the new value of a ticket and keep the lines in step with it."""
        old = self.tickets.get(ticket.id)
        if old is None:
            self.tokens[ticket.token] = ticket.id
        elif old.state == "waiting":
            self.leave(old)
        self.tickets[ticket.id] = ticket
        if ticket.state == "waiting":
            self._enter(ticket)

    def forget(self, ticket_id: str) -> None:
        """Drop an ended ticket of an older day."""
        ticket = self.tickets.pop(ticket_id)
        self.tokens.pop(ticket.token, None)
        self.slips.pop(ticket_id, None)
        self.ratings.pop(ticket_id, None)

    def copy(self) -> Hall:
        """A hall of its own with the same content: the values inside are immutable and shared."""
        twin = Hall()
        for each in fields(self):
            if each.compare:
                kept = getattr(self, each.name)
                setattr(twin, each.name, dict(kept) if isinstance(kept, dict) else kept)
        twin.lines = {service: {class_: list(line) for class_, line in by_class.items()}
                      for service, by_class in self.lines.items()}
        twin.reserved = {window: list(line) for window, line in self.reserved.items()}
        twin.tokens = dict(self.tokens)
        return twin

    def reindex(self) -> None:
        """Build the indexes from the tickets, as after loading a snapshot."""
        self.lines, self.reserved, self.tokens = {}, {}, {}
        for ticket in self.tickets.values():
            self.tokens[ticket.token] = ticket.id
            if ticket.state == "waiting":
                self._enter(ticket)

    def _line(self, ticket: Ticket) -> Line:
        if ticket.only_window:
            return self.reserved.setdefault(ticket.only_window, [])
        return self.lines.setdefault(ticket.services[0], {}).setdefault(ticket.class_, [])

    def _enter(self, ticket: Ticket) -> None:
        line = self._line(ticket)
        entry = (ticket.place, ticket.id)
        if not line or line[-1] < entry:
            line.append(entry)
        else:
            insort(line, entry)

    def leave(self, ticket: Ticket) -> None:
        """Out of the line it waits in; the ticket itself stays as it is."""
        line = self._line(ticket)
        entry = (ticket.place, ticket.id)
        at = bisect_left(line, entry)
        assert line[at] == entry
        del line[at]


_NO_LINES: dict[str, Line] = {}
