"""Guides: the groups, the matters of one, a matter's guide, and the search for a matter. Pure."""

from __future__ import annotations

from typing import Any

from hall_daemon.wire.guides import Fee, Guide, GuideSummary, Limit, Material, Stopped
from hall_daemon.wire.messages import Text
from hall_daemon.words.text import ENGLISH
from kiosk_ui.presenters import frame, page
from kiosk_ui.presenters.choose import picture, read_above
from kiosk_ui.presenters.figures import as_of, day_of, known, span
from kiosk_ui.presenters.news import day_of_queue
from kiosk_ui.presenters.page import Button, Choice, Choices, Line, Note, Notice, Paper, Part
from kiosk_ui.presenters.reading import Chart
from kiosk_ui.state import State, browsing, topics
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import CHOICES, SHORT_MM, choices_per_leaf, queue_for, queue_of, service_of
from kiosk_ui.words import Words
from kiosk_ui.words.pinyin import candidates

_GLOSS = 2
# Beside so few matters there is room to say how a pre-review goes.
_FEW = 3
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# What people often get wrong: so many are said.
_WRONG = 3


def said(words: Words, text: Text | None) -> str:
    """In the language of the page where somebody wrote it so, else in Chinese."""
    return (text.get(words.language) or text["zh"]) if text else ""


def search_key(state: State, words: Words) -> Button | None:
    assist = state.session.assist
    if not state.library.guides or (state.screen_mm[1] < SHORT_MM and (assist.large or assist.low)):
        return None
    return Button("search", words("search.key"), e.Key.OPEN_SEARCH, "search")


def guides_page(state: State, words: Words, step: s.Guides) -> Choices:
    library, forms = state.library, step.forms
    title, listed = words("precheck.title" if forms else "guides.title"), bool(step.group)
    if step.group:
        name = next((group.name for group in library.groups if group.id == step.group), None)
        title = said(words, name)
        found = [choice(state, words, guide) for guide in library.within(step.group, forms=forms)]
    elif forms and len(library.with_forms) <= CHOICES:
        listed, found = True, [choice(state, words, guide) for guide in library.with_forms]
    else:
        within = [(group, library.within(group.id, forms=forms)) for group in library.groups]
        found = [_group(words, group.id, group.name, guides) for group, guides in within if guides]
    few = forms and listed and (state.session.assist.low or len(found) <= _FEW)
    above = how_it_goes(words) if few else {} if forms else read_above(state, words)
    roomy = not step.group or (len(found) <= _FEW and not state.session.assist.low)
    again = (Button("review", words("precheck.again"), e.Key.OPEN_REVIEW, "pencil"),) if forms else ()
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        title=title, hint=words("precheck.hint") if forms and listed else "", choices=tuple(found), more=turn,
        per_leaf=choices_per_leaf(state), leaf=step.leaf, tiled=not listed, offers=again,
        search=search_key(state, words) if roomy and not forms else None, **above,
    )


def how_it_goes(words: Words) -> dict[str, Any]:
    """A pre-review in three steps."""
    steps = ("first", "second", "third")
    return {
        "lines_title": words("precheck.how"),
        "lines": tuple(Line("", words(f"precheck.{at}"), words(f"precheck.{at}.text")) for at in steps),
    }


def _group(words: Words, id_: str, name: Text, guides: tuple[GuideSummary, ...]) -> Choice:
    gloss = (words("list.and").rstrip() + "\n").join(said(words, guide.title) for guide in guides[:_GLOSS])
    count = words("guides.count", n=len(guides))
    icon = picture(id_, name)
    return Choice(f"group-{id_}", "", said(words, name), count, e.ChooseGroup(id_), icon=icon, gloss=gloss, wait=count)


def choice(state: State, words: Words, guide: GuideSummary) -> Choice:
    service = service_of(state, guide.service)
    queue = queue_for(state, service) if service and not guide.over else None
    told = words("guides.stopped") if guide.over else said(words, guide.limit)
    free = words("guide.free") if guide.free and not guide.over else ""
    facts = words("list.dot").join(filter(None, (told, free)))
    return Choice(
        f"guide-{guide.matter}", queue.prefix if queue else "", said(words, guide.title), facts,
        e.ChooseGuide(guide.matter), icon=picture(guide.matter, guide.title), wait=facts,
    )


# -- one matter ------------------------------------------------------------------------------------


def guide_page(state: State, words: Words, guide: Guide, summary: GuideSummary) -> page.Guide:
    service = service_of(state, summary.service)
    queue = queue_of(state, service.queue) if service else None
    papers = [_paper(words, one) for one in guide.materials.values() if one.need == "always"]
    cases = sum(one.need != "always" for one in guide.materials.values())
    wrong = words("list.dot").join(said(words, one.text) for one in guide.often_wrong[:_WRONG])
    return page.Guide(
        badge=queue.prefix if queue else "",
        department=said(words, guide.department),
        title=said(words, guide.title),
        figures=tuple(filter(None, (_limit(words, guide.limits.promised, guide.limits.legal), _fee(words, guide.fee),
            _visits(words, guide)))),
        papers_title=_papers_title(words, guide) if papers else words("guide.no_papers"),
        papers=tuple(papers),
        more=words("guide.more"),
        cases=words("guide.cases", n=cases) if cases else "",
        wait=_wait(state, words, summary),
        chart=_day(state, words, summary),
        wrong=Part(words("guide.wrong"), wrong) if wrong else None,
    )


def stopped_page(state: State, words: Words, guide: Guide, stop: Stopped) -> Notice:
    """A matter that is done no more: since when and why, and what takes its place."""
    instead = state.library.of(stop.replaced_by or "")
    named = (words("guide.instead", title=said(words, instead.title)),) if instead else ()
    since = words("guide.stopped", day=day_of(words, stop.since, "day.whole"))
    return Notice("info", "warn", said(words, guide.title), (since, said(words, stop.text), *named))


def stops(words: Words, stop: Stopped | None) -> Note | None:
    """What is announced: it is done no more from a day on."""
    return Note("stops", words("guide.stops", day=day_of(words, stop.since, "day.whole")), "warn") if stop else None


def guide_actions(state: State, words: Words, summary: GuideSummary) -> tuple[Button, ...]:
    """The form first: who has it in order comes once; then a number, then all else that the guide tells. Of a matter
    that is stopped what takes its place."""
    whole = Button("whole", words("guide.whole"), e.Key.OPEN_TOPICS, "guide")
    if summary.over:
        to = state.library.of(summary.stopped.replaced_by or "") if summary.stopped else None
        instead = Button("instead", words("guide.instead.key"), e.ChooseGuide(to.matter), "next") if to else None
        return (instead, whole) if instead else (whole,)
    service = service_of(state, summary.service)
    numbers = service is not None and service.open
    take = (Button("take", words("home.draw"), e.ChooseService(summary.service), "ticket"),) if numbers else ()
    form = (Button("form", words("guide.form"), e.Key.OPEN_FORM, "precheck"),) if summary.form else ()
    return *form, *take, whole


def _limit(words: Words, promised: Limit, legal: Limit | None) -> Part:
    unsure = words("guide.unsure") if promised.confirm else ""
    if not promised.days:
        return Part(words("guide.promised"), words("guide.at_once"), unsure)
    head = words(f"guide.days.{promised.unit}", n=promised.days)
    law = words("guide.legal", days=words(f"guide.days.{legal.unit}", n=legal.days)) if legal else ""
    return Part(words("guide.promised"), head, unsure or law)


def _fee(words: Words, fee: Fee) -> Part:
    unsure = words("guide.unsure") if fee.confirm or any(one.confirm for one in fee.charges) else ""
    if not fee.charged:
        return Part(words("guide.fee.free"), words("guide.free"), unsure)
    amounts = [charge.fen for charge in fee.charges if charge.fen is not None]
    if len(amounts) != 1:
        return Part(words("guide.fee"), words("guide.charged"), unsure)
    return Part(words("guide.fee"), words("guide.yuan", yuan=f"{amounts[0] / 100:g}"), unsure)


def _visits(words: Words, guide: Guide) -> Part | None:
    unsure = words("guide.unsure") if guide.visits_confirm else ""
    return None if guide.visits is None else Part(words("guide.visits"), words("guide.times", n=guide.visits), unsure)


def _wait(state: State, words: Words, summary: GuideSummary) -> Part | None:
    service = service_of(state, summary.service)
    queue = queue_for(state, service) if service and service.open else None
    if queue is None or state.stale:
        return None
    wait = span(words, queue.wait) if known(queue.wait) else words("wait.unknown.short")
    about = words("list.dot").join(filter(None, (words("people", n=queue.waiting), as_of(state, words))))
    return Part(words("guide.wait"), wait, about)


def _day(state: State, words: Words, summary: GuideSummary) -> Chart | None:
    """When it is quietest where one waits for it."""
    service = service_of(state, summary.service)
    queue = queue_for(state, service) if service and service.open else None
    return day_of_queue(state, words, queue) if queue is not None else None


def _papers_title(words: Words, guide: Guide) -> str:
    """How many everybody brings, and how many of those the hall has yet to confirm."""
    always = [one for one in guide.materials.values() if one.need == "always"]
    unsure = sum(
        bool(one.confirm or (one.gap and one.gap.confirm) or (one.promise and one.promise.confirm)) for one in always
    )
    title = words("guide.papers", n=len(always))
    return words("guide.papers.unsure", papers=title, n=unsure) if unsure else title


def _paper(words: Words, one: Material) -> Paper:
    """What it is and what about it saves a trip: fetched by the office, may come later, original or copy."""
    name = said(words, one.name)
    if one.shared:
        return Paper("check", name, words("paper.shared"), "good")
    if one.gap is not None:
        return Paper("precheck", name, words("paper.later"), "warn")
    if one.promise is not None:
        return Paper("precheck", name, words("paper.instead"), "warn")
    if one.original:
        return Paper("precheck", name, words("paper.original"))
    if one.copies:
        return Paper("precheck", name, words("paper.copies", n=one.copies))
    return Paper("precheck", name, words("paper.electronic") if one.electronic else "")


# -- searching -------------------------------------------------------------------------------------


def search_page(state: State, words: Words, step: s.Search) -> page.Search:
    """What most came for today, until something is typed."""
    asked, spelled, typed = browsing.is_question(step.typed), words.language != ENGLISH, bool(step.typed)
    found = step.found if asked else _common(state)
    choices = [_found(state, words, step, guide) for matter in found if (guide := state.library.of(matter)) is not None]
    letters = [tuple(Button(f"key-{letter}", letter.upper(), e.TypeKey(letter)) for letter in row) for row in _ROWS]
    space = (Button("key-space", words("search.space"), e.TypeKey(" "), enabled=typed),) if not spelled else ()
    return page.Search(
        title=words("search.title"),
        hint=_told(state, words, step, len(choices)),
        typed=" ".join(filter(None, (step.typed[: step.chosen], step.letters))),
        choices=tuple(choices),
        keys=(*letters[:-1], (*letters[-1], *space)),
        mends=(
            Button("clear", words("search.clear"), e.Key.CLEAR, "close", enabled=typed),
            Button("erase", words("search.erase"), e.Key.ERASE, "erase", enabled=typed),
            Button("find", words("search.ask"), e.Key.FIND, "search", enabled=asked and not step.whole),
        ),
        more=Button("more", words("search.more"), e.Key.TURN_LEAF, "next"),
        leaf=step.leaf,
        other=words("search.other") if choices else "",
        spelled=spelled,
        candidates=_candidates(state, step) if spelled else (),
        turn=Button("turn-words", "›", e.Key.TURN_WORDS, "next", spoken=words("search.words")),
        turned=step.turned,
        empty=asked and not choices,
    )


def _found(state: State, words: Words, step: s.Search, guide: GuideSummary) -> Choice:
    """Where a question was for a paragraph, the row says where in the guide it leads."""
    found = choice(state, words, guide)
    lead = browsing.lead_of(step, guide.matter)
    topic, field = topics.holding(lead), step.said.field if lead and step.said else None
    if guide.over or not (topic or field):
        return found
    told = words("search.leads", topic=said(words, field.name) if field else words(f"topic.{topic}"))
    return found._replace(detail=told, wait=told)


def _candidates(state: State, step: s.Search) -> tuple[Button, ...]:
    """What the letters may mean, first what stands in the name of a matter."""
    names = "\n".join(name for guide in state.library.guides for name in (guide.title["zh"], *guide.aliases))
    meant = sorted(candidates(step.letters), key=lambda each: len(each.text) == 1 or each.text not in names)
    return tuple(Button(f"word-{at}", each.text, e.PickText(each.text, each.used)) for at, each in enumerate(meant))


def _common(state: State) -> tuple[str, ...]:
    drawn = {service.id: service.issued for service in state.link.hall.services} if state.link.hall else {}
    going = [guide for guide in state.library.guides if not guide.over]
    return tuple(guide.matter for guide in sorted(going, key=lambda one: -drawn.get(one.service, 0)))


def _told(state: State, words: Words, step: s.Search, found: int) -> str:
    """Where all keys are in the lower half what was found has numbers."""
    low = ".low" if state.session.assist.low else ""
    if not browsing.is_question(step.typed):
        return words(f"search.common{low}")
    if step.said is not None and (field := step.said.field) is not None:
        told = filter(None, (said(words, field.help), field.sample and words("search.sample", sample=field.sample)))
        return words("search.field", name=said(words, field.name), told=words("list.dot").join(told))
    if found:
        return words(f"search.found{low}", n=found)
    return words("search.looking") if step.asked else _instead(state, words, step)


def _instead(state: State, words: Words, step: s.Search) -> str:
    """What the hall says that knows no matter for it: that it is done elsewhere, something about the hall itself, that
    a person knows more, or nothing."""
    answer = step.said
    if answer is not None and answer.elsewhere is not None:
        return words("search.elsewhere", what=said(words, answer.elsewhere))
    if answer is not None and answer.paragraph is not None and not answer.matters:
        return words(f"search.hall.{answer.paragraph}", status=frame.header(state, words).status)
    return words("search.person" if answer is not None and answer.person and step.whole else "search.nothing")
