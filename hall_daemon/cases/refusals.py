"""Look-ups that many rules begin with: each gives what was asked for, or declines with a code whose words stand in the
files of words (`problems`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from hall_daemon.cases.docket import Docket, Review
from hall_daemon.cases.life import CLOSED, LIFE, Step
from hall_daemon.cases.statutes import Matter, Statutes
from hall_daemon.domain.refusal import Declined


def review_of(docket: Docket, review_id: str, step: Step, version: int = 0) -> Review:
    """A review that can take this step, in the version that was seen (0: in any)."""
    review = known(docket, review_id)
    if (review.state, step) not in LIFE:
        code = "review_over" if review.state in CLOSED else "review_not_now"
        raise Declined(code, {"review": review.id, "state": review.state, "step": step})
    if version and version != review.version:
        raise Declined("review_changed", {"review": review.id, "version": review.version})
    return review


def known(docket: Docket, review_id: str) -> Review:
    review = docket.reviews.get(review_id)
    if review is None:
        raise Declined("unknown_review", {"review": review_id[:64]})
    return review


def looked_at(docket: Docket, review_id: str, version: int, staff: str, step: Step) -> Review:
    """A review that `staff` has before them."""
    review = review_of(docket, review_id, step, version)
    if review.looker != staff:
        raise Declined("review_taken", {"review": review.id, "staff": review.looker})
    return review


def matter_of(statutes: Statutes, matter_id: str, *, begins: str = "") -> Matter:
    """`begins`: the day, for a review that is to begin; a matter that is stopped by then is none."""
    matter = statutes.matters.get(matter_id)
    if matter is None or not matter.begins(begins):
        open_ = (id_ for id_, each in statutes.matters.items() if each.begins(begins))
        raise Declined("unknown_matter", {"matter": matter_id[:64], "known": ", ".join(open_)})
    return matter


def one_of(code: str, said: str, known_codes: Collection[str]) -> None:
    """Declines with `code` what is none of them."""
    if said not in known_codes:
        raise Declined(code, {"known": ", ".join(known_codes)})


def due_day(statutes: Statutes, review: Review) -> date | None:
    """The day on which the clock that runs for `review` ends; None when none runs."""
    if review.state == "draft":
        return date.fromordinal(date.fromisoformat(review.since).toordinal() + review.days)
    if review.closed or (review.state == "passed" and review.used):
        return None
    due = statutes.calendar.due(review.since, review.days)
    return due.day if due else None
