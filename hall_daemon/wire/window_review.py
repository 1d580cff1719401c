"""What somebody at a window brings of a pre-review over HTTP, and what became of what they promised."""

from __future__ import annotations

from typing import Literal

from hall_daemon.wire.bodies import Body
from hall_daemon.wire.reviews import Coded, Id
from hall_daemon.wire.texts import Message, Text


class BringReviewBody(Body, frozen=True, kw_only=True):
    """The number of the review, as its receipt has it."""

    review: Id


class SettleBody(Body, frozen=True, kw_only=True):
    """`signed`: the paper is signed by hand; `brought`: the papers are there after all; `declined`: nobody signs."""

    how: Literal["signed", "brought", "declined"]


class PromisedPaper(Message, frozen=True, kw_only=True):
    """A paper that is promised: `way` later (容缺) or instead (告知承诺), `called` so, `means` what that asks of who
    promises, with the day: `due` if it is accepted today, None where the window agrees it or none is owed; `about`
    where that year's holidays are not known."""

    code: str
    said: Text
    way: Literal["later", "instead"]
    called: Text
    means: Text
    due: str | None
    about: bool


class TicketReview(Message, frozen=True, kw_only=True):
    """What somebody with a number brings: `prepared` is whether it was passed; `papers` that are there,
    `missing` those that are needed and not there, `promised` those that come later or are promised instead.
    `settled`: what became of that, "" until it is said; `office` and `day` stand on the paper that is signed."""

    review: str
    state: str
    state_said: Text
    note: Text
    prepared: bool
    title: Text
    office: Text | None = None
    day: str = ""
    settled: str = ""
    papers: tuple[Coded, ...]
    missing: tuple[Coded, ...]
    promised: tuple[PromisedPaper, ...]
