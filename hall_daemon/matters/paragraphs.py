"""A guide as paragraphs with ids, to be read, spoken and linked to: `fee`, `materials`, `materials.id_card`, `faq.2`.

Pure. Titles and joints come from the files of words (`guide.…`), sentences from the guide. An answer names a paragraph
by its id; a paragraph that has nothing to say is not there. `titles` are those of other matters, which a guide names
by their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from hall_daemon.matters.guide import NO_CODE, Charge, Contact, Fact, Guide, Limit, Material, Place, Result, Step
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text, joined, same


class Line(Struct, frozen=True, omit_defaults=True):
    """`confirm`: why it has to be looked at first, "" where it is certain. `part`: what of the guide it is, as
    `id_card` among the materials."""

    text: Text
    confirm: str = ""
    part: str = ""


class Paragraph(Struct, frozen=True):
    id: str
    title: Text
    lines: tuple[Line, ...]


Titles = Mapping[str, Text]
_NO_TITLES: Titles = MappingProxyType({})


def paragraphs(guide: Guide, titles: Titles = _NO_TITLES) -> tuple[Paragraph, ...]:
    """In the order in which people need them."""
    found = (
        ("stopped", [*_stopped(guide, titles)]),
        ("scope", _facts([guide.scope, guide.reach, guide.quota])),
        ("conditions", _facts(guide.conditions)),
        ("forbidden", _facts(guide.forbidden)),
        ("materials", [_material(key, one) for key, one in guide.materials.items()]),
        ("limit", _limits(guide)),
        ("fee", _fee(guide)),
        ("steps", [_step(at, step) for at, step in enumerate(guide.steps, 1)]),
        ("places", [_place(place) for place in guide.places]),
        ("hours", [Line(place.hours, place.confirm) for place in guide.places if place.hours]),
        ("channels", _facts(guide.channels)),
        ("result", [*_result(guide.result)]),
        ("often_wrong", _facts(guide.often_wrong)),
        ("near", [Line(dict(one.text), "", one.matter or "") for one in guide.near]),
        ("basis", _facts(guide.basis)),
        ("rights", _facts(guide.rights)),
        ("contact", [*_contact("consult", guide.consult), *_contact("complain", guide.complain)]),
        ("progress", _facts([guide.progress])),
        ("matter", _matter(guide)),
    )
    named = [Paragraph(id_, _words(f"paragraph.{id_}"), tuple(lines)) for id_, lines in found if lines]
    asked = [
        Paragraph(f"faq.{at}", dict(one.q), (Line(dict(one.a), one.confirm),)) for at, one in enumerate(guide.faq, 1)
    ]
    return (*named, *asked)


def paragraph(guide: Guide, id: str) -> Paragraph | None:
    """The one with this id; `materials.id_card` is the line of that material alone."""
    whole, _, part = id.partition(".")
    for one in paragraphs(guide):
        if one.id == id:
            return one
        if one.id == whole and (lines := tuple(line for line in one.lines if part and line.part == part)):
            return Paragraph(id, one.title, lines)
    return None


def limit_words(limit: Limit) -> Text:
    """`5 个工作日`, `当场办结`."""
    return _words(f"days.{limit.unit}", days=limit.days) if limit.days else _words("days.at_once")


def money(fen: int) -> str:
    """12.5, 80: yuan as they are written."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")


def _words(key: str, **facts: str | int | Text) -> Text:
    return tables().text(f"guide.{key}", facts)


def _with(*parts: Text | None) -> Text:
    """What there is, one after the other."""
    return joined([dict(part) for part in parts if part], _words("joint"))


def _facts(facts: Iterable[Fact | None]) -> list[Line]:
    return [Line(dict(fact.text), fact.confirm) for fact in facts if fact]


def _stopped(guide: Guide, titles: Titles) -> Iterator[Line]:
    if stop := guide.stopped:
        yield Line(_with(_words("stopped", since=stop.since), stop.text))
        if stop.replaced_by and stop.replaced_by in titles:
            yield Line(_words("instead", title=dict(titles[stop.replaced_by])), "", "instead")


def _result(result: Result) -> Iterator[Line]:
    yield Line(dict(result.name))
    if result.years:
        yield Line(_words("years", n=result.years), result.confirm, "years")
    yield from _facts([result.valid, result.renewal, result.delivery])


def _matter(guide: Guide) -> Iterator[Line]:
    """What it is in the local catalogue of government matters: where its code is not known, nobody looked there."""
    doubt = "" if guide.code else NO_CODE
    yield Line(_words("code", code=guide.code) if guide.code else _words("no_code"), doubt, "code")
    yield Line(_with(_words(f"type.{guide.type}"), _words(f"kind.{guide.kind}")), doubt, "type")
    yield Line(_words("department", office=dict(guide.department)), "", "department")
    if guide.decider:
        yield Line(_words("decider", office=dict(guide.decider)), "", "decider")
    if guide.visits is not None:
        yield Line(_words("visits", n=guide.visits), guide.visits_confirm, "visits")


def _material(key: str, one: Material) -> Line:
    original = _words("original", n=one.original) if one.original else None
    copies = _words("copies", n=one.copies) if one.copies else None
    kinds = _words("no_paper") if not (original or copies) else None
    need = one.when if one.need == "when" else _words("optional") if one.need == "optional" else None
    late = None
    if one.gap:
        late = _words(f"gap.{one.gap.unit}", days=one.gap.days) if one.gap.days else _words("gap.agreed")
    promise = _words("promise") if one.promise else None
    shared = _words("shared") if one.shared else None
    issuer = _words("issued_by", issuer=dict(one.issuer)) if one.issuer else _words(f"source.{one.source}")
    looks = [
        tables().text(f"page.guide.paper.{name}", {"what": dict(text)})
        for name, text in (("pages", one.pages), ("signed", one.signed), ("valid", one.valid), ("photo", one.photo))
        if text
    ]
    about = (original, copies, kinds, need, issuer, *looks, shared, late, promise, one.note)
    doubts = [part.confirm for part in (one, one.gap, one.promise) if part and part.confirm]
    return Line(_with(dict(one.name), *about), doubts[0] if doubts else "", key)


def _limits(guide: Guide) -> Iterator[Line]:
    legal, promised = guide.limits.legal, guide.limits.promised
    yield Line(_with(_words("promised", days=limit_words(promised)), promised.text), promised.confirm, "promised")
    if legal is None:
        yield Line(_words("no_legal"), "", "legal")
        return
    longer = _words(f"longer.{legal.unit}", days=legal.longer) if legal.longer else None
    yield Line(_with(_words("legal", days=limit_words(legal)), longer, legal.text), legal.confirm, "legal")


def _fee(guide: Guide) -> Iterator[Line]:
    fee = guide.fee
    yield Line(_with(_words("charged" if fee.charged else "free"), fee.text), fee.confirm)
    for charge in fee.charges:
        yield Line(_charge(charge), charge.confirm)


def _charge(charge: Charge) -> Text:
    name = dict(charge.name)
    return _words("assessed", name=name) if charge.fen is None else _words("charge", name=name, yuan=money(charge.fen))


def _step(at: int, step: Step) -> Line:
    about = (step.actor, step.action, step.time, step.document)
    return Line(_with(dict(step.name), *about), step.confirm, str(at))


def _place(place: Place) -> Line:
    return Line(_with(dict(place.name), place.address, same(place.phone) if place.phone else None), place.confirm)


def _contact(way: str, contact: Contact | None) -> list[Line]:
    if contact is None:
        return []
    phone = same(contact.phone) if contact.phone else None
    return [Line(_with(_words(way), phone, contact.text), contact.confirm, way)]
