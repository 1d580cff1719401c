"""Pre-reviews in figures, over HTTP: codes and counts, no person."""

from __future__ import annotations

from hall_daemon.wire.texts import Message, Text


class Share(Message, frozen=True, kw_only=True):
    """Of `n`, `k`; `share` None where there is none."""

    n: int
    k: int
    share: float | None


class DefectCount(Message, frozen=True, kw_only=True):
    """`place`: the paper or field as people call it, `said`: what was wrong with it."""

    of: str
    id: str
    code: str
    count: int
    place: Text
    said: Text


class MatterReviews(Message, frozen=True, kw_only=True):
    """`one_list`: of those decided, told once or never what is wrong. `returned`: of those looked at, sent back at
    least once. `answer_s`: seconds from sending to the answer. `defects`: the most frequent, most first."""

    matter: str
    title: Text
    sent: int
    decided: int
    passed: int
    one_list: Share
    returned: Share
    late: int
    answer_median_s: float | None
    answer_p90_s: float | None
    on_time: Share
    defects: tuple[DefectCount, ...]


class ReviewFigures(Message, frozen=True, kw_only=True):
    begins: str
    ends: str
    all: MatterReviews
    matters: tuple[MatterReviews, ...]
