"""What is printed on a paper, as a recogniser of letters read it, beside what a form says. Pure.

Of numbers the check digit says whether they were read well; they become facts. Nothing says so of names, addresses and
days: such a one agrees where exactly it stands there, differs where after its label something clearly other stands that
the recogniser is sure of, and is not found else, which says nothing: letters are misread, rare characters always.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from hall_daemon.matters.days import day_of
from hall_daemon.matters.facts import Fact, numbers_in
from hall_daemon.matters.fields import FOREVER, Field, Unreadable, read
from hall_daemon.matters.form import Form

PrintKind = Literal["name", "title", "home", "premises", "born", "until", "day"]
Verdict = Literal["agrees", "differs", "not_found"]
MOST_WANTED = 40
LONGEST_VALUE = 100
# From which confidence on, in percent, a value is believed to be another one: of each of its characters, on average
# where it has many, of which some are always misread.
SURE = 50
_MANY = 6
_LABELS: Final[Mapping[PrintKind, tuple[str, ...]]] = {
    "name": (
        "姓名", "法定代表人", "法定代表人姓名", "经营者", "经营者姓名", "负责人", "主要负责人", "投资人", "持证人",
        "户名", "持卡人",
    ),
    "title": ("名称", "企业名称", "单位名称", "字号名称", "经营者名称"),
    "home": ("住址", "家庭住址", "户籍地址"),
    "premises": ("住所", "经营场所", "主要经营场所", "营业场所", "坐落", "房屋坐落"),
    "born": ("出生", "出生日期", "出生年月"),
    "until": ("有效期限", "有效期至", "有效期", "有效期止"),
    "day": (),
}
# What else stands before a value on such papers: a value ends there.
_ENDS = (
    "性别", "民族", "公民身份号码", "身份证号", "类型", "组成形式", "注册资本", "成立日期", "注册日期", "发证日期",
    "经营范围", "统一社会信用代码", "签发机关", "登记机关", "电话", "国籍", "职务",
)
_TITLES = frozenset({"org.name"})
_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})")
_SHORT_NAME = 2
# What can be a name and no sentence: two to four characters, or parts with dots.
_NAME = re.compile(r"[^\W\d_A-Za-z·]{2,4}|[^\W\d_A-Za-z·]{1,15}(?:·[^\W\d_A-Za-z·]{1,15})+")
_KEPT = frozenset("()·./-")
# Letters that a recogniser takes for digits; codes of GB 32100 have none of the large ones.
_AS_DIGITS = str.maketrans("oOlIsSzZ", "00115522")
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")


# Characters that a recogniser has learnt. The table is loaded here: the child that compares can open no file later.
_COMMON = codecs.lookup("gb2312")


class Line(NamedTuple):
    """A line as it was read, its words apart; `sure`: of each of its characters, in percent."""

    text: str
    sure: tuple[int, ...]


class Wanted(NamedTuple):
    """An answer to be looked for; days are ISO, or 长期. `labels`: what may stand before it."""

    field: str
    kind: PrintKind
    value: str
    labels: tuple[str, ...]


class Seen(NamedTuple):
    """`value`: what stands there instead, where it differs."""

    field: str
    verdict: Verdict
    value: str = ""


class Labelled(NamedTuple):
    label: str
    value: str
    sure: int


def wanted_of(form: Form, answers: Mapping[str, object], proved: Callable[[Field], bool]) -> tuple[Wanted, ...]:
    """Answers that stand on a paper which proves them. Not those of groups, nor texts of no known kind."""
    found = []
    for field in form.fields:
        kind, said = _kind(field), answers.get(field.id)
        if kind is None or not isinstance(said, str) or not proved(field):
            continue
        value = read(field, said)
        if value is None or isinstance(value, Unreadable) or len(said) > LONGEST_VALUE:
            continue
        label = field.label.get("zh", "")
        found.append(Wanted(field.id, kind, said.strip(), (*_LABELS[kind], *((label,) if label else ()))))
    return tuple(found)[:MOST_WANTED]


def _kind(field: Field) -> PrintKind | None:
    if field.kind == "expiry":
        return "until"
    if field.base == "date":
        return "born" if field.means.endswith(".birth") else "day"
    if field.kind == "address":
        return "home" if field.personal else "premises"
    if field.kind == "name":
        return "name"
    return "title" if field.means in _TITLES else None


def mark_of(wanted: Sequence[Wanted]) -> str:
    """What tells which answers were looked for."""
    return hashlib.sha256(repr([tuple(each) for each in wanted]).encode()).hexdigest()[:16]


def seen_of(lines: Sequence[Line], wanted: Iterable[Wanted]) -> tuple[Seen, ...]:
    tight = [_tight(line) for line in lines]
    plain = [_plain(line.text) for line in tight]
    return tuple(_seen(tight, plain, each) for each in wanted)


def _seen(lines: Sequence[Line], plain: Sequence[str], wanted: Wanted) -> Seen:
    if wanted.kind in ("born", "until", "day"):
        return _seen_day(lines, wanted)
    said = _plain(wanted.value)
    if len(said) > 1 and _stands(said, plain, wanted.kind):
        return Seen(wanted.field, "agrees")
    found = [each for each in _values(lines, wanted.labels) if each.value]
    if wanted.kind == "name":
        found = [each for each in found if _NAME.fullmatch(each.value)]
    if len(found) == 1 and found[0].sure >= SURE and _is_other(wanted.kind, said, _plain(found[0].value)):
        return Seen(wanted.field, "differs", found[0].value)
    return Seen(wanted.field, "not_found")


def _stands(said: str, plain: Sequence[str], kind: PrintKind) -> bool:
    """A long one may go on in the next line; a name is in one alone, and a short one may be the beginning of another:
    nothing like it follows."""
    if kind != "name":
        return any(said in place for place in (*plain, "".join(plain)))
    pattern = re.compile(re.escape(said) + (r"(?![^\W\d_A-Za-z])" if len(said) == _SHORT_NAME else ""))
    return any(pattern.search(place) for place in plain)


def _seen_day(lines: Sequence[Line], wanted: Wanted) -> Seen:
    if any(wanted.value in _days(line.text) or (wanted.value == FOREVER and FOREVER in line.text) for line in lines):
        return Seen(wanted.field, "agrees")
    # A term is printed as its two ends: the later one counts.
    found = [(max(days), each.sure) for each in _values(lines, wanted.labels) if (days := _days(each.value))]
    if len(found) == 1 and found[0][1] >= SURE:
        return Seen(wanted.field, "differs", found[0][0])
    return Seen(wanted.field, "not_found")


def labelled(lines: Sequence[Line]) -> tuple[Labelled, ...]:
    """What stands after labels of any kind, for whoever looks at what a recogniser makes of a paper."""
    return tuple(_values([_tight(line) for line in lines], [label for each in _LABELS.values() for label in each]))


def numbers_printed(lines: Iterable[Line], today: int) -> tuple[Fact, ...]:
    """As numbers_in; blanks inside a number are a reader's, and so are letters where no number has any."""
    said = [text for line in lines for text in (line.text, _tight(line).text)]
    mended = [
        token.translate(_AS_DIGITS) for text in said for token in _TOKEN.findall(text) if not numbers_in(token, today)
    ]
    return numbers_in("\n".join((*said, *mended)), today)


def _values(lines: Sequence[Line], labels: Iterable[str]) -> Iterator[Labelled]:
    """Of lines that begin with a label, or have it after others: what stands there up to the next."""
    asked = {_plain(label) for label in labels}
    known = sorted(asked | {*_ENDS, *(label for each in _LABELS.values() for label in each)}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, known)))
    for line in lines:
        found = list(pattern.finditer(line.text))
        if not found or found[0].start():
            continue
        for at, label in enumerate(found):
            begins, ends = label.end(), found[at + 1].start() if at + 1 < len(found) else len(line.text)
            value, sure = line.text[begins:ends], line.sure[begins:ends]
            if label.group() in asked and 0 < len(value) <= LONGEST_VALUE:
                yield Labelled(label.group(), value, min(sure) if len(value) <= _MANY else sum(sure) // len(sure))


def _is_other(kind: PrintKind, said: str, there: str) -> bool:
    """Too far from it to be the same, misread, or a part of it."""
    if kind == "name":
        far = _distance(said, there)
        return len(said) > 1 and far > 1 and 2 * far > max(len(said), len(there))
    if len(there) < 4 or len(said) < 4:
        return False
    # An address may be printed shorter than people write it, at either end.
    short = len(there)
    return min(_distance(part, there) for part in (said, said[:short], said[-short:])) * 5 >= 2 * short


def _distance(said: str, there: str) -> int:
    """Changes of a character that make the one of the other. No recogniser knows rare ones: these are like any."""
    row = list(range(len(there) + 1))
    for at, ours in enumerate(said, 1):
        free = _is_rare(ours)
        above, row[0] = row[0], at
        for column, theirs in enumerate(there, 1):
            above, row[column] = row[column], min(
                row[column] + 1, row[column - 1] + 1, above + (not free and ours != theirs)
            )
    return row[-1]


def _is_rare(character: str) -> bool:
    try:
        _COMMON.encode(character)
    except UnicodeEncodeError:
        return True
    return False


def _days(text: str) -> tuple[str, ...]:
    said = (f"{year}-{month:0>2}-{day:0>2}" for year, month, day in _DAY.findall(text))
    return tuple(day for day in said if day_of(day) is not None)


def _tight(line: Line) -> Line:
    """Without what stands between characters: blanks, and specks that were read as marks."""
    kept = [
        (plain, sure)
        for character, sure in zip(line.text, line.sure, strict=True)
        for plain in unicodedata.normalize("NFKC", character)
        if plain.isalnum() or plain in _KEPT
    ]
    return Line("".join(plain for plain, _ in kept), tuple(sure for _, sure in kept))


def _plain(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text).upper() if each.isalnum())
