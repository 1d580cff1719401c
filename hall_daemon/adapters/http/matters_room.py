"""The matters of a hall as its listeners and its core need them: guides, forms, what is promised, and what pre-reviews
stand on. Read once, at the start; what has a mistake is left out, said in the log, and costs nobody a number. What the
city's platform says of a guide later is taken in while the hall runs."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from hall_daemon.adapters.documents.reader import DocumentReader
from hall_daemon.adapters.http.forms import cabinet_of
from hall_daemon.adapters.http.guides import shelf_of
from hall_daemon.adapters.http.page_letters import PageLetters
from hall_daemon.adapters.http.review_room import Dossier, ReviewRoom
from hall_daemon.adapters.storage.data_folder import FORMS, PERSONS_KEY
from hall_daemon.adapters.storage.keys import VaultError, load_key
from hall_daemon.adapters.system.parts import Part
from hall_daemon.app.follower import Follower
from hall_daemon.app.review_views import ReviewContext
from hall_daemon.cases.statutes import Statutes
from hall_daemon.config import Settings
from hall_daemon.config.calendar import read_calendar
from hall_daemon.config.editions import with_editions
from hall_daemon.config.forms import Cabinet
from hall_daemon.config.guides import Shelf
from hall_daemon.config.problem import ConfigError
from hall_daemon.config.statutes import statutes_of
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.guide import Guide

# What follows guides as they change.
Changed = Callable[[Shelf, Statutes], None]

_LOGGER = logging.getLogger(__name__)


class MattersRoom:
    def __init__(self, settings: Settings) -> None:
        errors: list[ConfigError] = []
        self._said = settings.reviews, settings.papers
        self._calendar = read_calendar(Path(settings.reviews.calendar), errors)
        self.shelf = shelf_of(settings)
        self.cabinet = self._with_editions(settings, cabinet_of(settings, self.shelf))
        for error in errors:
            _LOGGER.warning("left out: %s", error)
        self.statutes = statutes_of(*self._said, self._calendar, self.shelf, self.cabinet)
        self._door = threading.Lock()
        self._followers: list[Changed] = []
        self._folder, self._plan = settings.data_dir, settings.plan
        self.documents = DocumentReader(settings.papers.at_once)
        self._room: ReviewRoom | None = None
        self._want_letters: Callable[[str], object] = str

    def parts(self, follower: Follower, monotonic: Callable[[], float]) -> Iterator[Part]:
        """Those who read papers: files that come, and the letters of pages that are kept."""
        yield Part("documents", stop=self.documents.stop, health=self.documents.health)
        letters = PageLetters(self.documents.recogniser, lambda: self._room, follower.read_book, monotonic)
        self._want_letters = letters.want
        follower.subscribe(letters)
        yield Part("letters", letters.start, letters.stop, letters.health)

    def follow(self, changed: Changed) -> None:
        """`changed` is called now, and whenever a guide changes."""
        with self._door:
            self._followers.append(changed)
            changed(self.shelf, self.statutes)

    def take(self, guides: Mapping[str, Guide]) -> None:
        """Guides of matters that the hall has, from now on; from any thread. Forms stay: whoever fills one in goes on
        in its edition."""
        with self._door:
            self.shelf = self.shelf._replace(guides={**self.shelf.guides, **guides})
            self.statutes = statutes_of(*self._said, self._calendar, self.shelf, self.cabinet)
            for changed in self._followers:
                changed(self.shelf, self.statutes)

    @staticmethod
    def _with_editions(settings: Settings, cabinet: Cabinet) -> Cabinet:
        """Editions that cannot be kept cost whoever is in the middle of a form a second look, and nobody a number."""
        try:
            return with_editions(settings.data_dir / FORMS, cabinet)
        except OSError as error:
            _LOGGER.error("editions of forms cannot be kept: %s; check permissions and disk space", error)
            return cabinet

    def reviews(self, dossiers: Callable[[], Dossier], staff_number: Callable[[str], str]) -> ReviewRoom:
        """A lost key of persons costs that they are known again, not the reviews."""
        try:
            key: bytes | None = load_key(self._folder / PERSONS_KEY)
        except VaultError as error:
            _LOGGER.error("persons of pre-reviews cannot be told apart: %s", error)
            key = None
        views = ReviewContext(
            statutes=self.statutes, shelf=self.shelf,
            checkers={form.matter: Checker(form) for form in self.cabinet.forms.values()},
            earlier={key: Checker(form) for key, form in self.cabinet.earlier.items()}, staff_number=staff_number,
            proves={entry.id: entry.papers for entry in self.cabinet.dictionary.values()}, plan=self._plan,
        )
        room = self._room = ReviewRoom(
            views=views, dossiers=dossiers, key=key, random_bytes=os.urandom, documents=self.documents,
            want_letters=self._want_letters,
        )

        def anew(shelf: Shelf, statutes: Statutes) -> None:
            room.views = replace(views, statutes=statutes, shelf=shelf)

        self.follow(anew)
        return room
