"""What should stand at the broker and what is under way there. No socket, no thread, no clock: numbers in, topics out.

Per topic the newest state wins and at most one message is under way, so a slow broker costs one message a topic and no
memory.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from hall_daemon.wire.home_assistant import Entity
from hall_daemon.wire.messages import Envelope, ServiceState, Wait, WindowState

# One number drawn moves the line of its matter and of every window that does it.
SLOW: dict[type[object], dict[str, object]] = {
    ServiceState: {"waiting": 0, "issued": 0, "wait": Wait()},
    WindowState: {"waiting": 0},
}
PACE_S = 2.0
# An entity is the same for as long as the configuration is: it does not get old.
Retained = Envelope | Entity
MOST_ORPHANS = 10_000


class RetainedStates:
    """An unchanged state is said again after half its `ttl_s`, so that none gets silently stale. A change of figures
    that move with every number drawn (SLOW) waits until the last one is PACE_S old."""

    def __init__(self) -> None:
        # Topic -> the state it should have; None takes away what is retained there.
        self._desired: dict[str, Retained | None] = {}
        self._said: dict[str, tuple[Retained | None, float]] = {}
        self._under_way: dict[str, int] = {}
        self._topics: dict[int, str] = {}

    def want(self, states: Mapping[str, Retained]) -> None:
        """The whole of what should be retained; topics that are not in it any more are taken away."""
        for topic in self._desired:
            if topic not in states:
                self._desired[topic] = None
        self._desired.update(states)

    def clear_orphan(self, topic: str) -> None:
        """Take away what somebody retained at `topic`, unless it is one of ours."""
        if len(self._desired) < MOST_ORPHANS:
            self._desired.setdefault(topic, None)

    def due(self, now_s: float, hurry: bool = False) -> list[tuple[str, Retained | None]]:
        """What to publish now: changed or old, and nothing under way at its topic. In a hurry nothing is paced."""
        return [
            (topic, state)
            for topic, state in self._desired.items()
            if topic not in self._under_way and self._is_due(topic, state, now_s, hurry)
        ]

    def sent(self, topic: str, mid: int, now_s: float) -> None:
        state = self._desired[topic]
        self._said[topic] = (_content(state), now_s)
        self._under_way[topic] = mid
        self._topics[mid] = topic

    def acked(self, mid: int) -> bool:
        """True when `mid` was a state; `due` may then hold what came behind it."""
        topic = self._topics.pop(mid, None)
        if topic is None:
            return False
        del self._under_way[topic]
        if self._desired[topic] is None and self._said[topic][0] is None:
            del self._desired[topic], self._said[topic]
        return True

    def lost(self) -> None:
        """The connection ended: nothing that was said there counts."""
        self._said.clear()
        self._under_way.clear()
        self._topics.clear()
        self._desired = {topic: state for topic, state in self._desired.items() if state is not None}

    @property
    def under_way(self) -> bool:
        return bool(self._under_way)

    @property
    def settled(self) -> bool:
        """Everything desired was said and acknowledged, heart-beats aside."""
        return not self._under_way and all(
            topic in self._said and self._said[topic][0] == _content(state)
            for topic, state in self._desired.items()
        )

    def _is_due(self, topic: str, state: Retained | None, now_s: float, hurry: bool) -> bool:
        if topic not in self._said:
            return True
        (said, at_s), content = self._said[topic], _content(state)
        if content == said:
            return isinstance(state, Envelope) and now_s - at_s >= state.ttl_s / 2
        slow = SLOW.get(type(content), {})
        if hurry or content is None or said is None or not slow or now_s - at_s >= PACE_S:
            return True
        return replace(content, **slow) != replace(said, **slow)


def _content(state: Retained | None) -> Retained | None:
    """The state without what changes while nothing happens."""
    return replace(state, seq=0, as_of="") if isinstance(state, Envelope) else state
