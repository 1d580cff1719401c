"""What stands behind the listeners of a hall that has nothing out of the ordinary, for tests that do not ask for it."""

from __future__ import annotations

import os
import time
from typing import Any

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.http.dependencies import NoFigures
from hall_daemon.adapters.http.draw_limits import Drawn, DrawRules
from hall_daemon.adapters.http.review_room import ReviewRoom
from hall_daemon.adapters.questions.desk import QuestionDesk
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.app.readings import KioskReadings
from hall_daemon.app.review_views import ReviewContext
from hall_daemon.config.forms import Cabinet
from hall_daemon.config.guides import EMPTY
from hall_daemon.config.settings import Access
from hall_daemon.domain.decide import Refused


class BelievedDate:
    """A clock that nobody doubts."""

    def doubt(self) -> None: ...

    def confirm(self) -> None: ...


def no_figures(*words: str) -> bytes:
    raise NoFigures("nobody makes figures here")


# A password costs little to try.
CHEAP = Access(argon2_passes=1, argon2_mib=8)

def no_dossiers() -> Any:
    raise DossierError("dossiers_away", "nobody keeps papers here")


PLAIN: dict[str, Any] = {
    "health": dict,
    "history": lambda ticket_id: (),
    "explain": lambda ticket_id, before: Refused("no_explanation", {"ticket": ticket_id}),
    "kiosks": {},
    "readings": KioskReadings({}, time.monotonic, 1),
    "desks": {},
    "pages": None,
    "figures": no_figures,
    "date": BelievedDate(),
    "extra_metrics": tuple,
    "hosts": (),
    "notice": "",
    "oidc": None,
    "draws": DrawRules(),
    "drawn": Drawn(),
    "shelf": lambda: EMPTY,
    "reviews": ReviewRoom(views=ReviewContext(), dossiers=no_dossiers, key=None, random_bytes=os.urandom),
    "questions": QuestionDesk({}, None, HallClock()),
    "cabinet": Cabinet({}, {}),
}
