"""A question's answer: one matter, up to three, or none; the paragraph of the guide; whether a person is wanted. Pure.

Nothing is written for anybody: an answer names matters and a paragraph, whose words are the guide's. Keywords come
first, what people asked before comes second: it says what they missed, and when they were taken in by a word. Where
too little speaks for any matter, none is named. The limits below are held against
tests/hall_daemon/ask/questions.jsonl.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import NamedTuple

from hall_daemon.ask.denied import is_asked_for, is_brought, without_denied
from hall_daemon.ask.heard import MOST_MATTERS, Heard
from hall_daemon.ask.index import Found, Index, Scores, Subject
from hall_daemon.ask.language import Language
from hall_daemon.ask.likeness import Likeness, splitter
from hall_daemon.ask.passage import Passages
from hall_daemon.ask.sounds import sounds
from hall_daemon.ask.text import closed_up, has_markup, plain
from hall_daemon.ask.vocabulary import Libraries, fuzzy
from hall_daemon.matters.guide import Guide

# So much has to speak for a matter, or nothing is said.
SURE = 3.0
# The best stands alone when the next has less than this share of what speaks for it; others with so much are named too.
ALONE, BESIDE = 0.6, 0.35
# What a word that tells what is wanted counts at least.
TELLING = 3.0
# A question so like one that staff showed the way is led there.
LEARNED_LIKE = 0.75
# So many characters that staff showed lead there wherever they stand in a question.
_NAME = 3
# Nobody tells a story of more characters to ask for the hall's hours.
MOST_OF_THE_HALL = 30
# The hall's own paragraph that a question is for that names no matter.
_HOURS = "hours"


class Answer(NamedTuple):
    """`matters`: ids, best first. `paragraph`: of the first matter's guide; where no matter is named `hours`, `places`
    or `progress` of the hall. `elsewhere`: what it is that the hall does not do, as in language.toml.
    `understood`: False for what nobody could make anything of, or too little."""

    matters: tuple[str, ...] = ()
    paragraph: str | None = None
    person: bool = False
    elsewhere: str = ""
    understood: bool = True

    @property
    def answered(self) -> bool:
        return bool(self.matters)


class Lead(NamedTuple):
    """Staff showed that what says this, or much of it, is about this matter."""

    question: str
    matter: str


def libraries() -> Libraries:
    """Those that are installed."""
    return Libraries(sounds(), fuzzy(), splitter())


class Asker:
    """Answers for one set of guides. Never changed, so any thread may ask; `with_leads` gives another one at once."""

    def __init__(self, guides: Mapping[str, Guide], language: Language, known: Libraries) -> None:
        self._known = known
        self._index = Index([_subject(guide) for guide in guides.values()], language, known)
        self._passages = {id_: Passages(guide, known.splitter) for id_, guide in guides.items()}
        self._stops = {id_: guide.stopped for id_, guide in guides.items() if guide.stopped}
        self._heard = Heard(guides, language, known.sounds)
        self._persons = {id_ for id_, one in language.facts.items() if one.person}
        self._led = Likeness((), None)
        self._named: tuple[Lead, ...] = ()

    def with_leads(self, leads: Iterable[Lead]) -> Asker:
        """The same, that knows what staff showed. Leads to what is no matter any more lead nowhere."""
        led = [Lead(plain(lead.question), lead.matter) for lead in leads if lead.matter in self._passages]
        other = copy(self)
        other._led = Likeness([(lead.matter, lead.question) for lead in led], self._known.splitter)
        other._named = tuple(lead for lead in led if len(lead.question) >= _NAME)
        return other

    def answer(self, question: str, within: str = "", day: str = "") -> Answer:
        """Of a question as it was typed. `within`: the matter whose guide is open, which a question for one of its
        paragraphs is about that names none. `day` of the hall, as 2026-12-01: what is stopped by then says so, and what
        takes its place is named behind it."""
        if has_markup(question):
            return Answer()
        text = closed_up(plain(question))
        scores = self._scores(text)
        matters = self._led_to(text) or self._heard.among(_chosen(scores, text), scores, text)
        if not matters and not scores.elsewhere and within in self._passages and scores.about:
            matters = (within,)
        if matters and (stopped := self._stopped(matters[0], day)):
            return stopped
        if matters:
            return Answer(matters, self._passages[matters[0]].find(text, scores.about))
        if scores.elsewhere:
            return Answer(person=True, elsewhere=scores.elsewhere[0].id)
        if self._persons.intersection(scores.facts):
            return Answer(person=True)
        if (scores.facts or _HOURS in scores.about) and len(text) <= MOST_OF_THE_HALL:
            return Answer(paragraph=next(iter(scores.facts), _HOURS))
        return Answer(person=not scores.about and not scores.heard, understood=False)

    def _stopped(self, matter: str, day: str) -> Answer | None:
        stop = self._stops.get(matter)
        if stop is None or not day or day < stop.since:
            return None
        instead = (stop.replaced_by,) if stop.replaced_by in self._passages else ()
        return Answer((matter, *instead), "stopped")

    def _scores(self, text: str) -> Scores:
        """Of what it is about; of all that it says, where that is nothing."""
        meant = without_denied(text)
        scores = self._index.scores(meant)
        if meant == text or scores.matters or scores.elsewhere or scores.facts:
            return scores
        return self._index.scores(text)

    def near(self, question: str) -> tuple[str, ...]:
        """Matters that it may be about, though too little speaks for them, best first."""
        return tuple(one.id for one in self._index.scores(closed_up(plain(question))).matters)[:MOST_MATTERS]

    def _led_to(self, text: str) -> tuple[str, ...]:
        best = next(iter(self._led.of(text)), (0.0, ""))
        if best[0] >= LEARNED_LIKE:
            return (best[1],)
        named = [lead for lead in self._named if lead.question in text]
        return (max(named, key=lambda lead: len(lead.question)).matter,) if named else ()


def _subject(guide: Guide) -> Subject:
    return Subject(guide.id, "matter", (*guide.title.values(), *guide.aliases), guide.keywords)


def _chosen(scores: Scores, text: str) -> tuple[str, ...]:
    """The best alone where nothing comes near it; up to three otherwise; none when too little speaks for any, or as
    much for what the hall does not do."""
    if not scores.matters:
        return ()
    first = next((one for one in scores.matters if _is_wanted(one, scores, text)), scores.matters[0])
    others = [one for one in scores.matters if one is not first]
    if first.score < SURE or any(_rather(away, first, scores, text) for away in scores.elsewhere):
        return ()
    if not others or others[0].score < ALONE * first.score:
        return (first.id,)
    return tuple(one.id for one in (first, *others) if one.score >= BESIDE * first.score)[:MOST_MATTERS]


def _rather(away: Found, matter: Found, scores: Scores, text: str) -> bool:
    """Whether it is about what the hall does not do, which knows more of the question; or, where both know the same
    words of it (个体户营业执照 注销), more in those that only one of them knows. Not where it is a paper for the
    matter."""
    if _beyond(matter, away, scores) >= SURE and all(
        any(is_brought(text, start) for start, _ in scores.spans[meaning]) for meaning in away.worth
    ):
        return False
    if _is_named(matter, away, scores, text):
        return False
    if away.score >= matter.score or _covers(away, matter, scores):
        return True
    beyond = _beyond(away, matter, scores)
    shared = beyond < sum(away.worth.values())
    # What is done says more than with what: 公司营业执照 丢了.
    beyond += sum(worth for meaning, worth in away.worth.items() if meaning in scores.deeds - matter.worth.keys())
    return shared and beyond >= max(TELLING, _beyond(matter, away, scores))


def _is_named(matter: Found, away: Found, scores: Scores, text: str) -> bool:
    """Whether the matter is what is wanted outright, and nothing is done to it that others do."""
    return not scores.deeds & away.worth.keys() and _is_wanted(matter, scores, text, away)


def _is_wanted(matter: Found, scores: Scores, text: str, other: Found | None = None) -> bool:
    """Whether it is asked for by a name that says enough alone, and that is not the `other` one's as well."""
    taken = [span for meaning in other.worth for span in scores.spans[meaning]] if other else []
    return any(
        worth >= SURE and is_asked_for(text, start)
        and not any(start < end2 and start2 < end for start2, end2 in taken)
        for meaning, worth in matter.worth.items() for start, end in scores.spans[meaning]
    )


def _covers(away: Found, matter: Found, scores: Scores) -> bool:
    """Whether all that tells of the matter lies within longer words of what is not done here: 职工养老."""
    longer = [span for meaning in away.worth for span in scores.spans[meaning]]
    telling = [
        (start, end) for meaning, worth in matter.worth.items() if worth >= TELLING
        for start, end in scores.spans[meaning] if end - start > 1
    ]
    return bool(telling) and all(
        any(start2 <= start and end <= end2 and end - start < end2 - start2 for start2, end2 in longer)
        for start, end in telling
    )


def _beyond(one: Found, other: Found, scores: Scores) -> float:
    """What speaks for one in words that do not speak for the other."""
    taken = [span for meaning in other.worth for span in scores.spans[meaning]]
    return sum(
        worth for meaning, worth in one.worth.items()
        if not any(start < end2 and start2 < end for start, end in scores.spans[meaning] for start2, end2 in taken)
    )
