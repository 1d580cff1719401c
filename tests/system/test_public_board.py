"""One public board fed by the follower, one by a real broker: equal through a part of a generated day, also after the
broker was killed and the daemon stopped. The whole day is a drill."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hall_daemon.rehearsal.tuesday import tuesday
from tests.system.board_day import board_day


def test_the_boards_of_follower_and_broker_are_equal(tmp_path: Path) -> None:
    with board_day(tuesday(tickets=60), tmp_path) as live:

        def quiet(n: int) -> None:
            if n == 80:
                assert live.app.broker is not None
                assert live.app.broker.pid is not None
                os.kill(live.app.broker.pid, signal.SIGKILL)
            if n == 120:
                live.stop_hall()
                live.start_hall()
            if n % 20 == 0:
                live.equal()

        live.live(quiet)
        live.equal()
        assert live.compared >= 10
        assert len(live.tokens) == 60
        states = {live.followed.ticket(token).state for token in live.tokens}  # type: ignore[union-attr]
        assert states >= {"served"}
