"""SIGTERM and SIGINT for a program that stops in order: whatever is to happen happens on a thread of its own.

Python runs a signal's handler on the main thread, in the middle of whatever that is doing. If it is just inside the
lock of an Event that the handler sets, both wait for ever. `SimpleQueue.put` is made to be called there.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue


def on_stop_signal(act: Callable[[], object]) -> None:
    """Call `act` at the first SIGTERM or SIGINT, on the thread `signals`; later ones do nothing. Main thread only."""
    told: SimpleQueue[None] = SimpleQueue()

    def wait() -> None:
        told.get()
        act()

    threading.Thread(target=wait, name="signals", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.put(None))
