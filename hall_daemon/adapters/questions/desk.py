"""Who answers questions in a hall that runs. One thread, `questions`, makes the index, which takes a moment and its
libraries, and keeps what found no answer; whoever asks only reads what is made."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from hall_daemon.adapters.questions.helps import HelpDesk
from hall_daemon.adapters.questions.store import AnswersFile, AskedRow, LeadRow, as_leads
from hall_daemon.adapters.storage.data_folder import ANSWERS
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.system.parts import checked
from hall_daemon.app.record import Clock
from hall_daemon.ask.answer import Answer, Asker, libraries
from hall_daemon.ask.language import language
from hall_daemon.ask.persons import Tagger, tagger, without_person
from hall_daemon.ask.text import plain
from hall_daemon.matters.guide import Guide

_LOGGER = logging.getLogger(__name__)

# What waits to be kept; more at once is not for people.
_NOTES = 200
# What is kept has at least so many letters.
_SHORTEST = 2
_LONGEST = 80
_WIPE_S = 3600.0
_STOP_S = 5.0


class NotReady(Exception):
    """The index is being made, or the file cannot be read."""


class QuestionDesk:
    """`helps`: who calls for a person. `guides` of the hall; `folder` is its data folder, None for nothing kept."""

    def __init__(
        self, guides: Mapping[str, Guide], folder: Path | None, clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guides, self._folder, self._clock = guides, folder, clock
        self._indexed: Mapping[str, Guide] = {}
        self._notes: deque[tuple[str, int]] = deque(maxlen=_NOTES)
        self._noted = threading.Event()
        self._ready, self._door = threading.Event(), threading.Lock()
        self._plain: Asker | None = None
        self._asker: Asker | None = None
        self._file: AnswersFile | None = None
        self._unread = False
        self._tagger: Tagger | None = None
        self._names = ""
        self.helps = HelpDesk(self._now)
        self._life = Life("questions", "questions", monotonic)
        self._thread = OwnedThread("questions", self._run, self._life, rouse=self._noted.set)

    def _now(self) -> int:
        """Wall ms."""
        return self._clock.now().wall

    def start(self) -> None:
        if self._guides:
            self._thread.start()

    def stop(self) -> None:
        self._thread.stop(_STOP_S)
        if self._file is not None:
            self._file.close()

    def health(self) -> Mapping[str, str]:
        return checked(self._life.health) if self._guides else {}

    def ready(self, timeout_s: float) -> bool:
        """Whether the index stands, waiting for it so long."""
        return self._ready.wait(timeout_s)

    def answer(self, question: str, within: str = "", day: str = "", *, keep: bool = True) -> Answer:
        """From any thread, on a `day` of the hall; waits for nothing. Raises NotReady in the first second of a hall. A
        hall without guides knows nothing. `keep`: one that finds no answer is told to staff."""
        if not self._guides:
            return Answer(person=True)
        if self._asker is None:
            raise NotReady
        answer = self._asker.answer(question, within, day)
        if keep and not answer.understood:
            self._note(question)
        return answer

    def take(self, guides: Mapping[str, Guide]) -> None:
        """Guides that changed, from any thread. The index is made anew aside; until then the one before answers."""
        if guides is not self._guides:
            self._guides = guides
            self._noted.set()

    # -- for staff; these wait for the disk -------------------------------------------------------------------

    def waiting(self) -> list[tuple[AskedRow, tuple[str, ...]]]:
        """Questions that found no answer, each with matters that it may be about. Raises NotReady, sqlite3.Error."""
        file, asker = self._kept()
        self._write()
        return [(row, asker.near(row.question)) for row in file.asked()]

    def leads(self) -> list[LeadRow]:
        return self._kept()[0].leads()

    def lead(self, question: str, matter: str, by: str) -> bool:
        """At once everybody is led there; False when there are too many leads."""
        file, _ = self._kept()
        done = file.lead(LeadRow(self._kept_words(question), matter, by, self._now()))
        if done:
            file.drop(question)  # as it stood there, should it have been kept by older rules
        self._read_leads()
        return done

    def undo(self, question: str) -> bool:
        done = self._kept()[0].undo(question, self._now())
        self._read_leads()
        return done

    def drop(self, question: str) -> bool:
        return self._kept()[0].drop(question)

    def knows(self, matter: str) -> bool:
        return matter in self._guides

    def _kept(self) -> tuple[AnswersFile, Asker]:
        if self._file is None or self._plain is None:
            raise NotReady
        return self._file, self._plain

    # -- the thread -------------------------------------------------------------------------------------------

    def _note(self, question: str) -> None:
        text = self._kept_words(question)[:_LONGEST]
        if sum(char.isalpha() for char in text) >= _SHORTEST:
            self._notes.append((text, self._now()))
            self._noted.set()

    def _kept_words(self, question: str) -> str:
        return without_person(plain(question), self._tagger, self._names)

    def prepare(self) -> None:
        """Make the index and open the file. Takes a moment; what fails of the file stands in health."""
        guides, known = self._guides, libraries()
        if not self._ready.is_set() and (absent := known.absent()):
            _LOGGER.info("questions: %s; pip install service-hall[ask]", absent)
        made = self._plain if self._plain and guides is self._indexed else Asker(guides, language(), known)
        self._tagger = tagger()
        self._names = "\n".join(
            plain(name) for one in guides.values() for name in (*one.title.values(), *one.aliases, *one.keywords)
        )
        if self._folder is not None and self._file is None:
            try:
                self._file = AnswersFile(self._folder / ANSWERS)
            except (sqlite3.Error, OSError) as error:
                self._life.note("alert", f"{ANSWERS}: {error}; questions are answered, none is kept")
                _LOGGER.warning("questions: %s: %s", ANSWERS, error)
        self._plain, self._indexed = made, guides
        try:
            self._read_leads()
        except sqlite3.Error as error:
            self._asker, self._unread = made, True
            self._life.note("alert", f"{ANSWERS}: {error}; questions are answered, what staff showed is not known")
            _LOGGER.warning("questions: %s: %s", ANSWERS, error)
        self._ready.set()
        if self._life.state == "init":
            self._life.note("ready")

    def _run(self) -> None:
        self.prepare()
        while not self._thread.stopping:
            self._write()
            self._noted.wait(_WIPE_S)
            self._noted.clear()
            if self._indexed is not self._guides:
                self.prepare()

    def _read_leads(self) -> None:
        with self._door:
            if self._plain is not None:
                self._asker = self._plain.with_leads(as_leads(self._file.leads() if self._file else []))

    def _write(self) -> None:
        if self._file is None:
            self._notes.clear()
            return
        notes: list[tuple[str, int]] = []
        while self._notes:
            notes.append(self._notes.popleft())
        try:
            self._file.wipe(self._now())
            if notes:
                self._file.note(notes)
            if self._unread:
                self._read_leads()
                self._unread = False
        except sqlite3.Error as error:
            self._life.note("alert", f"{ANSWERS}: {error}")
        else:
            self._life.note("ready")
