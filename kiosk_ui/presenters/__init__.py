"""Presenters: view state in, what the page says out. No Qt, no clock, no socket; every branch is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hall_daemon.words.text import CHINESE
from kiosk_ui.presenters import (
    choose,
    frame,
    guides,
    home,
    lookup,
    matter,
    news,
    notice,
    number,
    prereview,
    rating,
    topics,
)
from kiosk_ui.presenters.page import Content, Note, Page
from kiosk_ui.state import Language, State, earlier
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


def _choosing_language(state: State, words: Words, languages: Mapping[Language, Words]) -> Content | None:
    if state.session.languages < 0:
        return None
    return Content("languages", frame.languages_page(state, words, languages), (), frame.ways(state, words))


# Without the hall these have nothing true to show.
_NEEDS_HALL = (
    s.Home, s.Guides, s.Search, s.Guide, s.Choose, s.Services, s.Matter, s.Grounds, s.LookUp, s.LookUps, s.Waits,
    s.CheckIn,
)


def _without_hall(state: State, words: Words) -> Content | None:
    if not isinstance(state.session.step, _NEEDS_HALL):
        return None
    if state.away:
        if state.link.refused:
            return Content("unknown", notice.unknown(words))
        return Content("away", notice.away(state, words))
    if state.own.refusal is not None:
        return Content("refused", notice.refused(words, state.own.refusal))
    if state.link.hall is None or not state.own.known:
        return Content("starting", notice.starting(words))
    return None


def _home(state: State, words: Words, step: s.Step) -> Content:
    return Content("home", home.home_page(state, words), banner=frame.late_banner(state, words))


def _help(state: State, words: Words, step: s.Help) -> Content:
    body, actions = notice.helping(state, words, step), notice.helping_actions(words, step)
    return Content("help", body, actions, (frame.back(words), frame.home(words)))


def _guides(state: State, words: Words, step: s.Guides) -> Content:
    return Content("guides", guides.guides_page(state, words, step), (), frame.ways(state, words))


def _search(state: State, words: Words, step: s.Search) -> Content:
    """A short screen has no room for large keys, or for keys in its lower half: there the groups lead on."""
    assist = state.session.assist
    if state.screen_mm[1] < SHORT_MM and (assist.large or assist.low):
        return _guides(state, words, s.Guides(leaf=step.leaf))
    return Content("search", guides.search_page(state, words, step), (), frame.ways(state, words))


def _guide(state: State, words: Words, step: s.Guide) -> Content:
    if step.failed:
        return Content("guide-failed", notice.no_guide(words), notice.retry(words), frame.ways(state, words))
    if step.view is None:
        return Content("guide-coming", notice.fetching(words), (), frame.ways(state, words))
    guide, summary = step.view.guide, step.view.summary
    actions = guides.guide_actions(state, words, summary)
    if summary.over and guide.stopped:
        body = guides.stopped_page(state, words, guide, guide.stopped)
        return Content("guide-stopped", body, actions, frame.ways(state, words))
    banner = frame.late_banner(state, words) or guides.stops(words, guide.stopped)
    return Content("guide", guides.guide_page(state, words, guide, summary), actions, frame.ways(state, words), banner)


def _topics(state: State, words: Words, step: s.Topics) -> Content:
    return Content("topics", topics.topics_page(state, words, step), (), frame.ways(state, words))


def _topic(state: State, words: Words, step: s.Topic) -> Content:
    body, actions = topics.topic_page(state, words, step), topics.topic_actions(state, words, step)
    return Content(f"topic-{step.id}", body, actions, frame.ways(state, words))


def _looked(state: State, words: Words, step: s.Looked) -> Content:
    body, actions = topics.picture_page(words, step), topics.picture_actions(words, step)
    return Content("picture", body, actions, frame.ways(state, words))


def _choose(state: State, words: Words, step: s.Step) -> Content:
    late = frame.late_banner(state, words)
    body = replace(choose.first_page(state, words), search=guides.search_key(state, words))
    return Content("choose", body, (), frame.ways(state, words), late)


def _services(state: State, words: Words, step: s.Services) -> Content:
    late = frame.late_banner(state, words)
    return Content("services", choose.services_page(state, words, step), (), frame.ways(state, words), late)


def _matter(state: State, words: Words, step: s.Matter) -> Content:
    service = service_of(state, step.service)
    if service is None:
        return _choose(state, words, step)
    body = matter.matter_page(state, words, step, service)
    actions = matter.matter_actions(state, words, step, service)
    return Content("matter", body, actions, frame.ways(state, words), frame.late_banner(state, words))


def _grounds(state: State, words: Words, step: s.Grounds) -> Content:
    late = frame.late_banner(state, words)
    return Content("grounds", choose.grounds_page(state, words, step), (), frame.ways(state, words), late)


def _drawing(state: State, words: Words, step: s.Drawing) -> Content:
    return Content("drawing", notice.drawing(words, step.draw))


def _number(state: State, words: Words, step: s.Number) -> Content:
    body = number.drawn_page(state, words, step)
    first = (frame.cancel(words),) if s.may_cancel(step) else ()
    nav = (*first, frame.home(words), frame.helper(state, words))
    banner = number.watch_banner(state, words, step)
    return Content("number", body, number.drawn_actions(state, words, step), nav, banner)


def _asked_cancel(state: State, words: Words, step: s.AskedCancel) -> Content:
    if not s.may_cancel(step.number):
        return _number(state, words, step.number)
    banner = number.watch_banner(state, words, step.number)
    return Content("cancel", notice.cancel(words, step.number), notice.cancel_actions(words), (), banner)


def _cancelling(state: State, words: Words, step: s.Cancelling) -> Content:
    return Content("cancelling", notice.cancelling(words, step.number.issued))


def _lookup(state: State, words: Words, step: s.LookUp) -> Content:
    body, actions = lookup.lookup_page(state, words, step), lookup.lookup_actions(state, words, step)
    return Content("lookup", body, actions, frame.ways(state, words), frame.late_banner(state, words))


def _lookups(state: State, words: Words, step: s.LookUps) -> Content:
    late = frame.late_banner(state, words)
    return Content("lookups", news.lookups_page(state, words), (), frame.ways(state, words), late)


def _check_in(state: State, words: Words, step: s.CheckIn) -> Content:
    late = frame.late_banner(state, words)
    return Content("checkin", news.check_in_page(state, words), (), frame.ways(state, words), late)


def _waits(state: State, words: Words, step: s.Waits) -> Content:
    body, actions = news.waits_page(state, words, step), news.waits_actions(state, words, step)
    return Content("waits", body, actions, frame.ways(state, words), frame.late_banner(state, words))


def _notices(state: State, words: Words, step: s.Notices) -> Content:
    return Content("notices", news.notices_page(state, words, step), (), frame.ways(state, words))


def _one_notice(state: State, words: Words, step: s.OneNotice) -> Content:
    """One that has ended meanwhile is not shown any more."""
    found = state.news.notice(step.id)
    if found is None:
        return _notices(state, words, s.Notices())
    actions = news.notice_actions(state, words, step, found)
    return Content("notice", news.notice_page(state, words, step, found), actions, frame.ways(state, words))


def _ticket(state: State, words: Words, step: s.Ticket) -> Content:
    view = step.watch.view
    if view is None:
        return Content("searching", notice.searching(words, step.watch), (), frame.ways(state, words))
    actions = number.ticket_actions(state, words, step, view)
    banner = number.watch_banner(state, words, step)
    return Content("ticket", number.ticket_page(state, words, step, view), actions, frame.ways(state, words), banner)


def _problem(state: State, words: Words, step: s.Problem) -> Content:
    actions = notice.problem_actions(words, step.trouble)
    return Content("problem", notice.problem(words, step.trouble), actions, frame.ways(state, words))


_PAGES: dict[type[s.Step], Callable[[State, Words, Any], Content]] = {
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
    **prereview.PAGES,
}
