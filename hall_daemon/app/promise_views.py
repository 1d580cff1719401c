"""What somebody promised of the papers of a review, by its two kinds and with the day. Pure.

容缺: the paper comes later; 告知承诺: the promise takes its place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hall_daemon.cases.clock import Due
from hall_daemon.cases.docket import Review
from hall_daemon.cases.statutes import Way
from hall_daemon.matters.guide import Gap, Material
from hall_daemon.wire.window_review import PromisedPaper
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text

if TYPE_CHECKING:
    from hall_daemon.app.review_views import ReviewContext


def ways_of(ctx: ReviewContext, review: Review) -> dict[str, tuple[Way, ...]]:
    """How each paper of its matter may be promised."""
    matter = ctx.statutes.matters.get(review.matter)
    return {paper: matter.ways(paper) for paper in sorted(matter.promised)} if matter else {}


def way_of(ctx: ReviewContext, review: Review, paper: str) -> Way | None:
    """How it is promised; what was promised before that was told apart is so as it can be."""
    if paper not in review.promised:
        return None
    if paper in review.instead or ways_of(ctx, review).get(paper) == ("instead",):
        return "instead"
    return "later"


def promised_papers(ctx: ReviewContext, review: Review, day: str) -> tuple[PromisedPaper, ...]:
    """As they are if it is accepted on `day`."""
    return tuple(_promised(ctx, review, paper, day) for paper in review.promised)


def _promised(ctx: ReviewContext, review: Review, paper: str, day: str) -> PromisedPaper:
    way = way_of(ctx, review, paper) or "later"
    guide = ctx.shelf.guides.get(review.matter)
    material = guide.materials.get(paper) if guide else None
    gap = material.gap if material and way == "later" else None
    until = _until(ctx, gap, day)
    return PromisedPaper(
        code=paper, said=ctx.paper(review.matter, paper), way=way, called=tables().text(f"review.promise.{way}.called"),
        means=_means(way, material, until), due=until.day.isoformat() if until else None,
        about=until is not None and until.about,
    )


def _until(ctx: ReviewContext, gap: Gap | None, day: str) -> Due | None:
    """None where the window agrees it."""
    if gap is None or not gap.days or not day:
        return None
    if gap.unit == "natural":
        return Due(date.fromisoformat(day) + timedelta(gap.days), False)
    return ctx.statutes.calendar.due(day, gap.days)


def _means(way: Way, material: Material | None, until: Due | None) -> Text:
    if way == "instead":
        promise = material.promise if material else None
        if promise is None or not promise.check_days:
            return tables().text("review.promise.instead.means")
        return tables().text(f"review.promise.instead.checked_{promise.unit}", {"n": promise.check_days})
    if until is None:
        return tables().text("review.promise.later.agreed")
    facts = {"year": until.day.year, "month": until.day.month, "day": until.day.day}
    return tables().text(f"review.promise.later.{'about' if until.about else 'means'}", facts)
