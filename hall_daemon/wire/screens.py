"""What a big screen of the hall (综合屏) shows: its retained state, and its picture over HTTP.

Numbers and windows only: no person, no matter of a ticket.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from hall_daemon.wire.figures import ForecastState, SlotView
from hall_daemon.wire.states import Envelope, HallState, QueueState
from hall_daemon.wire.texts import Message, Text
from hall_daemon.wire.waits import Wait

Theme = Literal["qing", "song", "jiang"]
Ground = Literal["dark", "light"]


class Called(Message, frozen=True, kw_only=True):
    """A number that was called, the `calls`-th time at `called_at`."""

    number: str
    window: str
    label: str
    zone: str
    calls: int
    called_at: str


class Missed(Message, frozen=True):
    """A number that nobody came for; `zone` is of the window that waited."""

    number: str
    zone: str


class ScreenLook(Message, frozen=True, kw_only=True):
    """How screens look where their address does not say: `inches` is the diagonal, `metres` how far people stand."""

    theme: Theme
    ground: Ground
    inches: float
    metres: float
    languages: tuple[str, ...]


class ScreenState(Envelope, frozen=True, kw_only=True):
    """`called` and `missed` are the newest of each zone, newest first. `short` are names of queues that are short,
    `queue_zones` where each queue is called, `zones` all zones by what they are called; `timezone` as Asia/Shanghai."""

    name: Text
    called: tuple[Called, ...]
    missed: tuple[Missed, ...]
    notices: tuple[Text, ...]
    desk: Text
    zones: dict[str, Text]
    short: dict[str, Text]
    queue_zones: dict[str, tuple[str, ...]]
    look: ScreenLook
    timezone: str


class ScreenQueue(Message, frozen=True, kw_only=True):
    """One queue on the screen."""

    id: str
    prefix: str
    name: Text
    zones: tuple[str, ...]
    waiting: int
    windows_open: int
    wait: Wait


class Quiet(Message, frozen=True):
    """The quietest half hour that is still to come today, local time."""

    begins: str
    ends: str
    wait: Wait


class ScreenView(ScreenState, frozen=True, kw_only=True):
    """GET /api/v1/screen: everything a big screen shows. Hours are as in the hall's state."""

    open: bool
    opens: str | None
    closes: str | None
    reopens: str | None
    day: str
    serving: int
    queues: tuple[ScreenQueue, ...]
    quiet: Quiet | None


class Recent(NamedTuple):
    """What a hall remembers for its screens: (ticket, window, wall ms) of calls and of misses, newest first."""

    called: tuple[tuple[str, str, int], ...] = ()
    missed: tuple[tuple[str, str, int], ...] = ()



def screen_view(
    state: ScreenState, hall: HallState, queues: tuple[QueueState, ...], forecast: ForecastState | None
) -> ScreenView:
    """The picture put together from what the hall says of itself, in the order of its configuration."""
    fields: dict[str, Any] = msgspec.structs.asdict(state)
    return ScreenView(
        **fields,
        open=hall.open,
        opens=hall.opens,
        closes=hall.closes,
        reopens=hall.reopens,
        day=hall.day,
        serving=hall.serving,
        queues=tuple(
            ScreenQueue(
                id=queue.id,
                prefix=queue.prefix,
                name=state.short.get(queue.id, queue.name),
                zones=state.queue_zones.get(queue.id, ()),
                waiting=queue.waiting,
                windows_open=queue.windows_open,
                wait=queue.wait,
            )
            for queue in queues
        ),
        quiet=_quiet(hall.day, forecast),
    )


def _quiet(day: str, forecast: ForecastState | None) -> Quiet | None:
    today = next((each for each in forecast.days if each.day == day), None) if forecast is not None else None
    if today is None:
        return None
    left = [today.slots[at] for at in today.quietest if _to_come(today.slots[at])]
    first = next(iter(left), None)
    return Quiet(first.begins, first.ends, first.wait) if first is not None else None


def _to_come(slot: SlotView) -> bool:
    """A half hour that is over has no wait any more, and one that runs has counted already."""
    return slot.came is None and slot.wait.p90_s is not msgspec.UNSET
