"""Waiting for what a bench of simulated devices shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from device_drivers.simulators.bench import Bench


def wait_for(bench: Bench, condition: Callable[[Bench], bool], timeout_s: float = 5.0) -> bool:
    """Wait until something true is shown; False when `timeout_s` went by."""
    changed = threading.Event()
    leave = bench.listen(changed.set)
    give_up_at = time.monotonic() + timeout_s
    try:
        while not condition(bench):
            if not changed.wait(give_up_at - time.monotonic()):
                return condition(bench)
            changed.clear()
        return True
    finally:
        leave()
