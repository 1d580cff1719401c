"""From the configuration to what the docket promises and asks, by matter."""

from __future__ import annotations

from hall_daemon.cases.clock import Calendar
from hall_daemon.cases.statutes import Statutes
from hall_daemon.config.settings import Reviews


def statutes_of(said: Reviews, calendar: Calendar) -> Statutes:
    """Matters without a form cannot be looked at beforehand."""
    return Statutes(
        calendar=calendar, turn_min=said.turn_min, most_open=said.most_open, most_each=said.most_each
    )
