"""The weeks before a demo's first day: forecasts, accuracy and efficiency have something to say, and something stands
out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.demo_crowd import HASTE, SEED, skills, spare_window
from hall_daemon.rehearsal.weeks import Taste, open_days, write_history

# So many past days, and so many people a window on each.
DAYS, PEOPLE = 20, 120.0
# What stands out: a matter takes so much longer at one window, and another one on one day so many open days ago.
SLOW_WINDOW, SLOW_DAY, DAYS_AGO = 1.6, 1.9, 4


def begin_past(plan: Plan, folder: Path, today: date, most_days: int = DAYS) -> int:
    """Write the past of a new hall; how many days it has."""
    days = open_days(plan, today - timedelta(days=1), most_days)
    taste = Taste(people=PEOPLE * len(plan.windows), haste=HASTE, slower=oddities(plan, days))
    return write_history(plan, folder, today, most_days, SEED, taste)


def oddities(plan: Plan, days: Sequence[date]) -> Mapping[tuple[str, str], float]:
    """What to find: of the matters people come for most one is slow at a window among several, one on a day."""
    often = sorted(plan.services.values(), key=lambda service: service.expected_s)
    odd: dict[tuple[str, str], float] = {}
    spare = spare_window(plan)
    for service in often:
        windows = [window for window in plan.windows if service.id in skills(plan, window) and window != spare]
        if len(windows) > 1:
            odd[service.id, windows[-1]] = SLOW_WINDOW
            often.remove(service)
            break
    if often and len(days) > DAYS_AGO:
        odd[often[0].id, days[-DAYS_AGO].isoformat()] = SLOW_DAY
    return odd
