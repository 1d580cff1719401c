"""How Chinese sounds, without tones, and what letters typed for it may mean. Without pypinyin a character has no sound:
then misspellings by sound, pinyin and initials are not found, and all else is. Pure."""

from __future__ import annotations

import importlib
import os
from functools import cache
from itertools import islice, product
from types import ModuleType
from typing import NamedTuple

from hall_daemon.ask.text import is_han

_FINALS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "y": "i a an ang ao e in ing ong ou o u uan ue un",
    "w": "a ai an ang ei en eng o u",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
}
SYLLABLES = frozenset(start + end for start, ends in _FINALS.items() for end in ends.split())
_LONGEST = max(map(len, SYLLABLES))
# Nobody types more letters in one go; a longer run is no pinyin.
_MOST_LETTERS = 60
_MOST_READINGS = 4
# What speakers of the south and of the hills do not tell apart.
_FOLDED_STARTS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))


class Sounds(NamedTuple):
    """`library` is pypinyin, or None where it is absent."""

    library: ModuleType | None

    def of(self, char: str) -> str:
        """A character's most common sound, "" where it has none."""
        if self.library is None:
            return ""
        return next(iter(_readings(self.library, char)), "")

    def ways(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The ways in which a word may be read, as its characters are read most often first."""
        if self.library is None:
            return ()
        return tuple(islice(product(*(_readings(self.library, char) for char in word)), _MOST_READINGS))


def sounds(name: str = "pypinyin") -> Sounds:
    """With the library where it is installed."""
    # Its phrases cost 45 MB and would tell one reading of a character from another only where the word is spelt right.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    try:
        return Sounds(importlib.import_module(name))
    except ImportError:
        return Sounds(None)


@cache
def _readings(library: ModuleType, char: str) -> tuple[str, ...]:
    if not is_han(char):
        return ()
    found = library.pinyin(char, style=library.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(one.replace("ü", "v") for one in found[0])) if found else ()


@cache  # there are some four hundred syllables
def folded(syllable: str) -> str:
    """As it sounds to whoever does not tell zh from z, n from l, an from ang."""
    for start, plain in _FOLDED_STARTS:
        if syllable.startswith(start):
            syllable = plain + syllable[len(start) :]
            break
    return syllable[:-1] if syllable.endswith("ng") and syllable != "ng" else syllable


def _split(letters: str) -> tuple[str, ...] | None:
    best: list[tuple[str, ...] | None] = [None] * (len(letters) + 1)
    best[len(letters)] = ()
    for at in range(len(letters) - 1, -1, -1):
        for length in range(min(_LONGEST, len(letters) - at), 0, -1):
            rest = best[at + length]
            if rest is None or letters[at : at + length] not in SYLLABLES:
                continue
            if best[at] is None or len(rest) + 1 < len(best[at] or ()):
                best[at] = (letters[at : at + length], *rest)
    return best[0]


def split(letters: str) -> tuple[str, ...]:
    """Letters as syllables, the fewest; () where they are no pinyin. Nothing is kept: people type their names."""
    if not 1 < len(letters) <= _MOST_LETTERS:
        return ()
    return _split(letters) or ()
