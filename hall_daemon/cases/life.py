"""The life of a pre-review as a table. A pair that is not in it cannot happen: `decide` refuses it, `evolve` raises.

It comes before any legal clock begins: what passes here is not accepted (预审参考，不代表受理). `diagram()` draws it.
"""

from __future__ import annotations

from typing import Literal

State = Literal["draft", "sent", "looking", "passed", "mend", "refused", "withdrawn", "lapsed"]
Step = Literal["kept", "sent", "taken", "seconded", "passed", "told", "refused", "withdrawn", "lapsed"]

LIFE: dict[tuple[State, Step], State] = {
    ("draft", "kept"): "draft",
    ("draft", "sent"): "sent",
    ("draft", "withdrawn"): "withdrawn",
    ("draft", "lapsed"): "lapsed",
    ("sent", "taken"): "looking",
    ("sent", "withdrawn"): "withdrawn",
    ("looking", "taken"): "looking",
    ("looking", "seconded"): "sent",
    ("looking", "passed"): "passed",
    ("looking", "told"): "mend",
    ("looking", "refused"): "refused",
    ("looking", "withdrawn"): "withdrawn",
    ("mend", "kept"): "mend",
    ("mend", "sent"): "sent",
    ("mend", "withdrawn"): "withdrawn",
    ("mend", "lapsed"): "lapsed",
    ("passed", "withdrawn"): "withdrawn",
    ("passed", "lapsed"): "lapsed",
}

CLOSED: frozenset[State] = frozenset({"refused", "withdrawn", "lapsed"})
# The hall owes an answer.
OWED: frozenset[State] = frozenset({"sent", "looking"})


class IllegalStep(Exception):
    """An event that the table does not allow: the journal or a rule is broken."""


def after(review: str, state: State, step: Step) -> State:
    """Where `step` leads from `state`. Raises IllegalStep, which names the review."""
    try:
        return LIFE[state, step]
    except KeyError:
        raise IllegalStep(f"review {review} is {state}; it cannot be {step}") from None


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    rows = ["stateDiagram-v2", "    [*] --> draft: opened"]
    rows += [f"    {state} --> {to}: {step}" for (state, step), to in LIFE.items()]
    rows += [f"    {state} --> [*]" for state in sorted(CLOSED)]
    return "\n".join(rows) + "\n"
