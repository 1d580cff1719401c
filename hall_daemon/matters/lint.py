"""What contradicts itself in a guide: limits, papers, steps, fees, names that nothing has. Pure.

A finding says where, what, and what to write instead. After checkers of texts under GB/T 36114: a matter that is done
at once with a limit of days, a condition whose proof no paper is, a promise that is longer than the law's limit, a
way without acceptance, decision or handing over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from hall_daemon.matters.guide import NO_CODE, Guide, Limit, Material, Stage
from hall_daemon.words.text import CHINESE

Path = tuple[str | int, ...]

# Every way has these; the others only where they happen.
NEEDED_STAGES: tuple[Stage, ...] = ("accept", "decide", "deliver")
# A natural day is less than a working day: five of seven.
_NATURAL_OF_WORKING = 7 / 5
# Keys that have a default and are elements of every guide. A code that is left out is shown as 待确认;
# 决定机构 is mostly 受理机构.
ELEMENTS = (
    "reach", "quota", "visits", "basis", "conditions", "forbidden", "places", "channels", "rights", "consult",
    "complain", "progress", "faq",
)
_DAYS = re.compile(r"(\d{1,3}) ?(?:个工作日|日|天)")
_YUAN = re.compile(r"([1-9]\d*(?:\.\d+)?) ?元")


class Finding(NamedTuple):
    """At `path` of the guide's file; `hint`: what to write instead."""

    path: Path
    message: str
    found: str = ""
    hint: str = ""


class Known(NamedTuple):
    """What a guide may name. `forms` None: this hall's forms are not known here, so they are not looked for; `fields`
    of each form that can be read, and the matter that it is `of`."""

    matters: Collection[str]
    groups: Collection[str]
    services: Collection[str]
    forms: Collection[str] | None = None
    fields: Mapping[str, Collection[str]] = MappingProxyType({})
    of: Mapping[str, str] = MappingProxyType({})


def findings(guide: Guide, known: Known) -> list[Finding]:
    """Everything that is wrong with one guide, in no order."""
    return [
        *_names(guide, known), *_limits(guide), *_papers(guide), *_steps(guide), *_fee(guide), *_stopped(guide, known),
    ]


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
    for fact in _parts(guide):
        if confirm := getattr(fact, "confirm", ""):
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


def _names(guide: Guide, known: Known) -> Iterator[Finding]:
    yield from _known(("group",), guide.group, known.groups, "group", "name it under [matters.groups] of hall.toml")
    if guide.service:
        yield from _known(("service",), guide.service, known.services, "service", "one of hall.toml, or leave it out")
    if guide.form and known.forms is not None:
        yield from _known(("form",), guide.form, known.forms, "form", "the name of a file of the forms' folder")
        if known.of.get(guide.form, guide.id) != guide.id:
            hint = f"a form with matter = \"{guide.id}\", or leave it out"
            yield Finding(("form",), "is the form of another matter", f'"{known.of[guide.form]}"', hint)
    for key, one in guide.materials.items():
        for place, field in enumerate(one.decided_by if guide.form in known.fields else ()):
            where: Path = ("materials", key, "decided_by", place)
            hint = f"a field of the form {guide.form}, or leave it out"
            yield from _known(where, field, known.fields[guide.form], "field", hint)
    for at, near in enumerate(guide.near):
        if near.matter:
            yield from _known(("near", at, "matter"), near.matter, known.matters, "guide", "leave it out")
        if near.matter == guide.id:
            hint = "another guide, or leave it out"
            yield Finding(("near", at, "matter"), "is this matter itself", f'"{guide.id}"', hint)
    for at, condition in enumerate(guide.conditions):
        for place, key in enumerate(condition.proof):
            path: Path = ("conditions", at, "proof", place)
            yield from _known(path, key, guide.materials, "material", f"add [materials.{key}], or name another")
    for at, wrong in enumerate(guide.often_wrong):
        if wrong.material:
            hint = "one of [materials]"
            yield from _known(("often_wrong", at, "material"), wrong.material, guide.materials, "material", hint)


def _known(path: Path, name: str, names: Collection[str], what: str, hint: str) -> Iterator[Finding]:
    if name not in names:
        yield Finding(path, f"there is no such {what}", f'"{name}"', hint)


def _working(limit: Limit) -> float:
    """A limit in working days, so that two of different units compare."""
    return limit.days if limit.unit == "working" else limit.days / _NATURAL_OF_WORKING


def _limits(guide: Guide) -> Iterator[Finding]:
    legal, promised = guide.limits.legal, guide.limits.promised
    path: Path = ("limits", "promised", "days")
    for name, limit in (("legal", legal), ("promised", promised)):
        # What is 待确认 anyway may say how it is elsewhere.
        told = _days_in(limit.text) if limit and (name == "legal" or not limit.confirm) else ()
        if limit is not None and limit.days and told and limit.days not in told:
            hint = "the same in words and in days"
            yield Finding(("limits", name, "text"), "tells other days", _said(limit), hint)
    if legal is not None and _working(promised) > _working(legal):
        hint = f"at most {legal.days} {legal.unit} days, or mend the legal one"
        yield Finding(path, "more is promised than the law allows", _said(promised), hint)
    if guide.kind == "at_once" and promised.days > 1:
        hint = 'kind = "promised", or days = 0'
        yield Finding(path, "a matter that is done at once takes no days", _said(promised), hint)
    if guide.kind == "promised" and promised.days == 0:
        yield Finding(path, "a promised matter says how many days", _said(promised), 'kind = "at_once", or days')


def _days_in(text: Mapping[str, str] | None) -> tuple[int, ...]:
    return tuple(map(int, _DAYS.findall(text[CHINESE]))) if text else ()


def _said(limit: Limit) -> str:
    return f"{limit.days} {limit.unit} days"


def _papers(guide: Guide) -> Iterator[Finding]:
    for at, condition in enumerate(guide.conditions):
        if not condition.proof and not condition.proven:
            hint = 'proof = ["KEY of a material"], or proven = "data", "site" or "nothing"'
            yield Finding(("conditions", at), "no paper shows this condition", hint=hint)
        shown = [guide.materials[key].need for key in condition.proof if key in guide.materials]
        if shown and not condition.proven and all(need == "optional" for need in shown):
            hint = 'another paper, need = "always" or "when", or proven'
            yield Finding(("conditions", at, "proof"), "is shown only by papers that nobody has to bring", hint=hint)
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
    if one.gap and one.gap.days and (longest := _longest(guide)) and one.gap.days > longest:
        hint = f"at most {longest}, the matter's own limit"
        yield Finding((*path, "gap", "days"), "may come later than the matter is done", str(one.gap.days), hint)


def _longest(guide: Guide) -> int:
    """The promised limit; of a matter that is done at once the legal one; 0 where there is none."""
    return guide.limits.promised.days or _legal(guide)


def _legal(guide: Guide) -> int:
    return guide.limits.legal.days if guide.limits.legal else 0


def _steps(guide: Guide) -> Iterator[Finding]:
    there: Mapping[Stage, int] = {stage: at for at, step in enumerate(guide.steps) for stage in step.stages}
    for stage in NEEDED_STAGES:
        if stage not in there:
            hint = f'a step with stages = ["{stage}"]; one step may have several'
            yield Finding(("steps",), f"no step is {_STAGE_WORDS[stage]}", hint=hint)
    for at, step in enumerate(guide.steps):
        least, most = min(_days_in(step.time), default=0), max(guide.limits.promised.days, _legal(guide))
        if least > most > 0 and {"review", "decide"}.intersection(step.stages):
            hint = f"at most {most}, the matter's own limit"
            yield Finding(("steps", at, "time"), "takes longer than the matter", f"{least} days", hint)
    order = [there[stage] for stage in NEEDED_STAGES if stage in there]
    if order != sorted(order):
        yield Finding(("steps",), "stand in another order than they are done", hint="accept, decide, deliver")


_STAGE_WORDS: Mapping[Stage, str] = {"accept": "受理 (accept)", "decide": "决定 (decide)", "deliver": "送达 (deliver)"}


def _fee(guide: Guide) -> Iterator[Finding]:
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
