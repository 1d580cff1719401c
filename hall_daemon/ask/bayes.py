"""Which examples a question resembles: multinomial naive Bayes over pairs of characters, words and sounds. Pure.

Keywords know what they were told; this knows what people said before about the same. It tells how much a question
speaks for each subject beside all others, so it also says when it sounds like what the hall does not do.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from hall_daemon.ask.sounds import Sounds, folded, split
from hall_daemon.ask.text import is_han

# A question is cut where neither letters nor Chinese go on.
_PIECE = re.compile(r"[a-z][a-z'’]*|[0-9]+|.", re.DOTALL)
# Of Chinese characters, and of sounds, which alone say less.
_RUNS, _SOUND_RUNS = (1, 2), (2, 3)
# What a subject is given of everything that was never said about it.
_SMOOTH = 0.15
# Parts of a sentence repeat each other (社保, 保卡, and how they sound): so much of each counts as news.
_NEWS = 0.15


class Bayes:
    """Made once from examples, never changed, so any thread may ask."""

    def __init__(self, examples: Iterable[tuple[str, str]], sounds: Sounds) -> None:
        """`examples`: (subject, plain question)."""
        self._sounds = sounds
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for subject, question in examples:
            counted[subject].update(self._parts(question))
        self._subjects = tuple(counted)
        # part -> (subject, what it says more for that one than a part that was never said about it), one each.
        self._said: dict[str, list[tuple[int, float]]] = defaultdict(list)
        pairs: dict[tuple[int, int], tuple[int, float]] = {}
        for at, parts in enumerate(counted.values()):
            for part, count in parts.items():
                pair = pairs.setdefault((at, count), (at, math.log1p(count / _SMOOTH)))
                self._said[part].append(pair)
        known = len(self._said)
        # Of one part: what it says for a subject about which it was never said.
        self._unsaid = [math.log(_SMOOTH / (parts.total() + _SMOOTH * known)) for parts in counted.values()]

    def knows(self, subject: str) -> bool:
        """Whether there are examples of it."""
        return subject in self._subjects

    def shares(self, question: str) -> Mapping[str, float]:
        """Of a plain question: subject -> its share of what speaks for any, together 1. Empty where nothing of it was
        ever said in an example."""
        found = [said for part in self._parts(question) if (said := self._said.get(part))]
        if not found:
            return {}
        speaks = [len(found) * unsaid for unsaid in self._unsaid]
        for said in found:
            for at, more in said:
                speaks[at] += more
        most, news = max(speaks), max(1.0, _NEWS * len(found))
        odds = [math.exp((one - most) / news) for one in speaks]
        whole = sum(odds)
        return {subject: one / whole for subject, one in zip(self._subjects, odds, strict=True)}

    def _parts(self, question: str) -> set[str]:
        parts: set[str] = set()
        sounds: list[str] = []
        chars: list[str] = []
        before = ""
        for piece in (*_PIECE.findall(question), ""):
            if piece and is_han(piece):
                chars.append(piece)
                sounds.append(folded(self._sounds.of(piece)))
                before = ""
                continue
            parts.update(_runs(chars, "", _RUNS))
            chars.clear()
            if piece == " ":
                continue
            syllables = split(piece) if piece.isalpha() else ()
            if not syllables:
                parts.update(_runs(sounds, "~", _SOUND_RUNS))
                sounds.clear()
            sounds += map(folded, syllables)
            word = piece if piece.isalnum() else ""
            if word:
                parts.update((word, f"{before} {word}"))
            before = word
        return parts


def _runs(row: list[str], mark: str, sizes: Iterable[int]) -> Iterable[str]:
    return (mark + " ".join(row[at : at + size]) for size in sizes for at in range(len(row) - size + 1))
