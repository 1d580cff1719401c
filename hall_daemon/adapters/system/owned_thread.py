"""The one thread of a part that owns something: it ends when it is told to, and is begun again when it ends before.

Whatever its work raises stands in the part's health as an alarm until the part works again, and in the log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from device_drivers.base.backoff import Backoff
from hall_daemon.adapters.system.life import Life

_LOGGER = logging.getLogger(__name__)

FIRST_S = 0.2
MOST_S = 5.0
GOOD_S = 60.0


def _nobody() -> None:
    return None


class OwnedThread:
    """Runs `work`, named `name`, until it returns after `stop`; `rouse` ends what `work` waits for. Of a `daemon` the
    process does not wait for the end."""

    def __init__(
        self,
        name: str,
        work: Callable[[], None],
        life: Life,
        *,
        rouse: Callable[[], None] = _nobody,
        daemon: bool = False,
    ) -> None:
        self.name = name
        self.stopping = False
        self._work = work
        self._life = life
        self._rouse = rouse
        self._daemon = daemon
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        # Children are started by the thread itself: the kernel ends a child when the *thread* that started it ends.
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=self._daemon)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Whether it has ended, or never began; False, and a line in the log, when it did not within `timeout_s`."""
        self.stopping = True
        self._ended.set()
        self._rouse()
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            _LOGGER.warning("%s: the thread did not end within %g s", self.name, timeout_s)
            return False
        return True

    def wait(self, timeout_s: float) -> bool:
        """For `work`: sleep until `stop`, which gives True, or until the time is over."""
        return self._ended.wait(timeout_s)

    def _run(self) -> None:
        again = Backoff(FIRST_S, MOST_S, GOOD_S)
        while not self.stopping:
            began_s = time.monotonic()
            why = "it returned"
            try:
                self._work()
            except Exception as error:
                why = repr(error)
                _LOGGER.exception("%s: the thread failed; beginning it again", self.name)
            if not self.stopping:
                self._life.note("alert", f"the thread ended ({why}); it is begun again")
                self._ended.wait(again.after(time.monotonic() - began_s))
