"""What is wrong with what was handed in, as one coded list (一次性告知), and how each of it is answered.

A defect names a paper or a field and a code; words of a clerk lie in the dossier, the defect has their id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from hall_daemon.domain.value import value

Of = Literal["paper", "field"]
Code = Literal[
    "missing", "wrong_form", "unreadable", "expired", "not_matching", "not_signed", "too_few_copies", "not_needed",
    "other",
]
How = Literal["replaced", "not_needed", "promise"]
WhyLate = Literal["facts_changed", "hidden_by_another", "rule_changed", "overlooked"]
WhyRefused = Literal["not_ours", "conditions_not_met", "cannot_be_reviewed", "false_papers"]

CODES: tuple[Code, ...] = get_args(Code)
HOWS: tuple[How, ...] = get_args(How)
# Why a later list names what an earlier look passed over.
WHY_LATE: tuple[WhyLate, ...] = get_args(WhyLate)
WHY_REFUSED: tuple[WhyRefused, ...] = get_args(WhyRefused)
# These say nothing without words.
IN_WORDS: frozenset[str] = frozenset({"other"})
MOST = 60
# A circle on a page is left, top, width and height in thousandths of its picture as it stands upright.
WHOLE = 1000


@value(kw_only=True)
class Defect:
    """`id` is of a paper or a field of the form, `page` counts from 1 (0: all of it), `field` is what a paper does not
    match, `text` the id of words in the dossier, `area` the circle on that page, () for none."""

    of: Of
    id: str
    code: Code
    page: int = 0
    field: str = ""
    text: str = ""
    area: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """What the person changes to mend it, as `paper:licence`."""
        return f"{self.of}:{self.id}"

    @property
    def spot(self) -> str:
        """The page of it that is meant, where one is: `paper:licence/2`."""
        return page_place(self.id, self.page) if self.of == "paper" and self.page else self.place


def page_place(paper: str, page: int) -> str:
    return f"paper:{paper}/{page}"


def fits_page(area: tuple[int, ...]) -> bool:
    """Whether that is a circle on a page."""
    if len(area) != len(("left", "top", "width", "height")):
        return False
    left, top, width, height = area
    return min(left, top) >= 0 and min(width, height) >= 1 and left + width <= WHOLE and top + height <= WHOLE


def corner_of(area: tuple[int, ...]) -> str:
    """Where on its page that is, for who does not see the circle: one of nine, as `top_left`; "" for no circle."""
    if not area:
        return ""
    left, top, width, height = area
    column, row = (min(2, 3 * (begin + size // 2) // WHOLE) for begin, size in ((left, width), (top, height)))
    return f"{('top', 'middle', 'bottom')[row]}_{('left', 'centre', 'right')[column]}"


@value(kw_only=True)
class Reply:
    """The answer to entry `at` (from 0) of the last list: a new version, not needed (why, in the dossier), or the
    promise to bring it later (容缺)."""

    at: int
    how: How
    text: str = ""


@value(kw_only=True)
class DefectList:
    """What was told in one go; `replies` are empty until it is sent again. `late`: entries that an earlier look had
    before it, unchanged."""

    defects: tuple[Defect, ...]
    replies: tuple[Reply, ...] = ()
    why_late: str = ""
    late: int = 0


def late_entries(
    told: Sequence[DefectList], changed: dict[str, int], defects: Iterable[Defect]
) -> tuple[Defect, ...]:
    """Those of a new list that should have stood in an earlier one: what they name was there and unchanged then.

    `changed`: place -> how many lists had been told when it last changed; what is not in it never did. A page is not
    changed by another page of the same paper. An entry that every list since then has had, as it was not mended, is not
    late.
    """
    return tuple(
        defect
        for defect in defects
        if len(told) > (since := changed.get(defect.spot, 0))
        and not all(any(_is_again(defect, each) for each in list_.defects) for list_ in told[since:])
    )


def _is_again(defect: Defect, before: Defect) -> bool:
    """The same lack of the same place, on the same page or one of those that were meant."""
    return (defect.place, defect.code) == (before.place, before.code) and before.page in (0, defect.page)
