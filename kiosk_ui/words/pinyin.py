"""What pinyin may mean: characters of a syllable and words of several, the most usual first.

`pinyin.txt` beside this module has a line a syllable with its characters (those of GB 2312), an empty line, then a line
a word's letters with the words. Readings are those of pypinyin, the order is how often jieba's dictionary counts them;
ü is written v. docs/pinyin.py makes it. Read when it is first asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

# More than these nobody looks through.
MOST = 60


class Candidate(NamedTuple):
    """What may be meant by the first `used` letters."""

    text: str
    used: int


class _Table(NamedTuple):
    characters: dict[str, str]
    words: dict[str, tuple[str, ...]]


@cache
def _table() -> _Table:
    text = (resources.files(__package__) / "pinyin.txt").read_text(encoding="utf-8")
    characters, _, words = text.partition("\n\n")
    return _Table(
        dict(line.split(" ", 1) for line in characters.splitlines()),
        {letters: tuple(meant) for letters, *meant in map(str.split, words.splitlines())},
    )


def candidates(letters: str) -> tuple[Candidate, ...]:
    """Best first: words of all letters, then words and characters of as many letters as make some, from the first on.
    Letters that begin a syllable but are none yet stand for all that begin so."""
    table = _table()
    found: list[Candidate] = []
    for used in range(len(letters), 0, -1):
        found += [Candidate(word, used) for word in table.words.get(letters[:used], ())]
    for used in range(min(len(letters), 6), 0, -1):
        found += [Candidate(character, used) for character in table.characters.get(letters[:used], "")]
    if letters and not any(len(each.text) == 1 for each in found):
        begun = (meant for syllable, meant in table.characters.items() if syllable.startswith(letters))
        found += [Candidate(character, len(letters)) for meant in begun for character in meant[:3]]
    return tuple(dict.fromkeys(found))[:MOST]
