"""Makes kiosk_ui/words/pinyin.txt, what the kiosk's pinyin keys offer, from the counts of jieba's dictionary (MIT):

    pip download --no-deps jieba==0.42.1 && tar xzf jieba-0.42.1.tar.gz
    python -m docs.pinyin jieba-0.42.1/jieba/dict.txt > kiosk_ui/words/pinyin.txt

It needs pypinyin (0.55.0 made the file that ships). A line of the dictionary is a word, how often it was counted, and
its kind. kiosk_ui/words/pinyin.py says what the result holds.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from pypinyin import Style, pinyin

MOST_WORDS, OF_ONE_SOUND, LONGEST = 12_000, 4, 4
READINGS = 3
# A character alone says more than one in a word, and people write their names.
ALONE, IN_A_NAME = 20, 30_000
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)


def made(counts: dict[str, int]) -> Iterator[str]:
    """The lines of pinyin.txt."""
    everywhere = Counter[str]()
    for word, count in counts.items():
        for character in word:
            everywhere[character] += count

    def rank(character: str) -> int:
        named = IN_A_NAME if character in SURNAMES else 0
        return -(ALONE * counts.get(character, 0) + everywhere[character] + named)

    usual, also = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for character in sorted(_gb2312(), key=rank):
        first, *others = _readings(character)
        usual[first].append(character)
        for reading in others:
            also[reading].append(character)
    for syllable in sorted({*usual, *also}):
        yield f"{syllable} {''.join([*usual[syllable], *also[syllable]])}"
    yield ""
    for letters, words in sorted(_words(counts).items()):
        yield f"{letters} {' '.join(words)}"


def _words(counts: dict[str, int]) -> dict[str, list[str]]:
    """The most frequent ones, a few of a sound."""
    known, found, left = frozenset(_gb2312()), defaultdict[str, list[str]](list), MOST_WORDS
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        if left and 2 <= len(word) <= LONGEST and known.issuperset(word):
            same = found["".join(_plain(each[0]) for each in pinyin(word, style=Style.NORMAL))]
            if len(same) < OF_ONE_SOUND:
                same.append(word)
                left -= 1
    return found


def _readings(character: str) -> list[str]:
    ways = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return list(dict.fromkeys(map(_plain, ways)))[:READINGS]


def _plain(syllable: str) -> str:
    return syllable.replace("ü", "v")


def _gb2312() -> Iterator[str]:
    """Its 6,763 characters, in its order."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFA if row == 0xD7 else 0xFF):
            yield bytes((row, cell)).decode("gb2312")


def main() -> None:
    rows = (line.split(" ") for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    print("\n".join(made({word: int(count) for word, count, *_ in rows})))


if __name__ == "__main__":
    main()
