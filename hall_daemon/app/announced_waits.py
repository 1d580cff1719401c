"""The wait announced last to everybody in line. What was announced at the draw stands until a newer answer moves it, so
that the answer, the slip and the phone say the same. Any thread; a lock, held for a moment.

`listener` hears each figure as it is first announced, under the lock: it must only enqueue. Bounded by the people in
line. """

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from hall_daemon.domain.plan import Moment
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range

# Beyond so many tickets each has the figure of its kind.
MOST = 50_000

Listener = Callable[[str, Shown], None]


def _nobody(ticket_id: str, shown: Shown) -> None:
    return None


class Drawn(Protocol):
    """What a wait depends on beside the hall: a ticket, or the event of its draw."""

    @property
    def queue(self) -> str: ...
    @property
    def services(self) -> tuple[str, ...]: ...
    @property
    def class_(self) -> str: ...
    @property
    def not_before(self) -> int: ...


def promised(shown: Shown, drawn: Drawn, now: Moment, seq: int) -> Shown:
    """What is announced to whoever drew `drawn` when its kind is shown `shown`: a wait that begins now. `seq` is the
    event after which it was computed."""
    if isinstance(shown.said, str):
        return Shown(shown.said, now.tick, (), seq)
    # Who has a time is called after it: at once, or as long after it as somebody who comes now waits.
    until_s = max(0, drawn.not_before - now.tick) // 1000
    low, middle, high = shown.said
    return Shown(Range(max(low, until_s), max(middle, until_s), high + until_s), now.tick, (), seq)


class AnnouncedWaits:
    def __init__(self, listener: Listener = _nobody) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._shown: dict[str, Shown] = {}
        # What the predictor has not heard of yet; what it heard with the question under way; and who of these was named
        # to it a second time, because its answer was about a hall in which they had not come yet.
        self._news: dict[str, Shown] = {}
        self._sent: dict[str, Shown] = {}
        self._again: set[str] = set()

    def restore(self, shown: Mapping[str, Shown]) -> None:
        """What was announced before a restart; before anything else is announced."""
        with self._lock:
            self._shown = dict(shown)
            self._news = dict(shown)

    def of(self, ticket_id: str) -> Shown | None:
        with self._lock:
            return self._shown.get(ticket_id)

    def at_draw(self, ticket_id: str, shown: Shown) -> Shown:
        """What is announced to `ticket_id`: `shown` when nothing was yet."""
        with self._lock:
            known = self._shown.get(ticket_id)
            if known is not None or len(self._shown) >= MOST:
                return known or shown
            self._shown[ticket_id] = self._news[ticket_id] = shown
            self._listener(ticket_id, shown)
            return shown

    def everything(self) -> dict[str, Shown]:
        """For a predictor that begins: all it must know of. `news` then gives what came later."""
        with self._lock:
            self._news = {}
            self._sent = dict(self._shown)
            return dict(self._shown)

    def news(self) -> dict[str, Shown]:
        """What was announced since the last question, for the next one."""
        with self._lock:
            self._sent, self._news = self._news, {}
            return dict(self._sent)

    def take(self, tickets: Mapping[str, Shown]) -> None:
        """An answer about everybody who waits. What was announced after the question was asked stands: the next
        answer knows of it, and explains itself. Who waits no more is forgotten."""
        with self._lock:
            early = {ticket_id: shown for ticket_id, shown in self._sent.items() if ticket_id not in tickets}
            for ticket_id in early.keys() - self._again:
                self._news.setdefault(ticket_id, early[ticket_id])
            self._again = set(early) - self._again
            self._sent = {}
            fresh = {**tickets, **self._news}
            for ticket_id, shown in fresh.items():
                if self._shown.get(ticket_id) != shown:
                    self._listener(ticket_id, shown)
            self._shown = fresh
