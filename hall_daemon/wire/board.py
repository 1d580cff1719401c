"""The public board: what everybody may know of one hall, folded from its messages and from nothing else.

In the daemon the follower feeds it, in a gateway the hall's broker does; both boards answer the same. It holds the
newest state of each topic; what was taken away is gone. Pure, one thread: no hall, no clock, no socket.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import asdict, replace

from hall_daemon.wire import messages as m
from hall_daemon.wire import topics
from hall_daemon.wire.accuracy import AccuracyData, AccuracyFeed, AccuracyState
from hall_daemon.wire.asyncapi import CHANNELS
from hall_daemon.wire.figures import DayView, ForecastData, ForecastFeed, ForecastState, QueueForecast
from hall_daemon.wire.screens import ScreenState, ScreenView, screen_view
from hall_daemon.wire.states import OVER
from hall_daemon.wire.topics import TopicOf
from hall_daemon.words.text import same

S = TypeVar("S", bound=m.Envelope)

# Below hall/v1/{hall}/: the path with its id left out -> what stands there.
SHAPES: dict[tuple[str, ...], type[m.Envelope]] = {
    tuple(level for level in channel.address.split("/")[3:] if not level.startswith("{")): channel.message
    for channel in CHANNELS
    if channel.retained and channel.message is not None and issubclass(channel.message, m.Envelope)
}
# More topics than any hall has: what comes on top is not kept.
MOST = 100_000
FORECAST_TTL_S = 300
ACCURACY_TTL_S = 60
# What people read who ask a hall that has counted nothing yet.
AIMED, ENOUGH = 0.8, 20


class PublicBoard:
    """`seq` and `epoch` are the newest that were heard of, tickets aside; `online` is what the hall's status says.
    `ignored` counts messages that are none, are older than what is known, or came past MOST."""

    def __init__(self, hall: str) -> None:
        self.epoch = 0
        self.seq = 0
        self.online = False
        self.ignored = 0
        self._hall = hall
        self._root = f"hall/v1/{hall}/"
        self._states: dict[str, m.Envelope] = {}

    # -- what is heard -----------------------------------------------------------------------------

    def hear(self, topic: str, payload: bytes) -> bool:
        """A message of the broker; an empty one takes a state away. False when it was ignored: a board goes on,
        whatever somebody sends."""
        if topic == topics.status(self._hall):
            self.online = payload == b"online"
            return True
        shape = self._shape(topic)
        if shape is None:
            return self._ignore()
        if not payload:
            return self.fold(topic, None)
        try:
            return self.fold(topic, msgspec.json.decode(payload, type=shape))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._ignore()

    def fold(self, topic: str, state: m.Envelope | None) -> bool:
        """The newest state of a topic; None when it is taken away. False when it was ignored."""
        if state is None:
            return self._states.pop(topic, None) is not None
        shape, known = self._shape(topic), self._states.get(topic)
        if shape is None or not isinstance(state, shape) or state.version != m.VERSION:
            return self._ignore()
        if known is None and len(self._states) >= MOST:
            return self._ignore()
        if known is not None and (state.epoch, state.seq) < (known.epoch, known.seq):
            return self._ignore()
        self._states[topic] = state
        if shape is not m.TicketPage and (state.epoch, state.seq) > (self.epoch, self.seq):
            self.epoch, self.seq = state.epoch, state.seq
        return True

    def _ignore(self) -> bool:
        self.ignored += 1
        return False

    def _shape(self, topic: str) -> type[m.Envelope] | None:
        if not topic.startswith(self._root):
            return None
        path = topic[len(self._root) :].split("/")
        if len(path) > 1:
            del path[1]
        return SHAPES.get(tuple(path))

    # -- what is known -----------------------------------------------------------------------------

    @property
    def known(self) -> tuple[str, ...]:
        """Where there is a state now."""
        return tuple(self._states)

    def content(self) -> dict[str, m.Envelope]:
        """Every state without what changes while nothing happens: two boards that were told the same are equal."""
        return {topic: replace(state, seq=0, as_of="") for topic, state in self._states.items()}

    @property
    def as_of(self) -> str:
        """When the hall itself was last heard of, "" when it never was."""
        hall = self._hall_state()
        return hall.as_of if hall is not None else ""

    def age_s(self, now_s: float) -> float | None:
        """How old the hall's state is at `now_s` since 1970 UTC; more than its `ttl_s` is late. None without one."""
        as_of = self.as_of
        return now_s - datetime.fromisoformat(as_of).timestamp() if as_of else None

    def hall(self) -> m.HallView | None:
        """GET /api/v1/hall; None until the hall was heard of."""
        hall = self._hall_state()
        if hall is None:
            return None
        windows = self._each(m.WindowState, topics.window_state, hall.order.windows)
        return m.HallView(
            **asdict(hall),
            queues=self._queues(hall),
            services=self._each(m.ServiceState, topics.service_state, hall.order.services),
            windows=tuple(m.WindowView(**asdict(window)) for window in windows),
        )

    def queues(self) -> m.Queues | None:
        """GET /api/v1/queues; None until the hall was heard of."""
        hall = self._hall_state()
        return m.Queues(self._queues(hall)) if hall is not None else None

    def feed(self) -> m.Feed | None:
        """GET /api/v1/feed; None until the hall was heard of."""
        hall = self.hall()
        if hall is None:
            return None
        data = m.FeedData(
            hall=hall.id,
            name=hall.name,
            open=hall.open,
            opens=hall.opens,
            closes=hall.closes,
            queues=hall.queues,
            services=hall.services,
            reopens=hall.reopens,
        )
        return m.Feed(m.VERSION, hall.as_of, hall.ttl_s, data)

    def forecast(self) -> ForecastFeed | None:
        """GET /api/v1/forecast; None until the hall was heard of. Half hours of queues that were not made together with
        the hall's are left out until they come."""
        hall = self._hall_state()
        if hall is None:
            return None
        made = self._at(ForecastState, topics.forecast(self._hall))
        if made is None:
            return ForecastFeed(m.VERSION, hall.as_of, FORECAST_TTL_S, ForecastData.nothing(hall.id, hall.name))
        found = self._each(QueueForecast, topics.queue_forecast, hall.order.queues)
        queues = [queue for queue in found if queue.made_at == made.made_at]
        data = ForecastData(
            hall=made.id,
            name=made.name,
            unknown=None,
            made_at=made.made_at,
            seen=made.seen,
            queues={queue.id: queue.name for queue in queues},
            days=tuple(
                DayView(**asdict(day), queues={each.id: each.days[day.day] for each in queues if day.day in each.days})
                for day in made.days
            ),
            review=made.review,
        )
        return ForecastFeed(m.VERSION, hall.as_of, FORECAST_TTL_S, data)

    def accuracy(self) -> AccuracyFeed:
        """GET /api/v1/accuracy; without spans until something was counted."""
        counted, hall = self._at(AccuracyState, topics.accuracy(self._hall)), self._hall_state()
        if counted is not None:
            return AccuracyFeed(m.VERSION, counted.as_of, ACCURACY_TTL_S, counted.data)
        name = hall.name if hall is not None else same("")
        return AccuracyFeed(m.VERSION, self.as_of, ACCURACY_TTL_S, AccuracyData(self._hall, name, AIMED, ENOUGH, ()))

    def screen(self) -> ScreenView | None:
        """GET /api/v1/screen; None until the hall was heard of."""
        hall, state = self._hall_state(), self._at(ScreenState, topics.screen(self._hall))
        if hall is None or state is None:
            return None
        forecast = self._at(ForecastState, topics.forecast(self._hall))
        return screen_view(state, hall, self._queues(hall), forecast)

    def called(self) -> object:
        """What a screen shows at once when it changes: equal where nobody was called, missed or taken back."""
        state = self._at(ScreenState, topics.screen(self._hall))
        return None if state is None else (state.epoch, state.called, state.missed)

    def ticket(self, token: str) -> m.TicketView | None:
        """The page behind a token. One that is over is as new as the hall: it is said once and stays."""
        page = self._at(m.TicketPage, topics.ticket_page(self._hall, token))
        if page is None:
            return None
        view, hall = m.TicketView(**asdict(page)), self._hall_state()
        if page.state in OVER and hall is not None and (hall.epoch, hall.seq) >= (page.epoch, page.seq):
            return replace(view, epoch=hall.epoch, seq=hall.seq, as_of=hall.as_of)
        return view

    def _hall_state(self) -> m.HallState | None:
        return self._at(m.HallState, topics.hall_state(self._hall))

    def _queues(self, hall: m.HallState) -> tuple[m.QueueState, ...]:
        return self._each(m.QueueState, topics.queue_state, hall.order.queues)

    def _each(self, kind: type[S], topic: TopicOf, ids: tuple[str, ...]) -> tuple[S, ...]:
        """Those that are there, in the hall's order."""
        found = (self._at(kind, topic(self._hall, id_)) for id_ in ids)
        return tuple(state for state in found if state is not None)

    def _at(self, kind: type[S], topic: str) -> S | None:
        state = self._states.get(topic)
        return state if isinstance(state, kind) else None
