"""What was asked before, beside what keywords say: it names the matter that they missed, and says when they were taken
in by a word. Pure.

The examples are `asked` of the guides and examples.toml beside this file. A hall's own matter without examples is left
to its keywords.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hall_daemon.ask.bayes import Bayes
from hall_daemon.ask.index import Scores
from hall_daemon.ask.language import Language
from hall_daemon.ask.sounds import Sounds
from hall_daemon.ask.text import closed_up, plain
from hall_daemon.matters.guide import Guide

# What speaks for all that is no matter, as a share of everything. With less a question is led to a matter that no
# keyword names, with much less also where keywords lead away; with more it is not led where a keyword says.
UNNAMED, AGAINST, UNLIKE = 0.05, 0.03, 0.95
# The matter that has so much comes before those that keywords name.
RATHER = 0.85
# Others are named beside the best with so much of its share.
BESIDE = 0.25
# Whoever types less has not said what it is about: 换证.
SHORTEST = 8
MOST_MATTERS = 3
# What is no matter stands under its name with this before it.
_AWAY = "-"


class Heard:
    """Never changed, so any thread may ask."""

    def __init__(self, guides: Mapping[str, Guide], language: Language, sounds: Sounds) -> None:
        self._bayes = Bayes(_examples(guides, language), sounds)
        self._matters = frozenset(guides)
        self._refused = {id_ for id_, one in language.elsewhere.items() if one.refused}

    def among(self, named: tuple[str, ...], scores: Scores, text: str) -> tuple[str, ...]:
        """Of a plain question: which matters it is about, best first, when keywords name these."""
        if named and not self._bayes.knows(named[0]):
            return named
        shares = self._bayes.shares(text)
        matters = sorted(self._matters & shares.keys(), key=lambda one: -shares[one])
        if not matters:
            return named
        best, away = matters[0], 1 - sum(shares[one] for one in matters)
        if named:
            if away > UNLIKE:
                return ()
            if shares[best] <= RATHER or named == (best,):
                return named
            return (best, *(one for one in named if one != best))[:MOST_MATTERS]
        if scores.elsewhere and scores.elsewhere[0].id in self._refused:
            return ()
        told_otherwise = scores.elsewhere or scores.facts or scores.about
        if len(text) < SHORTEST or away >= (AGAINST if told_otherwise else UNNAMED):
            return ()
        return tuple(one for one in matters[:MOST_MATTERS] if shares[one] > BESIDE * shares[best])


def _examples(guides: Mapping[str, Guide], language: Language) -> Iterable[tuple[str, str]]:
    """Each plain. What a guide of the hall has taken over is not what the hall does not do."""
    for guide in guides.values():
        for said in (*guide.title.values(), *guide.aliases, *(guide.asked.questions if guide.asked else ())):
            if guide.asked:
                yield guide.id, closed_up(plain(said))
    ours = {plain(word) for guide in guides.values() for word in (*guide.aliases, *guide.keywords)}
    for subject, questions in language.examples.items():
        elsewhere = language.elsewhere.get(subject)
        if elsewhere is None or ours.isdisjoint(map(plain, elsewhere.keywords)):
            for said in questions:
                yield _AWAY + subject, closed_up(plain(said))
