"""Guides and the search for one: where a person is who looks what their matter needs. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from hall_daemon.wire.ask import AskAnswer
from hall_daemon.wire.guides import GuideView
from kiosk_ui.state.news import OneNotice


@dataclass(frozen=True, slots=True)
class Guides:
    """What there is a guide for: the groups, or the matters of one. `forms`: those alone that can be pre-reviewed."""

    group: str = ""
    leaf: int = 0
    forms: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A matter looked for by what is typed: a question, pinyin, initials or a word. `found` are matters, best first,
    for `asked`; while something else is typed already they are asked for again. `said` is the hall's answer, `whole`:
    it was asked as a whole question. The first `chosen` characters are words that were chosen for their pinyin;
    `turned` counts how often what the rest may mean was turned on. `before`: the text in which a word was touched."""

    typed: str = ""
    asked: str = ""
    found: tuple[str, ...] = ()
    leaf: int = 0
    chosen: int = 0
    turned: int = 0
    said: AskAnswer | None = None
    whole: bool = False
    before: Topic | OneNotice | None = None

    @property
    def letters(self) -> str:
        """Pinyin that is no word yet."""
        return self.typed[self.chosen :]


@dataclass(frozen=True, slots=True)
class Guide:
    """One matter's guide; `view` None while it is fetched, `failed` when it could not be. `lead`: the paragraph that a
    question was for, which is read first."""

    matter: str
    before: Guides | Search | OneNotice | Topic
    view: GuideView | None = None
    failed: bool = False
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Topics:
    """All that a guide tells, by topics."""

    guide: Guide
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """One of them, being read, from the paragraph `lead` on where a question led there."""

    topics: Topics
    id: str
    leaf: int = 0
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture of a topic, the `at`th; `data` b"" while it is fetched, `failed` when it could not be."""

    topic: Topic
    at: int
    file: str
    data: bytes = field(default=b"", repr=False)
    failed: bool = False
