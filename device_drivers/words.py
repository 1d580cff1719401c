"""What people read of a device: its kind, what is wrong with it and what to do. Chinese first, then English."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Words(NamedTuple):
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What is the matter with a device, as a code of its kind's table. `facts` fill the table's words."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


ALL_WELL = Condition("")


class ConditionWords(NamedTuple):
    """What a condition means and what to do about it at the device; `{…}` are facts. `stops`: the device cannot work
    so. `effect`: what comes of it, where it is not simply that. In Chinese what to do begins with 请."""

    means: Words
    do: Words
    stops: bool = True
    effect: Words | None = None

    def english(self, facts: Mapping[str, str]) -> str:
        """One line for the log and for a program: `paper out: put in a new roll`."""
        return f"{filled(self.means.en, facts)}: {filled(self.do.en, facts)}"


def filled(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its facts; one that a driver forgot to say is a question mark, and no reason to fail."""
    return text.format_map(defaultdict(lambda: "?", facts))
