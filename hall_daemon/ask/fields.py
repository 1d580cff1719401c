"""Which field of a form a question is about: 经营面积怎么填. Its words are those of the form. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from hall_daemon.ask.answer import Answer
from hall_daemon.ask.text import closed_up, plain
from hall_daemon.matters.form import Form

# How people ask what to write; what a thing is they ask of a form that is open.
_FILLS = re.compile(
    "(?:怎么|如何|咋|应该|该)[填写]|[填写](?:什么|啥|多少|哪|谁|几)|不会填|fill in|what (?:do|should) i (?:put|write)"
)
_MEANS = re.compile("是什么|是啥|什么意思|指什么|指的|mean")
_BRACKETS = re.compile(r"\(.*?\)")
# A name of fewer letters says too little where no form is open.
_NAME, _NAME_ANYWHERE = 2, 3


class Asked(NamedTuple):
    form: str
    matter: str
    field: str


class Fields:
    """Of all forms of a hall. Never changed, so any thread may ask."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._rows = [
            (name, Asked(form.id, form.matter, field.id))
            for form in forms for field in form.fields for label in field.label.values()
            if len(name := _BRACKETS.sub("", closed_up(plain(label))).strip()) >= _NAME
        ]

    def asked(self, question: str, within: str = "") -> Asked | None:
        """Of the form of the matter `within`; of any, where one alone has a field of that name."""
        text = closed_up(plain(question))
        if not _FILLS.search(text) and not (within and _MEANS.search(text)):
            return None
        named = [(name, one) for name, one in self._rows if name in text and within in ("", one.matter)]
        longest = max((len(name) for name, _ in named), default=0)
        found = {one for name, one in named if len(name) == longest}
        return next(iter(found)) if len(found) == 1 and (within or longest >= _NAME_ANYWHERE) else None

    def told(self, question: str, within: str, answer: Answer) -> tuple[Answer, Asked | None]:
        """The answer, to the field where it is about one: of the form that is open, or of the matter that it names."""
        found = self.asked(question, within) if within else None
        if found is None and answer.matters:
            found = self.asked(question, answer.matters[0])
        elif found is None and not answer.elsewhere:
            found = self.asked(question)
        if found is None:
            return answer, None
        return Answer((found.matter,), f"field.{found.field}"), found
