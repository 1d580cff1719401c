"""What a drill is: an attack that can be repeated from its seed, for as many minutes as it is given.

A drill is a module beside this one with a `DRILL`, and a line in the table of `python -m tests.drills`. What it finds
wrong it raises as AssertionError; what it counted it gives back, and both stand in the table at the end. A short seed
of it runs as a test in the suite.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

# What was counted ("images": 51234, "lost": 0) or measured ("start p99": "0.71 s"), in the order of the table.
Counted = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a drill. `folder` is empty and on a disk; `until` is of time.monotonic(), in seconds."""

    seed: int
    folder: Path
    until: float

    @property
    def over(self) -> bool:
        """Whether the minutes are used up; a drill looks between two attacks, and makes at least one."""
        return time.monotonic() >= self.until

    def random(self, *parts: object) -> Random:
        """Chance of this run for one part of it, alike in every run with this seed."""
        return Random(":".join(map(str, (self.seed, *parts))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """`faults`: the rows of the fault matrix that it injects (docs/reliability.md); `share`: its part of the minutes,
    beside those of the others, or all of them for one that needs no machine of its own (`beside`). `attack` raises
    AssertionError on what must not be."""

    name: str
    does: str
    faults: tuple[str, ...]
    share: float = 0.0
    beside: bool = False
    attack: Callable[[Run], Counted]
