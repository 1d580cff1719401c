"""What the hall can be asked to do with reviews. Imperative values; `decide` answers each with events or a refusal.

`version` is the one that whoever asks has seen (If-Match); 0 asks for none. `staff` is the account that acts. What lies
in the dossier is written before its command: `piece` and `text` are ids there.
"""

from __future__ import annotations

from hall_daemon.cases.defects import Defect, Reply
from hall_daemon.cases.events import Settled
from hall_daemon.domain.commands import IssueTicket
from hall_daemon.domain.value import value


@value(kw_only=True)
class OpenReview:
    """Begin a draft; the hall gives its id. `token` is the digest of the case's secret, `edition` the version of the
    form that is shown, `person` an HMAC or "", `source` whoever may keep others out, without a name."""

    matter: str
    edition: int
    token: str
    person: str = ""
    channel: str = ""
    source: str = ""


@value
class KeepAnswers:
    review: str
    version: int
    piece: str
    changed: tuple[str, ...]


@value
class KeepPage:
    review: str
    paper: str
    page: int
    piece: str


@value
class DropPage:
    review: str
    paper: str
    page: int


@value(kw_only=True)
class SendReview:
    """`version` is the one whose answers and papers were found in order. `instead`: of the promised papers those whose
    place the promise takes; of one that may only be promised so it need not be said."""

    review: str
    version: int
    person: str = ""
    replies: tuple[Reply, ...] = ()
    promised: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


@value
class WithdrawReview:
    review: str
    version: int = 0


@value
class RekeyReview:
    """It goes on elsewhere: `token` is the digest of its new secret, the one before opens nothing any more."""

    review: str
    token: str


@value
class BindTicket:
    """Somebody who holds the secrets of both comes with this number for it."""

    review: str
    ticket: str


@value(kw_only=True)
class TakeTicket:
    """Draw a number with a passed review. `draw` names its plain service; `token` (a digest) or `person` (an HMAC) says
    whose it is."""

    review: str
    draw: IssueTicket
    token: str = ""
    person: str = ""


@value
class LookAt:
    """Begin to look. `take_over`: also when somebody else does."""

    review: str
    staff: str
    take_over: bool = False


@value
class PassReview:
    review: str
    version: int
    staff: str


@value(kw_only=True)
class TellDefects:
    """All that is wrong. `why_late` is needed where an earlier look had passed over something."""

    review: str
    version: int
    staff: str
    defects: tuple[Defect, ...]
    why_late: str = ""


@value(kw_only=True)
class RefuseReview:
    review: str
    version: int
    staff: str
    reason: str
    text: str = ""


@value
class SeeAlarm:
    """`staff` has looked into the alarms that stay until somebody does."""

    review: str
    staff: str


@value
class SettlePromise:
    """What became of what is promised, said at the window of whoever came with it."""

    review: str
    staff: str
    window: str
    how: Settled


@value
class TurnDocket:
    """Do what the morning of `day` brings; the hall asks itself."""

    day: str


CaseCommand = (
    OpenReview | KeepAnswers | KeepPage | DropPage | SendReview | WithdrawReview | BindTicket | TakeTicket | LookAt
    | PassReview | TellDefects | RefuseReview | SeeAlarm | TurnDocket | RekeyReview | SettlePromise
)
