"""A whole generated day: the public board of the follower and that of the broker are equal at every quiet moment,
at the end, after the broker was killed and after the daemon was started again."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hall_daemon.rehearsal.tuesday import TICKETS, tuesday
from tests.system.board_day import board_day

# A quiet moment every so many steps of a day of some four thousand.
EVERY = 100


def test_a_whole_day(tmp_path: Path) -> None:
    with board_day(tuesday(), tmp_path) as live:

        def quiet(n: int) -> None:
            if n in (700, 2500):
                assert live.app.broker is not None
                assert live.app.broker.pid is not None
                os.kill(live.app.broker.pid, signal.SIGKILL)
            if n in (1500, 3000):
                live.stop_hall()
                live.start_hall()
            if n % EVERY == 0:
                live.equal()

        live.live(quiet)
        live.equal()
        assert len(live.tokens) == TICKETS
        assert live.compared > 30
        states = {page.state for page in map(live.followed.ticket, live.tokens) if page is not None}
        assert states >= {"served", "cancelled", "missed"}
