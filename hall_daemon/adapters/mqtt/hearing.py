"""What the publisher listens to at the broker: orphans of the hall's tree, and its own status."""

from __future__ import annotations

from hall_daemon.adapters.mqtt.session import Received, Session
from hall_daemon.wire import topics

LONGEST_RESUBSCRIBE_S = 60.0


class Hearing:
    """What we listen to: all that we write for a moment, to find orphans, and our own status for as long as the
    connection stands. A broker may refuse a subscription for a while; then it is asked again."""

    def __init__(self, session: Session, status: str, hall: str, sweep_s: float) -> None:
        self.next_s = 0.0
        self._session = session
        self._trees = frozenset(topics.written(hall))
        self._sweep_s = sweep_s
        self._sweep_ends_s: float | None = None
        self._wanted = {status, *self._trees}
        self._asked: dict[int, str] = {}
        self._pause_s = 0.5

    def tick(self, now_s: float) -> None:
        """Ask for what is not granted yet; stop the sweep when its time is over."""
        answers, self._session.subscribed = self._session.subscribed, []
        for mid, granted in answers:
            topic = self._asked.pop(mid, None)
            if topic is not None and granted:
                self._wanted.discard(topic)
                if topic in self._trees:
                    self._sweep_ends_s = now_s + self._sweep_s
        if self._sweep_ends_s is not None and now_s >= self._sweep_ends_s:
            for tree in self._trees:
                self._session.unsubscribe(tree)
            self._sweep_ends_s = None
        if self._wanted and now_s >= self.next_s:
            self._asked = {self._session.subscribe(topic): topic for topic in sorted(self._wanted)}
            self._pause_s = min(self._pause_s * 2, LONGEST_RESUBSCRIBE_S)
            self.next_s = now_s + self._pause_s
        elif not self._wanted:
            self.next_s = self._sweep_ends_s if self._sweep_ends_s is not None else float("inf")

    def take(self) -> list[Received]:
        received, self._session.received = self._session.received, []
        return received
