"""A pre-review at a kiosk over HTTP, for who has no secret of it at hand: lent for a session, its list on paper; and
what its answers begin of the next form of the same person."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hall_daemon.wire.bodies import Body
from hall_daemon.wire.reviews import Id, PaperNumber, ReviewView
from hall_daemon.wire.texts import Message


class CardBody(Body, frozen=True, kw_only=True):
    """`reading`: the number of the card's reading, as GET …/reading of this kiosk said it some seconds ago."""

    reading: Annotated[int, Meta(ge=0, le=2**53)]


class ListSlipBody(Body, frozen=True, kw_only=True):
    """`id_number`: that of the person's paper, where no secret of the review is at hand."""

    printer: Annotated[str, Meta(min_length=1, max_length=64)]
    id_number: PaperNumber = ""


class BringBody(Body, frozen=True, kw_only=True):
    """`ticket`: the number's own secret, as its slip's code holds it; `id_number` as for a list."""

    ticket: Annotated[str, Meta(min_length=1, max_length=64)]
    id_number: PaperNumber = ""


class NextFormBody(Body, frozen=True, kw_only=True):
    """`form`: the one that is being filled in; `id_number`: that of the person's paper, once this review was sent."""

    form: Id
    id_number: PaperNumber = ""


class EarlierAnswers(Message, frozen=True, kw_only=True):
    """What `form` may begin with, by field; `origins`: card, licence or platform:… where that said it, else earlier:
    and the review."""

    form: str
    answers: dict[str, object]
    origins: dict[str, str]


class LentReview(Message, frozen=True, kw_only=True):
    """`token` goes into the header Case-Token; it is good at this kiosk alone, until its session ends or `good_s`."""

    token: str
    good_s: int


class OwnReview(Message, frozen=True, kw_only=True):
    """Of what a card's person has under way that which can be done now; `token` and `good_s` as of one that is lent."""

    review: ReviewView
    token: str
    good_s: int


class PrintedList(Message, frozen=True, kw_only=True):
    """`failed`: no paper came out, `detail` says why; `unknown`: the printer has not said."""

    result: Literal["printed", "failed", "unknown"]
    detail: str
