"""Reviews as their person, the desk and the window see them. Pure: docket, statutes, guides and forms become messages;
what lies in the dossier is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hall_daemon.app.promise_views import promised_papers, way_of, ways_of
from hall_daemon.app.view_context import iso, number_of
from hall_daemon.cases.book import Book
from hall_daemon.cases.clock import Lamp, lamp
from hall_daemon.cases.defects import Defect, DefectList, Reply, corner_of
from hall_daemon.cases.docket import LASTING, Review
from hall_daemon.cases.life import OWED
from hall_daemon.cases.refusals import due_day
from hall_daemon.cases.statutes import NO_STATUTES, Statutes
from hall_daemon.config.guides import EMPTY, Shelf
from hall_daemon.config.statutes import FILLED_HERE
from hall_daemon.domain.plan import Plan
from hall_daemon.domain.ticket import FINAL
from hall_daemon.matters.checks import Broken, Checker, Verdict, words_of
from hall_daemon.matters.days import day_of
from hall_daemon.matters.fields import Field
from hall_daemon.matters.form import Form
from hall_daemon.matters.printed import Wanted, wanted_of
from hall_daemon.wire import reviews as w
from hall_daemon.wire.window_review import TicketReview
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text, same

# Words of a dossier by their id, "" for those that are not there.
WordsOf = Callable[[str], str]
Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewContext:
    """What views of reviews need beside the book. `checkers` by matter; `earlier`: of editions that are not the present
    one, by form and edition. `proves`: of a field of the dictionary, the papers that prove it. `plan` says where who
    passed is called, None: nowhere."""

    statutes: Statutes = NO_STATUTES
    shelf: Shelf = EMPTY
    checkers: Mapping[str, Checker] = field(default_factory=dict)
    earlier: Mapping[tuple[str, int], Checker] = field(default_factory=dict)
    proves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    staff_number: Callable[[str], str] = str
    plan: Plan | None = None

    def title(self, matter: str) -> Text:
        guide = self.shelf.guides.get(matter)
        return dict(guide.title) if guide else same(matter)

    def paper(self, matter: str, paper: str) -> Text:
        guide = self.shelf.guides.get(matter)
        material = guide.materials.get(paper) if guide else None
        return dict(material.name) if material else same(paper)

    def place(self, matter: str, of: str, id_: str) -> Text:
        """What a defect is about, by the present form."""
        if of == "paper":
            return self.paper(matter, id_)
        checker = self.checkers.get(matter)
        labels = {each.id: each.label for each in checker.form.fields} if checker else {}
        return dict(labels.get(id_, same(id_)))

    def proved(self, field_: Field, paper: str) -> bool:
        """Whether that paper proves the field."""
        return paper in (field_.paper, *self.proves.get(field_.means, ()))

    def wanted(self, form: Form, answers: Answers, paper: str) -> tuple[Wanted, ...]:
        """Answers that a recogniser looks for on that paper."""
        return wanted_of(form, answers, lambda field_: self.proved(field_, paper))

    def fetched(self, matter: str) -> frozenset[str]:
        """Papers that nobody has to hand in: the office fetches them, or they are filled in here."""
        guide = self.shelf.guides.get(matter)
        shared = (id_ for id_, material in guide.materials.items() if material.shared) if guide else ()
        return frozenset((*shared, FILLED_HERE))

    def has_form(self, review: Review) -> bool:
        return (review.form, review.edition) in self.earlier or review.matter in self.checkers

    def checker(self, review: Review) -> Checker:
        """Of the edition that the review began with, the present one where that is lost. KeyError for none."""
        return self.earlier.get((review.form, review.edition)) or self.checkers[review.matter]

    def verdict(self, review: Review, answers: Answers, day: str) -> Verdict:
        """KeyError for a matter whose form is not there any more."""
        today = day_of(day)
        assert today is not None
        return self.checker(review).verdict(answers, today)

    def needed(self, review: Review, verdict: Verdict) -> tuple[str, ...]:
        fetched = self.fetched(review.matter)
        return tuple(paper for paper in verdict.papers if paper not in fetched)


def missing(ctx: ReviewContext, review: Review, verdict: Verdict, promised: Iterable[str] = ()) -> tuple[str, ...]:
    """Papers that these answers ask for, and that are neither there nor promised."""
    there = {*review.papers, *promised}
    return tuple(paper for paper in ctx.needed(review, verdict) if paper not in there)


def plain_answers(kept: Mapping[str, object]) -> dict[str, object]:
    """The values alone, of answers with where they are from."""
    return {id_: each.get("value") if isinstance(each, dict) else each for id_, each in kept.items()}


def origins(kept: Mapping[str, object]) -> dict[str, str]:
    return {id_: str(each.get("origin", "person")) for id_, each in kept.items() if isinstance(each, dict)}


def times(kept: Mapping[str, object]) -> dict[str, str]:
    return {id_: str(each.get("at", "")) for id_, each in kept.items() if isinstance(each, dict)}


def broken_views(ctx: ReviewContext, review: Review, broken: Iterable[Broken]) -> tuple[w.Broken, ...]:
    form = ctx.checker(review).form
    views = []
    for each in broken:
        say, mend = words_of(form, each)
        views.append(
            w.Broken(
                check=each.check, field=each.field, level=each.level, say=say, mend=mend, row=each.row, part=each.part
            )
        )
    return tuple(views)


def kept_view(ctx: ReviewContext, review: Review, verdict: Verdict) -> w.KeptAnswers:
    return w.KeptAnswers(
        review=review.id, version=review.version, may_be_sent=verdict.may_be_sent,
        broken=broken_views(ctx, review, verdict.broken), hidden=verdict.hidden,
        papers=ctx.needed(review, verdict), missing=missing(ctx, review, verdict, review.promised),
    )


def review_view(ctx: ReviewContext, book: Book, review: Review, words: WordsOf) -> w.ReviewView:
    """As its person sees it."""
    until, today = due_day(ctx.statutes, review), book.hall.day
    known, ways = ctx.statutes.calendar.years, ways_of(ctx, review)
    return w.ReviewView(
        review=review.id, version=review.version, matter=review.matter, form=review.form, edition=review.edition,
        title=ctx.title(review.matter), state=review.state, state_said=_state(review),
        note=tables().text("review.note"),
        due=until.isoformat() if until else None, about=until is not None and until.year not in known,
        left=_left(ctx, today, until), papers={paper: len(pages) for paper, pages in review.papers.items()},
        promised=review.promised, lists=lists_view(ctx, review, words), reason=review.reason,
        words=words(review.text) if review.text else "", number=_number(book, review), used=review.used,
        filled=bool(review.answers), mine=bool(review.person),
        ways=ways,
        instead=tuple(paper for paper in review.promised if way_of(ctx, review, paper) == "instead"),
        draws=_draws(book, review), numbers_of=_numbers_of(book, review),
        service=(service := _service(ctx, review)), windows=_windows(ctx, book, service),
    )


def _service(ctx: ReviewContext, review: Review) -> str:
    """What its number is of, once it passed and as long as nobody was served with it."""
    if ctx.plan is None or review.state != "passed" or review.used:
        return ""
    return ctx.plan.prepared(review.service)


def _windows(ctx: ReviewContext, book: Book, service: str) -> tuple[str, ...]:
    """Which windows call it: those that the plan has, where none is open yet."""
    takers = [window for window in ctx.plan.windows.values() if window.takes(service)] if ctx.plan else []
    opened = [window for window in takers if book.hall.window(window.id).status == "open"]
    return tuple(window.label for window in opened or takers)


def _draws(book: Book, review: Review) -> bool:
    """Passed, for a matter that numbers are drawn for, and nobody stands in the line with it."""
    return review.state == "passed" and bool(review.service) and _without_number(book, review)


# Somebody may come with a number already: it is prepared when the review passes.
_COMES = ("sent", "looking", "mend", "passed")


def _numbers_of(book: Book, review: Review) -> str:
    """The service whose waiting number its person may bring to it now."""
    return review.service if review.state in _COMES and _without_number(book, review) else ""


def _without_number(book: Book, review: Review) -> bool:
    ticket = book.hall.tickets.get(review.ticket)
    return not review.used and (ticket is None or ticket.state in FINAL)


def lists_view(ctx: ReviewContext, review: Review, words: WordsOf) -> tuple[w.ListView, ...]:
    return tuple(
        w.ListView(
            defects=tuple(
                _defect(ctx, review, told, at, defect, words) for at, defect in enumerate(told.defects)
            ),
            late=told.late, why_late=told.why_late,
        )
        for told in review.lists
    )


def _defect(
    ctx: ReviewContext, review: Review, told: DefectList, at: int, defect: Defect, words: WordsOf
) -> w.DefectView:
    reply = next((each for each in told.replies if each.at == at), Reply(at=at, how="replaced"))
    answered = bool(told.replies)
    return w.DefectView(
        of=defect.of, id=defect.id, code=defect.code, page=defect.page, field=defect.field,
        place=_place(ctx, review, defect), said=tables().text(f"review.defect.{defect.code}"),
        words=words(defect.text) if defect.text else "", area=defect.area,
        where=tables().text(f"review.where.{corner_of(defect.area)}") if defect.area else None,
        reply=reply.how if answered else "",
        reply_words=words(reply.text) if answered and reply.text else "",
        mended=told is review.lists[-1] and review.mends(defect),
    )


def _place(ctx: ReviewContext, review: Review, defect: Defect) -> Text:
    """By the edition that the review has."""
    labels = {each.id: each.label for each in ctx.checker(review).form.fields} if ctx.has_form(review) else {}
    known = labels.get(defect.id) if defect.of == "field" else None
    return dict(known) if known else ctx.place(review.matter, defect.of, defect.id)


def row_view(ctx: ReviewContext, book: Book, review: Review, staff: str) -> w.ReviewRow:
    until = due_day(ctx.statutes, review)
    owed: Lamp | None = lamp(date.fromisoformat(book.hall.day), until) if review.state in OWED else None
    return w.ReviewRow(
        review=review.id, version=review.version, matter=review.matter, title=ctx.title(review.matter),
        state=review.state, sent_at=iso(review.sent_wall) if review.sent_wall else None,
        due=until.isoformat() if until else None, left=_left(ctx, book.hall.day, until), lamp=owed,
        looker=ctx.staff_number(review.looker) if review.looker else "", mine=bool(staff) and review.looker == staff,
        second_look=bool(review.first_look), lists=len(review.lists), alarms=review.alarms,
        number=_number(book, review),
    )


MOST_ROWS = 200


def rows_view(
    ctx: ReviewContext, book: Book, states: Sequence[str], staff: str, *, alarms: bool = False
) -> w.ReviewRows:
    """Those in `states`, who waits longest for the hall first; `alarms`: those with an alarm that nobody has looked
    into, whatever their state. What was never sent is nobody's here."""
    sent = [each for each in book.docket.reviews.values() if each.first_sent_wall]
    alarming = [each for each in sent if any(alarm in LASTING for alarm in each.alarms)]
    found = alarming if alarms else [each for each in sent if each.state in states]
    found.sort(key=lambda each: (each.sent_wall or each.opened_wall, each.id))
    rows = tuple(row_view(ctx, book, each, staff) for each in found[:MOST_ROWS])
    return w.ReviewRows(reviews=rows, more=len(found) - len(rows), alarms=len(alarming))


def ticket_review(ctx: ReviewContext, review: Review, needed: Sequence[str], day: str) -> TicketReview:
    """What somebody with a number brings on `day`; `needed`: papers that their answers ask for."""

    def named(papers: Iterable[str]) -> tuple[w.Coded, ...]:
        return tuple(w.Coded(paper, ctx.paper(review.matter, paper)) for paper in papers)

    away = [paper for paper in needed if paper not in review.papers and paper not in review.promised]
    guide = ctx.shelf.guides.get(review.matter)
    return TicketReview(
        office=dict(guide.department) if guide else None, day=day, settled=review.settled,
        review=review.id, state=review.state, state_said=_state(review), note=tables().text("review.note"),
        prepared=review.state == "passed", title=ctx.title(review.matter), papers=named(review.papers),
        missing=named(away), promised=promised_papers(ctx, review, day),
    )


def coded(table: str, codes: Iterable[str]) -> tuple[w.Coded, ...]:
    return tuple(w.Coded(code, tables().text(f"{table}.{code}")) for code in codes)


def _state(review: Review) -> Text:
    return tables().text(f"review.state.{review.state}")


def _left(ctx: ReviewContext, today: str, until: date | None) -> int | None:
    return ctx.statutes.calendar.left(today, until) if until and today else None


def _number(book: Book, review: Review) -> str | None:
    return number_of(review.ticket) if review.ticket in book.hall.tickets else None
