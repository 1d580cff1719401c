"""The clerks of a rehearsal: each presses the keys of one pad and believes nothing but what the hall says happened.

    away -> free -> (call) -> busy: start, serve, finish -> free
                                    nobody came: recall, miss -> free
    at the breaks: pause, pause again

One thread, the crowd's. A press is answered by an event at the window, by a beep (refused), or, when neither
comes, by asking the hall what is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from hall_daemon.rehearsal.day import Shift

# What clerks and people take, in seconds of the hall's time.
WALK_S = 45.0
WALK_SHARE = 0.4  # of a matter, at most
RECALL_AFTER_S = 45.0
COMES_AFTER_S = 30.0
MISS_AFTER_S = 45.0
TRY_AGAIN_S = 15.0
# A pause that somebody else began is over after so long, when nobody ended it.
PAUSED_S = 900.0

State = Literal["away", "free", "busy", "replaced"]


@dataclass(slots=True, kw_only=True)
class Clerk:
    """`awaits` is the key whose answer is due, `since_real_s` when it was pressed. `turn` counts changes: what was
    planned for an earlier turn is forgotten. `replaced`: a person of flesh and blood logged in at the window."""

    window: str
    pad: str
    services: frozenset[str]
    shift: Shift
    state: State = "away"
    since_s: float = 0.0
    quiet_until_s: float = 0.0
    ticket: str = ""
    called_s: float = 0.0
    opened: bool = False
    awaits: str = ""
    since_real_s: float = 0.0
    beeps: int = 0
    turn: int = field(default=0)

    @property
    def calls(self) -> bool:
        return self.awaits == "call"

    def become(self, state: State, at_s: float, ticket: str = "") -> None:
        self.state, self.since_s, self.ticket = state, at_s, ticket
        self.turn += 1

    def break_at(self, second_s: float) -> tuple[float, float] | None:
        """The break that runs at this second of the day."""
        return next(((b, e) for b, e in self.shift.breaks if b <= second_s < e), None)


def takes(clerk: Clerk, clerks: Iterable[Clerk], second_s: float) -> frozenset[str]:
    """The services whose line a clerk serves now. After the shift only those that nobody else will come to."""
    if second_s < clerk.shift.ends_s:
        return clerk.services
    others = frozenset[str]().union(*(c.services for c in clerks if c is not clerk and second_s < c.shift.ends_s))
    return clerk.services - others


def who_calls(clerks: Iterable[Clerk], waiting: Callable[[str], int], now_s: float, second_s: float) -> Iterable[Clerk]:
    """The free clerks who see somebody waiting that no colleague is calling already, the longest free first."""
    everybody = list(clerks)
    calling = [clerk for clerk in everybody if clerk.calls]
    free = [c for c in everybody if c.state == "free" and not c.awaits and c.quiet_until_s <= now_s]
    for clerk in sorted(free, key=lambda clerk: clerk.since_s):
        line = takes(clerk, everybody, second_s)
        claimed = sum(1 for other in calling if other.services & line)
        if sum(waiting(service) for service in line) > claimed:
            calling.append(clerk)
            yield clerk


def is_clerk(staff: str) -> bool:
    """Whoever opened a window by its pad is one of ours; who logged in is a person."""
    return staff.startswith("pad:")
