"""Papers that a person hands in over HTTP, and the phone that hands them in for a kiosk."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from hall_daemon.wire.bodies import Body
from hall_daemon.wire.texts import Message, Text

PaperId = Annotated[str, Meta(min_length=1, max_length=64)]
PageNumber = Annotated[int, Meta(ge=1, le=60)]


class Lack(Message, frozen=True, kw_only=True):
    """What the picture of a page lacks: a code, and what to do about it in words."""

    code: str
    say: Text


class KeptPage(Message, frozen=True, kw_only=True):
    """`version` grows with each new picture; `insisted`: the person was told what it lacks and keeps it."""

    page: int
    version: int
    marks: tuple[Lack, ...]
    insisted: bool


class HandedPaper(Message, frozen=True, kw_only=True):
    """`needed`: asked for by the answers so far."""

    id: str
    name: Text
    needed: bool
    pages: tuple[KeptPage, ...]


class HandedPapers(Message, frozen=True, kw_only=True):
    """Nothing of the answers, and no picture. `title`: of the matter; a phone beside a kiosk is not told it."""

    review: str
    title: Text | None
    papers: tuple[HandedPaper, ...]


class InsistBody(Body, frozen=True, kw_only=True):
    """The picture that the person has seen."""

    version: Annotated[int, Meta(ge=1, le=1_000_000)]


class OfferBody(Body, frozen=True, kw_only=True):
    """The papers that a phone may hand in; () for all that are needed. `retakes`: of a paper the page in whose place
    its first picture comes; all others go behind what is there. `keep`: a code that is still good, and a phone that has
    come with it, stay; these papers and pages are theirs from now on."""

    papers: Annotated[tuple[PaperId, ...], Meta(max_length=40)] = ()
    retakes: Annotated[dict[PaperId, PageNumber], Meta(max_length=40)] = field(default_factory=dict)
    keep: bool = False


class Offer(Message, frozen=True, kw_only=True):
    """What the kiosk shows as a QR code; good once, for `good_s`. Without an address the one that was kept stays."""

    url: str
    good_s: int


class HandoverState(Message, frozen=True, kw_only=True):
    """`number`: two digits that the phone shows as well, once it has come; it hands in when that was confirmed."""

    state: Literal["none", "waiting", "claimed", "confirmed"]
    number: str


class ClaimBody(Body, frozen=True, kw_only=True):
    secret: Annotated[str, Meta(min_length=1, max_length=64)]


class Claimed(Message, frozen=True, kw_only=True):
    """`token` asks whether both numbers were said to be the same, for `good_s`. `kiosk`: the one whose code it was,
    "" for none."""

    token: str
    number: str
    kiosk: str
    good_s: int


class Opened(Message, frozen=True, kw_only=True):
    """`papers` once it is `open`: from now on the token hands them in, for `good_s`, and reads nothing else."""

    state: Literal["waiting", "open"]
    good_s: int = 0
    papers: HandedPapers | None = None


# -- a review that goes on elsewhere ---------------------------------------------------------------


class MoveOffer(Message, frozen=True, kw_only=True):
    """A code good once, for `good_s`: an address of the phones' page, and as a QR code row by row, "1" for dark."""

    url: str
    rows: tuple[str, ...]
    good_s: int


class MoveState(Message, frozen=True, kw_only=True):
    """`number`: two digits that both sides show once somebody has come with the code."""

    state: Literal["none", "waiting", "claimed", "confirmed", "moved"]
    number: str


class MoveClaim(Message, frozen=True, kw_only=True):
    """Nothing of the review yet but what it is about: who offered it has to say first that both numbers are the same.
    `token` asks whether they have. `kiosk`: where it comes from, "" for a phone."""

    token: str
    number: str
    kiosk: str
    title: Text
    good_s: int


class CollectBody(Body, frozen=True, kw_only=True):
    token: Annotated[str, Meta(min_length=1, max_length=64)]


class Collected(Message, frozen=True, kw_only=True):
    """`review` and its secret once it is `yours`."""

    state: Literal["waiting", "yours"]
    review: str = ""
    token: str = ""
