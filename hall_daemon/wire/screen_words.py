"""What a big screen says, in the words of a language. Pure; the words are the page's own (`page.screen`)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import UNSET

from hall_daemon.wire.screens import Quiet, ScreenQueue
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Fact, Text, said

_BARE = re.compile(r"[A-Za-z]?\d{1,4}")
_DAY = re.compile(r"\d+-0?(\d+)-0?(\d+)T(.+)")
# From so many seconds on an age is said in minutes.
_MINUTES_FROM_S = 100
_NO_MORE = ("hall_closed", "closing_before_turn")


def both(key: str, facts: Mapping[str, Fact] | None = None) -> Text:
    return tables().text(f"page.screen.{key}", facts)


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one language."""

    language: str

    def __call__(self, key: str, /, **facts: Fact) -> str:
        return said(both(key, facts or None), self.language)

    def named(self, text: Text) -> str:
        return said(text, self.language)

    def age(self, seconds: float) -> str:
        unit, n = ("seconds", seconds) if seconds < _MINUTES_FROM_S else ("minutes", seconds / 60)
        return said(tables().text(f"page.shared.{unit}", {"n": max(0, math.floor(n + 0.5))}), self.language)

    def short_window(self, label: str) -> str:
        return self("window_short", label=label) if is_bare(label) else label

    def wait(self, queue: ScreenQueue, upright: bool) -> str:
        wait = queue.wait
        if queue.waiting == 0 and queue.windows_open > 0:
            return self("nobody")
        if wait.p10_s is UNSET or wait.p90_s is UNSET:
            code = "no_window" if wait.unknown == "no_window_open" else "unknown"
            return self("no_more" if wait.unknown in _NO_MORE else code)
        low, high = minutes(wait.p10_s, wait.p90_s)
        span = f"≤\u2060{high}" if low < 1 else str(high) if low == high else f"{low}–{high}"
        return self("range", range=span, unit=self("minutes" if upright else "minutes_short"))

    def reopening(self, at: str | None) -> str:
        part = _DAY.match(at or "")
        return self("opens_on", month=part[1], day=part[2], time=part[3]) if part else ""


def minutes(low_s: int, high_s: int) -> tuple[int, int]:
    return low_s // 60, max(1, math.ceil(high_s / 60))


def quietest(quiet: Quiet) -> Text:
    wait = quiet.wait
    assert wait.p10_s is not UNSET, "the hall says only half hours that have a range"
    assert wait.p90_s is not UNSET, "with both ends"
    low, high = minutes(wait.p10_s, wait.p90_s)
    return both("quietest", {"begins": quiet.begins, "ends": quiet.ends, "low": low, "high": high})


def is_bare(label: str) -> bool:
    """The label of a window is a number, so that 号窗口 belongs beside it."""
    return _BARE.fullmatch(label) is not None
