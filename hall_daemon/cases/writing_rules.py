"""What the person does with a review: begin, fill, hand in, send, take back. Rules that `decide` has in its table."""

from __future__ import annotations

from hall_daemon.cases import commands as c
from hall_daemon.cases import events as e
from hall_daemon.cases.book import Sight
from hall_daemon.cases.defects import HOWS, Defect, Reply
from hall_daemon.cases.docket import Review
from hall_daemon.cases.refusals import known, matter_of, one_of, review_of
from hall_daemon.cases.statutes import Matter
from hall_daemon.domain.plan import Moment
from hall_daemon.domain.refusal import Decision, Declined, Refused
from hall_daemon.domain.ticket_rules import unprepare

MOST_PAGES = 60
MOST_CHANGED = 400


def id_of(day: str, serial: int) -> str:
    """As `YS-20261128-000012`: it says no matter, as it stands on paper and in addresses."""
    return f"YS-{day.replace('-', '')}-{serial:06d}"


def open_(sight: Sight, command: c.OpenReview, now: Moment) -> Decision:
    matter, docket = matter_of(sight.statutes, command.matter, begins=sight.day), sight.docket
    if not sight.day:
        return Refused("day_closed")
    if command.edition != matter.edition and command.edition not in matter.earlier:
        return Refused("form_changed", {"form": matter.form, "edition": matter.edition})
    dropped = _room_for(sight, command.source)
    serial = docket.serial + 1
    return (
        *dropped,
        e.ReviewOpened(
            review=id_of(sight.day, serial), serial=serial, day=sight.day, matter=matter.id, form=matter.form,
            edition=command.edition, service=matter.service, token=command.token, person=command.person,
            channel=command.channel, days=matter.draft_days, source=command.source,
        ),
    )


def _room_for(sight: Sight, source: str) -> tuple[e.ReviewLapsed | e.ReviewPutAway, ...]:
    """Whoever only opens drafts must not keep out who fills one in: the oldest empty draft goes, of `source` itself
    where it has as many as one may, of any address where addresses have as many as they may together, else of whoever
    has most. It goes for good: there is nothing to keep, and what is over would fill the docket in its place. Declines
    where there is none."""
    docket, rules = sight.docket, sight.statutes
    own = bool(source) and docket.unseen.get(source, 0) >= rules.most_source
    away = bool(source) and sum(docket.unseen.values()) >= rules.most_sources
    if not own and not away and docket.open < rules.most_open:
        return ()
    empty = (each for each in docket.reviews.values() if each.state == "draft" and not each.answers and not each.papers)
    may_go = (each for each in empty if (not own or each.source == source) and (not away or each.source))
    # The first of equals, and reviews stand in the order in which they were opened.
    oldest = max(may_go, key=lambda each: docket.unseen.get(each.source, 0), default=None)
    if oldest is None:
        raise Declined(
            "reviews_full", {"max": rules.most_source if own else rules.most_sources if away else rules.most_open}
        )
    return (e.ReviewLapsed(oldest.id, sight.day), e.ReviewPutAway(oldest.id))


def _few_enough(sight: Sight, person: str, review: Review) -> None:
    """Of those that were sent: a draft with somebody's number costs its writer nothing, and must cost nobody else. Nor
    does a stranger who sends with it from afar keep its owner out who comes to the hall."""
    most = sight.statutes.most_each
    others = (
        each for each in sight.docket.of_person(person)
        if each.first_sent_wall and each.id != review.id and bool(each.source) == bool(review.source)
    )
    if sum(not each.closed and not each.used for each in others) >= most:
        raise Declined("reviews_each", {"max": most})


def keep_answers(sight: Sight, command: c.KeepAnswers, now: Moment) -> Decision:
    review = review_of(sight.docket, command.review, "kept", command.version)
    if len(command.changed) > MOST_CHANGED:
        return Refused("bad_answers", {"max": MOST_CHANGED})
    return (e.AnswersKept(review.id, command.piece, command.changed),)


def keep_page(sight: Sight, command: c.KeepPage, now: Moment) -> Decision:
    review = review_of(sight.docket, command.review, "kept")
    matter = matter_of(sight.statutes, review.matter)
    if command.paper not in matter.papers:
        return Refused("unknown_paper", {"paper": command.paper[:64], "known": ", ".join(sorted(matter.papers))})
    if not 1 <= command.page <= MOST_PAGES:
        return Refused("bad_page", {"max": MOST_PAGES})
    return (e.PageKept(review.id, command.paper, command.page, command.piece),)


def drop_page(sight: Sight, command: c.DropPage, now: Moment) -> Decision:
    review = review_of(sight.docket, command.review, "kept")
    if command.page not in review.papers.get(command.paper, {}):
        return ()
    return (e.PageDropped(review.id, command.paper, command.page),)


def send(sight: Sight, command: c.SendReview, now: Moment) -> Decision:
    review = review_of(sight.docket, command.review, "sent", command.version)
    matter = matter_of(sight.statutes, review.matter)
    if not review.answers:
        return Refused("review_empty", {"review": review.id})
    if command.person and review.person and command.person != review.person:
        return Refused("review_not_yours", {"review": review.id})
    for paper in command.promised:
        if paper not in matter.promised:
            return Refused("no_promise", {"paper": paper[:64]})
    for paper in command.instead:
        if paper not in matter.instead:
            return Refused("no_promise_instead", {"paper": paper[:64]})
    person = command.person or review.person
    _few_enough(sight, person, review)
    if review.state == "mend":
        _check_replies(matter, review, command.replies)
    elif command.replies:
        return Refused("bad_reply", {"entry": command.replies[0].at + 1})
    promised = _promised(review, command)
    return (
        e.ReviewSent(
            review=review.id, day=sight.day, days=matter.answer_days, person=person, replies=command.replies,
            promised=promised, instead=_instead(matter, review, command, promised),
        ),
    )


def _promised(review: Review, command: c.SendReview) -> tuple[str, ...]:
    """Those said now or before, but what was handed in since or is said not to be needed, and those promised in answer
    to the list: nobody says a promise again who mends something else."""
    told = review.lists[-1].defects if review.lists else ()
    answered = {how: {told[each.at].id for each in command.replies if each.how == how} for how in HOWS}
    said = (
        paper for paper in (*review.promised, *command.promised)
        if paper not in answered["not_needed"] and not _is_there(review, paper)
    )
    return tuple(dict.fromkeys((*said, *sorted(answered["promise"]))))


def _is_there(review: Review, paper: str) -> bool:
    """Whether it was handed in, since the last list where there is one."""
    return paper in review.papers and (not review.lists or review.is_new(f"paper:{paper}"))


def _instead(matter: Matter, review: Review, command: c.SendReview, promised: tuple[str, ...]) -> tuple[str, ...]:
    """Of what is promised that whose place the promise takes: as it is said now, was before, or as it can only be."""
    said = {*command.instead, *(set(review.instead) - set(command.promised))}
    return tuple(paper for paper in promised if paper in said or matter.ways(paper) == ("instead",))


def _check_replies(matter: Matter, review: Review, replies: tuple[Reply, ...]) -> None:
    """Each entry of the last list is answered once, by what is so."""
    told = review.lists[-1].defects
    answered = {reply.at: reply for reply in replies}
    open_entries = [str(at + 1) for at in range(len(told)) if at not in answered]
    if open_entries:
        raise Declined("replies_missing", {"entries": ", ".join(open_entries)})
    if len(answered) != len(replies) or len(answered) != len(told):
        raise Declined("bad_reply", {"entry": max(answered) + 1})
    for at, reply in answered.items():
        one_of("bad_reply", reply.how, HOWS)
        if not _answers(matter, review, told[at], reply):
            raise Declined("reply_unfit", {"entry": at + 1, "place": told[at].place, "how": reply.how})


def _answers(matter: Matter, review: Review, defect: Defect, reply: Reply) -> bool:
    if reply.how == "replaced":
        return review.mends(defect)
    if reply.how == "promise":
        return defect.of == "paper" and defect.id in matter.promised
    return bool(reply.text)


def withdraw(sight: Sight, command: c.WithdrawReview, now: Moment) -> Decision:
    review = review_of(sight.docket, command.review, "withdrawn", command.version)
    if review.used:
        return Refused("review_used", {"review": review.id})
    back = unprepare(sight.plan, sight.hall, review.ticket, review.service, review.id)
    return (e.ReviewWithdrawn(review.id, sight.day), *back)


def rekey(sight: Sight, command: c.RekeyReview, now: Moment) -> Decision:
    review = known(sight.docket, command.review)
    if review.closed:
        return Refused("review_over", {"review": review.id, "state": review.state})
    if review.token == command.token:
        return ()
    return (e.ReviewRekeyed(review.id, command.token),)
