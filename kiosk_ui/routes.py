"""How the hall is asked about forms and pre-reviews: a row a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from hall_daemon.wire.forms import FormView
from hall_daemon.wire.own_reviews import EarlierAnswers, LentReview, OwnReview, PrintedList
from hall_daemon.wire.readings import Scanning
from hall_daemon.wire.reviews import AnswersView, KeptAnswers, OpenedReview, ReviewView
from hall_daemon.wire.uploads import (
    Collected,
    HandedPaper,
    HandedPapers,
    HandoverState,
    MoveClaim,
    MoveOffer,
    MoveState,
    Offer,
)
from kiosk_ui.state.steps import CaseAbout


class Route(NamedTuple):
    """How something is asked about a form or a pre-review, and what is answered. `changes`: the version that was seen
    is named."""

    method: str
    path: str
    kind: type[msgspec.Struct]
    changes: bool = False


_REVIEW = "/api/v1/reviews/{review}"
ROUTES: Mapping[CaseAbout, Route] = {
    "form": Route("GET", "/api/v1/forms/{ref}", FormView),
    "open": Route("POST", "/api/v1/reviews", OpenedReview),
    "keep": Route("PUT", f"{_REVIEW}/answers", KeptAnswers, changes=True),
    "papers": Route("GET", f"{_REVIEW}/papers", HandedPapers),
    "offer": Route("POST", f"{_REVIEW}/handover", Offer),
    "phone": Route("GET", f"{_REVIEW}/handover", HandoverState),
    "same": Route("POST", f"{_REVIEW}/handover/confirm", HandoverState),
    "insist": Route("POST", f"{_REVIEW}/papers/{{ref}}/insist", HandedPaper),
    "send": Route("POST", f"{_REVIEW}/send", ReviewView, changes=True),
    "review": Route("GET", _REVIEW, ReviewView),
    "find": Route("POST", "/api/v1/reviews/{ref}/own", ReviewView),
    "withdraw": Route("POST", f"{_REVIEW}/withdraw", ReviewView),
    "page": Route("PUT", f"{_REVIEW}/papers/{{ref}}", HandedPaper),
    "scan": Route("POST", "/api/v1/kiosks/{kiosk}/scan", Scanning),
    "lend": Route("POST", f"{_REVIEW}/lend", LentReview),
    "earlier": Route("POST", "/api/v1/forms/{ref}/earlier", EarlierAnswers),
    "answers": Route("POST", f"{_REVIEW}/answers", AnswersView),
    "slip_of_list": Route("POST", f"{_REVIEW}/slip", PrintedList),
    "move": Route("POST", f"{_REVIEW}/move", MoveOffer),
    "moved": Route("GET", f"{_REVIEW}/move", MoveState),
    "agree": Route("POST", f"{_REVIEW}/move/confirm", MoveState),
    "stay": Route("DELETE", f"{_REVIEW}/move", MoveState),
    "bring": Route("POST", f"{_REVIEW}/own/ticket", ReviewView),
    "claim": Route("POST", "/api/v1/move/claim", MoveClaim),
    "own": Route("POST", "/api/v1/own-review", OwnReview),
    "collect": Route("POST", "/api/v1/move/collect", Collected),
}
