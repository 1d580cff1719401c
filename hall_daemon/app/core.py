"""The core loop: the one thread that owns the truth.

Every command passes one inbox. A step drains it up to a limit, decides each command against the hall as
the ones before it left it, commits all events in one transaction (group commit), and only then answers and hands
the events on. An append that fails is fatal: memory would be ahead of the disk. Only where the store says that nothing
was taken (a disk that turned read-only) the hall is read again from it, everything is refused, and the hall goes on
once the store can be written. `step()` needs no thread.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from hall_daemon.app.deadlines import due
from hall_daemon.app.record import Accepted, Answer, Busy, Clock, Command, KeyUse, NotTaken, Recorded, Request
from hall_daemon.cases import turn_rules
from hall_daemon.cases.book import Book
from hall_daemon.cases.decide import decide
from hall_daemon.cases.docket import Docket
from hall_daemon.cases.evolve import evolve
from hall_daemon.cases.statutes import NO_STATUTES, Statutes
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.events import Event, tickets_of
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.ticket import day_of

_LOGGER = logging.getLogger(__name__)

OnAnswer = Callable[[Answer], None]
Admit = Callable[[Command], Refused | None]

WAKE_S = 0.25
# After a commit for so many, the next waits this long for as many again: one for thirty costs what one for three does.
CROWD = 4
GATHER_S = 0.001
KEYS_KEPT = 200_000
LOOK_AGAIN_S = 1.0  # at a store that could not be written


class Store(Protocol):
    """What the core needs of a journal. `append` raises when it cannot write: NotTaken where nothing of it is kept."""

    seq: int

    def append(self, rows: Sequence[Recorded], keys: Sequence[tuple[str, KeyUse]] = ()) -> None: ...

    def read(self, first_seq: int, last_seq: int) -> list[Recorded]: ...

    def can_write(self) -> bool: ...  # tries it

    def forget_keys(self, before_seq: int) -> None: ...  # raises when it cannot; nothing is lost then


class CoreClock(Clock, Protocol):
    def step(self) -> int: ...


class Core:
    """`hall`, `docket`, `plan` and `statutes` belong to the core thread; everybody else talks through `submit` and
    `ask`."""

    def __init__(
        self,
        plan: Plan,
        hall: Hall,
        store: Store,
        clock: CoreClock,
        *,
        docket: Docket | None = None,
        statutes: Statutes = NO_STATUTES,
        keys: dict[str, KeyUse] | None = None,
        on_batch: Callable[[Sequence[Recorded]], None] = lambda batch: None,
        on_fatal: Callable[[BaseException], None] | None = None,
        admit: Admit = lambda command: None,
        batch_limit: int = 512,
        inbox_limit: int = 20_000,
        pause: Callable[[float], None] = time.sleep,
        restore: Callable[[], Book] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`restore`: hall and docket as the store has it, for when it did not take what was decided."""
        self.plan = plan
        self.statutes = statutes
        self.book = Book(hall, docket if docket is not None else Docket())
        self.beats = 0
        self._store = store
        self._clock = clock
        self._keys = keys if keys is not None else {}
        self._on_batch = on_batch
        self._on_fatal = on_fatal
        self._admit = admit
        self._batch_limit = batch_limit
        self._inbox_limit = inbox_limit
        self._pause = pause
        self._restore = restore
        self._monotonic = monotonic
        self._look_again = 0.0
        self.held = False
        self._crowd = 0
        self._inbox: queue.SimpleQueue[tuple[Request, OnAnswer] | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._taking = True
        self._thread: threading.Thread | None = None

    @property
    def hall(self) -> Hall:
        return self.book.hall

    @property
    def seq(self) -> int:
        """The last committed event."""
        return self._store.seq

    @property
    def depth(self) -> int:
        """Requests waiting in the inbox."""
        return self._inbox.qsize()

    def stand_on(self, statutes: Statutes) -> None:
        """The next decision stands on these, from any thread; what they have a say in is written into its events."""
        self.statutes = statutes

    def submit(self, request: Request, on_answer: OnAnswer) -> None:
        """Put a request in the inbox, from any thread. Raises Busy when it is full or the core stops.

        `on_answer` runs on the core thread once the outcome is durable; it may only enqueue.
        """
        # What passes the door is answered: `stop` closes it before it sends the last item.
        with self._door:
            if not self._taking or self._inbox.qsize() >= self._inbox_limit:
                raise Busy
            self._inbox.put((request, on_answer))

    def ask(self, request: Request, timeout_s: float = 5.0) -> Answer:
        """Submit and wait. Raises Busy, or TimeoutError: then the outcome is not known."""
        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self.submit(request, answers.put)
        try:
            return answers.get(timeout=timeout_s)
        except queue.Empty:
            raise TimeoutError(f"the core did not answer within {timeout_s} s") from None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="core")
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Refuse new requests, finish those that were taken, end the thread."""
        with self._door:
            self._taking = False
            self._inbox.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                _LOGGER.error("core did not end in %g s", timeout_s)

    def _run(self) -> None:
        try:
            self.step()  # what time has brought meanwhile, a new day above all, waits for nobody's request
            while self._taking or self._inbox.qsize():
                self.step(WAKE_S)
        except BaseException as error:
            self._taking = False
            _LOGGER.critical("core stops: %s", error, exc_info=True)
            if self._on_fatal is not None:
                self._on_fatal(error)

    def step(self, wait_s: float = 0.0) -> int:
        """Take what is in the inbox (waiting up to `wait_s` for something), commit it, answer. Returns how many
        requests were answered. Raises what the store raises: then this core must not be used again."""
        taken = self._drain(wait_s)
        self.beats += 1
        if self._is_held():
            return self._refuse(taken)
        now = self._clock.now()
        rows: list[Recorded] = []
        used: list[tuple[str, KeyUse]] = []
        answers: list[tuple[OnAnswer, Answer]] = []
        for command in self._own(now):
            self._decide(Request(command, "core"), now, rows)
        for request, on_answer in taken:
            if request.key and request.key in self._keys:
                answers.append((on_answer, self._repeat(request, rows)))
                continue
            answer = self._decide(request, now, rows)
            if request.key and isinstance(answer, Accepted):
                last = self._store.seq + len(rows)
                use = KeyUse(request.print, last - len(answer.events) + 1, last)
                self._keys[request.key] = use
                used.append((request.key, use))
            answers.append((on_answer, answer))
        if (rows or used) and not self._is_taken(rows, used):
            return self._refuse(taken)
        for on_answer, answer in answers:
            _give(on_answer, answer)
        if rows:
            self._on_batch(rows)
        if len(self._keys) > KEYS_KEPT:
            self._forget_old_keys()
        return len(taken)

    def _is_taken(self, rows: Sequence[Recorded], used: Sequence[tuple[str, KeyUse]]) -> bool:
        """Commit. False when the store took nothing: then nothing of it has happened."""
        try:
            self._store.append(rows, used)
        except NotTaken as error:
            if self._restore is None:
                raise
            _LOGGER.error("nothing is taken until the disk can be written: %s", error)
            self.book, self.held = self._restore(), True
            for key, _ in used:
                del self._keys[key]
        return not self.held

    def _is_held(self) -> bool:
        """Whether the store can still not be written; asked of it once a second."""
        if self.held and (now := self._monotonic()) >= self._look_again:
            self._look_again = now + LOOK_AGAIN_S
            if self._store.can_write():
                self.held = False
                _LOGGER.warning("the disk can be written again; the hall goes on")
        return self.held

    def _refuse(self, taken: Sequence[tuple[Request, OnAnswer]]) -> int:
        """Nothing of it is taken; what was taken before has its answer of the first time all the same."""
        for request, on_answer in taken:
            known = request.key and request.key in self._keys
            _give(on_answer, self._repeat(request, []) if known else Refused("storage_read_only"))
        return len(taken)

    def _drain(self, wait_s: float) -> list[tuple[Request, OnAnswer]]:
        taken: list[tuple[Request, OnAnswer]] = []
        get = self._inbox.get
        try:
            item = get(timeout=wait_s) if wait_s else get(block=False)
            if self._crowd >= CROWD and self._inbox.qsize() + 1 < self._crowd:
                self._pause(GATHER_S)
            while True:
                if item is not None:
                    taken.append(item)
                    if len(taken) >= self._batch_limit:
                        break
                item = get(block=False)
        except queue.Empty:
            pass
        self._crowd = len(taken)
        return taken

    def _own(self, now: Moment) -> list[Command]:
        """Commands the hall sends itself."""
        hall, docket = self.book.hall, self.book.docket
        commands: list[Command] = [*due(self.plan, hall, now), *turn_rules.due(self.statutes, docket, hall, now)]
        stepped = self._clock.step()
        if stepped:
            commands.append(c.NoteClockStep(stepped))
        return commands

    def _decide(self, request: Request, now: Moment, rows: list[Recorded]) -> Answer:
        refused = self._admit(request.command)
        if refused is not None:
            return refused
        try:
            outcome = decide(self.plan, self.statutes, self.book, request.command, now)
        except Exception:
            # `decide` changes nothing, so a rule that breaks on one command need not end the hall for all.
            _LOGGER.exception("a rule broke on %s", type(request.command).__name__)
            return Refused("internal")
        if isinstance(outcome, Refused):
            return outcome
        seq = self._store.seq + len(rows)
        recorded = []
        for event in outcome:
            seq += 1
            evolve(self.book, event, now)
            recorded.append(Recorded(seq, now.tick, now.wall, self._day_of(event), request.by, event))
        rows += recorded
        return Accepted(tuple(recorded))

    def _day_of(self, event: Event) -> str:
        """A finish after midnight, and its undoing, land on the day the number was drawn."""
        tickets = tickets_of(event)
        return day_of(tickets[0]) if tickets else self.hall.day

    def _repeat(self, request: Request, rows: list[Recorded]) -> Answer:
        """The answer of the first time. Its events may still be in this very batch."""
        use = self._keys[request.key]
        if use.print != request.print:
            return Refused("key_reused")
        committed = self._store.seq
        events = self._store.read(use.first_seq, min(use.last_seq, committed))
        events += rows[max(0, use.first_seq - committed - 1) : max(0, use.last_seq - committed)]
        return Accepted(tuple(events), repeated=True)

    def _forget_old_keys(self) -> None:
        """Housekeeping: a disk that cannot do it now does it another time."""
        kept = list(self._keys.items())[-KEYS_KEPT // 2 :]
        self._keys = dict(kept)
        try:
            self._store.forget_keys(kept[0][1].first_seq)
        except Exception:
            _LOGGER.warning("old idempotency keys stay in the journal", exc_info=True)


def _give(on_answer: OnAnswer, answer: Answer) -> None:
    try:
        on_answer(answer)
    except Exception:  # what is committed goes on to everybody else
        _LOGGER.exception("an answer could not be given")
