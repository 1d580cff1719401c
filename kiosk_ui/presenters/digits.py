"""Numbers while they are typed: their groups, and what can be said of them so far. Pure.

What is said of a number may tell a birthday: that is shown, and never spoken.
"""

from __future__ import annotations

from itertools import pairwise

from hall_daemon.matters.days import day_of
from hall_daemon.matters.fields import FOREVER, KINDS
from hall_daemon.matters.formats import FORMATS, id_number, of_a_region
from hall_daemon.wire.forms import FormField
from kiosk_ui.presenters.page import Group, Note
from kiosk_ui.state import filling
from kiosk_ui.words import Words

# Where a group of digits ends.
_GROUPS = {"id_number": (6, 14), "phone": (3, 7), "card": (4, 8, 12, 16), "date": (4, 6), "expiry": (4, 6)}
LENGTHS = {"id_number": 18, "phone": 11, "postcode": 6, "date": 8, "expiry": 8}
_GROUP_LABELS = {"id_number": ("area", "birth", "last"), "date": ("year", "month", "day")}


def groups(words: Words, kind: str, typed: str) -> tuple[Group, ...]:
    """A number whose groups mean something, each with what it is."""
    labels, whole = _GROUP_LABELS.get(kind, ()), LENGTHS.get(kind, 0)
    if not labels or not typed.isascii():
        return ()
    cuts = (0, *_GROUPS[kind], whole)
    return tuple(
        Group(typed[start:end], end - start, words(f"group.{label}"))
        for (start, end), label in zip(pairwise(cuts), labels, strict=True)
    )


def live_note(words: Words, field: FormField, typed: str, told: str) -> Note | None:
    """Not whole yet, right, or wrong."""
    if not told:
        return None
    whole = len(typed) >= LENGTHS[field.kind]
    wrong = told in {words(f"live.{what}") for what in ("area", "birth", "last", "date", "wrong")}
    return Note("live", told, "bad" if wrong else "good" if whole else "plain")


def heard(words: Words, live: Note | None) -> str:
    """Aloud: that a number is wrong, and how; or that it fits, never more. Not how much is to come, at every digit."""
    said = {"bad": live.text, "good": words("live.fits")} if live else {}
    return said.get(live.tone, "") if live else ""


def grouped(kind: str, typed: str) -> str:
    """In groups, as it stands on a card."""
    if not typed.isascii():
        return typed
    cuts = [0, *(cut for cut in _GROUPS.get(kind, ()) if cut < len(typed)), len(typed)]
    between = "-" if kind in filling.DATES else " "
    return between.join(typed[start:end] for start, end in pairwise(cuts))


def live_check(words: Words, field: FormField, typed: str, today: int) -> str:
    """What can be said of a number while it is typed; "" for nothing."""
    left = LENGTHS.get(field.kind, 0) - len(typed)
    if not typed or field.kind not in LENGTHS or typed == FOREVER:
        return ""
    if field.kind == "id_number":
        return _id_check(words, typed, today)
    if left > 0:
        return words("live.left", n=left)
    if field.kind in filling.DATES:
        return words("live.fits" if day_of(f"{typed[:4]}-{typed[4:6]}-{typed[6:]}") is not None else "live.date")
    format_ = field.format or KINDS[field.kind].format
    return words("live.fits" if not format_ or FORMATS[format_](typed, today) else "live.wrong")


def _id_check(words: Words, typed: str, today: int) -> str:
    """Group by group, as soon as one is whole: who mistyped the first need not type the others."""
    area, birth = _GROUPS["id_number"]
    if len(typed) >= area and not of_a_region(typed):
        return words("live.area")
    if len(typed) < birth:
        fits = words("live.area.fits") if len(typed) >= area else ""
        return words("list.dot").join(filter(None, (fits, words("live.left", n=LENGTHS["id_number"] - len(typed)))))
    day = day_of(f"{typed[6:10]}-{typed[10:12]}-{typed[12:14]}")
    if day is None or day > today:
        return words("live.birth")
    year, month, number = typed[6:10], words(f"month.{int(typed[10:12])}"), int(typed[12:14])
    if left := LENGTHS["id_number"] - len(typed):
        born_on = words("live.birth.fits", year=year, month=month, day=number)
        return words("list.dot").join((words("live.area.fits"), born_on, words("live.left", n=left)))
    whole = id_number(typed, today)
    return words("live.id", year=year, month=month, day=number) if whole else words("live.last")
