"""What the hall says of its past and of the coming days: bodies of HTTP and MQTT beside those in `messages`."""

from __future__ import annotations

from hall_daemon.wire.messages import Message, Text

# -- efficiency ------------------------------------------------------------------------------------


class Times(Message, frozen=True):
    """Of `n` matters, from the call to the end, in seconds; null where there is none."""

    n: int
    mean_s: float | None
    p10_s: float | None
    p50_s: float | None
    p90_s: float | None


class MatterTimes(Message, frozen=True):
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


class OutlierView(Message, frozen=True):
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


class EfficiencyView(Message, frozen=True):
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
