"""Our broker is killed thrice in a row, or hangs: the hall is connected again and everything stands there anew."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.drills.broker_kills import PATIENCE_S, kill_and_wait, whole
from tests.drills.stand import Stand, wait_until

SHORT = 3


def test_quick_kills_in_a_row_are_no_crashes(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        hall.open()
        hall.draw()
        for _ in range(SHORT):
            kill_and_wait(stand, hall)
        assert len(hall.said("broker: mosquitto is back")) == SHORT


def test_a_broker_that_hangs_shows_and_is_replaced(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        hall.open()
        (pid,) = hall.children("mosquitto")
        os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: hall.health()["mqtt"].startswith("degraded: disconnected"), PATIENCE_S, "health says so")
        wait_until(lambda: set(hall.children("mosquitto")) - {pid}, PATIENCE_S, "another broker")
        wait_until(lambda: whole(stand, hall), PATIENCE_S, "everything is published")
        assert len(hall.said("broker: mosquitto answers nobody")) == 1


def test_a_broker_that_hung_and_goes_on_is_connected_again(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        hall.open()
        (pid,) = hall.children("mosquitto")
        os.kill(pid, signal.SIGSTOP)
        try:
            wait_until(lambda: hall.health()["mqtt"] != "ok", PATIENCE_S, "health says so")
        finally:
            os.kill(pid, signal.SIGCONT)
        wait_until(lambda: whole(stand, hall), PATIENCE_S, "everything is published")
        assert hall.children("mosquitto") == [pid]
