"""After a rehearsal: does everything that is shown equal what the journal says? Reads, changes nothing.

The journal is read from the outside, as `hall verify` does; from it the hall is rolled forward anew, and what every
strip and every retained message should say follows from that hall alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from device_drivers.simulators.bench import Bench
from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.published import retained_states
from hall_daemon.app.reactions import window_screen
from hall_daemon.app.report import DayReport, day_report
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config import Settings
from hall_daemon.domain.events import TicketIssued
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment

# What differs between two publications of the same state, and what needs the running daemon to know.
_PASSING = frozenset(
    {"epoch", "seq", "as_of", "ttl_s", "wait", "open", "opens", "closes", "closed_because", "called_at", "started_at"}
)


class Difference(NamedTuple):
    """`where` (a strip, a topic) says `is_` and should say `should`."""

    where: str
    should: str
    is_: str


def truth(folder: Path) -> Hall:
    """The hall as its journal says it is, rolled forward by us."""
    reader = JournalReader(folder / JOURNAL)
    try:
        return restore(folder / SNAPSHOTS, reader)[0]
    finally:
        reader.close()


def wrong_screens(settings: Settings, hall: Hall, bench: Bench) -> list[Difference]:
    """Strips that do not show what they should. Every strip that stands at a window is looked at."""
    shown = {
        screen["id"]: screen["text"] or "" for id_ in bench.devices for screen in bench.shown(id_).get("screens", ())
    }
    wrong = []
    for screen, window in settings.bindings.windows["screens"].items():
        should = window_screen(settings.plan, settings.wording.screen, hall, window).text
        if shown.get(screen, "") != should:
            wrong.append(Difference(screen, should, shown.get(screen, "")))
    return wrong


def wrong_topics(settings: Settings, hall: Hall, heard: Mapping[str, bytes], now: Moment) -> list[Difference]:
    """Retained states of the hall, its queues, its windows and its big screens that are missing or say something
    else. Raises JournalError."""
    context = ViewContext(
        plan=settings.plan, epoch=0, recent=_calls(settings.data_dir, hall.day).recent, screen=settings.screen
    )
    expected = retained_states(context, hall, 0, now)
    wrong = []
    for topic, state in expected.items():
        should = _lasting(msgspec.json.encode(state))
        is_ = _lasting(heard[topic]) if topic in heard else {}
        if should != is_:
            differ = sorted(key for key in should if should[key] != is_.get(key))
            wrong.append(
                Difference(
                    topic, str({k: should[k] for k in differ}), str({k: is_.get(k) for k in differ}) if is_ else "-"
                )
            )
    return wrong


def _calls(folder: Path, day: str) -> LastCalls:
    reader = JournalReader(folder / JOURNAL)
    try:
        return LastCalls(reader.of_day(day))
    finally:
        reader.close()


def _lasting(payload: bytes) -> dict[str, object]:
    said: dict[str, object] = msgspec.json.decode(payload, type=dict)
    return {key: value for key, value in said.items() if key not in _PASSING}


class Books(NamedTuple):
    """What the journal holds of a day, and whether it fits what people were told."""

    report: DayReport
    events: int
    journal_ok: bool
    lost: list[str]  # acknowledged, and not there
    duplicates: list[str]  # given to two people, or drawn twice


def books(folder: Path, day: str, acknowledged: Sequence[str]) -> Books:
    """Raises JournalError."""
    reader = JournalReader(folder / JOURNAL)
    try:
        issued: dict[str, int] = {}
        for row in reader.all():
            if isinstance(row.event, TicketIssued):
                issued[row.event.ticket] = issued.get(row.event.ticket, 0) + 1
        told: dict[str, int] = {}
        for ticket in acknowledged:
            told[ticket] = told.get(ticket, 0) + 1
        twice = {ticket for counts in (issued, told) for ticket, count in counts.items() if count > 1}
        return Books(
            day_report(day, reader.of_day(day)),
            reader.last_seq(),
            reader.verify() is None,
            sorted(ticket for ticket in told if ticket not in issued),
            sorted(twice),
        )
    finally:
        reader.close()
