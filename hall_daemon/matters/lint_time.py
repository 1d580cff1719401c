"""What contradicts itself in a guide's days: limits against the law and against their own words, steps against the
limits, papers that may come later. Pure.

A licence (行政许可) has the law's clocks: accepted or sent back within 5 working days (第三十二条), decided within a
limit that is told (第四十二条), handed over within 10 working days of the decision (第四十四条).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hall_daemon.matters.finding import Finding, Known, Path
from hall_daemon.matters.guide import Guide, Limit, Stage, Step
from hall_daemon.matters.spans import Span, at_once, spans, working
from hall_daemon.words.text import CHINESE

# Every way has these; the others only where they happen.
NEEDED_STAGES: tuple[Stage, ...] = ("apply", "accept", "decide", "deliver")
_IN_ORDER: tuple[Stage, ...] = ("apply", "accept", "review", "decide", "deliver")
_STAGE_WORDS: Mapping[Stage, str] = {
    "apply": "申请 (apply)", "accept": "受理 (accept)", "decide": "决定 (decide)", "deliver": "送达 (deliver)",
}
# What of a licence takes so many working days at most, where its step is nothing else but what stands beside it.
_LAWS: tuple[tuple[Stage, frozenset[Stage], int, str], ...] = (
    ("accept", frozenset({"apply", "accept"}), 5, "受理 of a licence takes longer than 5 working days"),
    ("deliver", frozenset({"deliver", "after"}), 10, "送达 of a licence takes longer than 10 working days"),
)
# Rounding of natural days is no contradiction.
_NEARLY = 1e-6


def limits(guide: Guide, known: Known) -> Iterator[Finding]:
    legal, promised = guide.limits.legal, guide.limits.promised
    path: Path = ("limits", "promised", "days")
    if legal is not None and working(promised) > working(legal) + _NEARLY:
        hint = f"at most {legal.days} {legal.unit} days, or mend the legal one"
        yield Finding(path, "more is promised than the law allows", _said(promised), hint)
    elif legal is not None and working(promised, longer=True) > working(legal, longer=True) + _NEARLY:
        hint = f"at most {legal.days} and {legal.longer} {legal.unit} days, or mend the legal one"
        found = f"{promised.days} and {promised.longer} {promised.unit} days"
        where: Path = ("limits", "promised", "longer")
        yield Finding(where, "with what is added more is promised than the law allows", found, hint)
    if guide.kind == "at_once" and promised.days > 1:
        hint = 'kind = "promised", or days = 0'
        yield Finding(path, "a matter that is done at once takes no days", _said(promised), hint)
    if guide.kind == "promised" and promised.days == 0:
        yield Finding(path, "a promised matter says how many days", _said(promised), 'kind = "at_once", or days')
    if legal is None and guide.type == "licence":
        hint = "[limits.legal] with the days of the law, 20 working days where no other says less"
        yield Finding(("limits",), "a licence has a legal limit, and none is told", hint=hint)


def limits_in_words(guide: Guide, known: Known) -> Iterator[Finding]:
    """What is 待确认 may say how it is elsewhere, but nowhere may more be promised than the law allows."""
    legal, promised = guide.limits.legal, guide.limits.promised
    for name, limit in (("legal", legal), ("promised", promised)):
        if limit is None or not limit.days or not limit.text:
            continue
        for language, sentence in limit.text.items():
            told = spans(sentence, language)
            where: Path = ("limits", name, "text", language)
            if not told or any(span.is_that_of(limit) for span in told):
                continue
            if name == "legal" or not limit.confirm:
                yield Finding(where, "tells other days", _said(limit), "the same in words and in days")
            elif legal is not None and min(span.working for span in told) > working(legal, longer=True) + _NEARLY:
                hint = f"at most {_said(legal)}, as the law allows"
                yield Finding(where, "promises more than the law allows", _told(told), hint)


def stages(guide: Guide, known: Known) -> Iterator[Finding]:
    last: dict[Stage, int] = {stage: at for at, step in enumerate(guide.steps) for stage in step.stages}
    first: dict[Stage, int] = {stage: at for at, step in [*enumerate(guide.steps)][::-1] for stage in step.stages}
    for stage in NEEDED_STAGES:
        if stage not in first:
            hint = f'a step with stages = ["{stage}"]; one step may have several'
            yield Finding(("steps",), f"no step is {_STAGE_WORDS[stage]}", hint=hint)
    orders = [[there[stage] for stage in _IN_ORDER if stage in there] for there in (first, last)]
    if any(order != sorted(order) for order in orders):
        yield Finding(("steps",), "stand in another order than they are done", hint=", ".join(_IN_ORDER))
    if "review" not in first and any(condition.proven == "site" for condition in guide.conditions):
        hint = 'a step with stages = ["review"], or proven = "data" or "nothing"'
        yield Finding(("steps",), "a condition is proven by a visit, and no step is 审查 (review)", hint=hint)


def steps(guide: Guide, known: Known) -> Iterator[Finding]:
    most, whole, alone = _longest_working(guide), 0.0, False
    for at, step in enumerate(guide.steps):
        told = spans(step.time[CHINESE], CHINESE) if step.time else ()
        where: Path = ("steps", at, "time")
        if told and {"review", "decide"}.intersection(step.stages):
            least = min(told, key=lambda span: span.working)
            whole += 0 if at_once(step.time[CHINESE] if step.time else "") else least.working
            if least.working > most + _NEARLY and most:
                alone = True
                yield Finding(where, "takes longer than the matter", _told((least,)), _at_most(guide))
        if told and guide.type == "licence":
            yield from _as_the_law_has_it(where, step, max(told, key=lambda span: span.working))
    if whole > most + _NEARLY and most and not alone:
        found = f"{whole:g} working days"
        yield Finding(("steps",), "审查 and 决定 together take longer than the matter", found, _at_most(guide))


def _as_the_law_has_it(where: Path, step: Step, longest: Span) -> Iterator[Finding]:
    for stage, beside, days, what in _LAWS:
        if stage in step.stages and beside.issuperset(step.stages) and longest.working > days:
            yield Finding(where, what, _told((longest,)), f"at most {days} working days, as the law has it")


def gaps(guide: Guide, known: Known) -> Iterator[Finding]:
    """Of a matter that is done at once the legal limit counts."""
    limit = guide.limits.promised if guide.limits.promised.days else guide.limits.legal
    for key, one in guide.materials.items():
        if one.gap is None or one.gap.days is None or limit is None or not limit.days:
            continue
        if working(Limit(days=one.gap.days, unit=one.gap.unit)) > working(limit) + _NEARLY:
            where: Path = ("materials", key, "gap", "days")
            hint = f"at most {_said(limit)}, the matter's own limit"
            found = f"{one.gap.days} {one.gap.unit} days"
            yield Finding(where, "may come later than the matter is done", found, hint)


def _longest_working(guide: Guide) -> float:
    return max(working(limit) for limit in (guide.limits.promised, guide.limits.legal or guide.limits.promised))


def _at_most(guide: Guide) -> str:
    longest = max((guide.limits.promised, guide.limits.legal or guide.limits.promised), key=working)
    return f"at most {_said(longest)}, the matter's own limit"


def _said(limit: Limit) -> str:
    return f"{limit.days} {limit.unit} days"


def _told(told: tuple[Span, ...]) -> str:
    return ", ".join(f"{span.days} {span.unit} days" if span.unit else f"{span.days} days" for span in told)
