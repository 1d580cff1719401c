"""What happens to the hall as a whole: its business days, a journal that lost its end; and what is of another book.
Part of `events`, where the format of all of them is told."""

from __future__ import annotations

from hall_daemon.domain.value import value


@value
class Beside:
    """Base of the events of another book in the same journal. No hall changes by them and they are about none of its
    tickets: whoever reads a hall passes over them, and nobody outside learns of them."""


@value
class DayOpened:
    day: str
    midnight_wall: int


@value
class DayClosed:
    """The rest expired in the same transaction, by TicketExpired events before this one."""

    day: str


@value
class TicketReopened:
    """Expired by a turn of the day that is taken back: it waits again, with the place it had."""

    ticket: str
    service: str
    queue: str
    class_: str


@value
class DayReopened:
    """`day` goes on with the numbers it had; `instead_of` had begun by a wrong clock and has yet to come. Whoever waits
    again does so by TicketReopened events before this one."""

    day: str
    midnight_wall: int
    instead_of: str


@value
class EventsLost:
    """The journal lost what came after event `last`; `known` is the newest that anything remembers. On `day` each queue
    of `counts` goes on after that many."""

    last: int
    known: int
    day: str
    counts: dict[str, int]
