"""Who is next, for roll-outs: what `dispatch.choose` says, from lines that are sorted once.

`choose` looks at every line of a window and writes its reason (about 15 µs); a refresh needs ten thousands of calls.
Here tickets are small integers in order of place, and windows with the same skills share one merged line per class,
read by a pointer that skips who is gone. Equal to `choose` ticket by ticket: a property test holds them together.
Pure.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hall_daemon.domain.dispatch import LEVELS
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan
from hall_daemon.domain.ticket import Place, Ticket

NOBODY = -1
SERIAL_BITS = 40
LAST_SERIAL = (1 << SERIAL_BITS) - 1

Level = tuple[tuple[int, int], ...]


def rank(place: Place) -> int:
    """A place as one number that compares like it."""
    return (int(place.since) << SERIAL_BITS) | place.serial


class Standing(NamedTuple):
    """A ticket as roll-outs see it: everything but its id."""

    service: int
    class_: int
    rank: int
    not_before: int = 0
    after_calls: int = 0


class Floor:
    """What all roll-outs of one moment share; built once and not changed.

    `tickets` are in order of place. Who may be called now stands in `lines`; `later` are those who wait for a time,
    soonest first, `waits_for_calls` those who do for calls; who goes back to a clerk is `reserved`. `levels[w]` are,
    for first, yes and idle, the (class, line) pairs of a window, classes in the policy's order; `skill[w]` the level
    of each service.
    """

    def __init__(
        self, *,
        plan: Plan,
        hall: Hall,
        tick: int,
        windows: Sequence[str],
        strangers: Iterable[Ticket] = (),
        coming: Iterable[tuple[str, str]] = (),
    ) -> None:
        """`windows` take part; `strangers` stand in line beside the hall's own tickets (people who might come now);
        `coming` are the kinds (service, class) of people who may come later."""
        self.policy = plan.policy
        coming = tuple(coming)
        waiting = [ticket for ticket in hall.tickets.values() if ticket.state == "waiting"]
        people = sorted([*waiting, *strangers], key=lambda ticket: (ticket.place, ticket.id))
        served = [hall.tickets[state.ticket] for state in map(hall.window, windows) if state.ticket]
        self.ids = [ticket.id for ticket in people]
        self.services = _numbered(
            *plan.services,
            *(service for ticket in (*people, *served) for service in ticket.services),
            *(service for service, _ in coming),
        )
        self.classes = _numbered(
            *(rule.id for rule in plan.policy.classes),
            *(ticket.class_ for ticket in (*people, *served)),
            *(class_ for _, class_ in coming),
        )
        self.weights = [plan.policy.weight(class_) for class_ in self.classes]
        self.tickets = [
            Standing(
                self.services[ticket.service], self.classes[ticket.class_], rank(ticket.place),
                ticket.not_before, ticket.after_calls,
            )
            for ticket in people
        ]
        self.following = [tuple(self.services[service] for service in ticket.services[1:]) for ticket in people]
        self.windows = list(windows)
        self.skill = [
            {self.services[service]: LEVELS.index(window.skills[service]) for service in window.services}
            for window in map(plan.windows.__getitem__, windows)
        ]
        self.calls = [hall.calls.get(service, 0) for service in self.services]
        states = [hall.window(window) for window in windows]
        self.credit = [[state.credit.get(class_, 0) for class_ in self.classes] for state in states]
        self.since_guard = [state.calls_since_guard for state in states]
        self._stand(people, tick)
        going_on = [ticket.class_ for ticket in served if len(ticket.services) > 1]
        classes = {self.classes[class_] for class_ in (*going_on, *(class_ for _, class_ in coming))}
        self._lay(classes | {ticket.class_ for ticket in self.tickets})

    def _stand(self, people: Sequence[Ticket], tick: int) -> None:
        self.later: list[int] = []
        self.waits_for_calls: list[int] = []
        self.reserved: list[list[int]] = [[] for _ in self.windows]
        self._in_order: dict[tuple[int, int], list[int]] = {}
        for i, ticket in enumerate(people):
            if ticket.only_window:
                if ticket.only_window in self.windows:
                    self.reserved[self.windows.index(ticket.only_window)].append(i)
            elif ticket.after_calls:
                self.waits_for_calls.append(i)
            elif ticket.not_before > tick:
                self.later.append(i)
            else:
                kind = self.tickets[i].service, self.tickets[i].class_
                self._in_order.setdefault(kind, []).append(i)
        self.later.sort(key=lambda i: people[i].not_before)

    def _lay(self, classes: set[int]) -> None:
        """Merge the lines of each level of each window; lines of classes that nobody has are left out."""
        self.lines: list[list[int]] = []
        self.entry: dict[tuple[int, int], list[int]] = {}
        known: dict[tuple[tuple[int, ...], int], int] = {}
        self.levels: list[tuple[Level, ...]] = []
        for skill in self.skill:
            levels = []
            for level in range(len(LEVELS)):
                services = tuple(sorted(service for service, its in skill.items() if its == level))
                pairs = []
                for class_ in sorted(classes) if services else ():
                    line = known.get((services, class_))
                    if line is None:
                        line = known[services, class_] = len(self.lines)
                        self.lines.append(sorted(i for s in services for i in self._in_order.get((s, class_), ())))
                        for service in services:
                            self.entry.setdefault((service, class_), []).append(line)
                    pairs.append((class_, line))
                levels.append(tuple(pairs))
            self.levels.append(tuple(levels))


def _numbered(*names: str) -> dict[str, int]:
    """Each name with its number, in order of first appearance."""
    return {name: n for n, name in enumerate(dict.fromkeys(names))}


class FastDispatch:
    """One roll-out's line-up: `next` chooses, `take` calls whom it chose."""

    __slots__ = (
        "_after", "_before", "_entry", "_every", "_guard_from", "_guarded", "_later", "_levels", "_limit_ms", "_lines",
        "_mixed", "_read", "_reserved", "_ripe", "_ripe_at", "_skill", "_taken", "_waits_for_calls", "_weights",
        "calls", "class_", "credit", "ranks", "service", "since_guard",
    )

    def __init__(self, floor: Floor) -> None:
        self._levels, self._skill, self._weights = floor.levels, floor.skill, floor.weights
        self._reserved = floor.reserved
        self._limit_ms = floor.policy.longest_wait_s * 1000
        self._every = floor.policy.longest_wait_every
        first = min((ticket.rank for ticket in floor.tickets), default=0) >> SERIAL_BITS
        # Before this tick nobody can be over the limit.
        self._guard_from = first + self._limit_ms if self._limit_ms else math.inf
        self._entry = floor.entry
        self.service = [ticket.service for ticket in floor.tickets]
        self.class_ = [ticket.class_ for ticket in floor.tickets]
        self.ranks = [ticket.rank for ticket in floor.tickets]
        self._before = [ticket.not_before for ticket in floor.tickets]
        self._after = [ticket.after_calls for ticket in floor.tickets]
        self._taken = bytearray(len(floor.tickets))
        self._lines = [line.copy() for line in floor.lines]
        self._read = [0] * len(floor.lines)
        self._waits_for_calls = floor.waits_for_calls
        self._later, self._ripe, self._ripe_at = floor.later, 0, -math.inf
        self.calls = floor.calls.copy()
        self.credit = floor.credit.copy()
        self.since_guard = floor.since_guard.copy()
        self._mixed: list[int] | None = None
        self._guarded = False

    def enter(self, service: int, class_: int, tick: int) -> int:
        """Somebody draws a number at `tick`."""
        i = self._add(service, class_, tick << SERIAL_BITS | LAST_SERIAL)
        self._join(i)
        return i

    def stand(self, service: int, class_: int, place_rank: int) -> int:
        """Somebody waits whose place may be anywhere in line: who goes on to a next service keeps the first place."""
        i = self._add(service, class_, place_rank)
        self._join(i)
        if self._limit_ms:
            self._guard_from = min(self._guard_from, (place_rank >> SERIAL_BITS) + self._limit_ms)
        return i

    def _add(self, service: int, class_: int, place_rank: int) -> int:
        self.service.append(service)
        self.class_.append(class_)
        self.ranks.append(place_rank)
        self._before.append(0)
        self._after.append(0)
        self._taken.append(0)
        return len(self.service) - 1

    def pass_over(self, i: int) -> None:
        """Out of the line without a call."""
        self._taken[i] = 1

    def take(self, w: int, i: int) -> None:
        """Window `w` calls `i`, whom `next` has just chosen for it."""
        self.pass_over(i)
        if self._mixed is not None:
            self.credit[w] = self._mixed
        self.since_guard[w] = 0 if self._guarded else self.since_guard[w] + 1
        self.calls[self.service[i]] += 1

    def next(self, w: int, now: float) -> int:
        """The ticket that window `w` would call at tick `now`, or NOBODY."""
        self._mixed, self._guarded = None, False
        for i in self._reserved[w]:
            if not self._taken[i] and self._before[i] <= now:
                return i
        levels = self._levels[w]
        if now >= self._ripe_at:
            self._ripen(now)
        fallback = self._behind(w, now) if self._waits_for_calls else NOBODY
        guard = now >= self._guard_from and self.since_guard[w] + 1 >= self._every
        best = heads = self._heads(levels[0])
        if not heads:
            best = heads = self._heads(levels[1])
        elif guard:
            heads = heads + self._heads(levels[1])
        if guard and len(heads) > 1:
            oldest = min(heads, key=self.ranks.__getitem__)
            if now - (self.ranks[oldest] >> SERIAL_BITS) >= self._limit_ms:
                self._guarded = True
                return oldest
        if not best:
            best = self._heads(levels[2])
            if not best:
                return fallback
        return best[0] if len(best) == 1 else self._mix(w, best)

    def _heads(self, level: Level) -> list[int]:
        """The first of each class, classes in the policy's order."""
        heads = []
        taken = self._taken
        for _, which in level:
            line, at = self._lines[which], self._read[which]
            end = len(line)
            while at < end and taken[line[at]]:
                at += 1
            self._read[which] = at
            if at < end:
                heads.append(line[at])
        return heads

    def _ripen(self, now: float) -> None:
        """Into line with everybody whose time has come."""
        while self._ripe < len(self._later) and self._before[self._later[self._ripe]] <= now:
            self._join(self._later[self._ripe])
            self._ripe += 1
        self._ripe_at = self._before[self._later[self._ripe]] if self._ripe < len(self._later) else math.inf

    def _behind(self, w: int, now: float) -> int:
        """Into line with whom the hall has made calls enough for; the first of the others that window `w` may call."""
        first, skill, still = NOBODY, self._skill[w], []
        for i in self._waits_for_calls:
            if self._taken[i]:
                continue
            if self._before[i] <= now:
                if self._after[i] <= self.calls[self.service[i]]:
                    self._join(i)
                    continue
                if self.service[i] in skill and (first == NOBODY or self.ranks[i] < self.ranks[first]):
                    first = i
            still.append(i)
        self._waits_for_calls = still
        return first

    def _join(self, i: int) -> None:
        """Stand in line at one's place. Whoever stands before `_read` is gone already, so the search begins there."""
        for which in self._entry.get((self.service[i], self.class_[i]), ()):
            line = self._lines[which]
            if line and self.ranks[line[-1]] > self.ranks[i]:
                insort(line, i, lo=self._read[which], key=self.ranks.__getitem__)
            else:
                line.append(i)

    def _mix(self, w: int, heads: list[int]) -> int:
        credit = self.credit[w].copy()
        total, winner, most = 0, NOBODY, 0
        for i in heads:
            class_ = self.class_[i]
            weight = self._weights[class_]
            credit[class_] += weight
            total += weight
            if winner == NOBODY or credit[class_] > most:
                winner, most = i, credit[class_]
        credit[self.class_[winner]] -= total
        self._mixed = credit
        return winner
