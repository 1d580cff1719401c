"""How many numbers one source may draw: so many a minute, a share of the day's cap, and so many for one person.

Sources are kiosks and people who are logged in; a tool draws as much as whoever gave it the right wants. Counted in
memory, on the loop of a listener; what was drawn before the start is counted anew from the events of the day, how many
tickets one person has from the vault.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import ceil
from types import MappingProxyType
from typing import NamedTuple

from hall_daemon.app.record import Recorded
from hall_daemon.config.settings import Access
from hall_daemon.domain.events import TicketIssued
from hall_daemon.domain.plan import Plan
from hall_daemon.web.endpoint import Fault
from hall_daemon.web.limits import Rate, RateLimiter

_SOURCES = ("kiosk:", "staff:")
_ALL = ""
# Keys of draws that were answered: a repeat is no new number.
_KEYS_KEPT = 1024


class DrawRules(NamedTuple):
    """`a_minute`: numbers of one source, as many at once; `share`: what it may draw of a cap of the day, 0 to 1;
    `each_person`: tickets of a day that one person may be named for."""

    a_minute: int = 60
    share: float = 0.9
    each_person: int = 20

    @classmethod
    def of(cls, said: Access, *, several: bool) -> DrawRules:
        """As the configuration has it; who is the only kiosk may draw all."""
        share = said.draws_share_percent / 100 if several else 1.0
        return cls(said.draws_a_minute, share, said.numbers_each_person)


class Drawn(NamedTuple):
    """What sources have drawn of a day: numbers by source and matter, "" for all matters."""

    day: str = ""
    counts: Mapping[tuple[str, str], int] = MappingProxyType({})

    @classmethod
    def of(cls, day: str, rows: Iterable[Recorded]) -> Drawn:
        counts: Counter[tuple[str, str]] = Counter()
        for row in rows:
            if isinstance(row.event, TicketIssued) and row.by.startswith(_SOURCES):
                counts.update((row.by, of) for of in (_ALL, *row.event.services))
        return cls(day, counts)


class DrawLimits:
    """`random` is a key for people, who are known here by a digest only."""

    def __init__(
        self, plan: Plan, rules: DrawRules, drawn: Drawn, random: bytes, monotonic: Callable[[], float]
    ) -> None:
        self._rules, self._random = rules, random
        self._rate = RateLimiter(Rate(rules.a_minute / 60, rules.a_minute), monotonic)
        caps = {_ALL: plan.daily_cap, **{service.id: service.daily_cap for service in plan.services.values()}}
        self._most = {of: ceil(cap * rules.share) for of, cap in caps.items() if cap is not None}
        self._day, self._drawn = drawn.day, Counter(drawn.counts)
        self._named: dict[bytes, set[str]] = {}
        self._keys: dict[str, None] = {}

    def check(self, source: str, services: tuple[str, ...], key: str, day: str) -> None:
        """Raises Fault when the source has drawn enough; `key` names the request, "" for no name."""
        if not source.startswith(_SOURCES) or key in self._keys:
            return
        if wait_s := self._rate.wait_s(source):
            raise Fault("rate_limited", {"retry_after_ms": int(wait_s * 1000) + 1})
        self._turn(day)
        for of in (_ALL, *services):
            most = self._most.get(of)
            if most is not None and self._drawn[source, of] >= most:
                raise Fault("source_full", {"most": most})

    def drew(self, source: str, key: str, issued: TicketIssued) -> None:
        if not source.startswith(_SOURCES):
            return
        self._turn(issued.day)
        self._drawn.update((source, of) for of in (_ALL, *issued.services))
        if key:
            self._keys[key] = None
            if len(self._keys) > _KEYS_KEPT:
                del self._keys[next(iter(self._keys))]

    def name(self, id_number: str, ticket: str, day: str) -> None:
        """A person is said to hold the ticket. Raises Fault when that are too many for today."""
        tickets = self._tickets_of(id_number, day)
        if ticket not in tickets and len(tickets) >= self._rules.each_person:
            raise Fault("person_full", {"most": self._rules.each_person})
        tickets.add(ticket)

    def note(self, id_number: str, ticket: str, day: str) -> None:
        """A person was named before the start, and counts."""
        self._tickets_of(id_number, day).add(ticket)

    def _tickets_of(self, id_number: str, day: str) -> set[str]:
        self._turn(day)
        person = hmac.digest(self._random, id_number.encode(), hashlib.sha256)
        return self._named.setdefault(person, set())

    def _turn(self, day: str) -> None:
        if day != self._day:
            self._day = day
            self._drawn.clear()
            self._named.clear()
