"""The crowd of a demo: clerks at all windows but one, and people who come the faster the fewer are waiting.

It keeps a hall alive at any hour for as long as it runs. Whatever ends one crowd (the hall was killed, its device page
is away), the next one takes the hall over as it stands. One thread.
"""

from __future__ import annotations

import http.client
import logging
import math
import ssl
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from queue import SimpleQueue
from random import Random
from typing import Any

from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.agenda import HallTime
from hall_daemon.rehearsal.applicants import Applicants, Sample
from hall_daemon.rehearsal.clerks import Clerk
from hall_daemon.rehearsal.crowd import Crowd
from hall_daemon.rehearsal.day import Shift, Visit
from hall_daemon.rehearsal.hall_client import Errands, EventFeed, HallUnreachable, Http, Inbox, PadKeys
from hall_daemon.rehearsal.people import CrowdStuck
from hall_daemon.rehearsal.tuesday import one_visit

_LOGGER = logging.getLogger(__name__)

# People of the demo are five times as brisk as people are, so that there is always something to see.
HASTE = 5.0
SEED = 7
# With so many in line people come as fast as the clerks can just serve; STEP fewer or more double or halve that pace.
# A queue counts with MOST at most: behind one slow matter the other queues do not run dry.
USUAL, STEP, MOST = 6, 1.5, 3
QUICKEST, SLOWEST = 1 / 16, 3.0
# Nobody waits longer than this, at the pace of people who are not in haste: a line that nobody serves does not grow.
PATIENCE_S = 4500.0
# After a crowd broke up, the next one comes so much later (real time).
AGAIN_S = 0.5

AWAY = (HallUnreachable, CrowdStuck, OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrances:
    """How a demo's crowd gets at its hall. `pads`: pad -> window; `printer` "" for no slips; `trust` for HTTPS."""

    staff_url: str
    public_url: str
    pads: Mapping[str, str]
    pad_keys: PadKeys
    credential: str
    printer: str = ""
    trust: ssl.SSLContext | None = None


def spare_window(plan: Plan) -> str:
    """The window that a crowd leaves to whoever looks at the demo: the last one without which every matter is done
    all the same; "" when there is none."""
    for spare in reversed(plan.windows):
        others = frozenset[str]().union(*(skills(plan, each) for each in plan.windows if each != spare))
        if others == plan.services.keys():
            return spare
    return ""


def skills(plan: Plan, window: str) -> frozenset[str]:
    return frozenset(plan.windows[window].services)


class Comers(Iterator[Visit]):
    """People without end; each next one is thought of when the one before comes. `waiting` says how many stand in line
    for a matter, `worked` which matters clerks work at and `served` which ones somebody is there for: people come as
    fast as the first lines allow, and for the second, the sooner for a queue the shorter it is. `origin_s` is second 0
    of the visits."""

    def __init__(
        self, *, plan: Plan, dice: Random, clock: HallTime, origin_s: float, clerks: int, haste: float
    ) -> None:
        self.waiting: Callable[[str], int] = lambda service: 0
        self.worked: Callable[[], Collection[str]] = lambda: plan.services
        self.served: Callable[[], Collection[str]] = lambda: plan.services
        self._plan = plan
        self._dice = dice
        self._clock = clock
        self._origin_s = origin_s
        self._haste = haste
        # Short matters are wanted more often.
        self._shares = {id_: 1 / service.expected_s for id_, service in plan.services.items() if id_ not in plan.plain}
        self._usual_s = len(self._shares) / sum(self._shares.values()) / haste / max(1, clerks)

    def __next__(self) -> Visit:
        dice, worked = self._dice, frozenset(self.worked())
        in_line = sum(
            min(MOST, sum(map(self.waiting, worked.intersection(services))))
            for services in self._plan.queue_services.values()
        )
        pace = 2 ** ((in_line - USUAL) / STEP)
        gap_s = self._usual_s * min(SLOWEST, max(QUICKEST, pace)) * dice.uniform(0.5, 1.5)
        at_s = self._clock.seconds() - self._origin_s + gap_s
        visit = one_visit(self._plan, self._wishes(), dice, at_s, self._haste)
        return visit if visit.leaves_s is not None else replace(visit, leaves_s=at_s + PATIENCE_S / self._haste)

    def _wishes(self) -> Mapping[str, float]:
        """Matters with the shares of people who come for them now."""
        plan, served = self._plan, self.served()
        line = {queue: sum(map(self.waiting, services)) for queue, services in plan.queue_services.items()}
        wishes = {id_: share / (1 + line[plan.services[id_].queue]) ** 2 for id_, share in self._shares.items()}
        return {id_: share for id_, share in wishes.items() if id_ in served} or wishes


class DemoCrowd:
    """`begun` counts crowds: more than one when something ended the one before."""

    def __init__(
        self,
        plan: Plan,
        entrances: Entrances,
        clock: HallTime,
        stopping: threading.Event,
        tell: Callable[[str], None],
        *,
        seed: int = SEED,
        haste: float = HASTE,
        samples: Iterable[Sample] = (),
    ) -> None:
        """`samples`: what people of it have looked at before they come."""
        self.begun = 0
        self._samples = tuple(samples)
        self._plan = plan
        self._entrances = entrances
        self._clock = clock
        self._stopping = stopping
        self._tell = tell
        self._haste = haste
        self._dice = Random(seed)  # noqa: S311 - a repeatable crowd, no secret

    def live(self) -> None:
        """One crowd after the other until `stopping`. Never raises: the hall goes on without its crowd."""
        while not self._stopping.is_set():
            try:
                self.once()
            except AWAY as error:
                if not self._stopping.is_set():
                    _LOGGER.info("the crowd broke up (%s); another one comes", error)
            except Exception as error:
                if not self._stopping.is_set():
                    _LOGGER.exception("the crowd broke up; another one comes")
                    self._tell(f"人群散了，马上再来 · the crowd broke up ({error}) and comes again; the hall goes on")
            self._stopping.wait(AGAIN_S)

    def once(self) -> None:
        """One crowd, until `stopping`. Raises what breaks it up, as AWAY when there is no hall to be found."""
        ways: Entrances = self._entrances
        inbox: Inbox = SimpleQueue()
        errands = Errands(ways.staff_url, ways.public_url, inbox, ways.credential, ways.trust)
        crowd = self._crowd(inbox, errands)
        feed: EventFeed | None = None
        try:
            errands.start()
            feed = EventFeed(ways.staff_url, take_over(crowd, ways), inbox, ways.credential, ways.trust)
            self.begun += 1
            feed.start()
            crowd.staff.open()
            self._applicants(crowd, errands).expect()
            crowd.run()
        finally:
            if feed is not None:
                feed.stop(0.2)
            errands.stop(0.2)

    def _crowd(self, inbox: Inbox, errands: Errands) -> Crowd:
        plan, ways = self._plan, self._entrances
        spare = spare_window(plan)
        clerks = [
            Clerk(window=window, pad=pad, services=skills(plan, window), shift=Shift(0.0, math.inf))
            for pad, window in ways.pads.items()
            if window != spare
        ]
        start_s = self._clock.seconds()
        comers = Comers(
            plan=plan, dice=self._dice, clock=self._clock, origin_s=start_s, clerks=len(clerks), haste=self._haste
        )
        crowd = Crowd(
            plan,
            clerks,
            comers,
            origin_s=start_s,
            clock=self._clock,
            inbox=inbox,
            errands=errands,
            pads=ways.pad_keys,
            name=f"demo-{start_s:.3f}",
            printer=lambda n: ways.printer,
            haste=self._haste,
            stopping=self._stopping,
        )

        def served(*states: str) -> frozenset[str]:
            return frozenset[str]().union(*(clerk.services for clerk in clerks if clerk.state in states))

        comers.waiting = crowd.lines.waiting
        comers.worked = lambda: served("free", "busy")
        comers.served = lambda: served("free", "busy", "replaced")
        return crowd


    def _applicants(self, crowd: Crowd, errands: Errands) -> Applicants:
        applicants = Applicants(
            self._samples, plan=self._plan, dice=self._dice, agenda=crowd.agenda, errands=errands,
            draw=crowd.people.draw, haste=self._haste, name=f"demo-{self._clock.seconds():.3f}",
            now_s=self._clock.seconds,
        )
        crowd.people.holds = applicants.holds
        return applicants


def take_over(crowd: Crowd, ways: Entrances) -> int:
    """Take over a hall as it stands; the number of the event to go on from. Raises HallUnreachable."""
    client = Http(ways.staff_url, ways.credential, ways.trust)
    try:
        hall = _asked(client, "/api/v1/hall")
        for queue in hall["queues"]:
            for person in _asked(client, f"/api/v1/queues/{queue['id']}")["line"]:
                crowd.lines.put(person["ticket"], person["service"])
        for window in hall["windows"]:
            clerk = crowd.staff.clerks.get(window["id"])
            if clerk is not None and window["status"] != "closed":
                crowd.staff.learn(clerk, window)
    finally:
        client.close()
    seq: int = hall["seq"]
    return seq


def _asked(client: Http, path: str) -> dict[str, Any]:
    reply = client.ask("GET", path)
    if reply.status != 200:
        raise HallUnreachable(f"GET {path}: {reply.status}")
    return reply.body
