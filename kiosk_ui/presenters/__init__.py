"""Presenters: view state in, what the page says out. No Qt, no clock, no socket; every branch is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hall_daemon.words.text import CHINESE
from kiosk_ui.presenters import (
    cases,
    choose,
    forms,
    frame,
    guides,
    home,
    lookup,
    matter,
    news,
    notice,
    number,
    papers,
    rating,
    returning,
    topics,
)
from kiosk_ui.presenters.page import Button, Note, Page
from kiosk_ui.presenters.shown import Shown as _Shown
from kiosk_ui.state import Language, State, earlier, moves
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import SHORT_MM, service_of
from kiosk_ui.words import Words


def present(state: State, languages: Mapping[Language, Words]) -> Page:
    """The whole page for this state."""
    language = state.session.language if state.session.language in languages else CHINESE
    words = languages[language]
    over = _choosing_language(state, words, languages) or _without_hall(state, words)
    shown = over or _PAGES[type(state.session.step)](state, words, state.session.step)
    return Page(
        name=shown.name,
        screen_mm=state.screen_mm,
        language=language,
        assist=state.session.assist,
        header=frame.board(state, words) if shown.name == "home" else frame.header(state, words),
        banner=_heard(state, words) or shown.banner,
        body=shown.body,
        actions=shown.actions,
        nav=shown.nav,
        assists=frame.assists(state, words, languages),
        countdown=frame.countdown(state, words),
        theme=state.settings.theme,
    )


def _heard(state: State, words: Words) -> Note | None:
    """What became of what was just read."""
    heard = state.session.heard
    if heard == "earlier":
        return Note("heard", words("heard.earlier", n=earlier.shown(state.session.step)), "good")
    return Note("heard", words(f"heard.{heard}"), "good" if heard == "filled" else "warn") if heard else None


def _choosing_language(state: State, words: Words, languages: Mapping[Language, Words]) -> _Shown | None:
    if state.session.languages < 0:
        return None
    return _Shown("languages", frame.languages_page(state, words, languages), (), _ways(state, words))


# Without the hall these have nothing true to show.
_NEEDS_HALL = (
    s.Home, s.Guides, s.Search, s.Guide, s.Choose, s.Services, s.Matter, s.Grounds, s.LookUp, s.LookUps, s.Waits,
    s.CheckIn,
)


def _without_hall(state: State, words: Words) -> _Shown | None:
    if not isinstance(state.session.step, _NEEDS_HALL):
        return None
    if state.away:
        if state.link.refused:
            return _Shown("unknown", notice.unknown(words))
        return _Shown("away", notice.away(state, words))
    if state.own.refusal is not None:
        return _Shown("refused", notice.refused(words, state.own.refusal))
    if state.link.hall is None or not state.own.known:
        return _Shown("starting", notice.starting(words))
    return None


def _home(state: State, words: Words, step: s.Step) -> _Shown:
    return _Shown("home", home.home_page(state, words), banner=frame.late_banner(state, words))


def _help(state: State, words: Words, step: s.Help) -> _Shown:
    body, actions = notice.helping(state, words, step), notice.helping_actions(words, step)
    return _Shown("help", body, actions, (frame.back(words), frame.home(words)))


def _guides(state: State, words: Words, step: s.Guides) -> _Shown:
    return _Shown("guides", guides.guides_page(state, words, step), (), _ways(state, words))


def _search(state: State, words: Words, step: s.Search) -> _Shown:
    """A short screen has no room for large keys, or for keys in its lower half: there the groups lead on."""
    assist = state.session.assist
    if state.screen_mm[1] < SHORT_MM and (assist.large or assist.low):
        return _guides(state, words, s.Guides(leaf=step.leaf))
    return _Shown("search", guides.search_page(state, words, step), (), _ways(state, words))


def _guide(state: State, words: Words, step: s.Guide) -> _Shown:
    if step.failed:
        return _Shown("guide-failed", notice.no_guide(words), notice.retry(words), _ways(state, words))
    if step.view is None:
        return _Shown("guide-coming", notice.fetching(words), (), _ways(state, words))
    guide, summary = step.view.guide, step.view.summary
    actions = guides.guide_actions(state, words, summary)
    if summary.over and guide.stopped:
        body = guides.stopped_page(state, words, guide, guide.stopped)
        return _Shown("guide-stopped", body, actions, _ways(state, words))
    banner = frame.late_banner(state, words) or guides.stops(words, guide.stopped)
    return _Shown("guide", guides.guide_page(state, words, guide, summary), actions, _ways(state, words), banner)


def _topics(state: State, words: Words, step: s.Topics) -> _Shown:
    return _Shown("topics", topics.topics_page(state, words, step), (), _ways(state, words))


def _topic(state: State, words: Words, step: s.Topic) -> _Shown:
    body, actions = topics.topic_page(state, words, step), topics.topic_actions(state, words, step)
    return _Shown(f"topic-{step.id}", body, actions, _ways(state, words))


def _looked(state: State, words: Words, step: s.Looked) -> _Shown:
    return _Shown("picture", topics.picture_page(words, step), topics.picture_actions(words, step), _ways(state, words))


def _asking(state: State, words: Words, step: s.Asking) -> _Shown:
    body = forms.question_page(state, words, step)
    name = f"question-{step.at.field}-{step.at.row}-{step.at.part}"
    return _Shown(name, body, forms.question_actions(state, words, step), _ways(state, words), _cut_off(state, words))


def _check(state: State, words: Words, step: s.Check) -> _Shown:
    body, actions = forms.check_page(state, words, step), forms.check_actions(words, step)
    return _Shown("check", body, actions, _ways(state, words), _cut_off(state, words))


def _papers(state: State, words: Words, step: s.Papers) -> _Shown:
    name, body = "paper" if step.wanted else "papers", papers.papers_page(state, words, step)
    return _Shown(name, body, papers.papers_actions(state, words, step), _ways(state, words), _cut_off(state, words))


def _review(state: State, words: Words, step: s.Review) -> _Shown:
    body = cases.review_page(state, words, step)
    nav = (*((frame.along(words),) if moves.may_go(step) else ()), frame.home(words), frame.helper(state, words))
    return _Shown(f"review-{step.view.state}", body, cases.review_actions(state, words, step), nav)


def _reasons(state: State, words: Words, step: s.Reasons) -> _Shown:
    body = papers.reasons_page(state, words, step)
    return _Shown("reasons", body, papers.reasons_actions(words, step), _ways(state, words))


def _find_review(state: State, words: Words, step: s.FindReview) -> _Shown:
    body, actions = returning.find_page(state, words, step), returning.find_actions(words, step)
    return _Shown("find-review", body, actions, _ways(state, words))


def _prove(state: State, words: Words, step: s.Prove) -> _Shown:
    body = returning.prove_page(state, words, step)
    return _Shown("prove", body, returning.prove_actions(words, step), _ways(state, words))


def _moving(state: State, words: Words, step: s.Moving) -> _Shown:
    body, actions = returning.moving_page(state, words, step), returning.moving_actions(state, words, step)
    return _Shown("moving", body, actions, (*returning.moving_ways(words, step), frame.helper(state, words)))


def _arriving(state: State, words: Words, step: s.Arriving) -> _Shown:
    return _Shown("arriving", returning.arriving_page(words, step), (), _ways(state, words))


def _waiting(state: State, words: Words, step: s.Waiting) -> _Shown:
    return _Shown("asking", cases.waiting(words, step))


def _stuck(state: State, words: Words, step: s.Stuck) -> _Shown:
    return _Shown("stuck", cases.stuck(words, step), notice.retry(words), _ways(state, words))


def _leaving(state: State, words: Words, step: s.AskedLeave) -> _Shown:
    along = (frame.along(words),) if moves.may_go(step.before) else ()
    return _Shown("leaving", forms.leaving(words), forms.leaving_actions(words), along)


def _taken(state: State, words: Words, step: s.Taken) -> _Shown:
    return _Shown("taken", returning.taken_page(words, step), returning.taken_actions(words))


def _cut_off(state: State, words: Words) -> Note | None:
    """Filling in goes on while the hall is away."""
    return Note("cut-off", words("form.cut_off"), "warn") if state.away else None


def _choose(state: State, words: Words, step: s.Step) -> _Shown:
    late = frame.late_banner(state, words)
    body = replace(choose.first_page(state, words), search=guides.search_key(state, words))
    return _Shown("choose", body, (), _ways(state, words), late)


def _services(state: State, words: Words, step: s.Services) -> _Shown:
    late = frame.late_banner(state, words)
    return _Shown("services", choose.services_page(state, words, step), (), _ways(state, words), late)


def _matter(state: State, words: Words, step: s.Matter) -> _Shown:
    service = service_of(state, step.service)
    if service is None:
        return _choose(state, words, step)
    body = matter.matter_page(state, words, step, service)
    actions = matter.matter_actions(state, words, step, service)
    return _Shown("matter", body, actions, _ways(state, words), frame.late_banner(state, words))


def _grounds(state: State, words: Words, step: s.Grounds) -> _Shown:
    late = frame.late_banner(state, words)
    return _Shown("grounds", choose.grounds_page(state, words, step), (), _ways(state, words), late)


def _drawing(state: State, words: Words, step: s.Drawing) -> _Shown:
    return _Shown("drawing", notice.drawing(words, step.draw))


def _number(state: State, words: Words, step: s.Number) -> _Shown:
    body = number.drawn_page(state, words, step)
    first = (frame.cancel(words),) if s.may_cancel(step) else ()
    nav = (*first, frame.home(words), frame.helper(state, words))
    banner = number.watch_banner(state, words, step)
    return _Shown("number", body, number.drawn_actions(state, words, step), nav, banner)


def _asked_cancel(state: State, words: Words, step: s.AskedCancel) -> _Shown:
    if not s.may_cancel(step.number):
        return _number(state, words, step.number)
    banner = number.watch_banner(state, words, step.number)
    return _Shown("cancel", notice.cancel(words, step.number), notice.cancel_actions(words), (), banner)


def _cancelling(state: State, words: Words, step: s.Cancelling) -> _Shown:
    return _Shown("cancelling", notice.cancelling(words, step.number.issued))


def _lookup(state: State, words: Words, step: s.LookUp) -> _Shown:
    body, actions = lookup.lookup_page(state, words, step), lookup.lookup_actions(state, words, step)
    return _Shown("lookup", body, actions, _ways(state, words), frame.late_banner(state, words))


def _lookups(state: State, words: Words, step: s.LookUps) -> _Shown:
    return _Shown("lookups", news.lookups_page(state, words), (), _ways(state, words), frame.late_banner(state, words))


def _check_in(state: State, words: Words, step: s.CheckIn) -> _Shown:
    return _Shown("checkin", news.check_in_page(state, words), (), _ways(state, words), frame.late_banner(state, words))


def _waits(state: State, words: Words, step: s.Waits) -> _Shown:
    body, actions = news.waits_page(state, words, step), news.waits_actions(state, words, step)
    return _Shown("waits", body, actions, _ways(state, words), frame.late_banner(state, words))


def _notices(state: State, words: Words, step: s.Notices) -> _Shown:
    return _Shown("notices", news.notices_page(state, words, step), (), _ways(state, words))


def _one_notice(state: State, words: Words, step: s.OneNotice) -> _Shown:
    """One that has ended meanwhile is not shown any more."""
    found = state.news.notice(step.id)
    if found is None:
        return _notices(state, words, s.Notices())
    actions = news.notice_actions(state, words, step, found)
    return _Shown("notice", news.notice_page(state, words, step, found), actions, _ways(state, words))


def _ticket(state: State, words: Words, step: s.Ticket) -> _Shown:
    view = step.watch.view
    if view is None:
        return _Shown("searching", notice.searching(words, step.watch), (), _ways(state, words))
    actions = number.ticket_actions(state, words, step, view)
    banner = number.watch_banner(state, words, step)
    return _Shown("ticket", number.ticket_page(state, words, step, view), actions, _ways(state, words), banner)


def _problem(state: State, words: Words, step: s.Problem) -> _Shown:
    actions = notice.problem_actions(words, step.trouble)
    return _Shown("problem", notice.problem(words, step.trouble), actions, _ways(state, words))


def _ways(state: State, words: Words) -> tuple[Button, ...]:
    """Back, home and a person, always in these places."""
    return frame.back(words), frame.home(words), frame.helper(state, words)


_PAGES: dict[type[s.Step], Callable[[State, Words, Any], _Shown]] = {
    s.Home: _home,
    s.Help: _help,
    s.Guides: _guides,
    s.Search: _search,
    s.Guide: _guide,
    s.Topics: _topics,
    s.Topic: _topic,
    s.Looked: _looked,
    s.Choose: _choose,
    s.Services: _services,
    s.Matter: _matter,
    s.Grounds: _grounds,
    s.Drawing: _drawing,
    s.Number: _number,
    s.AskedCancel: _asked_cancel,
    s.Cancelling: _cancelling,
    s.LookUp: _lookup,
    s.CheckIn: _check_in,
    s.LookUps: _lookups,
    s.Waits: _waits,
    s.Notices: _notices,
    s.OneNotice: _one_notice,
    s.Ticket: _ticket,
    s.Rate: rating.rate,
    s.Rated: rating.rated,
    s.Problem: _problem,
    s.Asking: _asking,
    s.Check: _check,
    s.Papers: _papers,
    s.Review: _review,
    s.FindReview: _find_review,
    s.Taken: _taken,
    s.Reasons: _reasons,
    s.Waiting: _waiting,
    s.Stuck: _stuck,
    s.AskedLeave: _leaving,
    s.Prove: _prove,
    s.Moving: _moving,
    s.Arriving: _arriving,
}
