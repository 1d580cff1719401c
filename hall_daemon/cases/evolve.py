"""An event becomes the new book: of the hall, of the docket, or of both. Replaying a journal is calling this.

Needs no plan and no statutes, and refuses nothing: an event that a table of life does not allow raises IllegalStep of
that table. Of the hall's events the docket sees those that say whether somebody was served with a review, that a turn
of the day was none, and that the journal lost its end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hall_daemon.cases import events as e
from hall_daemon.cases.book import Book
from hall_daemon.cases.defects import DefectList, page_place
from hall_daemon.cases.docket import LASTING, NOT_TURNING, UNSIGNED, Docket, Review
from hall_daemon.cases.life import Step, after
from hall_daemon.domain import events as h
from hall_daemon.domain import evolve as of_hall
from hall_daemon.domain.plan import Moment

# An id may have been given that the journal lost; so many are left out.
LOST = 1000


def evolve(book: Book, event: h.Event, now: Moment) -> Book:
    """Apply one event that happened at `now`. Raises IllegalStep."""
    live(book.docket, event, now)
    of_hall.evolve(book.hall, event, now)
    return book


def live(docket: Docket, event: h.Event, now: Moment) -> None:
    """What `event` means to the docket, if anything."""
    rule = RULES.get(type(event))
    if rule is not None:
        rule(docket, event, now)


def _step(docket: Docket, review_id: str, step: Step, now: Moment, **changes: Any) -> Review:
    before = docket.reviews[review_id]
    moved = before._replace(
        state=after(review_id, before.state, step), version=before.version + 1, moved_wall=now.wall, **changes
    )
    docket.put(moved)
    return moved


def _note(docket: Docket, review_id: str, **changes: Any) -> None:
    """A change that is no step of its life and no version of its own: nobody's tab has seen anything else."""
    docket.put(docket.reviews[review_id]._replace(**changes))


def _opened(docket: Docket, event: e.ReviewOpened, now: Moment) -> None:
    docket.serial = event.serial
    docket.put(
        Review(
            id=event.review, matter=event.matter, form=event.form, edition=event.edition, service=event.service,
            token=event.token, state="draft", version=1, since=event.day, days=event.days, opened_wall=now.wall,
            moved_wall=now.wall, person=event.person, channel=event.channel,
            source=event.source,
        )
    )


def _changed(review: Review, *places: str) -> dict[str, int]:
    return {**review.changed, **dict.fromkeys(places, len(review.lists))} if review.lists else review.changed


def _answers(docket: Docket, event: e.AnswersKept, now: Moment) -> None:
    changed = _changed(docket.reviews[event.review], *(f"field:{id_}" for id_ in event.changed))
    _step(docket, event.review, "kept", now, answers=event.piece, changed=changed)


def _page_changed(review: Review, event: e.PageKept | e.PageDropped) -> dict[str, int]:
    return _changed(review, f"paper:{event.paper}", page_place(event.paper, event.page))


def _page(docket: Docket, event: e.PageKept, now: Moment) -> None:
    review = docket.reviews[event.review]
    pages = dict(sorted({**review.papers.get(event.paper, {}), event.page: event.piece}.items()))
    papers = {**review.papers, event.paper: pages}
    _step(docket, review.id, "kept", now, papers=papers, changed=_page_changed(review, event))


def _page_dropped(docket: Docket, event: e.PageDropped, now: Moment) -> None:
    review = docket.reviews[event.review]
    pages = {page: piece for page, piece in review.papers[event.paper].items() if page != event.page}
    papers = {**review.papers, event.paper: pages}
    if not pages:
        del papers[event.paper]
    _step(docket, review.id, "kept", now, papers=papers, changed=_page_changed(review, event))


def _lasting(review: Review) -> tuple[str, ...]:
    return tuple(alarm for alarm in review.alarms if alarm in LASTING)


def _sent(docket: Docket, event: e.ReviewSent, now: Moment) -> None:
    review = docket.reviews[event.review]
    lists = review.lists
    if lists:
        last = lists[-1]
        lists = (
            *lists[:-1],
            DefectList(defects=last.defects, replies=event.replies, why_late=last.why_late, late=last.late),
        )
    _step(
        docket, event.review, "sent", now, since=event.day, days=event.days, person=event.person, lists=lists,
        promised=event.promised, instead=event.instead, sent_wall=now.wall,
        first_sent_wall=review.first_sent_wall or now.wall, alarms=_lasting(review), first_look="", settled="",
        sent_answers=review.answers, sent_papers=review.papers,
    )


def _taken(docket: Docket, event: e.ReviewTaken, now: Moment) -> None:
    _step(docket, event.review, "taken", now, looker=event.staff)


def _seconded(docket: Docket, event: e.ReviewSeconded, now: Moment) -> None:
    _step(docket, event.review, "seconded", now, looker="", first_look=event.staff)


def _passed(docket: Docket, event: e.ReviewPassed, now: Moment) -> None:
    _step(docket, event.review, "passed", now, since=event.day, days=event.days, looker="")


def _told(docket: Docket, event: e.DefectsTold, now: Moment) -> None:
    told = DefectList(defects=event.defects, why_late=event.why_late, late=event.late)
    review = docket.reviews[event.review]
    lists = (*review.lists, told)
    docket.note_list(review.matter, event.defects)
    _step(
        docket, event.review, "told", now, since=event.day, days=event.days, lists=lists, looker="", first_look=""
    )


def _refused(docket: Docket, event: e.ReviewRefused, now: Moment) -> None:
    _step(
        docket, event.review, "refused", now, since=event.day, looker="", reason=event.reason, text=event.text
    )


def _withdrawn(docket: Docket, event: e.ReviewWithdrawn, now: Moment) -> None:
    _step(docket, event.review, "withdrawn", now, since=event.day, looker="")


def _lapsed(docket: Docket, event: e.ReviewLapsed, now: Moment) -> None:
    before = docket.reviews[event.review]
    _step(docket, event.review, "lapsed", now, since=event.day, was=(before.state, before.since, before.days))


def _put_away(docket: Docket, event: e.ReviewPutAway, now: Moment) -> None:
    docket.forget(event.review)


def _bound(docket: Docket, event: e.TicketBound, now: Moment) -> None:
    _note(docket, event.review, ticket=event.ticket, ready=event.ready)


def _settled(docket: Docket, event: e.PromiseSettled, now: Moment) -> None:
    _note(docket, event.review, settled=event.how, alarms=_without_promise(docket.reviews[event.review]))


def _without_promise(review: Review) -> tuple[str, ...]:
    return tuple(alarm for alarm in review.alarms if alarm != UNSIGNED)


def _alarm(docket: Docket, event: e.AlarmRaised, now: Moment) -> None:
    alarms = dict.fromkeys((*docket.reviews[event.review].alarms, event.alarm))
    _note(docket, event.review, alarms=tuple(alarms))


def _alarm_seen(docket: Docket, event: e.AlarmSeen, now: Moment) -> None:
    alarms = docket.reviews[event.review].alarms
    _note(docket, event.review, alarms=tuple(alarm for alarm in alarms if alarm != event.alarm))


def _turned(docket: Docket, event: e.DocketTurned, now: Moment) -> None:
    if event.upto:
        docket.turning = event.day, event.upto
    else:
        docket.before, docket.turned, docket.turning = docket.turned, event.day, NOT_TURNING


# -- what happens in the hall ---------------------------------------------------------------------


def _served(docket: Docket, event: h.ServiceFinished | h.ServiceAdvanced, now: Moment) -> None:
    """Somebody came with it."""
    review = docket.of_ticket(event.ticket)
    if review is not None and review.state == "passed" and event.service in (review.service, review.ready):
        _note(docket, review.id, used=True, used_at=event.window)


def _undone(docket: Docket, event: h.PressUndone, now: Moment) -> None:
    """Whoever is at the matter of their review again has not come with it. A call of the next matter, or its end, that
    is taken back changes nothing about the visit."""
    for at, ticket in enumerate(event.tickets):
        review = docket.of_ticket(ticket)
        if review is None or review.used_at != event.window:
            continue
        if not event.services or event.services[at] in (review.service, review.ready):
            _note(docket, review.id, used=False, used_at="", alarms=_without_promise(review))


def _day_reopened(docket: Docket, event: h.DayReopened, now: Moment) -> None:
    """A wrong clock turned the day: what lapsed by that did not. The morning is done once more: an alarm of an answer
    was as wrong, or is raised again."""
    docket.before, docket.turned, docket.turning = "", "", NOT_TURNING
    for review in tuple(docket.reviews.values()):
        holds = review._replace(alarms=_lasting(review)) if review.alarms else review
        if review.was is not None and review.since > event.day:
            state, since, days = review.was
            holds = holds._replace(state=state, since=since, days=days, was=None, version=review.version + 1)
        if holds is not review:
            docket.put(holds)


def _events_lost(docket: Docket, event: h.EventsLost, now: Moment) -> None:
    docket.serial += LOST


Evolver = Callable[[Docket, Any, Moment], None]

def _rekeyed(docket: Docket, event: e.ReviewRekeyed, now: Moment) -> None:
    _note(docket, event.review, token=event.token)


RULES: dict[type, Evolver] = {
    e.ReviewOpened: _opened,
    e.AnswersKept: _answers,
    e.PageKept: _page,
    e.PageDropped: _page_dropped,
    e.ReviewSent: _sent,
    e.ReviewTaken: _taken,
    e.ReviewSeconded: _seconded,
    e.ReviewPassed: _passed,
    e.DefectsTold: _told,
    e.ReviewRefused: _refused,
    e.ReviewWithdrawn: _withdrawn,
    e.ReviewLapsed: _lapsed,
    e.ReviewRekeyed: _rekeyed,
    e.ReviewPutAway: _put_away,
    e.TicketBound: _bound,
    e.PromiseSettled: _settled,
    e.AlarmRaised: _alarm,
    e.AlarmSeen: _alarm_seen,
    e.DocketTurned: _turned,
    h.ServiceFinished: _served,
    h.ServiceAdvanced: _served,
    h.PressUndone: _undone,
    h.DayReopened: _day_reopened,
    h.EventsLost: _events_lost,
}

# Whoever lives through these alone has the docket.
DOCKET_EVENTS: tuple[str, ...] = tuple(kind.__name__ for kind in RULES)
