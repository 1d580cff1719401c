"""How long to wait before the next attempt. Pure: seconds in, seconds out."""

from __future__ import annotations

from random import Random

# 2**16 doublings are far past any bound; the cap keeps a year without a printer from overflowing.
_DOUBLINGS = 16


class Backoff:
    """Pauses that double from `first_s` to `most_s`; what held for `good_s` starts afresh. With `jitter` each pause is
    shortened by up to half at random."""

    def __init__(self, first_s: float, most_s: float, good_s: float, jitter: Random | None = None) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._good_s = good_s
        self._jitter = jitter
        self._failures = 0

    def after(self, held_s: float = 0.0) -> float:
        """The pause after an attempt that failed once it had held for `held_s`; 0: it never stood."""
        if held_s >= self._good_s:
            self._failures = 0
        pause_s = self.uncounted(self._most_s)
        self._failures = min(self._failures + 1, _DOUBLINGS)
        return pause_s

    def uncounted(self, most_s: float) -> float:
        """The pause before another look at what is no failure: as long as the next one's, `most_s` at most."""
        pause_s = min(most_s, self._first_s * 2.0**self._failures)
        return pause_s if self._jitter is None else pause_s * self._jitter.uniform(0.5, 1.0)
