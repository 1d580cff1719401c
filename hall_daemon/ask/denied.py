"""What a question says that it is not about: 不是补办, 是换证; that somebody has already: 执照已经下来了; or that is
wanted outright: 办居住证. Pure."""

from __future__ import annotations

import re

# Not after the same word, which asks: 是不是, 要不要.
_NOT = re.compile(
    r"(?:(?<!是)不是(?!说)|(?<!要)不要(?!钱)|(?<!办)不办|(?<!开)不开|(?<!想)不想|(?<!查)不查|不注册|并非)"
    r"[^,。;!?、 ]{1,14}?(?:[,。;!、 ]+(?=.)|(?=而是|就是|是))"
    r"|\bnot (?:a|an|the|my|about|for) [^,.;!?]{1,40}?(?:[,;.]| but )"
)
_HAD = re.compile(r"[^,。;!?、 ]{1,14}(?:下来|拿到|办好|办完|领到|办|注册|注册好)了(?:[,。;!、 ]+(?=.))")
_ALREADY = re.compile("已经|都|刚|早就")
# What makes something a paper that is brought, and no matter that is asked for: 办社保卡要带出生证吗.
_BROUGHT = re.compile("(?:带|交|提供|出示|凭|拿|用|需要|没有|要不要)(?:上|着|了|个|张|我的|孩子的|小孩的)?$")


# What makes something the matter that is asked for, whatever is said beside it: 办居住证交社保行吗.
_ASKED_FOR = re.compile("(?<![没不未])(?:办|办理|办个|办张|办一个|办一张|申请|申领|想办|要办)(?:我的|孩子的|小孩的)?$")


def without_denied(question: str) -> str:
    """A plain question without those parts; itself where there are none."""
    text = _HAD.sub(lambda found: "," if _ALREADY.search(found.group()) else found.group(), question)
    return _NOT.sub(",", text)


def is_brought(question: str, start: int) -> bool:
    """Whether what stands there in a plain question is named as a paper."""
    return _BROUGHT.search(question[:start]) is not None


def is_asked_for(question: str, start: int) -> bool:
    """Whether what stands there in a plain question is named as what somebody wants to have done."""
    return _ASKED_FOR.search(question[:start]) is not None
