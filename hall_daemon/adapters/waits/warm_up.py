"""What the wait service's child learns at its start: the last days of the journal, lived through again.

Service times come from the events alone. What roll-outs get wrong, and how far ranges are to be moved, comes from
asking about some of the past tickets when they were drawn: so both are rebuilt from the journal, and there is no
file of their own to be lost or to disagree with it. In the child; bounded by time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.app.record import Recorded
from hall_daemon.domain.events import TicketIssued
from hall_daemon.domain.evolve import evolve
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import Effort

ASKED = 500
EVENTS_A_TICKET = 4
FEW = Effort(steps=4_000, least=16, most=40)
# The daemon waits a minute for the first answer.
LONGEST_S = 10.0


def learn(
    predictor: Predictor,
    see: Callable[[Recorded], None],
    snapshots: Path,
    reader: JournalReader,
    first: int,
    upto: int,
    asked: int = ASKED,
) -> None:
    """Let `see`, which tells `predictor` too, have the events after `first`, up to `upto`, and ask about some `asked`
    tickets. Raises JournalError."""
    if not asked:
        for row in reader.all(after=first, upto=upto):
            see(row)
        return
    hall, _ = restore(snapshots, reader, first)
    one_in = max(1, (upto - first) // EVENTS_A_TICKET // asked)
    until_s = time.monotonic() + LONGEST_S
    drawn = 0
    for row in reader.all(after=first, upto=upto):
        evolve(hall, row.event, row.moment)
        see(row)
        if isinstance(row.event, TicketIssued):
            drawn += 1
            if drawn % one_in == 0 and time.monotonic() < until_s:
                predictor.practise(hall, row.moment, row.event.ticket, FEW)
