"""What would one more window change: the present hall rolled forward as it is, and with each closed window open. Pure.

Both are rolled by whoever answers for the waits (`look`), with the same random numbers, so that what differs is the
window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.waits.wait_estimate import Range, WaitEstimate, Waits

Look = Callable[[Hall, Moment], Waits]
# A call that comes so much sooner, also as a share of the wait, is worth a chair; less may be the dice.
SOONER_S = 120
SOONER_SHARE = 0.15
# A hall has some dozens of windows; each costs a roll-out.
MOST_WINDOWS = 60


class Change(NamedTuple):
    """`queues` are (before, after) for who comes now; `saved_s` the mean gain of those in line of whom both are known;
    `helped` how many of them gain enough to notice, or get a turn that is known."""

    window: str
    queues: dict[str, tuple[WaitEstimate, WaitEstimate]]
    saved_s: float
    helped: int


def what_if(plan: Plan, hall: Hall, now: Moment, look: Look) -> list[Change]:
    """Every window that is not open, the one that helps those in line most first; a window that takes nothing that
    anybody waits for may still help who comes."""
    before = look(hall, now)
    shut = [window for window in plan.windows if hall.window(window).status != "open"][:MOST_WINDOWS]
    changes = [_change(window, before, look(_with(hall, window, now), now)) for window in shut]
    return sorted(changes, key=lambda change: (-change.helped, -change.saved_s, -_gain(change)))


def _with(hall: Hall, window: str, now: Moment) -> Hall:
    """A copy of the hall with this window open."""
    twin = hall.copy()
    evolve(twin, e.WindowOpened(window, "forecast"), now)
    return twin


def _change(window: str, before: Waits, after: Waits) -> Change:
    gains = []
    helped = 0
    for ticket, was in before.tickets.items():
        becomes = after.tickets.get(ticket, was)
        if isinstance(was, Range) and isinstance(becomes, Range):
            gains.append(was.p50_s - becomes.p50_s)
            helped += gains[-1] >= max(SOONER_S, SOONER_SHARE * was.p50_s)
        elif isinstance(becomes, Range):
            helped += 1
    queues = {queue: (was, after.queues.get(queue, was)) for queue, was in before.queues.items()}
    return Change(window, queues, sum(gains) / len(gains) if gains else 0.0, helped)


def _gain(change: Change) -> float:
    """What who comes now gains, in all queues together."""
    return sum(
        float(was.p50_s - becomes.p50_s)
        for was, becomes in change.queues.values()
        if isinstance(was, Range) and isinstance(becomes, Range)
    )
