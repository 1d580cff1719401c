"""Pre-reviews over HTTP: what the person sends and sees, what staff see and do. No name of a person is asked for here:
it stands in the answers, which lie sealed."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from hall_daemon.matters.facts import FactKind
from hall_daemon.wire.bodies import Body
from hall_daemon.wire.texts import Message, Text

Id = Annotated[str, Meta(max_length=64)]
Words = Annotated[str, Meta(max_length=1000)]
Page = Annotated[int, Meta(ge=0, le=60)]
# A circle on a page: left, top, width, height in thousandths of its picture.
Circle = Annotated[tuple[Annotated[int, Meta(ge=0, le=1000)], ...], Meta(max_length=4)]
# What identifies a person: the number of a paper. It becomes an HMAC at once.
PaperNumber = Annotated[str, Meta(max_length=32, pattern="^[0-9A-Za-z-]*$")]
OriginName = Literal["person", "card", "licence", "earlier", "staff"]
LONGEST_ANSWERS = 262_144


# -- what is sent ---------------------------------------------------------------------------------


class OpenReviewBody(Body, frozen=True, kw_only=True):
    """Begin a draft. `edition` is the version of the form that was shown (0: the present one)."""

    matter: Id
    edition: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    id_number: PaperNumber = ""


class AnswersBody(Body, frozen=True, kw_only=True):
    """The whole set, by field. `origins` says where one is from when no person typed it; a phone types all."""

    answers: dict[Id, object]
    origins: dict[Id, OriginName] = field(default_factory=dict)


class WhoBody(Body, frozen=True, kw_only=True):
    """Who asks for answers back; not needed for a draft of one's own."""

    id_number: PaperNumber = ""


class ReplyBody(Body, frozen=True, kw_only=True):
    """The answer to entry `at` (from 0) of the last list. `words`: why it is not needed."""

    at: Annotated[int, Meta(ge=0, le=99)]
    how: Literal["replaced", "not_needed", "promise"]
    words: Words = ""


class SendReviewBody(Body, frozen=True, kw_only=True):
    """`promised`: papers that come later (容缺) or are promised instead (告知承诺), where the matter allows it;
    those of a reply need not be among them. `instead`: those of the second kind; a paper that can only be so need not
    be in it."""

    id_number: PaperNumber = ""
    replies: Annotated[tuple[ReplyBody, ...], Meta(max_length=100)] = ()
    promised: Annotated[tuple[Id, ...], Meta(max_length=40)] = ()
    instead: Annotated[tuple[Id, ...], Meta(max_length=40)] = ()


class BindBody(Body, frozen=True, kw_only=True):
    """The number to come with: its own secret, as its slip's code holds it; who is logged in may give the number."""

    ticket: Annotated[str, Meta(min_length=1, max_length=64)]


class LookBody(Body, frozen=True, kw_only=True):
    take_over: bool = False


class DefectBody(Body, frozen=True, kw_only=True):
    """`page` from 1, 0 for all; `field`: what a paper does not match; `words` for the person, needed with `other`;
    `area`: the circle on that page, empty for none."""

    of: Literal["paper", "field"]
    id: Id
    code: Id
    page: Page = 0
    field: Id = ""
    words: Words = ""
    area: Circle = ()


class MendBody(Body, frozen=True, kw_only=True):
    """All that is wrong. `why_late`: why an earlier look had passed over an entry."""

    defects: Annotated[tuple[DefectBody, ...], Meta(max_length=100)]
    why_late: Id = ""


class RefuseBody(Body, frozen=True, kw_only=True):
    reason: Id
    words: Words = ""


# -- what is answered -------------------------------------------------------------------------------


class Broken(Message, frozen=True, kw_only=True):
    """One rule that the answers break, as GET /forms says them."""

    check: str
    field: str
    level: str
    say: Text
    mend: Text
    row: int = 0
    part: str = ""


class OpenedReview(Message, frozen=True, kw_only=True):
    """`token` is said once; whoever holds it may go on with the review. It goes into the header Case-Token."""

    review: str
    token: str
    version: int
    matter: str
    form: str
    edition: int


class KeptAnswers(Message, frozen=True, kw_only=True):
    """`missing`: papers that are needed and not there."""

    review: str
    version: int
    may_be_sent: bool
    broken: tuple[Broken, ...]
    hidden: tuple[str, ...]
    papers: tuple[str, ...]
    missing: tuple[str, ...]


class AnswersView(Message, frozen=True, kw_only=True):
    """By field: the answer, where it is from (person, card, licence, earlier, platform:…, staff:…, computed), and since
    when (UTC)."""

    review: str
    version: int
    answers: dict[str, object]
    origins: dict[str, str]
    times: dict[str, str]


class DefectView(Message, frozen=True, kw_only=True):
    """`place` is what it is about as people call it, `said` what is wrong and how to mend it. `area`: the circle on the
    page (left, top, width, height in thousandths), `where` the same in words; empty and None for none. `mended`:
    something else stands there since it was told."""

    of: str
    id: str
    code: str
    page: int
    field: str
    place: Text
    said: Text
    words: str
    area: tuple[int, ...] = ()
    where: Text | None = None
    reply: str = ""
    reply_words: str = ""
    mended: bool = False


class ListView(Message, frozen=True, kw_only=True):
    defects: tuple[DefectView, ...]
    late: int
    why_late: str


class ReviewView(Message, frozen=True, kw_only=True):
    """A review as its person sees it. `due`: until when the hall answers, the person mends, or the result holds;
    `about` where that year's holidays are not known; `left` working days. `papers`: pages of each. `note` stands with
    every result: it is no acceptance. `edition` of its `form` is the one that it began with, `filled` once there are
    answers, `mine` once its person said the number of a paper; `ways`: papers that may come later
    or be promised instead, and how, `instead` which of the promised ones are. `draws`: its
    number can be drawn now; `numbers_of`: a number that waits for this service can be brought to it, "": none. Of one
    that passed and was not used: `service` is what that number is of, `windows` the
    labels of those that call it, the open ones where there are any."""

    review: str
    version: int
    matter: str
    form: str = ""
    edition: int = 0
    title: Text
    state: str
    state_said: Text
    note: Text
    due: str | None
    about: bool
    left: int | None
    papers: dict[str, int]
    promised: tuple[str, ...]
    lists: tuple[ListView, ...]
    reason: str
    words: str
    number: str | None
    used: bool
    filled: bool = False
    mine: bool = False
    ways: dict[str, tuple[Literal["later", "instead"], ...]] = {}  # noqa: RUF012 (msgspec makes it anew)
    instead: tuple[str, ...] = ()
    draws: bool = False
    numbers_of: str = ""
    service: str = ""
    windows: tuple[str, ...] = ()


class ReviewRow(Message, frozen=True, kw_only=True):
    """One line of the desk's list. `lamp`: calm, soon on the last day, over after it."""

    review: str
    version: int
    matter: str
    title: Text
    state: str
    sent_at: str | None
    due: str | None
    left: int | None
    lamp: str | None
    looker: str
    mine: bool
    second_look: bool
    lists: int
    alarms: tuple[str, ...]
    number: str | None


class ReviewRows(Message, frozen=True, kw_only=True):
    """Oldest first; `more` were left out. `alarms`: reviews with one that stays until somebody has looked into it."""

    reviews: tuple[ReviewRow, ...]
    more: int
    alarms: int = 0


class HeldValue(Message, frozen=True, kw_only=True):
    """A value that was written over, as staff see it."""

    value: object
    origin: str
    at: str


class FieldView(Message, frozen=True, kw_only=True):
    """`origin` and `at` of the value; `over`: what stood there before from elsewhere, newest first. `options`: words of
    values that were chosen, by value, in a group's column by `COLUMN.VALUE`."""

    id: str
    step: str
    label: Text
    options: dict[str, Text]
    value: object
    origin: str
    at: str
    over: tuple[HeldValue, ...]
    often_wrong: bool
    changed: bool


class PaperPage(Message, frozen=True, kw_only=True):
    """`marks`: codes of what its picture lacks; `insisted`: the person was told and keeps it."""

    page: int
    marks: tuple[str, ...]
    insisted: bool


class PaperView(Message, frozen=True, kw_only=True):
    """`needed`: asked for by these answers; `promised`: comes later, or, `instead`, is promised instead."""

    id: str
    name: Text
    needed: bool
    promised: bool
    changed: bool
    pages: tuple[PaperPage, ...]
    instead: bool = False


class HolderView(Message, frozen=True, kw_only=True):
    """One place where a field of the dictionary is known: in which review and form, as which field there, from where
    (an id behind a colon, no name), since when. `current`: what counts there; the others were written over."""

    review: str
    form: str
    field: str
    origin: str
    at: str
    current: bool


class Holders(Message, frozen=True, kw_only=True):
    """Who holds a field, from where; no value is among it. Newest review first; `more` reviews were not looked at."""

    means: str
    label: Text
    holders: tuple[HolderView, ...]
    more: int


class Coded(Message, frozen=True):
    code: str
    said: Text


class ComparedView(Message, frozen=True, kw_only=True):
    """What a machine read of a page: `kind` id_number, uscc, document or expires; `printed`: a name, an address or a
    day, read letter by letter. `agrees`: the same stands in `field`; of an end, that it is still to come. `value` is
    masked; of what is printed it is what stands there instead."""

    paper: str
    page: int
    kind: FactKind | Literal["printed"]
    field: str
    agrees: bool
    value: str


class ReviewSheet(Message, frozen=True, kw_only=True):
    """What lies on the desk: form beside papers, what the machine found in the form, what it read of the papers, what
    was told before; `codes` of defects, reasons of a refusal and of a late entry."""

    row: ReviewRow
    fields: tuple[FieldView, ...]
    papers: tuple[PaperView, ...]
    compared: tuple[ComparedView, ...]
    findings: tuple[Broken, ...]
    told: tuple[ListView, ...]
    codes: tuple[Coded, ...]
    refuse_reasons: tuple[Coded, ...]
    late_reasons: tuple[Coded, ...]
