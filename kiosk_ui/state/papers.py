"""Papers: by a phone that reads this kiosk's code, by the camera or scanner that stands here, or promised. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import structs

from hall_daemon.wire import reviews as r
from hall_daemon.wire import uploads as u
from hall_daemon.wire.bodies import NoBody
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Draft, Phone
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, ask, on

# What is mended by one page more.
_ADDED = frozenset({"missing", "too_few_copies"})


def opened(draft: Draft, before: s.Guide, **more: Any) -> s.Papers:
    """With the code that was shown before, and the phone that came with it."""
    return s.Papers(draft=draft, before=before, promised=draft.promised, instead=draft.instead, **more,
        **draft.phone._asdict())


def left(step: s.Papers) -> Draft:
    """The draft, with what the next page of papers begins with."""
    phone = Phone(**{name: getattr(step, name) for name in Phone._fields})
    return replace(step.draft, phone=phone)


def offer(state: State, step: s.Papers, key: str) -> s.AskCase:
    """One code for all that is handed in here: a phone that has come goes on with what is open now."""
    body = u.OfferBody(retakes=told_pages(step), keep=bool(step.url))
    return ask(state, "offer", key, case=step.draft.case, body=body)


def look(state: State, step: s.Papers) -> s.AskCase:
    return ask(state, "papers", "look", case=step.draft.case)


def new_code(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    anew = replace(step, url="", claimed=False, agreed=False, number="")
    return on(state, anew, offer(state, anew, key))


def same_number(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    """It is the phone of whoever stands here: from now on it hands in. The hall says when it is so."""
    if not step.claimed or step.agreed:
        return Outcome(state)
    return Outcome(state, (ask(state, "same", key, case=step.draft.case, body=NoBody()),))


def asks_number(step: s.Papers) -> bool:
    """A phone has come, and nobody has said yet that it shows the same number."""
    return step.claimed and not step.agreed


def show_paper(state: State, step: s.Papers, press: e.ShowPaper, key: str) -> Outcome:
    known = {paper.id for paper in step.handed.papers} if step.handed else set()
    return on(state, replace(step, wanted=press.paper)) if press.paper in known else Outcome(state)


def insist(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    """Every page of this paper that was found wanting stays as it is."""
    paper = paper_of(step)
    pages = [page for page in paper.pages if page.marks and not page.insisted] if paper else []
    effects = tuple(
        ask(state, "insist", f"{key}-{page.page}"[:64], ref=f"{step.wanted}/pages/{page.page}", case=step.draft.case,
            body=u.InsistBody(version=page.version))
        for page in pages
    )
    return on(state, replace(step, wanted=""), *effects)


def scan(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    """Have the scanner or camera of this kiosk take a picture; its own button does as well."""
    return Outcome(state, (ask(state, "scan", key, body=NoBody()),))


def keep_shot(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    if step.shot is None or not step.wanted:
        return Outcome(state)
    asked = replace(ask(state, "page", key, ref=f"{step.wanted}/pages/{next_page(step)}", case=step.draft.case),
        data=step.shot.data, media_type=step.shot.media_type)
    return on(state, s.Waiting(replace(step, shot=None), asked), asked)


def drop_shot(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, shot=None))


def next_page(step: s.Papers) -> int:
    """In place of the first page that is not clear, or was sent back; else behind the last one."""
    paper = paper_of(step)
    pages = paper.pages if paper else ()
    unclear = [page.page for page in pages if page.marks and not page.insisted]
    told = [replaced(each) for each in _told(step) if paper and is_open(step, paper, each)]
    behind = max((page.page for page in pages), default=0) + 1
    return (unclear or [page for page in told if page] or [behind])[0]


def replaced(defect: r.DefectView) -> int:
    """The page that a new picture takes the place of, 0 where something is to be added."""
    return 0 if defect.code in _ADDED else defect.page or 1


def _told(step: s.Papers) -> tuple[r.DefectView, ...]:
    """Entries of the list, that one first from which this was opened."""
    told, at = step.draft.defects, step.at
    return (*told[at : at + 1], *told[:at], *told[at + 1 :]) if at >= 0 else told


def told_pages(step: s.Papers) -> dict[str, int]:
    """Of each paper that was sent back: the page in whose place a phone's first picture comes."""
    there = {paper.id: paper for paper in step.handed.papers} if step.handed else {}
    return {
        each.id: replaced(each) for each in reversed(_told(step))
        if each.of == "paper" and not each.mended and replaced(each)
        and (each.id not in there or is_open(step, there[each.id], each))
    }


def is_open(step: s.Papers, paper: u.HandedPaper, defect: r.DefectView) -> bool:
    """Whether what was told of a paper is still there: the picture that it was told of has not changed since, or none
    of them where it was told of all."""
    one = 0 if defect.code in _ADDED else defect.page
    same = all((paper.id, page.page, page.version) in step.first for page in paper.pages if one in (None, 0, page.page))
    return (defect.of, defect.id) == ("paper", paper.id) and not defect.mended and same


def is_there(step: s.Papers, paper: u.HandedPaper) -> bool:
    """Whether it was handed in, and nothing that was told of it is still so: then nobody need promise it."""
    return bool(paper.pages) and not any(is_open(step, paper, each) for each in step.draft.defects)


def promised(step: s.Papers) -> tuple[str, ...]:
    """Of what was promised here what is not there."""
    there = {paper.id for paper in step.handed.papers if is_there(step, paper)} if step.handed else set()
    return tuple(each for each in step.promised if each not in there)


def page_kept(state: State, waiting: s.Waiting, said: u.HandedPaper) -> Outcome:
    step = waiting.before
    assert isinstance(step, s.Papers), "it was taken there"
    papers = tuple(said if paper.id == said.id else paper for paper in step.handed.papers) if step.handed else ()
    handed = structs.replace(step.handed, papers=papers) if step.handed else None
    return on(replace(state, touched_at_s=state.now_s), replace(step, handed=handed, next_at_s=state.now_s))


def promise(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    """Where the guide allows that this paper comes later (容缺), or a promise instead of it (告知承诺)."""
    ways = ways_of(step.before, step.wanted)
    if not ways:
        return Outcome(state)
    way = "instead" if press is e.Key.PROMISE_INSTEAD else "later"
    over = step.wanted in step.promised and press is e.Key.PROMISE
    if not over and way not in ways:
        return Outcome(state)
    promised, instead = (tuple(each for each in ids if each != step.wanted) for ids in (step.promised, step.instead))
    if not over:
        promised = (*promised, step.wanted)
        instead = (*instead, step.wanted) if way == "instead" else instead
    return on(state, replace(step, promised=promised, instead=instead, wanted=""))


def ways_of(guide: s.Guide, paper: str) -> tuple[str, ...]:
    """How that paper may be promised, by its guide."""
    material = guide.view.guide.materials.get(paper) if guide.view else None
    if material is None:
        return ()
    return (*(("later",) if material.gap is not None else ()), *(("instead",) if material.promise is not None else ()))


def paper_of(step: s.Papers) -> u.HandedPaper | None:
    papers = step.handed.papers if step.handed else ()
    return next((paper for paper in papers if paper.id == step.wanted), None)


def lacking(step: s.Papers) -> tuple[u.HandedPaper, ...]:
    """Papers that are needed and neither there nor promised."""
    papers = step.handed.papers if step.handed else ()
    return tuple(each for each in papers if each.needed and not each.pages and each.id not in step.promised)


def back_from_papers(state: State, step: s.Papers, press: e.Key, key: str) -> Outcome:
    draft = replace(left(step), promised=step.promised, instead=step.instead)
    before: s.Step = s.Check(draft=draft, before=step.before)
    return on(state, replace(step, wanted="", shot=None) if step.wanted or step.shot else before)


AT: Table = {
    (s.Papers, e.Key.NEW_CODE): new_code,
    (s.Papers, e.Key.SAME_NUMBER): same_number,
    (s.Papers, e.ShowPaper): show_paper,
    (s.Papers, e.Key.SCAN): scan,
    (s.Papers, e.Key.KEEP_SHOT): keep_shot,
    (s.Papers, e.Key.DROP_SHOT): drop_shot,
}
