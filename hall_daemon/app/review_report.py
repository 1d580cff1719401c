"""Pre-reviews in figures, from their events alone: how often all was told at once, how much came back, how long an
answer took, what is most often wrong. Pure; no person and no dossier is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from hall_daemon.app.record import Recorded
from hall_daemon.cases import events as e
from hall_daemon.cases.clock import Calendar
from hall_daemon.wire import review_figures as w
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text

MOST_DEFECTS = 12


class Names(Protocol):
    """As people call matters, and what a defect is about."""

    def title(self, matter: str) -> Text: ...
    def place(self, matter: str, of: str, id_: str) -> Text: ...


@dataclass(slots=True)
class _Known:
    """A review on its way: its matter, when it was last sent and due, how many lists it had, how many were late."""

    matter: str
    sent_wall: int = 0
    due: str = ""
    lists: int = 0
    late: int = 0


@dataclass(slots=True, kw_only=True)
class _Counts:
    sent: int = 0
    answered: int = 0
    looked: int = 0
    returned: int = 0
    decided: int = 0
    passed: int = 0
    one_list: int = 0
    late: int = 0
    on_time: int = 0
    took_s: list[float] = field(default_factory=list)
    defects: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def seen(self) -> int:
        return self.sent + self.answered + self.decided

    def add(self, other: _Counts) -> None:
        for name in ("sent", "answered", "looked", "returned", "decided", "passed", "one_list", "late", "on_time"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.took_s += other.took_s
        self.defects += other.defects


def review_figures(
    rows: Iterable[Recorded], begins: str, ends: str, calendar: Calendar, names: Names, everything: Text
) -> w.ReviewFigures:
    """Of what was sent, answered and decided from day `begins` to day `ends`. `rows` may begin earlier: whatever is
    known of a review before helps."""
    known: dict[str, _Known] = {}
    counts: dict[str, _Counts] = {}
    for row in rows:
        event = row.event
        if isinstance(event, e.ReviewOpened):
            known[event.review] = _Known(event.matter)
            continue
        review = known.get(getattr(event, "review", ""))
        if review is None:
            continue
        _see(row, review, counts.setdefault(review.matter, _Counts()), begins <= row.day <= ends, calendar)
    total = _Counts()
    for each in counts.values():
        total.add(each)
    matters = tuple(
        _view(matter, names.title(matter), each, names) for matter, each in sorted(counts.items()) if each.seen
    )
    return w.ReviewFigures(begins=begins, ends=ends, all=_view("", everything, total, None), matters=matters)


def _see(row: Recorded, review: _Known, count: _Counts, counted: bool, calendar: Calendar) -> None:
    event = row.event
    if isinstance(event, e.ReviewSent):
        due = calendar.due(event.day, event.days)
        review.sent_wall, review.due = row.wall, due.day.isoformat() if due else ""
        count.sent += counted
    elif isinstance(event, e.DefectsTold):
        review.lists, review.late = review.lists + 1, review.late + event.late
        if counted:
            _answer(row, review, count, event.day)
            count.looked += review.lists == 1
            count.returned += review.lists == 1
            count.late += event.late
            count.defects.update((defect.of, defect.id, defect.code) for defect in event.defects)
    elif isinstance(event, e.ReviewPassed | e.ReviewRefused) and counted:
        _answer(row, review, count, event.day)
        count.looked += not review.lists
        count.decided += 1
        count.passed += isinstance(event, e.ReviewPassed)
        count.one_list += review.lists <= 1


def _answer(row: Recorded, review: _Known, count: _Counts, day: str) -> None:
    count.answered += 1
    count.took_s.append((row.wall - review.sent_wall) / 1000)
    count.on_time += day <= review.due


def _view(matter: str, title: Text, count: _Counts, names: Names | None) -> w.MatterReviews:
    """Defects are told of a matter: the same id is another paper elsewhere."""
    took = sorted(count.took_s)
    return w.MatterReviews(
        matter=matter, title=title, sent=count.sent, decided=count.decided, passed=count.passed,
        one_list=_share(count.decided, count.one_list), returned=_share(count.looked, count.returned), late=count.late,
        answer_median_s=round(median(took), 1) if took else None,
        answer_p90_s=round(took[min(len(took) - 1, int(0.9 * len(took)))], 1) if took else None,
        on_time=_share(count.answered, count.on_time),
        defects=tuple(
            w.DefectCount(
                of=of, id=id_, code=code, count=n, place=names.place(matter, of, id_),
                said=tables().text(f"review.defect.{code}"),
            )
            for (of, id_, code), n in count.defects.most_common(MOST_DEFECTS)
            if names is not None
        ),
    )


def _share(n: int, k: int) -> w.Share:
    return w.Share(n=n, k=k, share=round(k / n, 3) if n else None)
