"""A shown range stays until the present one has left it by a margin, and one that goes back says why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from hall_daemon.prediction.waits.causes import GENERAL, Cause
from hall_daemon.prediction.waits.wait_estimate import Range, WaitEstimate

# One of the three figures must differ by more than a share of it, and by more than what nobody plans with. A figure for
# newcomers is a promise to each of them and follows sooner; whoever waits reads minutes, and hears that it takes
# longer only when that is a share of the whole range. That it goes faster is announced at once: a call must not be
# missed.
MARGIN = 0.15
LEAST_S = 60
LEAST_QUEUE_S = 30


class Promise(NamedTuple):
    """A range as it was said: at which tick, and of the hall after which event."""

    range: Range
    tick: int
    seq: int = 0

    def at(self, tick: int) -> Range:
        """The same promise later: as much nearer as time has passed."""
        passed_s = (tick - self.tick) // 1000
        return Range(*(max(0, figure - passed_s) for figure in self.range))


class Shown(NamedTuple):
    """What was said, at which tick, of the hall after event `seq`. `causes` are why it is later than what was said
    before; `last` is the last range when now a reason is said."""

    said: WaitEstimate
    tick: int
    causes: tuple[Cause, ...] = ()
    seq: int = 0
    last: Promise | None = None

    def at(self, tick: int) -> WaitEstimate:
        """What is said of it at a later tick."""
        return self.said if isinstance(self.said, str) else Promise(self.said, self.tick).at(tick)

    def promise(self) -> Promise | None:
        """The last range that was said, now or before."""
        return self.last if isinstance(self.said, str) else Promise(self.said, self.tick, self.seq)


Why = Callable[[str, Promise, Range], tuple[Cause, ...]]
"""(key, what was promised, the range now) gives at least one cause."""


def _unexplained(key: str, promise: Promise, fresh: Range) -> tuple[Cause, ...]:
    return (GENERAL,)


def later(old: Range, new: Range, least_s: int = LEAST_S) -> bool:
    """Whether `new` is later for somebody to whom `old` was announced: by more than what nobody plans with."""
    return new.p50_s > old.p50_s + least_s or new.p90_s > old.p90_s + least_s


def alike(old: WaitEstimate, new: WaitEstimate, least_s: int = LEAST_QUEUE_S) -> bool:
    """Whether `old` may as well be announced where `new` is true."""
    if isinstance(old, str) or isinstance(new, str):
        return old == new
    return _within(old, new, least_s, 0)


def with_hysteresis(
    shown: Mapping[str, Shown],
    fresh: Mapping[str, WaitEstimate],
    tick: int,
    *,
    promise: bool,
    seq: int = 0,
    why: Why = _unexplained,
) -> dict[str, Shown]:
    """What to show now of `fresh`, which is of the hall after event `seq`. `promise`: a moment was promised and comes
    nearer (a ticket); otherwise a length was said that holds for whoever comes (a queue)."""
    now: dict[str, Shown] = {}
    for key, estimate in fresh.items():
        before = shown.get(key)
        if before is None:
            now[key] = Shown(estimate, tick, (), seq)
        elif isinstance(estimate, str):
            now[key] = before if before.said == estimate else Shown(estimate, tick, (), seq, before.promise())
        else:
            now[key] = _ranged(key, before, estimate, Shown(estimate, tick, (), seq), promise, why)
    return now


def _ranged(key: str, before: Shown, fresh: Range, now: Shown, promise: bool, why: Why) -> Shown:
    base = before.promise()
    if base is None:
        return now
    old = base.at(now.tick) if promise else base.range
    least_s = LEAST_S if promise else LEAST_QUEUE_S
    if not isinstance(before.said, str) and _within(old, fresh, least_s, fresh.p90_s if promise else 0):
        return before
    return now._replace(causes=why(key, base, fresh)) if later(old, fresh, least_s) else now


def _within(old: Range, fresh: Range, least_s: int, whole_s: int) -> bool:
    return all(
        was - new <= max(least_s, MARGIN * new) and new - was <= max(least_s, MARGIN * max(new, whole_s))
        for was, new in zip(old, fresh, strict=True)
    )
