"""A form, its papers and its pre-review: where a person is who fills one in, or comes back to it. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hall_daemon.wire.forms import FormView
from hall_daemon.wire.guides import GuideView
from hall_daemon.wire.reviews import ReviewView
from hall_daemon.wire.texts import Text
from hall_daemon.wire.uploads import HandedPapers
from kiosk_ui.state.drafts import Case, Draft, Place
from kiosk_ui.state.guide_steps import Guide, Guides
from kiosk_ui.state.news import CheckIn, LookUp, LookUps

Keys = Literal["pinyin", "latin", "signs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question. `typed` is what stands there, `letters` pinyin that is no word yet; `told`: what is wrong with it
    was said, so the next press goes on all the same; `mending`: from the last look, and back to it;
    `review`: from the one list, and back to that."""

    draft: Draft
    at: Place
    before: Guide
    typed: str = field(default="", repr=False)
    letters: str = field(default="", repr=False)
    keys: Keys = "pinyin"
    told: bool = False
    mending: bool = False
    review: Review | None = None
    leaf: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The last look: everything that is wrong, and every answer."""

    draft: Draft
    before: Guide
    leaf: int = 0


class Shot(NamedTuple):
    """A picture that a camera or scanner at this kiosk took, as it came; nobody has said yet that it may be sent."""

    media_type: str
    data: bytes

    def __repr__(self) -> str:
        return "Shot(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What has to be handed in, and a code by which a phone does it. `wanted`: the paper that is shown by itself, ""
    for the list; `next_at_s` None while a request is out, `offered_at_s` when the code began. `agreed`: the phone that
    has `claimed` shows the same number, says whoever stands here. `first`: paper, page and version of each picture that
    was there when this began; `shot`: what was just taken, of the wanted paper or of one that its person names now;
    `instead`: of the promised papers those whose place the promise takes. `review`: from the one list, and back to
    that; `at`: from which of its entries (from 0)."""

    draft: Draft
    before: Guide
    handed: HandedPapers | None = None
    url: str = field(default="", repr=False)
    good_s: float = 0.0
    offered_at_s: float = 0.0
    number: str = ""
    claimed: bool = False
    agreed: bool = False
    wanted: str = ""
    leaf: int = 0
    promised: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    next_at_s: float | None = None
    first: tuple[tuple[str, int, int], ...] = ()
    shot: Shot | None = None
    review: Review | None = None
    at: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A pre-review that was sent, with the draft of it in the session that sent it; others look it up. `slip`: the key
    of a list that is being printed, `printed` how that went; `promised`: papers that are promised, `instead` those of
    them whose place that takes; None: as the hall says."""

    case: Case
    view: ReviewView
    draft: Draft | None = None
    before: Guide | None = None
    slip: str = ""
    printed: Literal["", "printed", "failed", "unknown"] = ""
    promised: tuple[str, ...] | None = None
    instead: tuple[str, ...] = ()
    leaf: int = 0
    next_at_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why does entry `at` (from 0) of the one list need no mending?"""

    review: Review
    at: int
    leaf: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A word was touched on a page of what is filled in, handed in or mended, which waits behind it: the matters that
    are called so. `matter` is the one that is read, "" while it is asked which is meant; `view` None while it is
    fetched, `failed` when it could not be."""

    before: Asking | Check | Papers | Review | Reasons
    word: str
    matters: tuple[str, ...]
    matter: str = ""
    view: GuideView | None = None
    failed: bool = False
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A review that its person goes on with on their own phone: nobody takes it back."""

    review: str


@dataclass(frozen=True, slots=True)
class FindReview:
    """A pre-review looked up by the digits of its number, `person` once they are all there. `before` is the page to go
    back to; `number`: the secret of the number that is brought to what is found."""

    typed: str = ""
    person: str = field(default="", repr=False)
    before: LookUp | LookUps | CheckIn | Guides = field(default_factory=LookUp)
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove:
    """Somebody wants to go on with a review that they came back to: whose paper is `person`? `form` is the one that it
    is filled in with, once it came; `at`: the entry of the one list that is to be mended first, -1 for all."""

    review: Review
    person: str = field(default="", repr=False)
    form: FormView | None = None
    at: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A review goes to a phone: first a code, then on both sides the same `number`, then it is the phone's. `agreed`:
    the person said that they are the same."""

    before: Papers | Review
    case: Case
    url: str = field(default="", repr=False)
    good_s: float = 0.0
    offered_at_s: float = 0.0
    number: str = ""
    agreed: bool = False
    next_at_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A review comes from a phone, whose code was read here; its person compares the `number` there. `brings`: the
    secret of the number that is brought to it."""

    token: str = field(repr=False)
    number: str
    title: Text
    brings: str = field(default="", repr=False)
    next_at_s: float | None = None
