"""Our broker is killed again and again, then hangs: how soon the hall is connected and everything stands there anew."""

from __future__ import annotations

import os
import signal
import time

from tests.bench.client import percentile
from tests.drills.harness import Counted, Drill, Run
from tests.drills.invariants import Retained, wrong_at_broker
from tests.drills.stand import Hall, Stand, wait_until

PATIENCE_S = 30.0
LEAST_KILLS = 50
BACK_S = 3.0
SHOWN_S = 5.0


def kill_and_wait(stand: Stand, hall: Hall) -> float:
    """Seconds from the kill until the hall's health is well and a new subscriber finds every state."""
    (pid,) = hall.children("mosquitto")
    begun = time.perf_counter()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: set(hall.children("mosquitto")) - {pid}, PATIENCE_S, "a new broker")
    wait_until(lambda: whole(stand, hall), PATIENCE_S, "everything is published")
    return time.perf_counter() - begun


def whole(stand: Stand, hall: Hall) -> bool:
    if hall.health()["mqtt"] != "ok":
        return False
    with Retained(*stand.broker, secret=stand.hall_secret) as retained:
        return wrong_at_broker(stand, stand.settings, retained) == []


def attack(run: Run) -> Counted:
    with Stand(run.folder) as stand, stand.hall() as hall:
        hall.open()
        hall.draw()
        took: list[float] = []
        while not run.over or len(took) < LEAST_KILLS:
            took.append(kill_and_wait(stand, hall))
        (pid,) = hall.children("mosquitto")
        begun = time.perf_counter()
        os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: hall.health()["mqtt"] != "ok", PATIENCE_S, "health says so")
        shown_s = time.perf_counter() - begun
        wait_until(lambda: whole(stand, hall), PATIENCE_S, "everything is published")
        healed_s = time.perf_counter() - begun
    p50, p99 = (percentile(took, share) for share in (0.5, 0.99))
    assert p99 <= BACK_S, f"whole again {p99:.2f} s after a kill (p99 of {len(took)})"
    assert shown_s <= SHOWN_S, f"a broker that hangs is in health after {shown_s:.2f} s"
    return {
        "kills": len(took), "whole again p50": f"{p50:.2f} s", "p99": f"{p99:.2f} s", "hang shown": f"{shown_s:.2f} s",
        "hang mended": f"{healed_s:.2f} s",
    }


DRILL = Drill(
    name="broker_kills",
    does="mosquitto is killed as soon as all is well again, then stopped (SIGSTOP)",
    faults=("F13",),
    share=3,
    attack=attack,
)
