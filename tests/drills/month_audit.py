"""What must hold of a hall at the end of every simulated day: I1 to I10, from the journal read as it grows.

The auditor reads each event once, on a connection of its own, lives it through in a hall of its own and holds
everything else against that.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.outbox import UNDER_WAY
from hall_daemon.adapters.storage.snapshots import contradiction, restore
from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.published import retained_states
from hall_daemon.app.reactions import pad_display, window_screen
from hall_daemon.app.record import Recorded
from hall_daemon.bootstrap import JOURNAL, PROMISES, SNAPSHOTS
from hall_daemon.config import Settings
from hall_daemon.domain import events as e
from hall_daemon.domain.dispatch import choose
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.ticket import AT_WINDOW, FINAL
from hall_daemon.wire.board import PublicBoard
from tests.drills.month_hall import MonthHall, World, at_once
from tests.hall_daemon.app.small_hall import ticket_pages

MOST_ROUNDS = 2000
# What is known of the machine's clock must be right again this long after it is.
CLOCK_RIGHT_S = 2 * 3600.0


def assert_each_once(hall: Hall) -> None:
    """Every ticket is where its state says, and nowhere else; every line is in order."""
    at_windows = Counter(state.ticket for state in hall.windows.values() if state.ticket)
    held = Counter(ticket for state in hall.windows.values() for ticket in state.held)
    lines = Counter(ticket for by_class in hall.lines.values() for line in by_class.values() for _, ticket in line)
    lines.update(ticket for line in hall.reserved.values() for _, ticket in line)
    for ticket in hall.tickets.values():
        places = (lines[ticket.id], at_windows[ticket.id], held[ticket.id])
        wanted = (int(ticket.state == "waiting"), int(ticket.state in AT_WINDOW), int(ticket.state == "held"))
        assert places == wanted, ticket
    known = hall.tickets.keys()
    assert (at_windows.keys() | held.keys() | lines.keys()) <= known
    for line in (line for by_class in hall.lines.values() for line in by_class.values()):
        assert line == sorted(line)


@dataclass
class Auditor:
    """`told`: token -> number of whoever was told one; `persons`: words that may be in the vault and nowhere else."""

    settings: Settings
    world: World
    hall: Hall = field(default_factory=Hall)
    seq: int = 0
    told: dict[str, str] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)
    counted: Counter[str] = field(default_factory=Counter)
    # The latest day that the hall ever went by, also one of a wrong clock.
    furthest: str = ""
    _days: list[str] = field(default_factory=list)
    _issued: dict[str, str] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)
    # Events that leave the hall, and how many of them did.
    _of_hall: list[int] = field(default_factory=list)
    _published: int = 0
    _events_seen: int = 0
    _today: list[Recorded] = field(default_factory=list)
    _rows: dict[str, list[Recorded]] = field(default_factory=dict)

    def follow(self) -> None:
        """The journal's newest events: the chain (I8), numbers (I2), steps (I3), order (I4), days (I9)."""
        reader = JournalReader(self.settings.data_dir / JOURNAL)
        try:
            for row in reader.proven(after=self.seq):
                self._live(row)
                self.seq = row.seq
        finally:
            reader.close()

    def _live(self, row: Recorded) -> None:
        event, plan, hall = row.event, self.settings.plan, self.hall
        self.counted[type(event).__name__] += 1
        if isinstance(event, e.TicketCalled) and event.reason.code != "picked":
            choice = choose(hall, plan.windows[event.window], row.moment, plan.policy)
            assert choice is not None, f"event {row.seq} calls {event.ticket}, nobody is next"
            assert (choice.ticket.id, choice.reason) == (event.ticket, event.reason), f"event {row.seq}"
        elif isinstance(event, e.DayOpened):
            assert not self._days or event.day > self._days[-1], f"event {row.seq}: day {event.day} again"
            self._days.append(event.day)
            self.furthest = max(self.furthest, event.day)
        elif isinstance(event, e.DayReopened):
            assert self._days.pop() == event.instead_of
            assert self._days[-1] == event.day
        elif isinstance(event, e.TicketIssued):
            queue = plan.queues[event.queue]
            before = self._counts.get((event.day, event.queue), queue.first - 1)
            assert (event.day, event.count) == (hall.day, before + 1), f"event {row.seq} after {before}: {event}"
            assert event.number == queue.number(event.count)
            assert event.token not in self._issued, f"event {row.seq}: a second number for one press"
            self._issued[event.token] = event.number
            self._counts[event.day, event.queue] = event.count
        evolve(hall, event, row.moment)
        if e.of_hall(event):
            self._of_hall.append(row.seq)
        self._today = [] if isinstance(event, e.DayOpened) else self._today
        self._today.append(row)
        self._rows.setdefault(row.day, []).append(row)

    # -- at the end of a day ----------------------------------------------------------------------

    def look(self, app: MonthHall) -> None:
        """The hall is quiet: all that shows it says what the journal says."""
        self.follow()
        assert self.seq == app.core.seq == app.follower.seq
        assert app.core.hall == self.hall
        assert app.follower.read(lambda hall: hall == self.hall)
        assert_each_once(app.core.hall)
        for hall in (app.core.hall, app.follower.read(Hall.copy)):
            assert _lines(hall) == _lines(hall.copy())
        missing = {token: number for token, number in self.told.items() if self._issued.get(token) != number}
        assert not missing, f"told, and not in the journal: {missing}"
        self._devices(app)
        self._views(app)
        self._broker(app)
        self._vault(app)
        self._bounded(app)
        self._ledger(app)
        self._clock(app)

    def glance(self, app: MonthHall) -> None:
        """What is shown as of a moment holds everything that was committed until then (I6)."""
        if app.follower.seq < app.core.seq:
            (unseen,) = app._journal.read(app.follower.seq + 1, app.follower.seq + 1)
            assert app.follower.true_at(app.clock.now()).tick <= unseen.tick, f"{unseen} is not in what is shown"

    def restarted(self, app: MonthHall) -> None:
        """A start gives the hall that the journal makes."""
        self.follow()
        assert app.core.hall == self.hall
        assert app.core.seq == self.seq

    def close(self) -> None:
        """The end of the month: all of it once more, with every snapshot."""
        self.follow()
        reader = JournalReader(self.settings.data_dir / JOURNAL)
        try:
            assert reader.verify() is None
            assert contradiction(self.settings.data_dir / SNAPSHOTS, reader) is None
            assert restore(self.settings.data_dir / SNAPSHOTS, reader)[0] == self.hall
        finally:
            reader.close()
        files = [path for path in self.settings.data_dir.rglob("*") if path.is_file() and path.name != "reserve"]
        for path in files:
            data = path.read_bytes()
            found = [word for word in self.persons if word.encode() in data]
            assert not found, f"{path.name} holds {found[:3]}"

    def _devices(self, app: MonthHall) -> None:
        plan, bound = self.settings.plan, self.settings.bindings
        for screen, window in bound.windows["screens"].items():
            device = app.devices[bound.devices["screens"][screen]]
            state = next(state for state in device.screens() if state.screen == screen)
            should = window_screen(plan, self.settings.wording.screen, self.hall, window)
            assert state.desired == should, f"{screen} should show {should}, not {state.desired}"
            assert device.out or state.reported == should
        for pad, window in bound.windows["pads"].items():
            device = app.devices[bound.devices["pads"][pad]]
            assert device.displays[pad] == pad_display(plan, self.hall, window)

    def _views(self, app: MonthHall) -> None:
        reader = JournalReader(self.settings.data_dir / JOURNAL)
        try:
            for day in self._days[-2:]:
                there = {row.seq for row in reader.of_day(day)}
                missing = [row.seq for row in self._rows[day] if row.seq not in there]
                assert not missing, f"the journal's {day} misses {len(missing)} events from {missing[0]} on"
        finally:
            reader.close()
        calls = LastCalls(self._today)
        for ticket in self.hall.tickets.values():
            assert app.views.reasons(ticket.id) == calls.reason(ticket.id), ticket
            assert app.views.announced(ticket.id, ticket.calls) == calls.announced(ticket.id, ticket.calls), ticket
        app.feed.level()
        for ticket in list(self.hall.tickets.values())[:20]:
            at_once(app.feed.page(ticket.token))
            page = app.feed.board.ticket(ticket.token)
            assert page is not None
            assert (page.number, page.state) == (ticket.number, ticket.state)

    def _broker(self, app: MonthHall) -> None:
        mqtt, broker = app.mqtt, self.world.broker
        assert mqtt is not None
        if not broker.up:
            return
        for _ in range(MOST_ROUNDS):
            if app.told(1000):
                break
            self.world.clocks.true += 0.1
        assert app.told(1000), "the broker is not told everything"
        now = app.clock.now()
        there, expected = PublicBoard(self.settings.plan.id), PublicBoard(self.settings.plan.id)
        for topic, payload in broker.retained.items():
            assert there.hear(topic, payload), topic
        at = app.views, self.hall, self.seq, now
        states, pages = retained_states(*at), ticket_pages(*at)
        for topic, state in {**states, **pages}.items():
            expected.fold(topic, state)
        mine, theirs = expected.content(), there.content()
        for topic in [topic for topic in pages if topic in theirs]:
            # Who only moved up is said a little later; whose own state changed, at once.
            keep = ("number", "state", "window")
            assert [getattr(mine[topic], key) for key in keep] == [getattr(theirs[topic], key) for key in keep], topic
        missing = {topic: mine[topic] for topic in mine.keys() - theirs.keys()}
        assert not missing, f"{len(missing)} of {len(mine)} topics are not at the broker: {list(missing.items())[:3]}"
        devices = {topic for topic in theirs if "/devices/" in topic}
        orphans = sorted(theirs.keys() - devices - mine.keys())
        assert not orphans, f"orphans: {orphans[:3]}"
        for topic in states:
            assert mine[topic] == theirs[topic], topic
        for payload in broker.events[self._events_seen :]:
            seq = json.loads(payload)["seq"]
            at = bisect_left(self._of_hall, seq)
            assert self._of_hall[at] == seq, f"event {seq} is nobody's outside"
            assert at <= self._published, f"event {self._of_hall[self._published]} was not published, {seq} was"
            self._published = max(self._published, at + 1)
        self._events_seen = len(broker.events)
        assert self._published == len(self._of_hall)

    def _vault(self, app: MonthHall) -> None:
        app._persons._next_look = 0.0
        app._look_at_persons()
        if app._persons.trouble:
            assert app.parts is not None
            return
        with contextlib.closing(sqlite3.connect(self.settings.data_dir / "vault.db")) as conn:
            kept = dict(conn.execute("SELECT id, day FROM subjects").fetchall())
        old = [day for day in kept.values() if day < self.hall.day]
        assert not old, f"persons of {old} on {self.hall.day}"
        named = {ticket.subject for ticket in self.hall.tickets.values() if ticket.subject}
        app._persons._next_look = 0.0
        app._look_at_persons()
        assert app.vault.subjects() <= named, "persons that nobody names"
        today = {t.subject for t in self.hall.tickets.values() if t.subject and t.day >= self.hall.day}
        assert today <= app.vault.subjects() or self.counted["DayReopened"], "persons that a ticket names are gone"
        for said in (*self.world.said, *map(bytes.decode, self.world.broker.retained.values())):
            found = [word for word in self.persons if word in said]
            assert not found, f"{found} in {said}"
        self.world.said.clear()

    def _bounded(self, app: MonthHall) -> None:
        mqtt, tickets = app.mqtt, len(self.hall.tickets)
        assert mqtt is not None
        bridge, bounds = app.bridge, {}
        app.feed.level()  # whoever asks for anything does this first
        bounds["visits"] = (len(bridge._visits._visits), tickets)
        bounds["calls"] = (len(bridge._calls), 2 * len(self.settings.plan.windows) + 10)
        bounds["copies"] = (len(bridge._slips._copies), tickets)
        bounds["outcomes"] = (len(bridge._outcomes._kept), 5000)
        pages = mqtt._rounds._pages
        bounds["pages to say"] = (len(pages._touched), tickets)
        if self.world.broker.up:
            bounds["pages"] = (len(pages._topics), tickets)
        bounds["events under way"] = (len(mqtt._outbox._under_way), UNDER_WAY)
        bounds["feed"] = (len(app.feed._pages), tickets)
        bounds["board"] = (len(app.feed.board.known), tickets + 200)
        bounds["announced"] = (len(app._calls._reports), tickets)
        bounds["reasons"] = (len(app._calls._reasons), tickets)
        bounds["keys"] = (len(app.core._keys), 200_000)
        bounds["slips"] = (len(self.hall.slips), tickets)
        bounds["given"] = (len(self.hall.given), 8)
        bounds["ratings"] = (len(self.hall.ratings), tickets)
        bounds["presses"] = (len(self.hall.presses), len(self.settings.plan.windows))
        bounds["expired"] = (len(self.hall.expired), tickets)
        for what, (size, most) in bounds.items():
            assert size <= most, f"{what}: {size}, more than {most}"

    def _ledger(self, app: MonthHall) -> None:
        app.promises.step()
        with contextlib.closing(sqlite3.connect(self.settings.data_dir / PROMISES)) as conn:
            ((seq,),) = conn.execute("SELECT value FROM meta WHERE key = 'seq'")
            open_ = {ticket for (ticket,) in conn.execute("SELECT ticket FROM tickets WHERE outcome = ''")}
        assert seq == self.seq
        over = {id_ for id_ in open_ if (t := self.hall.tickets.get(id_)) is None or t.state in FINAL}
        assert not over, f"the ledger waits for {sorted(over)[:5]}, whose visit is over"

    def _clock(self, app: MonthHall) -> None:
        """The hall's date is the true one, once the machine's has been right for long enough (I9, F6)."""
        clocks = self.world.clocks
        if clocks.true - clocks.right_since < CLOCK_RIGHT_S:
            return
        today = datetime.fromtimestamp(clocks.true, ZoneInfo(self.settings.plan.timezone)).date().isoformat()
        assert self.hall.day == today, f"it is {today}, and the hall says {self.hall.day}"


def _lines(hall: Hall) -> object:
    lines = {s: {k: v for k, v in by.items() if v} for s, by in hall.lines.items() if any(by.values())}
    return lines, {window: line for window, line in hall.reserved.items() if line}, hall.tokens
