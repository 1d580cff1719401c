"""What contradicts itself in a guide: limits, papers, steps, fees, names that nothing has. Pure.

A finding says where, what, and what to write instead. After checkers of texts under GB/T 36114: a matter that is done
at once with a limit of days, a condition whose proof no paper is, a promise that is longer than the law's limit, a
way without acceptance, decision or handing over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from hall_daemon.matters import lint_time
from hall_daemon.matters.finding import Finding as Finding
from hall_daemon.matters.finding import Known as Known
from hall_daemon.matters.finding import Path
from hall_daemon.matters.guide import NO_CODE, Guide, Material
from hall_daemon.words.text import CHINESE

# Categories of signs that nobody sees; those that turn the reading order round; elements that stand in one line.
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
_ONE_LINE = frozenset({"title", "neutral", "aliases", "keywords"})
# Keys that have a default and are elements of every guide. A code that is left out is shown as 待确认;
# 决定机构 is mostly 受理机构.
ELEMENTS = (
    "reach", "quota", "visits", "basis", "conditions", "forbidden", "places", "channels", "rights", "consult",
    "complain", "progress", "faq",
)
# A paper whose name says when it is needed: 授权委托书（委托办理时）.
_CASE = re.compile(r"[（(][^（）()]*(?:时|的)[）)]$|如有|如需|必要时|需要时|的情形|的，")
_YUAN = re.compile(r"([1-9]\d*(?:\.\d+)?) ?元")


def findings(guide: Guide, known: Known, without: Collection[str | int] = ()) -> list[Finding]:
    """Everything that is wrong with one guide, in no order. `without`: elements of it that were left out for a mistake;
    what reads them is not asked, as it would blame what is not there."""
    asked = (check for check in CHECKS if check.reads.isdisjoint(without))
    return [found for check in asked for found in check.find(guide, known)]


def across(guides: Iterable[Guide]) -> dict[str, list[Finding]]:
    """What guides say against each other, by the id of the later one; each is good by itself."""
    found: dict[str, list[Finding]] = {}
    first: dict[tuple[str, str], str] = {}
    stopped = {guide.id for guide in guides if guide.stopped}
    titles = {title: guide.id for guide in guides for title in guide.title.values()}
    for guide in guides:
        for key, name in (("title", guide.title[CHINESE]), ("code", guide.code)):
            other = first.setdefault((key, name), guide.id)
            if name and other != guide.id:
                hint = f"each matter has its own; the other one is {other}"
                found.setdefault(guide.id, []).append(Finding((key,), "another guide has it", f'"{name}"', hint))
        for at, alias in enumerate(guide.aliases):
            if (other := titles.get(alias, guide.id)) != guide.id:
                hint = f"leave it out: it leads to {other}"
                found.setdefault(guide.id, []).append(
                    Finding(("aliases", at), "another guide is called so", f'"{alias}"', hint)
                )
        if guide.stopped and guide.stopped.replaced_by in stopped:
            told, hint = f'"{guide.stopped.replaced_by}"', "a matter that goes on, or leave it out"
            where: Path = ("stopped", "replaced_by")
            found.setdefault(guide.id, []).append(Finding(where, "is stopped as well", told, hint))
    return found


def unsure(guide: Guide) -> dict[str, int]:
    """Why facts of a guide are 待确认, and how many of them."""
    counts: dict[str, int] = {} if guide.code else {NO_CODE: 1}
    for confirm in (guide.visits_confirm, *(getattr(fact, "confirm", "") for fact in _parts(guide))):
        if confirm:
            counts[confirm] = counts.get(confirm, 0) + 1
    return dict(sorted(counts.items()))


def untold(guide: Guide) -> tuple[str, ...]:
    """Elements of GB/T 36114 that a guide may leave out and does: no mistake, but people will ask."""
    parts = [(name, (getattr(guide, name),)) for name in ELEMENTS]
    parts.append(("result.delivery", (guide.result.delivery,)))
    of_a_place = ("address", "hours", "phone")
    parts += [(f"places.{name}", tuple(getattr(place, name) for place in guide.places)) for name in of_a_place]
    return tuple(name for name, said in parts if any(one in (None, (), "") for one in said))


def _parts(value: object) -> Iterator[object]:
    """Every table of a guide, however deep."""
    if isinstance(value, tuple):
        for one in value:
            yield from _parts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _parts(one)
    elif fields := getattr(value, "__struct_fields__", ()):
        yield value
        for name in fields:
            yield from _parts(getattr(value, name))


def _group(guide: Guide, known: Known) -> Iterator[Finding]:
    yield from _known(("group",), guide.group, known.groups, "group", "name it under [matters.groups] of hall.toml")


def _service(guide: Guide, known: Known) -> Iterator[Finding]:
    if guide.service:
        yield from _known(("service",), guide.service, known.services, "service", "one of hall.toml, or leave it out")


def _form(guide: Guide, known: Known) -> Iterator[Finding]:
    if guide.form and known.forms is not None:
        yield from _known(("form",), guide.form, known.forms, "form", "the name of a file of the forms' folder")
        if known.of.get(guide.form, guide.id) != guide.id:
            hint = f"a form with matter = \"{guide.id}\", or leave it out"
            yield Finding(("form",), "is the form of another matter", f'"{known.of[guide.form]}"', hint)


def _deciding(guide: Guide, known: Known) -> Iterator[Finding]:
    for key, one in guide.materials.items():
        for place, field in enumerate(one.decided_by if guide.form in known.fields else ()):
            where: Path = ("materials", key, "decided_by", place)
            hint = f"a field of the form {guide.form}, or leave it out"
            yield from _known(where, field, known.fields[guide.form], "field", hint)


def _near(guide: Guide, known: Known) -> Iterator[Finding]:
    for at, near in enumerate(guide.near):
        if near.matter:
            yield from _known(("near", at, "matter"), near.matter, known.matters, "guide", "leave it out")
        if near.matter == guide.id:
            hint = "another guide, or leave it out"
            yield Finding(("near", at, "matter"), "is this matter itself", f'"{guide.id}"', hint)


def _wrong(guide: Guide, known: Known) -> Iterator[Finding]:
    for at, wrong in enumerate(guide.often_wrong):
        if wrong.material:
            hint = "one of [materials]"
            yield from _known(("often_wrong", at, "material"), wrong.material, guide.materials, "material", hint)


def _known(path: Path, name: str, names: Collection[str], what: str, hint: str) -> Iterator[Finding]:
    if name not in names:
        yield Finding(path, f"there is no such {what}", f'"{name}"', hint)


def _texts(guide: Guide, known: Known) -> Iterator[Finding]:
    """Names and sentences that nobody sees, or sees otherwise than they were written."""
    for path, text in _strings(guide, ()):
        if text.isprintable() and not text.isspace():
            continue
        unseen = {sign: unicodedata.category(sign) for sign in text if unicodedata.category(sign) in _UNSEEN}
        line = path[0] in _ONE_LINE or "name" in path
        if unseen.keys() >= set(text):
            yield Finding(path, "is blank", hint="write it, or leave it out")
        elif any(sign in _TURNS or (kind == "Cc" and (line or sign not in "\n\t")) for sign, kind in unseen.items()):
            hint = "type it anew, in one line" if line else "type it anew"
            yield Finding(path, "has signs that nobody sees: a line's end, or what turns a text round", hint=hint)


def _strings(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of a guide that is told, with where it stands."""
    if isinstance(value, str):
        if value:
            yield path, value
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            yield from _strings(one, (*path, at))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _strings(one, (*path, key))
    else:
        for name in getattr(value, "__struct_fields__", ()):
            yield from _strings(getattr(value, name), (*path, name))


def _conditions(guide: Guide, known: Known) -> Iterator[Finding]:
    for at, condition in enumerate(guide.conditions):
        for place, key in enumerate(condition.proof):
            path: Path = ("conditions", at, "proof", place)
            yield from _known(path, key, guide.materials, "material", f"add [materials.{key}], or name another")
        if not condition.proof and not condition.proven:
            hint = 'proof = ["KEY of a material"], or proven = "data", "site" or "nothing"'
            yield Finding(("conditions", at), "no paper shows this condition", hint=hint)
        shown = [guide.materials[key].need for key in condition.proof if key in guide.materials]
        if shown and not condition.proven and all(need == "optional" for need in shown):
            hint = 'another paper, need = "always" or "when", or proven'
            yield Finding(("conditions", at, "proof"), "is shown only by papers that nobody has to bring", hint=hint)


def _papers(guide: Guide, known: Known) -> Iterator[Finding]:
    names: dict[str, str] = {}
    for key, one in guide.materials.items():
        yield from _paper(("materials", key), one, guide)
        if (other := names.setdefault(one.name[CHINESE], key)) != key:
            hint = f"tell it from {other}, or leave one out"
            yield Finding(("materials", key, "name"), "another paper is called so", f'"{one.name[CHINESE]}"', hint)


def _paper(path: Path, one: Material, guide: Guide) -> Iterator[Finding]:
    if one.need == "when" and one.when is None:
        yield Finding(path, "is needed in a case that is not told", hint='when = { zh = "…" }, or need = "always"')
    if one.need != "when" and (one.when or one.decided_by):
        yield Finding((*path, "need"), "does not say when, and a case is told", f'"{one.need}"', 'need = "when"')
    if one.paper and not (one.original or one.copies):
        hint = "original = 1, copies = 1, or paper = false"
        yield Finding(path, "neither an original nor a copy is wanted", hint=hint)
    if not one.paper and not one.electronic and not one.shared:
        yield Finding(path, "comes neither on paper nor otherwise", hint="paper, electronic or shared = true")
    if one.source == "government" and one.issuer is None:
        yield Finding(path, "does not say which office issues it", hint='issuer = { zh = "…", en = "…" }')
    if guide.visits == 0 and one.need == "always" and not (one.electronic or one.shared):
        hint = "electronic or shared = true, or visits = 1"
        yield Finding(path, "comes on paper only, and nobody has to come", hint=hint)
    if one.gap and one.need == "optional":
        hint = 'need = "always" or "when", or no gap'
        yield Finding((*path, "gap"), "may come later, and need not come at all", hint=hint)
    if one.need == "always" and (case := _CASE.search(one.name[CHINESE])):
        hint = 'need = "when" and when = { zh = "…" }, and the name without it'
        yield Finding((*path, "name"), "names the case in which it is needed", f'"{case.group()}"', hint)


def _fee(guide: Guide, known: Known) -> Iterator[Finding]:
    fee = guide.fee
    if fee.charged and not fee.charges:
        hint = "charges = [{ name = { … }, fen = 1000 }]"
        yield Finding(("fee",), "something is paid and no amount is told", hint=hint)
    if not fee.charged and fee.charges:
        yield Finding(("fee", "charged"), "nothing is paid and amounts are told", "false", "charged = true")
    if not fee.charged and fee.text and (told := _YUAN.search(fee.text[CHINESE])):
        yield Finding(("fee", "text"), "nothing is paid and an amount is told", f'"{told.group()}"', "charged = true")
    amounts = {charge.fen for charge in fee.charges}
    told_fen = {round(float(yuan) * 100) for yuan in _YUAN.findall(fee.text[CHINESE])} if fee.text else set()
    if fee.charged and not fee.confirm and told_fen and None not in amounts and not told_fen & amounts:
        yield Finding(("fee", "text"), "tells another amount than charges", hint="the same in words and in fen")
    for at, charge in enumerate(fee.charges):
        if (charge.fen is None) != charge.assessed:
            hint = "fen = 1000 for ten yuan, or assessed = true: one of them"
            yield Finding(("fee", "charges", at), "an amount is missing, or told and assessed", hint=hint)


def _stopped(guide: Guide, known: Known) -> Iterator[Finding]:
    stop = guide.stopped
    if stop is None or stop.replaced_by is None:
        return
    path: Path = ("stopped", "replaced_by")
    yield from _known(path, stop.replaced_by, known.matters, "guide", "the name of a guide's file, or leave it out")
    if stop.replaced_by == guide.id:
        yield Finding(path, "a matter does not take its own place", f'"{guide.id}"', "another guide, or leave it out")


class Check(NamedTuple):
    """`reads`: the elements of a guide that it looks at."""

    reads: frozenset[str]
    find: Callable[[Guide, Known], Iterable[Finding]]


def _check(find: Callable[[Guide, Known], Iterable[Finding]], *reads: str) -> Check:
    return Check(frozenset(reads), find)


CHECKS = (
    _check(_group, "group"),
    _check(_service, "service"),
    _check(_form, "form"),
    _check(_deciding, "form", "materials"),
    _check(_near, "near"),
    _check(_wrong, "often_wrong", "materials"),
    _check(_conditions, "conditions", "materials"),
    _check(_papers, "materials", "visits"),
    _check(_fee, "fee"),
    _check(_stopped, "stopped"),
    _check(lint_time.limits, "limits", "kind", "type"),
    _check(lint_time.limits_in_words, "limits"),
    _check(lint_time.stages, "steps", "conditions"),
    _check(lint_time.steps, "steps", "limits", "type"),
    _check(lint_time.gaps, "materials", "limits"),
    _check(_texts),
)
