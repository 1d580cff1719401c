"""The slip of a list (一次性告知): what is to be mended of a pre-review, on paper. Pure.

On it stand the review's number, codes in words and a day: no person, and nothing that staff wrote.
"""

from __future__ import annotations

from collections.abc import Iterator

from device_drivers.ports import Feed, Rule, Slip, SlipItem, Text
from hall_daemon.wire.reviews import DefectView, ReviewView
from hall_daemon.words.tables import tables
from hall_daemon.words.text import CHINESE
from hall_daemon.words.text import Text as Words


def list_slip(hall: Words, view: ReviewView) -> Slip:
    """Of a review that has a list; papers are Chinese, as those of numbers."""
    return Slip(tuple(_items(hall, view)))


def _items(hall: Words, view: ReviewView) -> Iterator[SlipItem]:
    defects = view.lists[-1].defects
    yield Text(hall[CHINESE], align="center", bold=True)
    yield Text(_word("title"), size=2, align="center", bold=True)
    yield Rule()
    yield Text(view.title[CHINESE])
    yield Text(_word("review").format(review=view.review))
    if view.due:
        year, month, day = view.due.split("-")
        key = "until_about" if view.about else "until"
        yield Text(_word(key).format(year=year, month=int(month), day=int(day)))
    yield Rule()
    yield Text(_word("count").format(n=len(defects)), bold=True)
    for at, defect in enumerate(defects, 1):
        yield Text(_word("entry").format(n=at, place=_place(defect)), bold=True)
        yield Text(defect.said[CHINESE])
    yield Feed(1)
    yield Text(_word("whole"))
    yield Rule()
    yield Text(view.note[CHINESE], align="center", bold=True)


def _place(defect: DefectView) -> str:
    place = defect.place[CHINESE]
    where = defect.where[CHINESE] if defect.where else ""
    page = _word("page").format(place=place, page=defect.page) if defect.page else place
    return f"{page} {where}".rstrip()


def _word(key: str) -> str:
    return tables().text(f"review.slip.{key}")[CHINESE]
