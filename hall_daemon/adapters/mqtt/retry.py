"""When to try a broker again, and when a client id is used elsewhere. Pure: seconds in, seconds out."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from device_drivers.base.backoff import Backoff
from hall_daemon.adapters.mqtt.session import BrokerAway


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in seconds. `round_s` is the least time between two rounds of publishing, `busy_round_s` once
    `burst_s` of saved-up time is spent; `refresh_s` how often the hall is looked at when nothing happens (opening
    hours, waits, devices); `quick_s`: a connection the broker ends sooner counts as a kick; `witness_s`: how long
    another one must stand after ours was ended; `clash_pause_s`: how long the alarm of a clash stands before we
    connect with another client id."""

    round_s: float = 0.01
    busy_round_s: float = 0.04
    burst_s: float = 1.0
    refresh_s: float = 1.0
    connect_s: float = 3.0
    ack_s: float = 10.0
    sweep_s: float = 3.0
    first_retry_s: float = 0.25
    last_retry_s: float = 1.0  # phones and screens wait for it
    refused_retry_s: float = 15.0
    quick_s: float = 10.0
    witness_s: float = 0.5
    clash_pause_s: float = 2.0


KICKS = 3


class Retry:
    """`kicks` counts connections in a row that were ended soon after they stood: a broker that knows two clients
    by one id ends the older one each time the other comes."""

    def __init__(self, timing: Timing, random: Random) -> None:
        self.kicks = 0
        self._quick_s = timing.quick_s
        self._last_s = timing.last_retry_s
        self._again = Backoff(timing.first_retry_s, timing.refused_retry_s, timing.quick_s, random)

    def after(self, away: BrokerAway, lasted_s: float) -> float:
        """How long to wait after an attempt that ended so; back-off with jitter."""
        self.kicks = self.kicks + 1 if away.kicked and lasted_s < self._quick_s else 0
        pause_s = self._again.after(lasted_s)
        return pause_s if away.refused else min(pause_s, self._last_s)

    @property
    def suspicious(self) -> bool:
        """One kick more and it is certain: the next attempt needs a witness."""
        return self.kicks >= KICKS - 1

    @property
    def kicked_out(self) -> bool:
        return self.kicks >= KICKS
