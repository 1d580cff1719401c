"""What happened to pre-reviews. No person and no free text: ids, codes, the HMAC of a person under a key of its own.

Each is Beside: no hall changes by it, and nobody outside learns of it. Names and fields are the journal's format. A new
field gets a default; a meaning never changes. `day` is the hall's business day, from which working days are counted; a
date by which something is due stands nowhere. Every field is for staff at most.
"""

from __future__ import annotations

from typing import Literal

from hall_daemon.cases.defects import Defect, Reply
from hall_daemon.domain.events import EVENTS, Beside, Event
from hall_daemon.domain.value import value

AlarmKind = Literal["answer_soon", "answer_over", "late_defects", "promise_open"]
# What became of a promise at the window: its paper is signed; the papers are there after all; nobody signs.
Settled = Literal["signed", "brought", "declined"]


@value(kw_only=True)
class ReviewOpened(Beside):
    """`serial` never goes back, so an id is never given twice. `token` is the digest of the case's secret, `edition`
    the version of the form that it keeps, `channel` where it began. `days`: how long a draft lies. `source` tells apart
    the addresses that drafts were begun from, and nobody can say which: "" for a machine of the hall."""

    review: str
    serial: int
    day: str
    matter: str
    form: str
    edition: int
    service: str
    token: str
    person: str
    channel: str
    days: int
    source: str = ""


@value
class AnswersKept(Beside):
    """`piece` is the id of the whole set in the dossier; `changed` are fields that are not what they were."""

    review: str
    piece: str
    changed: tuple[str, ...]


@value
class PageKept(Beside):
    """A new picture of a page (from 1) of a paper; it takes the place of the one before."""

    review: str
    paper: str
    page: int
    piece: str


@value
class PageDropped(Beside):
    review: str
    paper: str
    page: int


@value(kw_only=True)
class ReviewSent(Beside):
    """The hall owes an answer within `days` working days. `replies` answer each entry of the last list; `promised` are
    papers that come later (容缺), or, those that `instead` names too, are promised instead (告知承诺). Before it was
    told apart `instead` is empty."""

    review: str
    day: str
    days: int
    person: str = ""
    replies: tuple[Reply, ...] = ()
    promised: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


@value
class ReviewTaken(Beside):
    """`staff` looks at it; `taken_from` is who did until now."""

    review: str
    staff: str
    taken_from: str = ""


@value
class ReviewSeconded(Beside):
    """`staff` would pass it; somebody else has to as well."""

    review: str
    staff: str


@value(kw_only=True)
class ReviewPassed(Beside):
    """Holds for `days` working days."""

    review: str
    staff: str
    day: str
    days: int


@value(kw_only=True)
class DefectsTold(Beside):
    """All that is wrong, once. To be mended within `days` working days. `late` of the entries should have stood in an
    earlier list; `why_late` is the code of the reason."""

    review: str
    staff: str
    day: str
    days: int
    defects: tuple[Defect, ...]
    why_late: str = ""
    late: int = 0


@value(kw_only=True)
class ReviewRefused(Beside):
    review: str
    staff: str
    day: str
    reason: str
    text: str = ""


@value
class ReviewWithdrawn(Beside):
    review: str
    day: str


@value
class ReviewRekeyed(Beside):
    """It goes on elsewhere: `token` is the digest of its new secret."""

    review: str
    token: str


@value
class ReviewLapsed(Beside):
    review: str
    day: str


@value
class ReviewPutAway(Beside):
    """Over for long enough: out of the docket, its dossier is wiped."""

    review: str


@value
class TicketBound(Beside):
    """The number with which somebody comes for it, and the service of that number once it passed."""

    review: str
    ticket: str
    ready: str


@value
class PromiseSettled(Beside):
    """What became at `window` of all that is promised with it; `staff` says so. The paper with the name is no part of
    the hall."""

    review: str
    staff: str
    window: str
    how: Settled


@value
class AlarmRaised(Beside):
    review: str
    alarm: AlarmKind


@value
class AlarmSeen(Beside):
    """`staff` has looked into it: it is no alarm any more."""

    review: str
    staff: str
    alarm: AlarmKind


@value
class DocketTurned(Beside):
    """All that the morning of `day` brings has been done; for reviews up to `upto`, "" for all."""

    day: str
    upto: str = ""


CaseEvent = (
    ReviewOpened | AnswersKept | PageKept | PageDropped | ReviewSent | ReviewTaken | ReviewSeconded | ReviewPassed
    | DefectsTold | ReviewRefused | ReviewWithdrawn | ReviewLapsed | ReviewPutAway | TicketBound | AlarmRaised
    | AlarmSeen | DocketTurned | ReviewRekeyed | PromiseSettled
)
# By name; JOURNAL_EVENTS are all that a journal holds.
CASE_EVENTS: dict[str, type[CaseEvent]] = {kind.__name__: kind for kind in CaseEvent.__args__}
JOURNAL_EVENTS: dict[str, type[Event]] = {**EVENTS, **CASE_EVENTS}
assert len(JOURNAL_EVENTS) == len(EVENTS) + len(CASE_EVENTS)
