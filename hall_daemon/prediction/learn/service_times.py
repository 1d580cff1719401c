"""The distributions of this hall, from what it has seen and, where it has seen little, from what the config expects.

Each service keeps its last durations. Its distribution is a mixture: the durations themselves, and a log-normal whose
level and width lie between the service's own, the whole hall's and the config's, by how much was seen of each. Memory
is bounded. Pure; one thread.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

from hall_daemon.domain import visit as v
from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.learn.clerk_speed import ClerkSpeeds
from hall_daemon.prediction.learn.distributions import TABLE, Distribution, Distributions, log_normal, thinned

KEPT = 4_000
KEPT_RARE = 100
# The config's word counts as much as so many observations of a service; the whole hall's ratio to it likewise.
WORTH_OF_CONFIG = 8.0
WORTH_OF_HALL = 6.0
# Of one service, in logarithms: between exponential (1.3) and appointment-like regular (0.3).
USUAL_WIDTH = 0.75
# How far a config's expected_s is off, when nobody has measured.
CONFIG_OFF = 0.45
PACE_UNKNOWN = 0.35
# From so many cases on it shows who is quick.
LEVEL_KNOWN = 20
# Before anything was seen: one call in forty is not answered and holds the window for a minute.
NO_SHOW_SHARE = 0.025
NO_SHOW_WORTH = 20.0
STAY_MEDIAN_MS = 60_000.0
PAUSE_MEDIAN_MS = 600_000.0
# People who give up: counts are halved when so many hours in line were seen; the worth of "nobody does" in hours.
LEAVE_MEMORY_MS = 3_000 * 3_600_000.0
LEAVE_WORTH_MS = 20 * 3_600_000.0
GAPS_ENOUGH = 10
# Longer is a window that somebody forgot to finish, or a break without a word.
LONGEST_CYCLE_MS = 4 * 3_600_000
LONGEST_GAP_MS = 1_800_000
LONGEST_PAUSE_MS = 4 * 3_600_000


class _Observed:
    """The last durations of one kind, their logarithms summed, and the distribution made of them until the next one."""

    __slots__ = ("distribution", "durations", "logs", "squares")

    def __init__(self, kept: int) -> None:
        self.durations: deque[float] = deque(maxlen=kept)
        self.logs = 0.0
        self.squares = 0.0
        self.distribution: tuple[float, Distribution] | None = None

    def add(self, took_ms: float) -> None:
        if len(self.durations) == self.durations.maxlen:
            old = math.log(self.durations[0])
            self.logs -= old
            self.squares -= old * old
        self.durations.append(max(1000.0, took_ms))
        new = math.log(self.durations[-1])
        self.logs += new
        self.squares += new * new
        self.distribution = None

    @property
    def n(self) -> int:
        return len(self.durations)

    def width(self) -> float:
        """The standard deviation of the logarithms."""
        mean = self.logs / self.n
        return math.sqrt(max(0.01, self.squares / self.n - mean * mean))

    def around(self, centre: float) -> float:
        """The sum of squared distances of the logarithms from `centre`."""
        return max(0.0, self.squares - 2.0 * centre * self.logs + self.n * centre * centre)

    def fitted(self, centre: float, width: float, worth: float, unsure: float) -> Distribution:
        """The distribution when (log-)level and width are believed to be `centre` and `width` as firmly as `worth`
        observations say, and the level is `unsure` (a standard deviation)."""
        if self.distribution is not None and abs(self.distribution[0] - centre) < 0.01:
            return self.distribution[1]
        n = self.n
        level = (worth * centre + self.logs) / (worth + n)
        sigma = math.sqrt((worth * width * width + self.around(level)) / (worth + n))
        believed = round(TABLE * worth / (worth + n))
        seen = thinned(sorted(self.durations), TABLE - believed) if n else []
        table = tuple(sorted([*log_normal(math.exp(level), sigma, believed), *seen]))
        distribution = Distribution(table, math.sqrt(1.0 / (1.0 / (unsure * unsure) + n / (sigma * sigma))))
        self.distribution = (centre, distribution)
        return distribution


class ServiceTimes:
    """Takes what became of people and gives the hall's distributions."""

    def __init__(self, plan: Plan) -> None:
        self._expected = {service.id: service.expected_s * 1000.0 for service in plan.services.values()}
        self._cycles = {service: _Observed(KEPT) for service in plan.services}
        self._pauses = {reason: _Observed(KEPT_RARE) for reason in plan.pause_reasons}
        self._stay = _Observed(KEPT_RARE)
        self._gaps: deque[float] = deque(maxlen=KEPT)
        self._answered: dict[str, deque[bool]] = {service: deque(maxlen=KEPT) for service in plan.services}
        self._in_line_ms = 0.0
        self._gave_up = 0.0
        self._speeds = ClerkSpeeds()
        self.seen = 0

    def see(self, change: v.Change) -> None:
        """A change that stands for good. What lasted longer than anything does was a press that somebody forgot."""
        if isinstance(change, v.Called):
            if change.gap is not None and 0 <= change.gap <= LONGEST_GAP_MS:
                self.gap(change.gap)
            if change.waited is not None:
                self.waited(change.waited, False)
        elif isinstance(change, v.Ended):
            took = change.took
            if took is not None and change.service and 0 <= took <= LONGEST_CYCLE_MS:
                if change.how == "missed":
                    self.absent(change.service, took)
                else:
                    self.cycle(change.service, change.clerk, took)
        elif isinstance(change, v.Gone):
            if change.how == "cancelled" and change.waited is not None:
                self.waited(change.waited, True)
        elif isinstance(change, v.Paused) and 0 <= change.took <= LONGEST_PAUSE_MS:
            self.pause(change.reason, change.took)

    # -- observations, in ms; a clerk "" is not known ----------------------------------------------

    def cycle(self, service: str, clerk: str, took_ms: int) -> None:
        if service in self._cycles:
            observed = self._cycles[service]
            if observed.n >= LEVEL_KNOWN:
                level, width = observed.logs / observed.n, observed.width()
                self._speeds.add(clerk, math.log(max(1000.0, took_ms)) - level, width)
            observed.add(took_ms)
            self._answered[service].append(True)
            self.seen += 1

    def absent(self, service: str, stay_ms: int) -> None:
        if service in self._answered:
            self._answered[service].append(False)
            self._stay.add(stay_ms)

    def gap(self, took_ms: int) -> None:
        self._gaps.append(float(took_ms))

    def pause(self, reason: str, took_ms: int) -> None:
        if reason in self._pauses:
            self._pauses[reason].add(took_ms)

    def waited(self, took_ms: int, gave_up: bool) -> None:
        self._in_line_ms += max(0, took_ms)
        self._gave_up += gave_up
        if self._in_line_ms > LEAVE_MEMORY_MS:
            self._in_line_ms /= 2.0
            self._gave_up /= 2.0

    def new_day(self) -> None:
        self._speeds.new_day()

    # -- distributions ----------------------------------------------------------------------------

    def distributions(self, clerks: Mapping[str, str] | None = None) -> Distributions:
        """Made anew for what has changed; a few ms at most. `clerks` are at the windows."""
        today = self._speeds.today()
        ratio, n = self._against_config()
        cycle = {}
        for service, observed in self._cycles.items():
            centre = self._config_centre(service) + ratio
            cycle[service] = observed.fitted(centre, USUAL_WIDTH, WORTH_OF_CONFIG, CONFIG_OFF)
        missed = sum(answers.count(False) for answers in self._answered.values())
        called = sum(map(len, self._answered.values()))
        share = (missed + NO_SHOW_SHARE * NO_SHOW_WORTH) / (called + NO_SHOW_WORTH)
        pause = math.log(PAUSE_MEDIAN_MS)
        return Distributions(
            cycle=cycle,
            other=Distribution(tuple(log_normal(600_000.0, 1.0)), CONFIG_OFF),
            stay=self._stay.fitted(math.log(STAY_MEDIAN_MS), USUAL_WIDTH, WORTH_OF_CONFIG, 0.3),
            gap=Distribution(tuple(thinned(sorted(self._gaps), TABLE)))
            if len(self._gaps) >= GAPS_ENOUGH
            else Distribution((0.0,)),
            other_pause=Distribution(tuple(log_normal(PAUSE_MEDIAN_MS, 1.0)), CONFIG_OFF),
            no_show={
                service: (answers.count(False) + share * NO_SHOW_WORTH) / (len(answers) + NO_SHOW_WORTH)
                for service, answers in self._answered.items()
            },
            pause={
                reason: observed.fitted(pause, 1.0, WORTH_OF_CONFIG / 2, CONFIG_OFF)
                for reason, observed in self._pauses.items()
            },
            leave_per_ms=self._gave_up / (self._in_line_ms + LEAVE_WORTH_MS),
            pace=math.hypot(today.spread, PACE_UNKNOWN / math.sqrt(1.0 + n / WORTH_OF_HALL)),
            centre=today.centre,
            speeds={w: today.clerks.get(clerk, today.anybody) for w, clerk in (clerks or {}).items()},
            anybody=today.anybody,
        )

    def _config_centre(self, service: str) -> float:
        """The log-median that the config's mean has at the usual width."""
        return math.log(self._expected[service]) - USUAL_WIDTH**2 / 2.0

    def _against_config(self) -> tuple[float, int]:
        """How much longer (as a logarithm) things take here than the config says, shrunk; and of how many seen."""
        n = sum(observed.n for observed in self._cycles.values())
        off = sum(seen.logs - seen.n * self._config_centre(service) for service, seen in self._cycles.items())
        return off / (n + WORTH_OF_HALL), n
