"""How late windows open: from the beginning of a planned shift to the first press that opens the window in it.

Learnt from the hall's own past days: a window's own where enough of them were seen, filled up with those of all
windows, and these with a wide guess. A shift in which nobody came counts as never. A day on which no window opened
was no day of business and says nothing. Pure; one thread; memory is bounded.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Literal, NamedTuple

from hall_daemon.domain import events as e
from hall_daemon.domain.plan import MINUTE_MS, Plan
from hall_daemon.prediction.learn.distributions import TABLE, Late, Lates, log_normal, thinned

# The first shift of the day; a later one of who was there today; a later one of who was not.
Kind = Literal["first", "later", "missing"]

# From so many shifts it is known how late they begin.
ENOUGH = 20
KEPT = 400
KEPT_OF_WINDOW = 60
# Before that: half of the windows open within five minutes, one in six is later than a quarter of an hour, and of
# some nobody comes at all.
GUESS_MEDIAN_MS = 300_000.0
GUESS_WIDTH = 1.1
GUESS_NEVER: dict[Kind, float] = {"first": 0.04, "later": 0.01, "missing": 0.5}
# Of a window that is late already the guess goes on counting as much as so many shifts.
GUESS_WORTH = 2.0


def _guess(never: float) -> tuple[float, ...]:
    times = round(TABLE * (1.0 - never))
    return (*log_normal(GUESS_MEDIAN_MS, GUESS_WIDTH, times), *[math.inf] * (TABLE - times))


GUESSES: dict[Kind, tuple[float, ...]] = {kind: _guess(never) for kind, never in GUESS_NEVER.items()}
IN_TIME = Late((0.0,), GUESSES["first"], GUESS_WORTH / KEPT)


class _Shift(NamedTuple):
    begin: int
    end: int
    window: str
    first: bool


class Openings:
    """`see` every event in order; `lates` by window. Begin anywhere: shifts that had begun then are left out."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        # Today's shifts in order of their beginnings, those that began without their window, who is open now, who was
        # there today, and what the day has taught.
        self._due = deque[_Shift]()
        self._awaited: dict[str, _Shift] = {}
        self._open: set[str] = set()
        self._there: set[str] = set()
        self._today: list[tuple[str, Kind, float]] = []
        self._of_all: dict[Kind, deque[float]] = {kind: deque(maxlen=KEPT) for kind in GUESS_NEVER}
        self._of_window: dict[tuple[str, Kind], deque[float]] = {}
        self._known: dict[tuple[str, Kind], Late] = {}

    def see(self, event: e.Event, tick: int, wall: int | None) -> None:
        """Without the wall clock nothing is learnt: shifts are times of the day."""
        if isinstance(event, e.DayOpened):
            self._turn(math.inf)
            self._learn()
            self._due = deque(self._shifts(event, tick, wall) if wall is not None else ())
        elif isinstance(event, e.WindowOpened | e.WindowPaused | e.WindowClosed):
            self._turn(tick)
            if isinstance(event, e.WindowOpened):
                self._opened(event.window, tick)
            else:
                self._open.discard(event.window)
        elif isinstance(event, e.TicketCalled) and event.window not in self._open:
            # Opened before anything was seen here: since when is not known.
            self._turn(tick)
            self._awaited.pop(event.window, None)
            self._open.add(event.window)
            self._there.add(event.window)

    def lates(self) -> dict[str, Lates]:
        """Of every window with shifts, as it is known by now."""
        return {
            id_: Lates(
                self._late(id_, "first"), self._late(id_, "later"),
                self._late(id_, "later" if id_ in self._there else "missing"),
            )
            for id_, window in self._plan.windows.items()
            if window.shifts
        }

    def _shifts(self, event: e.DayOpened, tick: int, wall: int) -> list[_Shift]:
        """Those of the day that lie in its opening hours and have not begun yet."""
        to_tick = tick - wall + event.midnight_wall
        found = [
            _Shift(to_tick + begin * MINUTE_MS, to_tick + end * MINUTE_MS, window.id, n == 0)
            for window in self._plan.windows.values()
            for n, (begin, end) in enumerate(window.shifts)
            if any(begin < closes and opens < end for opens, closes in self._plan.sessions(event.day))
        ]
        return sorted(shift for shift in found if shift.begin >= tick)

    def _turn(self, tick: float) -> None:
        """Let shifts begin and end until `tick`."""
        while self._due and self._due[0].begin < tick:
            shift = self._due.popleft()
            self._missed(shift.window)
            if shift.window in self._open:
                self._note(shift, 0.0)
            else:
                self._awaited[shift.window] = shift
        for window in [window for window, shift in self._awaited.items() if shift.end <= tick]:
            self._missed(window)

    def _missed(self, window: str) -> None:
        shift = self._awaited.pop(window, None)
        if shift is not None:
            self._note(shift, math.inf)

    def _opened(self, window: str, tick: int) -> None:
        shift = self._awaited.pop(window, None)
        if shift is not None:
            self._note(shift, float(tick - shift.begin))
        self._open.add(window)
        self._there.add(window)

    def _note(self, shift: _Shift, late_ms: float) -> None:
        kind: Kind = "first" if shift.first else "later" if shift.window in self._there else "missing"
        self._today.append((shift.window, kind, late_ms))
        if late_ms < math.inf:
            self._there.add(shift.window)

    def _learn(self) -> None:
        """From the day that is over."""
        if self._there:
            for window, kind, late_ms in self._today:
                self._of_all[kind].append(late_ms)
                self._of_window.setdefault((window, kind), deque(maxlen=KEPT_OF_WINDOW)).append(late_ms)
        self._today.clear()
        self._awaited.clear()
        self._there.clear()
        self._known.clear()

    def _late(self, window: str, kind: Kind) -> Late:
        known = self._known.get((window, kind))
        if known is None:
            of_all, own = self._of_all[kind], self._of_window.get((window, kind), ())
            table = _filled(own, _filled(of_all, GUESSES[kind]))
            worth = GUESS_WORTH / max(ENOUGH, len(of_all))
            known = self._known[window, kind] = Late(tuple(table), GUESSES[kind], worth)
        return known


def _filled(seen: Sequence[float], other: Sequence[float]) -> list[float]:
    """A table of what was seen and, as far as that is not enough, of what is believed otherwise."""
    believed = max(0, round(TABLE * (1.0 - len(seen) / ENOUGH)))
    return sorted([*(thinned(sorted(seen), TABLE - believed) if seen else ()), *thinned(other, believed)])
