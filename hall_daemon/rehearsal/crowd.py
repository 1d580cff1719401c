"""The crowd of a rehearsal: people and clerks, and the one loop that lets them act.

One thread owns all of it. They act from outside only and learn what happened from the stream of
events; everything has its time by the hall's clock, kept in an agenda.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.agenda import Agenda, HallTime
from hall_daemon.rehearsal.clerks import Clerk
from hall_daemon.rehearsal.day import Visit
from hall_daemon.rehearsal.hall_client import Errands, HallEvent, Inbox, PadKeys, Reply
from hall_daemon.rehearsal.line import Lines
from hall_daemon.rehearsal.people import CrowdStuck, People
from hall_daemon.rehearsal.staff import Staff

REST_REAL_S = 0.05
BATCH = 500
# Something is owed and nothing at all happened for so long: the hall is gone, or we are wrong about it.
SILENT_REAL_S = 30.0


class Crowd:
    """`origin_s` is second 0 of visits and shifts, in seconds since 1970. `run` plays until everybody went home
    or `stopping` is set. `haste` shortens walks and patience as the visits were shortened. `check` raises when there
    is no hall any more."""

    def __init__(
        self,
        plan: Plan,
        clerks: list[Clerk],
        visits: Iterator[Visit],
        *,
        origin_s: float,
        clock: HallTime,
        inbox: Inbox,
        errands: Errands,
        pads: PadKeys,
        name: str,
        printer: Callable[[int], str] = lambda n: "",
        haste: float = 1.0,
        stopping: threading.Event | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.stopping = stopping or threading.Event()
        self.agenda = Agenda(clock)
        self.lines = Lines()
        self.people = People(visits, origin_s, self.agenda, errands, self.lines, name=name, printer=printer)
        self.staff = Staff(
            plan=plan,
            clerks={clerk.window: clerk for clerk in clerks},
            people=self.people,
            lines=self.lines,
            origin_s=origin_s,
            clock=clock,
            agenda=self.agenda,
            errands=errands,
            pads=pads,
            haste=haste,
        )
        self._look_every_s = pads.look_every_s
        self._inbox = inbox
        self._check = check
        self._moved_s = 0.0

    def run(self) -> None:
        """Raises CrowdStuck when nothing moves for too long, and what `check` raises."""
        with self.agenda.standing():
            self.staff.begin()
            self.people.expect()
        self._moved_s = time.monotonic()
        while not self.stopping.is_set() and not self._over:
            self._check()
            self.agenda.work()
            self.staff.look_at_pads()
            self.staff.call()
            self._take_in()

    @property
    def _over(self) -> bool:
        return self.people.home and self.staff.idle and not self.agenda.owes

    def _take_in(self) -> None:
        wait_s = self.agenda.rest_s(REST_REAL_S)
        if self.staff.awaits:
            wait_s = min(wait_s, self._look_every_s)
        try:
            item = self._inbox.get(timeout=wait_s) if wait_s > 0 else self._inbox.get_nowait()
            with self.agenda.standing():
                for _ in range(BATCH):
                    self._moved_s = time.monotonic()
                    self._take(item)
                    item = self._inbox.get_nowait()
                self._take(item)
        except queue.Empty:
            pass
        if not self.agenda.owes:
            self._moved_s = time.monotonic()  # a hall of which nothing was asked may be silent as long as it likes
        elif time.monotonic() - self._moved_s > SILENT_REAL_S:
            raise CrowdStuck(f"the hall said nothing for {SILENT_REAL_S:g} s; {len(self.people)} people are inside")

    def _take(self, item: HallEvent | Reply) -> None:
        if isinstance(item, Reply):
            assert callable(item.errand)
            item.errand(item)
            return
        self.lines.follow(item)
        self.staff.follow(item)
        self.people.follow(item)
