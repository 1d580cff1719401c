"""Who stands in a form already: one touch writes the same person again, where one person has several roles. Pure.

Nobody is written by himself: whoever fills the form in says who it is. As form-people.js of the phones' form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from hall_daemon.matters.fields import tidy
from hall_daemon.matters.formats import id_number
from hall_daemon.wire.forms import FormField
from kiosk_ui.state import drafts
from kiosk_ui.state.drafts import Draft, Place

Part = Literal["", "name", "id_number"]


class Someone(NamedTuple):
    """By their number; a name alone is nobody."""

    id_number: str
    name: str

    def __repr__(self) -> str:
        return "Someone(…)"


def offered(draft: Draft, at: Place) -> tuple[Someone, ...]:
    """Those who can be meant by the open question, while it is empty, in the order of the form."""
    part = _part(drafts.asked_at(draft, at))
    if not part or draft.walk or drafts.answer_at(draft, at):
        return ()
    return tuple(each for each in _people(draft) if getattr(each, part))


def written(draft: Draft, at: Place, someone: Someone) -> Draft:
    """Name and number, in this row or form, wherever the same person is asked for and nothing stands yet."""
    whose = _whose(drafts.asked_at(draft, at))
    fields = drafts.asked_at(draft, Place(at.field)).parts if at.part else draft.form.fields
    for field in fields:
        part = _part(field)
        place = Place(at.field, at.row, field.id) if at.part else Place(field.id)
        value = getattr(someone, part) if part and _whose(field) == whose else ""
        if value and not drafts.answer_at(draft, place):
            draft = drafts.with_answer(draft, place, value)
    return draft


def _part(field: FormField) -> Part:
    """What of a person a question asks for, by its meaning or by its kind."""
    whose, _, last = field.means.rpartition(".")
    if last == "name" and whose != "org":
        return "name"
    return "id_number" if field.kind in ("id_number", "identifier") else ""


def _whose(field: FormField) -> str:
    return (field.means or field.id).partition(".")[0]


def _people(draft: Draft) -> tuple[Someone, ...]:
    found: dict[str, str] = {}
    for said in _said(draft):
        number = tidy("id_number", str(said.get("id_number") or ""))
        if id_number(number, draft.today):
            found[number] = found.get(number) or str(said.get("name") or "")
    return tuple(Someone(number, name) for number, name in found.items())


def _said(draft: Draft) -> Iterator[Mapping[str, object]]:
    """Name and number of each role that has some, those of rows behind those of the form."""
    shown = [each for each in draft.form.fields if each.id not in draft.verdict.hidden]
    yield from _roles(shown, draft.answers)
    for field in shown:
        for row in drafts.rows_of(draft, field.id) if field.parts else ():
            yield from _roles(field.parts, row)


def _roles(fields: Sequence[FormField], values: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    roles: dict[str, dict[str, object]] = {}
    for field in fields:
        if part := _part(field):
            roles.setdefault(_whose(field), {})[part] = values.get(field.id)
    yield from roles.values()
