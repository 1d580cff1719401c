"""The wait service's child process: follows the journal, rolls the hall forward, answers with everybody's wait.

Never imported by the daemon but for its messages: `python -m hall_daemon.adapters.waits.worker` reads lines of
JSON on stdin (one Place, then Asks) and writes an Answer to each Ask. It only reads the journal. It dies with its
parent, and ends when stdin does.
"""

from __future__ import annotations

import contextlib
import sys
import time
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

import msgspec

from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.adapters.system.stepping_back import step_back
from hall_daemon.adapters.waits.warm_up import ASKED, learn
from hall_daemon.app.record import Recorded
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.prediction.waits.announcer import Announcer
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.predictor import Predictor
from hall_daemon.prediction.waits.wait_estimate import kind_of

# What is learnt at a start: the events of the last business days, at most so many.
DAYS_LEARNT = 10
EVENTS_LEARNT = 300_000
CHUNK = 2000


class Place(msgspec.Struct, frozen=True):
    """The first line: which hall, and where its data lies."""

    plan: Plan
    folder: str


class Ask(msgspec.Struct, frozen=True):
    """The waits of the hall as it is at event `seq`, at this moment of its clock. `announced` and `queues`: what
    tickets and queues were shown without this child: at the draw, or before it was started."""

    seq: int
    tick: int
    wall: int
    announced: dict[str, Shown] = {}
    queues: dict[str, Shown] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """True for event `seq` at hall tick `tick`. `newcomers`, by kind, have another wait than their queue; `learnt`
    are the service times the distributions rest on."""

    seq: int
    tick: int
    tickets: dict[str, Shown]
    queues: dict[str, Shown]
    newcomers: dict[str, Shown]
    runs: int
    steps: int
    learnt: int
    took_ms: int

    def of(self, service: str, class_: str, queue: str) -> Shown | None:
        """The wait of somebody of this kind who comes now; None for a queue that the plan does not have."""
        return self.newcomers.get(kind_of(service, class_)) or self.queues.get(queue)


class Follow:
    """The hall and what it taught, at event `seq`; `upto` reads on. `asked`: about how many past tickets it is asked
    first, so that what it says is corrected."""

    def __init__(self, place: Place, asked: int = ASKED) -> None:
        snapshots = Path(place.folder, SNAPSHOTS)
        self._reader = JournalReader(Path(place.folder, JOURNAL))
        self.predictor = Predictor(place.plan)
        self.announcer = Announcer(place.plan, self.predictor)
        self.hall, self.seq = restore(snapshots, self._reader)
        first = self._first_lesson()
        learn(self.predictor, self._see, snapshots, self._reader, first, self.seq, asked)

    def close(self) -> None:
        self._reader.close()

    def _first_lesson(self) -> int:
        days = self._reader.days()[-DAYS_LEARNT - 1 :]
        first = days[0][1] - 1 if days else 0
        return max(first, self.seq - EVENTS_LEARNT)

    def upto(self, seq: int) -> None:
        """Read on to event `seq`; what is not in the journal yet is left for the next time."""
        while self.seq < seq and (rows := self._reader.after(self.seq, CHUNK)):
            for row in rows:
                self._live(row)

    def _live(self, row: Recorded) -> None:
        evolve(self.hall, row.event, row.moment)
        self._see(row)
        self.seq = row.seq

    def _see(self, row: Recorded) -> None:
        self.announcer.see(row.event, row.seq, row.tick, row.wall)

    def answer(self, ask: Ask) -> Answer:
        began = time.monotonic()
        self.upto(ask.seq)
        waits = self.announcer.announce(self.hall, Moment(ask.tick, ask.wall), self.seq, ask.announced, ask.queues)
        return Answer(
            seq=self.seq,
            tick=ask.tick,
            tickets=self.announcer.tickets,
            queues=self.announcer.queues,
            newcomers=self.announcer.newcomers,
            runs=waits.runs,
            steps=waits.steps,
            learnt=self.predictor.times.seen,
            took_ms=int((time.monotonic() - began) * 1000),
        )


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until `requests` ends. Raises JournalError when the journal cannot be read."""
    first = requests.readline()
    if not first.endswith(b"\n"):
        return  # whoever asks was killed within a sentence
    follow = Follow(msgspec.json.decode(first, type=Place))
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Ask)
    with contextlib.closing(follow):
        for line in takewhile(lambda line: line.endswith(b"\n"), requests):
            answers.write(encoder.encode(follow.answer(decoder.decode(line))) + b"\n")
            answers.flush()


def main() -> None:
    step_back()
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
