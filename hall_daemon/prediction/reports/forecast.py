"""The forecast: today and the coming days by half hour, the quietest of them, and how good it was last time. Pure.

Who comes is `day_profile`, how long they wait `whole_day`. Where too little was seen, or the hall is closed, a reason
is said and no figure (a code of wire.messages.UNKNOWN_WAITS).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.learn.day_profile import Count, DayExpected, Habits, day_expected, open_shares, rest_of_day
from hall_daemon.prediction.learn.day_summary import SLOT_MIN, SLOTS, DayTable
from hall_daemon.prediction.learn.distributions import Distributions
from hall_daemon.prediction.simulate.day_simulation import PEOPLE, LivedDay, staffings, whole_day
from hall_daemon.prediction.waits.wait_estimate import QUANTILES, Range, WaitEstimate, quantile

SEED = 30
# So many of the past days say how windows are staffed.
STAFFINGS = 15
# A wait is not forecast from fewer people of all runs; the quietest half hours of a day are so many.
LEAST_PEOPLE = 20
QUIETEST = 3
# People of a half hour that is not worth a row.
NOBODY_COMES = 0.02
# People who are called so soon have not waited.
AT_ONCE_S = 60


_Waits = Callable[[int], list[float]]
NO_PEOPLE = Count(0, 0, 0)


class Slot(NamedTuple):
    """A half hour (minutes of the day). `came` is how many came already, None before it began."""

    begins: int
    ends: int
    people: Count
    came: int | None
    wait: WaitEstimate


@dataclass(frozen=True, slots=True)
class QueueDay:
    people: Count
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayForecast:
    """`reason` says why there is nothing; then the rest is empty. `people` are those of the whole day, with those who
    came already. `quietest` are places in `slots`, the quietest first."""

    day: str
    reason: str = ""
    people: Count = NO_PEOPLE
    slots: tuple[Slot, ...] = ()
    queues: dict[str, QueueDay] = field(default_factory=dict)
    quietest: tuple[int, ...] = ()


class Review(NamedTuple):
    """How good the forecast of a past day was, made of the days before it: people by half hour, mean error of ours and
    of the same weekday a week before (None where there was none), the share of half hours in their range, the whole
    day, and of the people called the share that waited no longer than the p90 that was said."""

    day: str
    people_error: float
    week_error: float | None
    inside: float
    people: Count
    came: int
    waits_kept: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """`seen` past days it rests on."""

    days: tuple[DayForecast, ...]
    review: Review | None
    seen: int


class Today(NamedTuple):
    """The present: the hall, its moment, and what its day has seen so far."""

    hall: Hall
    now: Moment
    table: DayTable


def forecast(
    plan: Plan,
    past: Sequence[DayTable],
    today: Today,
    distributions: Distributions,
    habits: Habits,
    horizon: int,
    *,
    people: int = PEOPLE,
) -> Forecast:
    """Today and the next `horizon` days on which the hall opens. `past` are the days before today, oldest first."""
    days = [_today(plan, past, today, distributions, habits, people)]
    days += [
        _coming(plan, past, day, distributions, habits, people) for day in coming_days(plan, today.hall.day, horizon)
    ]
    return Forecast(
        tuple(days), review(plan, past, distributions, habits, people), sum(bool(table.people) for table in past)
    )


def coming_days(plan: Plan, day: str, horizon: int) -> list[str]:
    """The next days on which the hall opens, at most a month ahead."""
    ahead = ((date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in range(1, 32))
    return [one for one in ahead if plan.sessions(one)][:horizon]


def _reason(plan: Plan, day: str) -> str:
    return "too_little_seen" if any(open_shares(plan, day)) else "hall_closed"


def _coming(
    plan: Plan, past: Sequence[DayTable], day: str, distributions: Distributions, habits: Habits, people: int
) -> DayForecast:
    expected = day_expected(plan, past, day, habits)
    if expected is None:
        return DayForecast(day=day, reason=_reason(plan, day))
    lived = whole_day(plan, expected, _staffed(plan, day, past), distributions, _random(day), most_people=people)
    return _day_forecast(plan, day, expected, lived, Queues(plan, past, habits), expected.per_slot(), None, 0.0)


def _today(
    plan: Plan, past: Sequence[DayTable], today: Today, distributions: Distributions, habits: Habits, people: int
) -> DayForecast:
    day = today.hall.day
    expected = day_expected(plan, past, day, habits) if day else None
    if expected is None:
        return DayForecast(day=day, reason=_reason(plan, day) if day else "hall_closed")
    minute = min(SLOTS * SLOT_MIN, max(0.0, (today.now.wall - today.hall.midnight_wall) / 60_000))
    came = [sum(slot) for slot in zip(*(one.counts for one in today.table.came), strict=True)] or [0] * SLOTS
    rest = rest_of_day(expected, came, minute)
    lived = whole_day(
        plan, rest, _staffed(plan, day, past), distributions, _random(day),
        begins=today.now, hall=today.hall, most_people=people,
    )
    return _day_forecast(plan, day, rest, lived, Queues(plan, past, habits), expected.per_slot(), today.table, minute)


def _staffed(plan: Plan, day: str, past: Sequence[DayTable]) -> list[Mapping[str, tuple[tuple[int, int], ...]]]:
    """As on the last days of the same weekday, and on the last days of all."""
    weekday = date.fromisoformat(day).weekday()
    usual = [table for table in past if date.fromisoformat(table.day).weekday() == weekday]
    return staffings(plan, day, [*usual[-STAFFINGS // 2 :], *past[-STAFFINGS // 2 :]])


def _random(day: str) -> Random:
    """The same numbers whenever the day is asked about: a forecast does not tremble."""
    return Random(f"{SEED} {day}")  # noqa: S311 (chance, not secrecy)


class Queues:
    """The services of each queue, and which queues were seen on enough days to say something about."""

    def __init__(self, plan: Plan, past: Sequence[DayTable], habits: Habits) -> None:
        self.services = plan.queue_services
        seen = dict.fromkeys(plan.queues, 0)
        for table in past:
            came = {c.service for c in table.came if c.total}
            for queue, services in plan.queue_services.items():
                seen[queue] += bool(came.intersection(services))
        self.known = {queue for queue, days in seen.items() if days >= habits.least_days}


def _day_forecast(
    plan: Plan,
    day: str,
    expected: DayExpected,
    lived: LivedDay,
    queues: Queues,
    usual: Sequence[float],
    so_far: DayTable | None,
    minute: float,
) -> DayForecast:
    shares = open_shares(plan, day)
    # A hall that is open all night has half hours in which nobody ever comes.
    shown = [
        slot
        for slot in range(SLOTS)
        if shares[slot] and (usual[slot] > NOBODY_COMES or (so_far is not None and _came(so_far, slot, None)))
    ]
    everybody = _slots(plan, expected, expected.per_slot(), shown, so_far, minute, None, lived.of_all)
    of_queues = {}
    for queue, services in queues.services.items():
        rates = expected.of_services(services)

        def waits(slot: int, queue: str = queue) -> list[float]:
            return lived.waits[queue][slot]

        slots = _slots(plan, expected, rates, shown, so_far, minute, services, waits)
        if queue not in queues.known:
            slots = tuple(slot._replace(wait="too_little_seen") for slot in slots)
        of_queues[queue] = QueueDay(_whole(expected, rates, so_far, services), slots)
    quietest = _quietest(everybody, [shares[slot] for slot in shown], minute)
    return DayForecast(
        day=day,
        reason="",
        people=_whole(expected, expected.per_slot(), so_far, None),
        slots=everybody,
        queues=of_queues,
        quietest=quietest,
    )


def _whole(
    expected: DayExpected, rates: Sequence[float], so_far: DayTable | None, services: Sequence[str] | None
) -> Count:
    more = expected.total_count(rates)
    came = sum(_came(so_far, slot, services) for slot in range(SLOTS)) if so_far else 0
    return Count(*(came + n for n in more))


def _came(table: DayTable, slot: int, services: Sequence[str] | None) -> int:
    return sum(came.counts[slot] for came in table.came if services is None or came.service in services)


def _slots(
    plan: Plan,
    expected: DayExpected,
    rates: Sequence[float],
    shown: Sequence[int],
    so_far: DayTable | None,
    minute: float,
    services: Sequence[str] | None,
    waits: _Waits,
) -> tuple[Slot, ...]:
    found = []
    for slot in shown:
        begins, ends = _within(plan, expected.day, slot)
        came = _came(so_far, slot, services) if so_far is not None and minute >= slot * SLOT_MIN else None
        more = expected.slot_count(rates[slot])
        people = Count(*(n + (came or 0) for n in more))
        over = so_far is not None and minute >= (slot + 1) * SLOT_MIN
        found.append(Slot(begins, ends, people, came, "hall_closed" if over else _wait(waits(slot))))
    return tuple(found)


def _within(plan: Plan, day: str, slot: int) -> tuple[int, int]:
    """The part of a half hour that lies in a session."""
    low, high = slot * SLOT_MIN, (slot + 1) * SLOT_MIN
    begins, ends = next((b, e) for b, e in plan.sessions(day) if b < high and e > low)
    return max(low, begins), min(high, ends)


def _wait(waits: Sequence[float]) -> WaitEstimate:
    n = len(waits)
    if n < LEAST_PEOPLE:
        return "too_little_seen"
    called = [wait for wait in waits if wait < math.inf]
    low, middle, high = (quantile(called, n, share) for share in QUANTILES)
    if middle == math.inf:
        return "closing_before_turn"
    return Range(int(low // 1000), round(middle / 1000), math.ceil(min(high, called[-1]) / 1000))


def _quietest(slots: Sequence[Slot], shares: Sequence[float], minute: float) -> tuple[int, ...]:
    """The half hours with the shortest waits; those without a wait, begun already, or not open throughout are none."""
    ranked = [
        (max(AT_ONCE_S, slot.wait.p90_s), max(AT_ONCE_S, slot.wait.p50_s), slot.people.p50, at)
        for at, (slot, share) in enumerate(zip(slots, shares, strict=True))
        if isinstance(slot.wait, Range) and share > 0.99 and slot.begins >= minute
    ]
    return tuple(at for *_, at in sorted(ranked)[:QUIETEST])


def review(
    plan: Plan, past: Sequence[DayTable], distributions: Distributions, habits: Habits, people: int
) -> Review | None:
    """How the last past day would have been forecast from the days before it."""
    seen = [table for table in past if table.people]
    if not seen:
        return None
    last, before = seen[-1], seen[:-1]
    expected = day_expected(plan, before, last.day, habits)
    if expected is None:
        return None
    rates = expected.per_slot()
    slots = [slot for slot, share in enumerate(open_shares(plan, last.day)) if share]
    came = [_came(last, slot, None) for slot in slots]
    ago = (date.fromisoformat(last.day) - timedelta(days=7)).isoformat()
    week = next((table for table in before if table.day == ago), None)
    error = [abs(rates[slot] - n) for slot, n in zip(slots, came, strict=True)]
    inside = []
    for slot, n in zip(slots, came, strict=True):
        low, _, high = expected.slot_count(rates[slot])
        inside.append(low <= n <= high)
    week_error = None
    if week is not None:
        off = [abs(_came(week, slot, None) - n) for slot, n in zip(slots, came, strict=True)]
        week_error = round(sum(off) / len(off), 2)
    return Review(
        day=last.day,
        people_error=round(sum(error) / len(error), 2),
        week_error=week_error,
        inside=round(sum(inside) / len(inside), 3),
        people=expected.total_count(rates),
        came=last.people,
        waits_kept=_waits_kept(plan, before, last, expected, distributions, people),
    )


def _waits_kept(
    plan: Plan,
    before: Sequence[DayTable],
    day: DayTable,
    expected: DayExpected,
    distributions: Distributions,
    people: int,
) -> float | None:
    staffed = _staffed(plan, day.day, before)
    lived = whole_day(plan, expected, staffed, distributions, _random(day.day), most_people=people // 2)
    kept = []
    for waited in day.waits:
        slots = lived.waits.get(waited.queue)
        said = _wait(slots[waited.slot]) if slots is not None else "too_little_seen"
        if isinstance(said, Range):
            kept.append(waited.waited_ms <= max(AT_ONCE_S, said.p90_s) * 1000)
    return round(sum(kept) / len(kept), 3) if kept else None
