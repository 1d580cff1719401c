"""Which paragraph of a guide a question wants: an answered question, one paper, or what its words ask for. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hall_daemon.ask.likeness import Likeness, Splitter
from hall_daemon.ask.text import is_han, plain
from hall_daemon.matters.guide import Guide
from hall_daemon.matters.paragraphs import paragraphs

# How much a word that asks for a paragraph counts beside the others: "多少钱" says more than "怎么办".
_COUNTS = {
    "progress": 3.0, "fee": 2.0, "limit": 2.0, "places": 2.0, "hours": 2.0, "materials": 1.5, "conditions": 0.8,
    "steps": 0.5,
}
# Where a guide has not this paragraph, another says it.
_INSTEAD = {"hours": "places", "places": "channels", "progress": "contact"}
# So like has a question to be to one that the guide answers, and so many characters long.
_LIKE, _WHOLE = 0.55, 6
# 换驾驶证要体检吗: nothing else is asked for than whether that is needed.
_BRINGS = re.compile("[要带交].{1,8}[吗么嘛]")


class Passages:
    def __init__(self, guide: Guide, splitter: Splitter | None) -> None:
        self._has = {one.id for one in paragraphs(guide)}
        self._asked = Likeness(
            [(f"faq.{at}", plain(asked)) for at, one in enumerate(guide.faq, 1) for asked in one.q.values()], splitter
        )
        matter = _pairs(plain(guide.title["zh"]))
        self._papers = {key: _pairs(plain(one.name["zh"])) - matter for key, one in guide.materials.items()}

    def find(self, question: str, about: Mapping[str, float]) -> str | None:
        """Of a plain question; `about`: paragraph -> how much asks for it."""
        like = next(iter(self._asked.of(question)), (0.0, ""))
        if like[0] >= _LIKE and len(question) >= _WHOLE:
            return like[1]
        wanted = sorted(about, key=lambda one: -about[one] * _COUNTS.get(one, 1.0))
        for one in wanted:
            if one == "materials":
                return self._paper(question)
            for id_ in (one, _INSTEAD.get(one, "")):
                if id_ in self._has:
                    return id_
        return self._paper(question) if _BRINGS.search(question) else None

    def _paper(self, question: str) -> str:
        """The paper that the question names, or all of them."""
        pairs = _pairs(question)
        named = [(len(pairs & own) / len(own), key) for key, own in self._papers.items() if own & pairs]
        if named and (best := max(named))[0] >= 0.4:
            return f"materials.{best[1]}"
        return "materials"


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1) if is_han(text[at]) and is_han(text[at + 1]))
