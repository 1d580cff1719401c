"""What staff do with a review: look, pass, say what is wrong, refuse. Rules that `decide` has in its table."""

from __future__ import annotations

from hall_daemon.cases import commands as c
from hall_daemon.cases import events as e
from hall_daemon.cases.book import Sight
from hall_daemon.cases.defects import CODES, IN_WORDS, MOST, WHY_LATE, WHY_REFUSED, Defect, fits_page, late_entries
from hall_daemon.cases.docket import LASTING, LATE
from hall_daemon.cases.refusals import known, looked_at, matter_of, one_of, review_of
from hall_daemon.cases.statutes import Matter
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.refusal import Decision, Declined, Refused
from hall_daemon.domain.ticket_rules import prepare


def look(sight: Sight, command: c.LookAt, now: Moment) -> Decision:
    review = review_of(sight.docket, command.review, "taken")
    if review.first_look == command.staff:
        return Refused("second_person_needed", {"review": review.id})
    if review.looker == command.staff:
        return ()
    if review.looker and not command.take_over:
        return Refused("review_taken", {"review": review.id, "staff": review.looker})
    return (e.ReviewTaken(review.id, command.staff, review.looker),)


def pass_(sight: Sight, command: c.PassReview, now: Moment) -> Decision:
    """With it the ticket that is bound to it becomes prepared, unless it was called meanwhile."""
    review = looked_at(sight.docket, command.review, command.version, command.staff, "passed")
    matter = matter_of(sight.statutes, review.matter)
    if matter.four_eyes and not review.first_look:
        return (e.ReviewSeconded(review.id, command.staff),)
    if matter.four_eyes and review.first_look == command.staff:  # who took it up again under an earlier version
        return Refused("second_person_needed", {"review": review.id})
    passed = e.ReviewPassed(review=review.id, staff=command.staff, day=sight.day, days=matter.ready_days)
    return (passed, *prepare(sight.plan, sight.hall, review.ticket, review.service, review.id))


def tell(sight: Sight, command: c.TellDefects, now: Moment) -> Decision:
    """All that is wrong, in one list. A later one that names what an earlier look had before it, unchanged, breaks the
    promise of 一次性告知: it needs a reason, and is an alarm."""
    review = looked_at(sight.docket, command.review, command.version, command.staff, "told")
    matter = matter_of(sight.statutes, review.matter)
    if not 1 <= len(command.defects) <= MOST:
        return Refused("bad_list", {"max": MOST})
    seen: set[tuple[str, int, str]] = set()
    for defect in command.defects:
        _check(matter, defect)
        if (key := (defect.place, defect.page, defect.code)) in seen:
            return Refused("defect_twice", {"place": defect.place})
        seen.add(key)
    late = late_entries(review.lists, review.changed, command.defects)
    if late and command.why_late not in WHY_LATE:
        return Refused("late_reason_needed", {"place": late[0].place, "known": ", ".join(WHY_LATE)})
    told = e.DefectsTold(
        review=review.id, staff=command.staff, day=sight.day, days=matter.mend_days, defects=command.defects,
        why_late=command.why_late if late else "", late=len(late),
    )
    return (told, e.AlarmRaised(review.id, LATE)) if late else (told,)


def _check(matter: Matter, defect: Defect) -> None:
    one_of("unknown_defect", defect.code, CODES)
    places = {"paper": matter.papers, "field": matter.fields}.get(defect.of, frozenset())
    if defect.id not in places:
        raise Declined("unknown_place", {"place": defect.place[:80], "matter": matter.id})
    if defect.field and defect.field not in matter.fields:
        raise Declined("unknown_place", {"place": f"field:{defect.field}"[:80], "matter": matter.id})
    if defect.area and not (defect.of == "paper" and defect.page and fits_page(defect.area)):
        raise Declined("bad_circle", {"place": defect.place})
    if defect.code in IN_WORDS and not defect.text:
        raise Declined("words_needed", {"place": defect.place})


def refuse(sight: Sight, command: c.RefuseReview, now: Moment) -> Decision:
    review = looked_at(sight.docket, command.review, command.version, command.staff, "refused")
    one_of("refuse_reason_needed", command.reason, WHY_REFUSED)
    return (
        e.ReviewRefused(
            review=review.id, staff=command.staff, day=sight.day, reason=command.reason, text=command.text
        ),
    )


def see_alarm(sight: Sight, command: c.SeeAlarm, now: Moment) -> Decision:
    """Whatever has become of the review since: a promise to somebody was broken."""
    review = known(sight.docket, command.review)
    return tuple(e.AlarmSeen(review.id, command.staff, alarm) for alarm in LASTING if alarm in review.alarms)
