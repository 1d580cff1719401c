"""The platform's thread: journal → outbox → platform, guides in, the daily comparison. Nobody in the hall waits for it.

Each `step` does what is due and returns; what the platform does not answer is tried again later, with pauses that grow
and differ. Health and `hall platform` say how long ago it answered last and what waits.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from device_drivers.base.backoff import Backoff
from hall_daemon.adapters.platform.guide_box import take_in
from hall_daemon.adapters.platform.outbox import MOST_WAITING, Depth, Outbox, Row
from hall_daemon.adapters.platform.port import Away, NotTaken, Platform
from hall_daemon.adapters.platform.source import CHUNK, HallSource
from hall_daemon.adapters.storage.data_folder import PLATFORM
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.app.record import Clock
from hall_daemon.config.settings import Settings
from hall_daemon.exchange.compare import Report, compared
from hall_daemon.exchange.records import record_again, said
from hall_daemon.exchange.vocabulary import Vocabulary
from hall_daemon.matters.guide import Guide

_LOGGER = logging.getLogger(__name__)

EVERY_S, BEHIND_S = 1.0, 0.05
STOP_S = 5.0
FIRST_S, MOST_S = 2.0, 600.0
# Rows of one look, and how many may fail in a round before the rest waits.
LOOK, FAILURES = 50, 3
# Older events than these are not said one by one: the comparison says how reviews stand.
OLDEST_EVENTS = 100_000
MARK_EVERY_S = 60.0
DIFFERENCES = 500
_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS
_LONG_AGO = float("-inf")


class PlatformService:
    """`seq`: of the journal at the start. Everything but `step` from any thread; `step` by its own, or by a test."""

    def __init__(
        self, settings: Settings, words: Vocabulary, source: HallSource, port: Platform, clock: Clock, *, seq: int,
        take: Callable[[Mapping[str, Guide]], None] = lambda guides: None,
        monotonic: Callable[[], float] = time.monotonic, random: Random | None = None,
    ) -> None:
        """`take` is given guides that came anew, by matter, on the service's thread."""
        self._take = take
        self._settings, self._said, self._words = settings, settings.platform, words
        self._source, self._port, self._clock, self._seq = source, port, clock, seq
        self._monotonic, self._random = monotonic, random or Random()  # noqa: S311 (jitter)
        self._backoff = self._afresh()
        self._pause_until_s = self._marked_s = _LONG_AGO
        self._guides_at_s = self._compare_at_s = _LONG_AGO
        self._box: Outbox | None = None
        self._cursor, self._asked, self._success, self._why = seq, 0, 0, ""
        self._depth, self._report = Depth(0, 0, 0), Report(day="", at=0, same=0)
        self._guides_wrong, self._guides_new = 0, 0
        self._life = Life("platform", "platform", monotonic)
        # A daemon: an answer that trickles in must not keep the hall from ending.
        self._thread = OwnedThread("platform", self._run, self._life, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.stop(STOP_S) and self._box is not None:
            self._box.close()

    def health(self) -> Mapping[str, str]:
        return {"platform": self._check()}

    def _check(self) -> str:
        if self._life.state == "alert":
            return f"degraded: {self._life.detail}"
        now, depth = self._clock.now().wall, self._depth
        age_min = max(0, now - self._success) // _MINUTE_MS if self._success else 0
        waits_min = max(0, now - depth.oldest) // _MINUTE_MS if depth.waiting else 0
        known = f"answered {age_min} min ago{f' ({self._why})' if self._why else ''}, {depth.waiting} records wait"
        silent = self._said.guides_min and age_min >= self._said.alarm_min + self._said.guides_min
        wrong = [
            text
            for is_so, text in (
                (silent or waits_min >= self._said.alarm_min, f"the oldest for {waits_min} min"),
                (depth.refused, f"{depth.refused} were refused"),
                (self._guides_wrong, f"{self._guides_wrong} guides cannot be taken over"),
                (self._report.for_people, f"{self._report.for_people} differences need a person"),
            )
            if is_so
        ]
        if wrong:
            return f"degraded: {known}, {', '.join(wrong)}: hall platform status"
        new = f", {self._guides_new} guides taken over since the start" if self._guides_new else ""
        return f"ok: {known}{new}"

    def _run(self) -> None:
        while not self._thread.wait(self.step()):
            pass

    def once_more(self) -> None:
        """As `hall platform send` does: all that waits or was refused, now."""
        self._opened().once_more(self._clock.now().wall)

    def compare(self) -> None:
        """As `hall platform reconcile` does."""
        self._opened().compare(self._clock.now().wall)

    @property
    def settled(self) -> bool:
        """Nothing waits, and nothing failed."""
        return not self._depth.waiting and not self._why

    def _afresh(self) -> Backoff:
        return Backoff(FIRST_S, MOST_S, MOST_S, self._random)

    # -- one step ---------------------------------------------------------------------------------------------

    def step(self) -> float:
        """Do what is due; returns the seconds until it is worth while again. Raises sqlite3.Error, OSError."""
        box = self._opened()
        level = self._fill(box)
        asked = (box.mark("send") or (0, ""))[0]
        if asked != self._asked:
            self._asked, self._pause_until_s = asked, _LONG_AGO
        if self._monotonic() >= self._pause_until_s:
            self._speak(box)
        self._depth = box.depth()
        if self._life.state != "ready":
            self._life.note("ready")
        return EVERY_S if level else BEHIND_S

    def _speak(self, box: Outbox) -> None:
        why = ""
        try:
            why = self._send(box)
            why = self._take_guides(box) or why
            why = self._reconcile(box) or why
        except Away as away:
            why = away.code
            self._pause_until_s = self._monotonic() + max(self._backoff.after(), away.wait_s)
        else:
            self._backoff = self._afresh()
        if why and why != self._why:
            _LOGGER.warning("platform: %s; it is tried again", why)
        self._why = why

    def _opened(self) -> Outbox:
        if self._box is None:
            box = Outbox(self._settings.data_dir / PLATFORM)
            cursor, now = box.mark("cursor"), self._clock.now().wall
            # A journal that came back from an older copy ends before what was read.
            begins = self._seq if cursor is None else max(min(cursor[0], self._seq), self._seq - OLDEST_EVENTS)
            with box.whole():
                box.set_mark("cursor", begins)
                if box.mark("success") is None:
                    box.set_mark("success", now)
            self._cursor, self._success = begins, (box.mark("success") or (now, ""))[0]
            self._asked = (box.mark("send") or (0, ""))[0]
            self._report = box.report() or self._report
            self._guides_wrong = sum(row.state != "taken" for row in box.guides())
            self._box = box
        return self._box

    def _fill(self, box: Outbox) -> bool:
        """Events that the platform hears of become records, in one transaction with how far they were read. False when
        there is more. What is none of its business moves the mark only now and then: the disk is the core's."""
        if self._depth.waiting >= MOST_WAITING:
            return True
        records, upto = self._source.events(self._cursor)
        is_time = self._monotonic() - self._marked_s >= MARK_EVERY_S
        if records or (upto > self._cursor and is_time):
            with box.whole():
                box.put(records, self._clock.now().wall)
                box.set_mark("cursor", upto)
            self._marked_s = self._monotonic()
        behind = upto - self._cursor >= CHUNK
        self._cursor = upto
        return not behind

    def _succeeded(self) -> int:
        self._success = self._clock.now().wall
        return self._success

    def _pause_s(self, failures: int) -> float:
        """Doubles with each failure, to MOST_S, and differs from hall to hall."""
        return min(MOST_S, FIRST_S * 2.0 ** min(failures, 16)) * self._random.uniform(0.5, 1.0)

    # -- out --------------------------------------------------------------------------------------------------

    def _send(self, box: Outbox) -> str:
        """What is due; returns why some of it was not taken. Raises Away when the next would fare no better."""
        why, failed = "", 0
        while rows := box.due(self._clock.now().wall, LOOK):
            for row in rows:
                if self._thread.stopping or failed >= FAILURES:
                    return why
                try:
                    self._send_one(box, row)
                except Away as away:
                    why, failed = away.code, failed + 1
                    if away.everybody:
                        raise
        return why

    def _send_one(self, box: Outbox, row: Row) -> None:
        record, now = row.record, self._clock.now().wall
        task = self._said.matters.get(record.matter)
        if task is None:
            box.refused(record.key, "matter_not_named", now)
            return
        box.begin(record.key, now + int(self._pause_s(row.tries) * 1000))
        try:
            receipt = self._port.send(record.key, said(
                record, self._words, hall=self._settings.plan.id, task=task,
                guide=self._source.guides().get(record.matter), now=_iso(now), at=_iso(record.at),
                form=self._source.form(record),
            ))
        except Away as away:
            # Who waits for the platform as a whole does not wait for its own turn as well.
            box.failed(record.key, away.code, None if not away.everybody else now)
            raise
        except NotTaken as no:
            box.refused(record.key, no.code, self._succeeded())
            _LOGGER.warning("platform: record %s of %s was refused: %s", record.key, record.review, no.code)
        else:
            box.taken(record.key, receipt, self._succeeded())

    # -- in ---------------------------------------------------------------------------------------------------

    def _take_guides(self, box: Outbox) -> str:
        every_s = self._said.guides_min * 60.0
        if not every_s or self._monotonic() < self._guides_at_s:
            return ""
        tasks = {task: matter for matter, task in self._said.matters.items()}
        self._guides_at_s = self._monotonic() + min(every_s, self._pause_s(8))
        try:
            found = self._port.guides(tuple(tasks))
        except (Away, NotTaken) as no:
            return _unless_everybody(no)
        known = {row.matter: row for row in box.guides()}
        rows, good = take_in(self._settings, self._words, tasks, found, known, self._succeeded())
        if good:
            self._take(good)
        with box.whole():
            box.put_guides(rows)
            box.set_mark("success", self._success)
        self._guides_new += sum(row.state == "taken" for row in rows)
        self._guides_wrong = sum(row.state != "taken" for row in box.guides())
        self._guides_at_s = self._monotonic() + every_s
        return ""

    def _wants_comparison(self, box: Outbox) -> bool:
        """Once a business day, after its hour; at once where it never was, or where somebody asked since."""
        done, asked = box.mark("reconciled"), box.mark("reconcile")
        if done is None or (asked is not None and asked[0] > done[0]):
            return self._source.day() != ""
        local = datetime.fromtimestamp(self._clock.now().wall / 1000, ZoneInfo(self._settings.plan.timezone))
        return f"{local:%H:%M}" >= self._said.reconcile_at and self._source.day() not in ("", done[1])

    def _reconcile(self, box: Outbox) -> str:
        asked = (box.mark("reconcile") or (0, ""))[0]
        if self._monotonic() < self._compare_at_s and asked <= self._report.at:
            return ""
        if not self._wants_comparison(box):
            return ""
        now = self._clock.now().wall
        self._compare_at_s = self._monotonic() + self._pause_s(5)
        try:
            theirs = self._port.cases(_iso(now - self._said.keep_days * _DAY_MS)[:10])
        except (Away, NotTaken) as no:
            return _unless_everybody(no)
        day, reviews = self._source.day(), self._source.told()
        while not self._fill(box):  # what is true of these reviews and was not read yet is on its way
            continue
        acknowledged, on_the_way = box.acknowledged(), box.not_taken()
        # What the hall has put away since, is on its way, or was refused and told so, says nothing.
        theirs = {
            id_: state for id_, state in theirs.items()
            if id_ not in on_the_way and (id_ in reviews or id_ not in acknowledged)
        }
        ours = {id_: each.state for id_, each in reviews.items() if id_ not in on_the_way}
        same, found = compared(ours, theirs, acknowledged, self._words.state_of)
        report = Report(
            day=day, at=max(self._succeeded(), asked), same=same, differences=found[:DIFFERENCES],
            more=max(0, len(found) - DIFFERENCES),
        )
        seq = self._source.replica.seq
        again = [record_again(reviews[each.review], day, now, seq) for each in found if each.said_again]
        with box.whole():
            box.put_report(report, again)
            box.set_mark("success", self._success)
            box.forget(now - self._said.keep_days * _DAY_MS)
        self._report, self._compare_at_s = report, _LONG_AGO
        if found:
            _LOGGER.warning("platform: %d reviews differ there; hall platform status lists them", len(found))
        return ""


def _unless_everybody(no: Away | NotTaken) -> str:
    """Its code; raised again where nothing else would fare better."""
    if isinstance(no, Away) and no.everybody:
        raise no
    return no.code


def _iso(wall: int) -> str:
    return datetime.fromtimestamp(wall / 1000, UTC).isoformat(timespec="seconds")
