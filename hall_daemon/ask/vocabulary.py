"""The words by which matters are known, and where a question has one of them: as written, as it sounds, nearly, as
pinyin, as initials, in English. Pure but for two optional libraries."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import NamedTuple

from hall_daemon.ask.likeness import Splitter
from hall_daemon.ask.sounds import Sounds, folded, split
from hall_daemon.ask.text import Word, is_han, words

# How much a word that is found counts, by how it was found.
EXACT, BY_SOUND, BY_FOLDED_SOUND, NEARLY, BY_INITIALS = 1.0, 0.9, 0.8, 0.7, 0.9
_LONGEST = 14
# A word of so many syllables may have a wrong one, a missing one or one too many; a shorter only in a short question.
# In a longer one, words stand that are found by themselves.
_NEAR_SYLLABLES, _NEAR_SHORT, _SHORT_QUESTION, _NEAR_LONGEST = 4, 3, 6, 8
_LIKE = 86.0
# Characters between words: nobody means another by them.
_JOINTS = frozenset("个的了吗呢我你他在是要不没有就这那和跟把给想能去来啥什么")
_MOST_INITIALS = 10
# So many letters are initials wherever they stand, and may be the first ones of a longer name.
_INITIALS_AMONG_WORDS = 4


# What is missed without each of them.
_WITHOUT = (
    ("pypinyin", "no pinyin, no initials, no misspelling that sounds right"),
    ("rapidfuzz", "no misspelt English or pinyin"),
    ("rjieba", "a correct word that sounds like a keyword may be taken for it; names are told by words around them"),
)


class Libraries(NamedTuple):
    """What may be absent: pypinyin's sounds, rapidfuzz, rjieba's words."""

    sounds: Sounds
    fuzzy: ModuleType | None
    splitter: Splitter | None

    def absent(self) -> str:
        """Those that are not installed and what is missed without them, "" for none."""
        each = zip(_WITHOUT, (self.sounds.library, self.fuzzy, self.splitter), strict=True)
        return "; ".join(f"{name} is not installed: {without}" for (name, without), one in each if one is None)


class Hit(NamedTuple):
    """A word of the vocabulary in a question: where, and how surely."""

    word: str
    start: int
    end: int
    quality: float


class _Atom(NamedTuple):
    """A syllable of the question. `char` is "" where it was typed in letters."""

    char: str
    sound: str
    start: int
    end: int


class Vocabulary:
    def __init__(self, known: Collection[str], ours: Collection[str], libraries: Libraries) -> None:
        """`known`: plain words, Chinese or English ones of several words; `ours`: those of them that lead to a matter.
        Of the others none of two characters is taken to be misspelt: too many words sound like them."""
        self._sounds, self._fuzzy, self._cut = libraries
        self._ours = frozenset(ours)
        self._exact: dict[str, list[int]] = {}
        self._by_sound: dict[str, list[str]] = {}
        self._by_reading: dict[str, list[str]] = {}
        self._by_fold: dict[str, list[str]] = {}
        self._near: dict[str, list[str]] = {}
        self._initials: dict[str, list[str]] = {}
        self._begun: dict[str, list[str]] = {}
        self._english: dict[tuple[str, ...], list[str]] = {}
        for word in dict.fromkeys(known):
            if any(map(is_han, word)):
                self._add_chinese(word)
            else:
                self._english.setdefault(tuple(stem_of(one.text) for one in words(word)), []).append(word)
        self._lengths = {first: sorted(set(lengths), reverse=True) for first, lengths in self._exact.items()}
        self._known = set(known)
        self._english_words = sorted({one for phrase in self._english for one in phrase if len(one) > 4})
        self._longest_english = max(map(len, self._english), default=0)
        self._composed = {word for word in self._known if self._is_composed(word)}
        self._typed = [letters for letters in self._by_sound if len(letters) > 5]

    def _add_chinese(self, word: str) -> None:
        self._exact.setdefault(word[0], []).append(len(word))
        ways = self._sounds.ways(word)
        for way in ways:
            self._by_reading.setdefault("".join(way), []).append(word)
        for way in ways[:1]:
            self._by_sound.setdefault("".join(way), []).append(word)
            light = tuple(map(folded, way))
            self._by_fold.setdefault("".join(light), []).append(word)
            if _NEAR_SHORT <= len(way) <= _NEAR_LONGEST:
                for at in range(len(way)):
                    self._near.setdefault("".join((*light[:at], *light[at + 1 :])), []).append(word)
            if len(way) > 1:
                initials = "".join(one[0] for one in way)
                self._initials.setdefault(initials, []).append(word)
                for size in range(_INITIALS_AMONG_WORDS, len(initials) if word in self._ours else 0):
                    self._begun.setdefault(initials[:size], []).append(word)

    def _is_composed(self, word: str) -> bool:
        """Whether it is two or more words of the vocabulary, each of two characters and more, or one that something is
        done to: 个体户 营业执照, 提 公积金."""
        if word in self._ours and word[0] in self._known and word[1:] in self._known:
            return True
        reached = {0}
        for end in range(2, len(word) + 1):
            if any(end - start < len(word) and word[start:end] in self._known for start in reached if start <= end - 2):
                reached.add(end)
        return is_han(word[0]) and len(word) in reached

    def hits(self, question: str) -> list[Hit]:
        """Every word in a plain question; none that lies within a longer or surer one."""
        found = [*self._written(question), *self._in_english(question)]
        if self._sounds.library is not None:
            sure = [hit for hit in found if hit.end - hit.start > 1]
            heard = list(self._heard(question, self._words_of(question), sure))
            sure = [hit for hit in heard if hit.quality > NEARLY and hit.end - hit.start > 2]
            found += [hit for hit in heard if hit.quality > NEARLY or not any(_denied(hit, one) for one in sure)]
        return _outermost(found, self._composed)

    def _words_of(self, question: str) -> frozenset[tuple[int, int]]:
        """Where words of the dictionary stand that this vocabulary has not: they are no misspellings of others."""
        if self._cut is None:
            return frozenset()
        at, found = 0, set()
        for word in self._cut(question, False):
            if len(word) > 1 and is_han(word[0]):
                found.add((at, at + len(word)))
            at += len(word)
        return frozenset(found)

    def _written(self, question: str) -> Iterator[Hit]:
        for start, char in enumerate(question):
            for length in self._lengths.get(char, ()):
                word = question[start : start + length]
                if word in self._known and len(word) == length:
                    yield Hit(word, start, start + length, EXACT)

    def _in_english(self, question: str) -> Iterator[Hit]:
        typed = words(question)
        stems = [self._spelt(one) for one in typed]
        for at in range(len(stems)):
            for length in range(min(self._longest_english, len(stems) - at), 0, -1):
                for word in self._english.get(tuple(stems[at : at + length]), ()):
                    yield Hit(word, typed[at].start, typed[at + length - 1].end, EXACT)

    def _spelt(self, word: Word) -> str:
        """Its stem; of a misspelt long word, that of the one it is most like."""
        stem = stem_of(word.text)
        if self._fuzzy is None or len(stem) < 5 or stem in self._english_words or split(word.text):
            return stem
        like = self._fuzzy.process.extractOne(
            stem, self._english_words, scorer=self._fuzzy.fuzz.ratio, score_cutoff=_LIKE
        )
        return str(like[0]) if like else stem

    def _heard(self, question: str, meant: frozenset[tuple[int, int]], sure: list[Hit]) -> Iterator[Hit]:
        atoms = self._atoms(question)
        short = len(atoms) <= _SHORT_QUESTION
        for run in _runs(atoms):
            light = [folded(atom.sound) for atom in run]
            for start in range(len(run)):
                for end in range(start + 1, min(len(run), start + _LONGEST) + 1):
                    window = run[start:end]
                    if (window[0].start, window[-1].end) in meant:
                        continue
                    for word, quality in self._sounding(window, light[start:end], short):
                        hit = Hit(word, window[0].start, window[-1].end, quality)
                        if not any(_denied(hit, one) for one in sure):
                            yield hit
        typed = [one for one in words(question) if one.text.isalpha()]
        for one in typed:
            # In a sentence of letters the short words are English.
            if len(one.text) >= min(len(typed) + 1, _INITIALS_AMONG_WORDS):
                yield from self._abbreviated(one)

    def _sounding(self, window: list[_Atom], light: list[str], short: bool) -> Iterator[tuple[str, float]]:
        typed = not any(atom.char for atom in window)
        if len(window) == 1 and not typed:
            return
        spoken = "".join(atom.sound for atom in window)
        for word in (self._by_reading if typed else self._by_sound).get(spoken, ()):
            if typed or (_same(word, window) and (len(word) > 2 or word in self._ours)):
                yield word, BY_SOUND
        if len(window) == 1:
            return
        key = "".join(light)
        for word in self._by_fold.get(key, ()):
            if len(window) > 2 and (typed or _same(word, window) * 2 >= len(window)):
                yield word, BY_FOLDED_SOUND
        if not (_NEAR_SHORT if short else _NEAR_SYLLABLES) <= len(window) <= _NEAR_LONGEST:
            return
        keys = [key, *("".join((*light[:at], *light[at + 1 :])) for at in range(len(light)))]
        for word in {word for one in keys for word in self._near.get(one, ())}:
            if typed or (
                _same(word, window) >= len(word) - 1
                and not self._other_words(word, window)
                and (
                    (short and not self._is_about(word, window))
                    or len(word) > _NEAR_SYLLABLES
                    or self._sounds_alike(word, window)
                )
            ):
                yield word, NEARLY

    def _other_words(self, word: str, window: list[_Atom]) -> bool:
        """Whether what differs is a word of its own: 办个卡 is no 办个照, 换个证 no 换驾证."""
        strange = (atom.char for atom in window if atom.char and atom.char not in word)
        return any(char in self._known or char in _JOINTS for char in strange)

    def _is_about(self, word: str, window: list[_Atom]) -> bool:
        """Whether what they have in common is a word itself, so that what differs makes it another one: 房子漏 is no
        查房子."""
        return "".join(char for char in word if any(atom.char == char for atom in window)) in self._known

    def _sounds_alike(self, word: str, window: list[_Atom]) -> bool:
        """Whether what differs begins or ends alike: 驾照扣了 is no 驾照丢了."""
        missing = [self._sounds.of(char) for char in word if all(atom.char != char for atom in window)]
        strange = [atom.sound for atom in window if atom.char not in word]
        return all(any(one[0] == other[0] or one[-2:] == other[-2:] for other in missing) for one in strange)

    def _atoms(self, question: str) -> list[_Atom]:
        atoms = [
            _Atom(char, sound, at, at + 1)
            for at, char in enumerate(question)
            if is_han(char) and (sound := self._sounds.of(char))
        ]
        for word in words(question):
            start = word.start
            for syllable in split(word.text):
                atoms.append(_Atom("", syllable, start, start + len(syllable)))
                start += len(syllable)
        return sorted(atoms, key=lambda atom: atom.start)

    def _abbreviated(self, typed: Word) -> Iterator[Hit]:
        letters = typed.text
        if 2 <= len(letters) <= _MOST_INITIALS:
            whole = self._initials.get(letters)
            parts = [] if whole or len(set(letters)) < 3 else [
                part for size in range(len(letters) - 1, 2, -1) for part in (letters[:size], letters[-size:])
            ]
            known = whole or self._begun.get(letters) or next(
                (self._initials[part] for part in parts if part in self._initials), ()
            )
            if not split(letters) or len(letters) < 3:
                for word in known:
                    yield Hit(word, typed.start, typed.end, BY_INITIALS if whole else NEARLY)
        if self._fuzzy is not None and len(letters) > 5 and not split(letters):
            like = self._fuzzy.process.extractOne(
                letters, self._typed, scorer=self._fuzzy.fuzz.ratio, score_cutoff=_LIKE
            )
            for word in self._by_sound[like[0]] if like else ():
                yield Hit(word, typed.start, typed.end, NEARLY)


def fuzzy(name: str = "rapidfuzz") -> ModuleType | None:
    """The library where it is installed."""
    try:
        for part in ("fuzz", "process"):
            importlib.import_module(f"{name}.{part}")
        return importlib.import_module(name)
    except ImportError:
        return None


def _same(word: str, window: list[_Atom]) -> int:
    """How many characters of the word stand in the window."""
    return sum(atom.char in word for atom in window if atom.char)


def _runs(atoms: list[_Atom]) -> Iterator[list[_Atom]]:
    """Atoms that stand together; what was typed in letters may have spaces between."""
    run: list[_Atom] = []
    for atom in atoms:
        if run and atom.start - run[-1].end > (0 if atom.char else 1):
            yield run
            run = []
        run.append(atom)
    if run:
        yield run


def _denied(hit: Hit, sure: Hit) -> bool:
    """Whether what is surely there speaks against a word that is only like what is there: they overlap, and the word
    has not the other in it."""
    if hit.end <= sure.start or sure.end <= hit.start:
        return False
    if hit.quality >= BY_SOUND and _around(hit, sure) and len(hit.word) >= len(sure.word) + 2:
        return False  # 个体工伤户
    return not (hit.start <= sure.start and sure.end <= hit.end and sure.word in hit.word and sure.word != hit.word)


def _around(outer: Hit, inner: Hit) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _outermost(hits: list[Hit], composed: Collection[str]) -> list[Hit]:
    """Without those within a longer or surer one, but for what that is composed of."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start - one.end, -one.quality)):
        inside = (one for one in kept if _around(one, hit))
        if not any(_hides(one, hit, composed) for one in inside):
            kept.append(hit)
    return kept


def _hides(outer: Hit, inner: Hit, composed: Collection[str]) -> bool:
    if outer.word in composed and inner.end - inner.start > 1 and inner.quality >= outer.quality:
        return False
    if (outer.start, outer.end) == (inner.start, inner.end):
        return outer.quality > inner.quality
    if inner.quality < EXACT and inner.end - inner.start == 2:
        return True  # 居佳证 is rather 居住证 than 驾证
    return outer.quality >= inner.quality or outer.quality >= BY_SOUND


def stem_of(word: str) -> str:
    """An English word without what plurals and owners end with."""
    word = word.removesuffix("'s").removesuffix("'")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
