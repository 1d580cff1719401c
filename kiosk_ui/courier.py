"""The thread of a client, with a bounded queue in front: the screen's thread only puts effects in, and `on_answer` runs
on the courier's thread and may only enqueue."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from kiosk_ui.client import HallClient, lost
from kiosk_ui.state import events as e

_LOGGER = logging.getLogger(__name__)


class Courier:
    """A thread that carries effects out one after another. Never blocks whoever calls `send`."""

    def __init__(self, name: str, client: HallClient, on_answer: Callable[[e.Event], None], limit: int = 32) -> None:
        self._client = client
        self._on_answer = on_answer
        self._inbox: queue.Queue[e.Effect | None] = queue.Queue(limit)
        # A request that hangs must not keep the kiosk from stopping.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, effect: e.Effect) -> None:
        """Take `effect`; when too much waits already it is answered at once as lost."""
        try:
            self._inbox.put_nowait(effect)
        except queue.Full:
            self._on_answer(lost(effect, "too much is waiting"))

    def stop(self, timeout_s: float = 1.0) -> None:
        try:
            self._inbox.put_nowait(None)
        except queue.Full:
            _LOGGER.debug("%s: stopped with a full inbox", self._thread.name)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while (effect := self._inbox.get()) is not None:
                self._on_answer(self._carry_out(effect))
                effect = None  # it may be about a person, and the next one may be long in coming
        finally:
            self._client.close()

    def _carry_out(self, effect: e.Effect) -> e.Event:
        try:
            return self._client.do(effect)
        except Exception:
            _LOGGER.exception("a request to the hall failed in a way that is not known")
            return lost(effect, "failed")
