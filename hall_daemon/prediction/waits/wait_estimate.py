"""How long everybody waits, as ranges or reasons: roll-outs of the present hall, and what cannot be said.

`estimate_waits(...)` is what the wait service and an evaluation call: same hall, same distributions, same random
numbers, same answer. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import NamedTuple

from hall_daemon.domain import hours
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import MINUTE_MS, Moment, Plan, Skill
from hall_daemon.domain.ticket import Place, Ticket
from hall_daemon.prediction.learn.arrival_rates import Stream
from hall_daemon.prediction.learn.distributions import Distributions
from hall_daemon.prediction.learn.openings import IN_TIME
from hall_daemon.prediction.simulate.rollout import RollOuts, Scene, Shift

QUANTILES = (0.1, 0.5, 0.9)
# Who works after hours, with people in line, is taken to go on for so long; a hall that serves out, for so long. No
# range is said that ends later than the former.
OVERTIME_MS = 120 * MINUTE_MS
SERVE_OUT_MS = 12 * 60 * MINUTE_MS
# Who comes now in another class than the ordinary one is rolled with so much less effort.
CLASS_SHARE = 4


class Range(NamedTuple):
    """Seconds until the call: in 80 of 100 cases between p10 and p90."""

    p10_s: int
    p50_s: int
    p90_s: int


WaitEstimate = Range | str
"""A range, or a code of wire.messages.UNKNOWN_WAITS."""


class Effort(NamedTuple):
    """Roll until `steps` calls and arrivals were played, but at least `least` and at most `most` runs."""

    steps: int = 25_000
    least: int = 24
    most: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Of one moment: everybody who waits by ticket id, who would come now by queue id, and by kind of person.
    `samples` are the waits (ms) in possible rests of the day, of those who were called in each of them. No range ends
    after `latest_ms`."""

    tickets: dict[str, WaitEstimate] = field(default_factory=dict)
    queues: dict[str, WaitEstimate] = field(default_factory=dict)
    newcomers: dict[str, WaitEstimate] = field(default_factory=dict)
    runs: int = 0
    steps: int = 0
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)
    latest_ms: float = math.inf


def kind_of(service: str, class_: str) -> str:
    """The key of somebody who comes for `service` in `class_`."""
    return f"{service} {class_}"


def service_of(kind: str) -> str:
    """What somebody of this kind comes for. Ids hold no space."""
    return kind.partition(" ")[0]


def estimate_waits(
    plan: Plan,
    hall: Hall,
    now: Moment,
    distributions: Distributions,
    random: Random,
    *,
    mix: Mapping[str, float] | None = None,
    streams: Sequence[Stream] = (),
    free_since: Mapping[str, int] | None = None,
    effort: Effort = Effort(),  # noqa: B008 (a value)
) -> Waits:
    """Roll the hall forward from `now`. `mix` weighs the services of a queue for somebody who comes (even when
    absent), `streams` are who may come later, `free_since` the tick since which a window has nobody. Reads the hall,
    does not change it."""
    waiting = [ticket for ticket in hall.tickets.values() if ticket.state == "waiting"]
    present = _present(plan, hall, now, distributions, streams, free_since)
    spans, windows = present.spans, present.windows
    served = _served(plan, windows)
    issuing = hall.day_open and hours.session_at(plan, hall, now) is not None
    nobody = "no_window_open" if spans and hall.day_open else "hall_closed"
    nobody_new = "no_window_open" if issuing else "hall_closed"
    tickets: dict[str, WaitEstimate] = {ticket.id: nobody for ticket in waiting}
    queues: dict[str, WaitEstimate] = dict.fromkeys(plan.queues, nobody_new)
    newcomers: dict[str, WaitEstimate] = {
        kind_of(service, rule.id): nobody_new for service in plan.services for rule in plan.policy.classes
    }
    spoken_for = [service for service in plan.services if issuing and service in served]
    expected = [ticket for ticket in waiting if ticket.service in served]
    latest = _latest(plan, hall, now, spans) - now.tick if spans else 0
    if not spans or not (spoken_for or expected):
        return Waits(tickets=tickets, queues=queues, newcomers=newcomers, latest_ms=latest)
    ordinary = {service: _stranger(plan, hall, now, service) for service in spoken_for}
    scene = replace(
        present,
        strangers=tuple(ordinary.values()),
        queues={queue: shares for queue in plan.queues if (shares := _shares(plan, queue, ordinary, mix or {}))},
    )
    rolled = _rolled(scene, random, effort)
    there = _served(plan, [window for window in windows if hall.window(window).status != "closed"])

    def said(its: RollOuts, waits_ms: Sequence[float], services: Iterable[str]) -> WaitEstimate:
        fails = "closing_before_turn" if there.intersection(services) else "no_window_open"
        return summary(waits_ms, its.runs, latest, fails)

    for ticket in expected:
        tickets[ticket.id] = said(rolled, rolled.waits[ticket.id], (ticket.service,))
    for queue, waits in rolled.newcomers.items():
        queues[queue] = said(rolled, waits, plan.queue_services[queue])
    for class_, its, strangers in _by_class(scene, rolled, ordinary, streams, random, effort):
        for service, ticket in strangers.items():
            newcomers[kind_of(service, class_)] = said(its, its.waits[ticket.id], (service,))
    surely = {ticket.id: rolled.waits[ticket.id] for ticket in expected if len(rolled.waits[ticket.id]) == rolled.runs}
    return Waits(
        tickets=tickets, queues=queues, newcomers=newcomers,
        runs=rolled.runs, steps=rolled.steps, samples=surely, latest_ms=latest,
    )


def _by_class(
    scene: Scene,
    rolled: RollOuts,
    ordinary: Mapping[str, Ticket],
    streams: Sequence[Stream],
    random: Random,
    effort: Effort,
) -> Iterator[tuple[str, RollOuts, Mapping[str, Ticket]]]:
    """The roll-outs of who comes now in each class, and who that is by service. Classes are rolled apart:
    somebody of another class who stands in line shifts the turns of all others."""
    yield "ordinary", rolled, ordinary
    less = Effort(effort.steps // CLASS_SHARE, effort.least, effort.most)
    for rule in scene.plan.policy.classes:
        if rule.id != "ordinary" and ordinary:
            strangers = {service: ticket._replace(class_=rule.id) for service, ticket in ordinary.items()}
            its = replace(
                scene, strangers=tuple(strangers.values()), queues={},
                streams=_overtaking(scene.plan, scene.windows, tuple(strangers.values()), streams),
                asked=frozenset(ticket.id for ticket in strangers.values()),
            )
            yield rule.id, _rolled(its, random, less), strangers


def one_wait(
    plan: Plan,
    hall: Hall,
    now: Moment,
    distributions: Distributions,
    random: Random,
    ticket_id: str,
    *,
    streams: Sequence[Stream] = (),
    free_since: Mapping[str, int] | None = None,
    effort: Effort = Effort(),  # noqa: B008 (a value)
) -> list[float]:
    """The waits (ms, ascending) of one waiting ticket in possible rests of the day; each ends with its call, so that
    asking for one person costs little. Empty when nobody serves it today."""
    scene = _present(plan, hall, now, distributions, streams, free_since)
    if not scene.spans or hall.tickets[ticket_id].service not in _served(plan, scene.windows):
        return []
    return sorted(_rolled(replace(scene, asked=frozenset((ticket_id,))), random, effort).waits[ticket_id])


def _present(
    plan: Plan,
    hall: Hall,
    now: Moment,
    distributions: Distributions,
    streams: Sequence[Stream],
    free_since: Mapping[str, int] | None,
) -> Scene:
    """What a roll-out begins with, whoever is asked about."""
    spans, shifts = working_spans(plan, hall, now), _shifts(plan, hall, now, distributions)
    windows = _taking_part(plan, hall, shifts)
    waiting = [ticket for ticket in hall.tickets.values() if ticket.state == "waiting"]
    return Scene(
        plan=plan, hall=hall, tick=now.tick, spans=spans, distributions=distributions, windows=windows,
        streams=_overtaking(plan, windows, waiting, streams), shifts=shifts, free_since=free_since or {},
        issuing_until=_issuing_until(plan, hall, now) if spans else now.tick,
    )


def _rolled(scene: Scene, random: Random, effort: Effort) -> RollOuts:
    rolled = RollOuts(scene, random)
    while rolled.runs < effort.least or (rolled.runs < effort.most and rolled.steps < effort.steps):
        rolled.run()
    return rolled


def _taking_part(plan: Plan, hall: Hall, shifts: Mapping[str, Sequence[Shift]]) -> tuple[str, ...]:
    """Windows that are open or paused, and those where somebody may still come today."""
    return tuple(id_ for id_ in plan.windows if hall.window(id_).status != "closed" or id_ in shifts)


def _served(plan: Plan, windows: Sequence[str]) -> set[str]:
    return {service for window in windows for service in plan.windows[window].services}


def _issuing_until(plan: Plan, hall: Hall, now: Moment) -> float:
    """The tick after which no number is given today."""
    ends = [end for _, end in plan.sessions(hall.day)]
    return now.tick - now.wall + hall.midnight_wall + max(ends, default=0) * MINUTE_MS


def _shifts(plan: Plan, hall: Hall, now: Moment, distributions: Distributions) -> dict[str, tuple[Shift, ...]]:
    """What is left of today's shifts. What the clerk pressed is believed first: a window that is closed may open at any
    minute of its shift, but not again when it was closed in it; one that is open before its shift is there, one that
    is open after the last stays. Who is still with the person of a shift that is over goes when that person does."""
    to_tick = now.tick - now.wall + hall.midnight_wall
    left: dict[str, tuple[Shift, ...]] = {}
    for id_, window in plan.windows.items():
        state, lates = hall.window(id_), distributions.late.get(id_)
        every = [
            Shift(
                to_tick + begin * MINUTE_MS, to_tick + end * MINUTE_MS,
                IN_TIME if lates is None else lates.later if n else lates.first,
            )
            for n, (begin, end) in enumerate(window.shifts)
        ]
        shifts = [shift for shift in every if shift.end > now.tick]
        began = bool(shifts) and shifts[0].begin <= now.tick
        if state.status == "closed":
            if began and state.since > shifts[0].begin:
                del shifts[0]
            if shifts and lates is not None and shifts[0].begin > every[0].begin:
                shifts[0] = shifts[0]._replace(late=lates.next)
        elif began:
            shifts[0] = shifts[0]._replace(late=None)
        elif state.status == "open":
            over = [shift for shift in every if shift.end <= now.tick]
            if over and state.ticket and hall.tickets[state.ticket].called_tick < over[-1].end:
                shifts = shifts or [over[-1]._replace(late=None)]
            elif shifts:
                shifts[0] = Shift(now.tick, shifts[0].end)
        if shifts:
            left[id_] = tuple(shifts)
    return left


def _latest(plan: Plan, hall: Hall, now: Moment, spans: Sequence[tuple[int, int]]) -> int:
    """The tick after which no range may end: who has a number is served out, but not half the night."""
    ends = [now.tick - now.wall + hall.midnight_wall + end * MINUTE_MS for _, end in plan.sessions(hall.day)]
    if not (ends and plan.hours.serve_out):
        return spans[-1][1]
    return min(spans[-1][1], max(now.tick, *ends) + OVERTIME_MS)


def summary(waits_ms: Sequence[float], runs: int, latest_ms: float, fails: str = "closing_before_turn") -> WaitEstimate:
    """The range of `runs` cases of which only `waits_ms` came to a call; `fails` is said where more than one in ten
    did not, or come later than `latest_ms`."""
    ordered = sorted(waits_ms)
    low, middle, high = (quantile(ordered, runs, share) for share in QUANTILES)
    if high > latest_ms:
        return fails
    return Range(int(low // 1000), round(middle / 1000), -int(-high // 1000))


def quantile(ordered: Sequence[float], runs: int, share: float) -> float:
    """Of `runs` values, of which all but `ordered` (ascending) are infinite; between two values in proportion."""
    at = share * runs - 0.5
    below = max(0, min(math.floor(at), runs - 1))
    above = min(below + 1, runs - 1)
    if above >= len(ordered):
        return ordered[below] if below < len(ordered) and at <= below else math.inf
    return ordered[below] + (ordered[above] - ordered[below]) * min(1.0, max(0.0, at - below))


def working_spans(plan: Plan, hall: Hall, now: Moment) -> tuple[tuple[int, int], ...]:
    """When windows call, in ticks from now on: the rest of today's sessions. A window that is open outside of
    them works over time."""
    if not hall.day_open:
        return ()
    to_tick = now.tick - now.wall + hall.midnight_wall
    sessions = [(to_tick + begin * MINUTE_MS, to_tick + end * MINUTE_MS) for begin, end in plan.sessions(hall.day)]
    if sessions and plan.hours.serve_out:
        sessions[-1] = (sessions[-1][0], sessions[-1][1] + SERVE_OUT_MS)
    spans = [(max(begin, now.tick), end) for begin, end in sessions if end > now.tick]
    begins = spans[0][0] if spans else now.tick + OVERTIME_MS
    if begins > now.tick and any(hall.window(window).status == "open" for window in plan.windows):
        spans.insert(0, (now.tick, min(begins, now.tick + OVERTIME_MS)))
    return tuple(spans)


def _stranger(plan: Plan, hall: Hall, now: Moment, service: str) -> Ticket:
    """Somebody who comes now, in the ordinary class. The empty day keeps the id apart from those of real tickets."""
    return Ticket(
        id=f"-{service}",
        number="",
        day="",
        queue=plan.services[service].queue,
        services=(service,),
        class_="ordinary",
        state="waiting",
        place=Place(now.tick, hall.serial + 1),
        token="",
        drawn_tick=now.tick,
        drawn_wall=now.wall,
    )


def _shares(plan: Plan, queue: str, strangers: Mapping[str, Ticket], mix: Mapping[str, float]) -> dict[str, float]:
    """Who somebody that comes to `queue` now may be, by the stranger's id: as `mix` says where it knows any of them."""
    found = {strangers[id_].id: mix.get(id_, 0.0) for id_ in plan.queue_services[queue] if id_ in strangers}
    if not any(found.values()):
        return dict.fromkeys(found, 1.0)
    return {id_: share for id_, share in found.items() if share > 0.0}


_RANK: dict[Skill, int] = {"first": 0, "yes": 1, "idle": 2}


def _overtaking(
    plan: Plan, windows: Sequence[str], waiting: Sequence[Ticket], streams: Sequence[Stream]
) -> tuple[Stream, ...]:
    return tuple(stream for stream in streams if _may_overtake(plan, windows, waiting, stream))


def _may_overtake(plan: Plan, windows: Sequence[str], waiting: Sequence[Ticket], stream: Stream) -> bool:
    """Whether people of `stream` can be called before somebody who is here already: in another class than some,
    or with a better skill at some window. All others stand behind and are left out."""
    if stream.class_ != "ordinary":
        return True
    for window in windows:
        skills = plan.windows[window].skills
        own = _RANK.get(skills.get(stream.service, "never"))
        if own is None:
            continue
        if any(_RANK.get(skill, own) > own for skill in skills.values()):
            return True
        if any(ticket.class_ != stream.class_ and ticket.service in skills for ticket in waiting):
            return True
    return False
