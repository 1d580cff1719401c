"""Numbers while they are typed: their groups, and what can be said of them so far. Pure.

What is said of a number may tell a birthday: that is shown, and never spoken.
"""

from __future__ import annotations

from itertools import pairwise

from hall_daemon.matters.days import day_of
from hall_daemon.matters.fields import FOREVER, KINDS
from hall_daemon.matters.formats import FORMATS, born
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
    wrong = told in (words("live.birth"), words("live.last"), words("live.date"), words("live.wrong"))
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
    birth = f"{typed[6:10]}-{typed[10:12]}-{typed[12:14]}"
    if field.kind == "id_number" and len(typed) >= 14 and day_of(birth) is None:
        return words("live.birth")
    if left > 0:
        return words("live.left", n=left)
    if field.kind == "id_number":
        person = born(typed, today)
        month = words(f"month.{int(typed[10:12])}")
        return words("live.id", year=typed[6:10], month=month, day=int(typed[12:14])) if person else (
            words("live.last"))
    if field.kind in filling.DATES:
        return words("live.fits" if day_of(f"{typed[:4]}-{typed[4:6]}-{typed[6:]}") is not None else "live.date")
    format_ = field.format or KINDS[field.kind].format
    return words("live.fits" if not format_ or FORMATS[format_](typed, today) else "live.wrong")
