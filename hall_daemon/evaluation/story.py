"""A trace as a story: what happened in a hall, fact after fact, each at its second. Pure.

Everybody downstream is handed one fact at a time and never the trace, so that nothing of the future can be known.
Facts of the same second stand in the order in which a hall lets them happen: services end, people leave, people who
stood in line are called, people come, and who is called at once is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from hall_daemon.rehearsal.trace import Row

DAY_S = 86_400
What = Literal["ended", "left", "called", "came"]

_ENDED, _LEFT, _CALLED, _CAME, _CALLED_AT_ONCE = range(5)
_NAMES: tuple[What, ...] = ("ended", "left", "called", "came", "called")


class Fact(NamedTuple):
    """`ticket` counts the tickets of a trace; `second` is counted from the first day's midnight of the calendar.
    `server`: "" is unknown, and always so before the call."""

    second: float
    what: What
    ticket: int
    service: str
    priority: bool
    server: str
    day: date


def story(rows: Iterable[tuple[date, Row]]) -> Iterator[Fact]:
    """The facts of one hall in order. `rows` in any order; people of one second stand in the order of their call."""
    people = sorted(rows, key=lambda at: (at[0], at[1].arrives_s, at[1].starts_s or at[1].left_s or 0.0))
    moments: list[tuple[float, int, int, float]] = []
    for n, (day, row) in enumerate(people):
        midnight = float(day.toordinal() * DAY_S)
        moments.append((midnight + row.arrives_s, _CAME, n, midnight))
        if row.starts_s is not None:
            at_once = row.starts_s <= row.arrives_s
            begins = midnight + max(row.arrives_s, row.starts_s)
            moments.append((begins, _CALLED_AT_ONCE if at_once else _CALLED, n, midnight))
            if row.ends_s is not None:
                # Who is done in no time is done after the call all the same.
                moments.append((midnight + max(row.ends_s, row.starts_s + 0.001), _ENDED, n, midnight))
        elif row.left_s is not None:
            moments.append((midnight + max(row.left_s, row.arrives_s + 0.001), _LEFT, n, midnight))
    for second, order, n, _ in sorted(moments):
        day, row = people[n]
        server = row.server if order in (_CALLED, _CALLED_AT_ONCE, _ENDED) else ""
        yield Fact(
            second=second,
            what=_NAMES[order],
            ticket=n,
            service=row.service,
            priority=row.priority,
            server=server,
            day=day,
        )
