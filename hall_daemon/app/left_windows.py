"""What becomes of a window whose clerk has gone without closing it: logged out, idle, no account any more."""

from __future__ import annotations

import contextlib
from collections.abc import Set

from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.record import Busy, Request
from hall_daemon.domain.commands import PauseWindow
from hall_daemon.domain.plan import Plan

# The reason of its pause; a hall whose plan has it not leaves the window as it is.
AWAY = "staff_away"


def pause_left(plan: Plan, left: Set[tuple[str, str]], follower: Follower, core: Core) -> None:
    """`left`: windows, each with whom it was left by. The window says so and calls nobody; the number that is there
    stays, and its clerk goes on with it after logging in. Somebody else's window by now is left alone."""
    if AWAY not in plan.pause_reasons or not left:
        return
    there = follower.read(lambda hall: {(each.id, each.staff) for each in hall.windows.values()})
    for window, _ in left & there:
        with contextlib.suppress(Busy):
            core.submit(Request(PauseWindow(window, AWAY), "hall"), lambda answer: None)
