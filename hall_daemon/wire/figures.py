"""What the hall says of its past and of the coming days: bodies of HTTP and MQTT beside those in `messages`."""

from __future__ import annotations

from hall_daemon.wire.messages import Envelope, FeedEnvelope, Message, Text, Wait

# -- efficiency ------------------------------------------------------------------------------------


class Times(Message, frozen=True):
    """Of `n` matters, from the call to the end, in seconds; null where there is none."""

    n: int
    mean_s: float | None
    p10_s: float | None
    p50_s: float | None
    p90_s: float | None


class MatterTimes(Message, frozen=True, kw_only=True):
    """A service in the whole span. `best` is the period with the lowest median; `trend` the share by which a day's
    median changes in 30 days."""

    service: str
    name: Text
    expected_s: int | None
    times: Times
    best: str
    best_s: float | None
    trend: float | None


class PeriodTimes(Message, frozen=True):
    """A service in one day, week or month. `best_window` had the lowest median in it."""

    service: str
    begins: str
    times: Times
    best_window: str
    best_s: float | None


class OutlierView(Message, frozen=True, kw_only=True):
    """What stands out: a service on a `day` or at a `window`. `usual_s` is what the regression expects of these very
    `n` matters, or what the other windows take for them; `sigmas` how far off it is."""

    kind: str
    service: str
    day: str
    window: str
    n: int
    median_s: float
    usual_s: float
    sigmas: float


class EfficiencyView(Message, frozen=True, kw_only=True):
    """GET /api/v1/efficiency. Shares: `trend` in 30 days, `load` when twice as many wait. `unmeasured` matters have no
    known time (put aside in between, or a window that nobody finished)."""

    version: int
    begins: str
    ends: str
    by: str
    days: int
    n: int
    unmeasured: int
    trend: float
    load: float
    sigma: float
    matters: tuple[MatterTimes, ...]
    periods: tuple[PeriodTimes, ...]
    outliers: tuple[OutlierView, ...]


# -- forecast --------------------------------------------------------------------------------------


class People(Message, frozen=True):
    """How many come, in 80 of 100 cases between p10 and p90."""

    p10: int
    p50: int
    p90: int


class SlotView(Message, frozen=True):
    """A half hour, local time. `came` is how many drew a number in it already, null before it began. `wait` is that of
    somebody who comes in it."""

    begins: str
    ends: str
    people: People
    came: int | None
    wait: Wait


class QueueDayView(Message, frozen=True):
    """One queue on one day; `per_slot` and `waits` stand beside the day's `slots`."""

    people: People
    per_slot: tuple[People, ...]
    waits: tuple[Wait, ...]


class ForecastDay(Message, frozen=True, kw_only=True):
    """As DayView, without queues."""

    day: str
    unknown: str | None
    people: People
    slots: tuple[SlotView, ...]
    quietest: tuple[int, ...]


class DayView(ForecastDay, frozen=True, kw_only=True):
    """A day. `unknown` says why there is nothing: then the rest is empty. `quietest` are places in `slots`."""

    queues: dict[str, QueueDayView]


class ReviewView(Message, frozen=True, kw_only=True):
    """How good the forecast of a past day was: mean error of a half hour in people, that of "as a week ago", the share
    of half hours in their range, and of the people called the share that waited no longer than the p90 said."""

    day: str
    people_error: float
    week_error: float | None
    inside: float
    people: People
    came: int
    waits_kept: float | None


class ForecastData(Message, frozen=True, kw_only=True):
    """`unknown` is a code when there is no forecast at all. It rests on `seen` past days and was made at `made_at`."""

    hall: str
    name: Text
    unknown: str | None
    made_at: str | None
    seen: int
    queues: dict[str, Text]
    days: tuple[DayView, ...]
    review: ReviewView | None


    @classmethod
    def nothing(cls, hall: str, name: Text) -> ForecastData:
        """Nothing is known (yet)."""
        return cls(
            hall=hall, name=name, unknown="predictor_away", made_at=None, seen=0, queues={}, days=(), review=None
        )


class ForecastFeed(FeedEnvelope, frozen=True):
    """GET /api/v1/forecast: one envelope, as the feed has it. Ask again after `ttl` seconds."""

    data: ForecastData


class ForecastState(Envelope, frozen=True, kw_only=True):
    """Retained: the hall's half hours, without those of each queue. `review` is how the newest whole day went."""

    id: str
    name: Text
    made_at: str
    seen: int
    days: tuple[ForecastDay, ...]
    review: ReviewView | None


class QueueForecast(Envelope, frozen=True, kw_only=True):
    """Retained: the half hours of a queue, by day; they stand beside those of the ForecastState with this `made_at`."""

    id: str
    name: Text
    made_at: str
    days: dict[str, QueueDayView]


# -- one more window -------------------------------------------------------------------------------


class QueueChange(Message, frozen=True):
    """For somebody who comes now: the wait as it is, and with the window open."""

    queue: str
    before: Wait
    after: Wait


class WindowChange(Message, frozen=True, kw_only=True):
    """What opening this window now would change. `saved_s` is how much sooner those in line are called, on average,
    by the middle of each range; `helped` how many of them are called noticeably sooner, or at all."""

    window: str
    label: str
    status: str
    services: tuple[str, ...]
    queues: tuple[QueueChange, ...]
    waiting: int
    saved_s: int
    helped: int


class OneMoreView(Message, frozen=True):
    """GET /api/v1/one-more-window: each window that is not open, the one that helps most first."""

    version: int
    as_of: str
    waiting: int
    windows: tuple[WindowChange, ...]
