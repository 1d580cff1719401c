"""What lies on the desk: form beside papers, what the machine found, what was told before. Pure; what lies in the
dossier is handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from hall_daemon.app import review_views as views
from hall_daemon.app.promise_views import way_of
from hall_daemon.app.review_views import ReviewContext, WordsOf
from hall_daemon.cases.book import Book
from hall_daemon.cases.defects import CODES, WHY_LATE, WHY_REFUSED
from hall_daemon.cases.docket import Review
from hall_daemon.matters.days import day_of
from hall_daemon.matters.facts import Fact, compared
from hall_daemon.matters.fields import Field, masked
from hall_daemon.matters.form import Form
from hall_daemon.matters.printed import Seen, mark_of
from hall_daemon.wire import reviews as w
from hall_daemon.words.text import Text

PageKey = tuple[str, int]
_OF_PERSONS = ("id_number", "document")


class Read(Protocol):
    @property
    def facts(self) -> tuple[Fact, ...]: ...
    @property
    def seen(self) -> tuple[Seen, ...]: ...
    @property
    def of(self) -> str: ...


class OnDesk(NamedTuple):
    """Out of a dossier: answers as they are kept, and by (paper, page) what its picture lacks with whether the person
    insisted, and what a machine read of it: facts, what its letters say, and of which answers they do."""

    kept: Mapping[str, object]
    marks: Mapping[PageKey, tuple[tuple[str, ...], bool]]
    read: Mapping[PageKey, Read]
    words: WordsOf


def sheet_view(ctx: ReviewContext, book: Book, review: Review, desk: OnDesk, staff: str) -> w.ReviewSheet:
    kept = desk.kept
    answers, said_by, said_at = views.plain_answers(kept), views.origins(kept), views.times(kept)
    form, verdict = ctx.checker(review).form, ctx.verdict(review, answers, book.hall.day)
    often = book.docket.often_wrong(review.matter)
    fresh = {place for place, n in review.changed.items() if n == len(review.lists)}
    needed = ctx.needed(review, verdict)
    return w.ReviewSheet(
        row=views.row_view(ctx, book, review, staff),
        fields=tuple(
            w.FieldView(
                id=each.id, step=each.step, label=dict(each.label), options=_options(each),
                value=shown(each, answers.get(each.id)), origin=said_by.get(each.id, ""), at=said_at.get(each.id, ""),
                over=_over(each, kept.get(each.id)), often_wrong=each.often_wrong is not None or each.id in often,
                changed=f"field:{each.id}" in fresh,
            )
            for each in form.fields
            if each.id not in verdict.hidden
        ),
        papers=tuple(
            w.PaperView(
                id=paper, name=ctx.paper(review.matter, paper), needed=paper in needed,
                promised=paper in review.promised, instead=way_of(ctx, review, paper) == "instead",
                changed=f"paper:{paper}" in fresh,
                pages=tuple(_page(page, desk.marks.get((paper, page))) for page in review.papers.get(paper, {})),
            )
            for paper in dict.fromkeys((*needed, *review.papers))
        ),
        compared=(*_compared(ctx, book, review, form, answers, desk), *_printed(ctx, form, answers, desk)),
        findings=views.broken_views(ctx, review, verdict.broken),
        told=views.lists_view(ctx, review, desk.words),
        codes=views.coded("review.defect", CODES),
        refuse_reasons=views.coded("review.refused", WHY_REFUSED),
        late_reasons=views.coded("review.late", WHY_LATE),
    )


def _compared(
    ctx: ReviewContext, book: Book, review: Review, form: Form, answers: Mapping[str, object], desk: OnDesk
) -> Iterator[w.ComparedView]:
    """What a machine read of each page, beside the form."""
    today = day_of(book.hall.day) or 0
    for (paper, page), read in desk.read.items():
        for each in compared(form, answers, read.facts, lambda field, paper=paper: ctx.proved(field, paper), today):  # type: ignore[misc]
            value = masked("digits", each.value) if each.kind in _OF_PERSONS else each.value
            yield w.ComparedView(
                paper=paper, page=page, kind=each.kind, field=each.field, agrees=each.agrees, value=value
            )


def _printed(
    ctx: ReviewContext, form: Form, answers: Mapping[str, object], desk: OnDesk
) -> Iterator[w.ComparedView]:
    """What the letters of pages say of these answers; of earlier ones they say nothing. What agrees on one page of a
    paper outdoes another page of it, and what was not found is nobody's fault."""
    found = [
        (paper, page, seen)
        for (paper, page), read in desk.read.items()
        if read.of == mark_of(ctx.wanted(form, answers, paper))
        for seen in read.seen
    ]
    agreed = {(paper, seen.field) for paper, _, seen in found if seen.verdict == "agrees"}
    for paper, page, seen in found:
        agrees = seen.verdict == "agrees"
        if agrees or (seen.verdict == "differs" and (paper, seen.field) not in agreed):
            yield w.ComparedView(
                paper=paper, page=page, kind="printed", field=seen.field, agrees=agrees, value=seen.value
            )


def _options(field: Field) -> dict[str, Text]:
    """As FieldView has them."""
    found = {option.value: dict(option.label) for option in field.options}
    return found | {f"{part.id}.{option.value}": dict(option.label) for part in field.parts for option in part.options}


def shown(field: Field, value: object) -> object:
    """Numbers of papers as far as staff compare them with the picture; names and places whole."""
    if field.parts and isinstance(value, list):
        parts = {part.id: part for part in field.parts}
        return [
            {id_: shown(parts[id_], said) if id_ in parts else said for id_, said in row.items()}
            for row in value
            if isinstance(row, dict)
        ]
    return masked(field.mask, value) if field.mask in ("digits", "tail") and isinstance(value, str) else value


def _over(field: Field, kept: object) -> tuple[w.HeldValue, ...]:
    """What stood there before and came from elsewhere, newest first, as staff see values."""
    found: list[w.HeldValue] = []
    while isinstance(kept, dict) and isinstance(kept := kept.get("over"), dict):
        found.append(
            w.HeldValue(
                value=shown(field, kept.get("value")), origin=str(kept.get("origin", "person")),
                at=str(kept.get("at", "")),
            )
        )
    return tuple(found)


def _page(page: int, seen: tuple[tuple[str, ...], bool] | None) -> w.PaperPage:
    marks, insisted = seen or ((), False)
    return w.PaperPage(page=page, marks=marks, insisted=insisted)
