"""The daily comparison: what the hall says of its pre-reviews beside what the platform says of them. Truth here is the
hall's; what the platform says never changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

# `missing`: only we have it. `unknown`: only they. `differs`: another state. `back`: the state they acknowledged before
# has gone back there. `strange`: a code that stands in no table.
What = Literal["missing", "unknown", "differs", "back", "strange"]
# These the hall says again; of the others a person has to hear.
SAID_AGAIN: frozenset[What] = frozenset({"missing", "differs", "back"})


class Difference(Struct, frozen=True):
    review: str
    what: What
    ours: str = ""
    theirs: str = ""

    @property
    def said_again(self) -> bool:
        return self.what in SAID_AGAIN


class Report(Struct, frozen=True, kw_only=True):
    """`day` is the business day, `at` wall ms. `same`: how many agree; `more`: differences beyond those told."""

    day: str
    at: int
    same: int
    differences: tuple[Difference, ...] = ()
    more: int = 0

    @property
    def for_people(self) -> int:
        return sum(not each.said_again for each in self.differences) + self.more


def compared(
    ours: Mapping[str, str], theirs: Mapping[str, str], acknowledged: Mapping[str, str], state_of: Mapping[str, str]
) -> tuple[int, tuple[Difference, ...]]:
    """How many agree, and the rest by id. `ours`: review -> state; `theirs`: review -> their code or word;
    `acknowledged`: review -> the last state that they took."""
    same, found = 0, []
    for review in sorted(ours.keys() | theirs.keys()):
        mine, code = ours.get(review, ""), theirs.get(review, "")
        said = state_of.get(code, "")
        what: What
        if mine and mine == said:
            same += 1
            continue
        if not code:
            what = "missing"
        elif not mine:
            what = "unknown"
        elif not said:
            what = "strange"
        else:
            what = "back" if acknowledged.get(review) == mine else "differs"
        found.append(Difference(review, what, mine, said or code[:64]))
    return same, tuple(found)
