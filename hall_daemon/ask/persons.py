"""A question without whoever it is of: numbers, addresses, names. What is kept for staff passes through here. Pure.

Names are told by the words before and behind them; where rjieba is there, also by what it takes for one. It is better
that a question loses a word than that it keeps somebody's name.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence

LEFT_OUT = "…"

# A plain text to its words, each with what kind of word it is.
Tagger = Callable[[str], Sequence[tuple[str, str]]]

_HAN = "[\u3400-\u9fff\U00020000-\U0003134f]"
# Runs of digits as in numbers of cards and phones, however they are parted or written.
_DIGITS = re.compile(r"\d(?:[\s./·_,、-]{0,2}\d){4,}x?")
_NUMERALS = re.compile(r"[零〇一二三四五六七八九幺0-9](?:[\s-]?[零〇一二三四五六七八九幺0-9]){4,}")
# Number plates, passports, names of accounts: letters with digits among them.
_MARKS = re.compile(r"(?=[a-z0-9_-]*[0-9_])(?=[0-9_-]*[a-z])[a-z0-9_-]{6,}")
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+")
_ADDRESS = re.compile(rf"{_HAN}{{1,6}}(?:路|街|巷|弄|村|小区|花园|苑)\d+(?:[号弄栋幢座室楼层-]|单元|\d)*")
_COMPOUND = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|司徒|令狐|东方|西门|南宫|端木|独孤"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤康易乔牛温庞殷樊兰施洪翟安颜倪牟游关"
    "聂章齐岳辛左茅詹柳盛褚尤戚喻柏窦葛奚鲁费岑滕毕傅卞穆萧祁狄臧谈纪舒屈项祝阮蓝闵娄童梅刁骆凌霍虞柯裘缪郁邢裴荣荀甄芮储靳焦巫宓栾甘厉戎符景束卓蔺屠蒙池胥劳"
    "姬申冉桑桂庄晏柴瞿阎艾耿匡寇巩晁敖訾阚饶鞠荆竺佟闻翁"
)
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
# What names a person is compiled with the first question that is kept: that takes a tenth of a second.
_NAME = f"{_SURNAME}(?:(?![的了是在]){_HAN}){{1,2}}"
# After these stands a name, whatever it is; after those, where it begins as one.
_CALLED = rf"((?<![帮给请])我叫|名叫|叫做|姓名[是为: ]|名字[是叫为:])\s*{_HAN}{{2,3}}"
_NAMED = rf"((?:我是|本人|户主|法人|经营者|负责人|监护人|联系人|申请人)[是为叫:]?)\s*{_NAME}"
_ENGLISH = (
    r"(my name is|i am|i'm) (?!(?:an?|the|my|in|at|on|of|from|over|under|not|no|here|new|self|\w+ing|\w+ed)\b)"
    r"[a-z]+(?: [a-z]+)?"
)
_IS_CALLED = rf"((?<![帮给请])叫){_NAME}(?=[,。;的 ]|$)"
_TITLED = rf"{_SURNAME}{_HAN}{{0,2}}?(先生|女士|小姐|师傅|老师|大爷|大妈|阿姨|同志)"
_SOMEBODY = (
    rf"(邻居|同事|老板|前妻|前夫|儿子|女儿|丈夫|妻子|老公|老婆|朋友|房东|[爸妈]|父亲|母亲|爷爷|奶奶|外公|外婆|[帮给替])"
    rf"({_NAME})(?=[的家在有名和要想去办领交查补换拿取,。 ]|$)"
)
_FIRST = rf"(^|[,。;:、 ]){_NAME}(?=[的,:、 要想办]|$)"
_FOREIGN = re.compile(rf"{_HAN}{{2,6}}·{_HAN}{{2,8}}")
_BEGINS = rf"{_SURNAME}{_HAN}{{1,3}}"
# Before 张 as it counts cards and papers.
_COUNTING = tuple("这那哪一有两几每二三")
# What rjieba takes for names, or the words before would, and is none.
_NOBODY = frozenset({
    "孙子", "孙女", "孙儿", "张贴", "马上", "方法", "高中", "周末", "周一", "安全", "关系", "温馨", "金额", "石油",
})


def without_person(text: str, tagger: Tagger | None = None, known: str = "") -> str:
    """A plain question without what may be somebody's. What stands in `known`, names of matters, is no name."""
    for numbers in (_MAIL, _ADDRESS, _MARKS, _DIGITS, _NUMERALS, _FOREIGN):
        text = numbers.sub(LEFT_OUT, text)
    for named in (_CALLED, _IS_CALLED, _NAMED, _ENGLISH, _SOMEBODY):
        text = re.sub(named, lambda found: found.group(1) + LEFT_OUT, text)
    text = re.sub(_TITLED, lambda found: LEFT_OUT + found.group(1), text)
    text = re.sub(_FIRST, lambda found: _unless_known(found, known), text)
    return text if tagger is None else _without_names(tagger(text), known)


def _without_names(tagged: Sequence[tuple[str, str]], known: str) -> str:
    kept = ""
    for word, kind in tagged:
        counted = word.startswith("张") and kept.endswith(_COUNTING)  # 那张卡 is a card
        kept += LEFT_OUT if _is_name(word, kind, known) and not counted else word
    return kept


def _is_name(word: str, kind: str, known: str) -> bool:
    return kind.startswith("nr") and word not in _NOBODY and word not in known and bool(re.fullmatch(_BEGINS, word))


def _unless_known(found: re.Match[str], known: str) -> str:
    name = found.group()[len(found.group(1)) :]
    return found.group() if name in known or name in _NOBODY else found.group(1) + LEFT_OUT


def tagger(name: str = "rjieba") -> Tagger | None:
    """The library's, where it is installed."""
    try:
        tag: Tagger = importlib.import_module(name).tag
    except ImportError:
        return None
    return tag
