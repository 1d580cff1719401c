"""Guessing made slow, without letting a guesser lock anybody out.

Wrong tries are counted by account *and* address. What is tried on one account from everywhere together makes only
addresses wait from which it has never logged in: whoever sits at the usual desk gets in while somebody else guesses.
What is tried from one address on many accounts makes that address wait.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from hall_daemon.staff.passwords import PasswordRules, wait_after

# From everywhere together, and from one address on everybody, this many times as many tries before waiting.
EVERYWHERE = 4
# After so many times the longest wait without a failure they are forgotten: a desk's typos of a month are no guessing.
FORGOTTEN = 4
# Counters that are kept; the oldest go first.
MOST = 20_000


@dataclass(slots=True)
class _Count:
    failures: int = 0
    until: float = 0.0
    last: float = 0.0


class Attempts:
    """Seconds are of a clock that does not jump. Not for several threads at once."""

    def __init__(self, rules: PasswordRules) -> None:
        self._rules = rules
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def wait_s(self, number: str, address: str, now: float) -> float:
        """How long this try has to wait; 0 when it may be made."""
        keys = [(number, address), ("", address)]
        if (number, address) not in self._known:
            keys.append((number, ""))
        return max(0.0, *(self._counts[key].until - now for key in keys if key in self._counts), 0.0)

    def failed(self, number: str, address: str, now: float) -> None:
        for key, times in (((number, address), 1), (("", address), EVERYWHERE), ((number, ""), EVERYWHERE)):
            count = self._counts.setdefault(key, _Count())
            if now - count.last > FORGOTTEN * self._rules.longest_wait_s:
                count.failures = 0
            count.failures += 1
            count.last = now
            count.until = now + wait_after(self._rules, count.failures // times)
            self._counts.move_to_end(key)
        while len(self._counts) > MOST:
            self._counts.popitem(last=False)

    def succeeded(self, number: str, address: str) -> None:
        self._counts.pop((number, address), None)
        self._known[number, address] = None
        self._known.move_to_end((number, address))
        while len(self._known) > MOST:
            self._known.popitem(last=False)
