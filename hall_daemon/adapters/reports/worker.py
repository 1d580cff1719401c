"""What takes seconds to find out: the forecast, one more window, efficiency. One question, one answer, then it ends.

Never imported by the daemon but for its messages: `python -m hall_daemon.adapters.reports.worker` reads one Question
as JSON on stdin and writes the answer's body on stdout. It reads the journal and keeps tables of past days; its
memory is given back each time. It dies with its parent.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from hall_daemon.adapters.storage.data_folder import JOURNAL
from hall_daemon.adapters.storage.day_summaries import DayTables
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.system.stepping_back import step_back
from hall_daemon.adapters.waits.worker import Follow, Place
from hall_daemon.app.deadlines import local_day
from hall_daemon.app.efficiency_plot import efficiency_svg
from hall_daemon.app.efficiency_view import efficiency_csv, efficiency_view
from hall_daemon.app.forecast_view import forecast_data, what_if_view
from hall_daemon.config.settings import Forecast
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.prediction.learn.day_profile import Habits
from hall_daemon.prediction.learn.day_summary import DayTable
from hall_daemon.prediction.reports.efficiency import By, efficiency
from hall_daemon.prediction.reports.forecast import Today, forecast
from hall_daemon.prediction.reports.what_if import what_if
from hall_daemon.wire.figures import ForecastData


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is a key of HANDLERS. `begins`, `ends`, `by`, `service` are for efficiency; "" is the whole of it."""

    kind: str
    place: Place
    settings: Forecast
    tick: int
    wall: int
    begins: str = ""
    ends: str = ""
    by: By = "week"
    service: str = ""


def the_forecast(place: Place, settings: Forecast, now: Moment) -> ForecastData:
    """The forecast at `now`, from the journal alone. Raises JournalError."""
    plan = place.plan
    with _following(place) as follow, closing(JournalReader(Path(place.folder, JOURNAL))) as reader:
        tables = DayTables(reader, Path(place.folder))
        hall = follow.hall
        day, midnight = local_day(now.wall, plan.timezone)
        if hall.day < day:  # the hall does not run: its last day is past
            hall = Hall(day=day, midnight_wall=midnight)
        past = [tables.of(one) for one in tables.days if one < hall.day][-settings.history_days :]
        seen = tables.of(hall.day) if hall.day in tables.days else DayTable(day=hall.day)
        distributions = follow.predictor.times.distributions()
        habits = Habits(settings.least_days, settings.month_end_days, settings.days)
        found = forecast(plan, past, Today(hall, now, seen), distributions, habits, settings.horizon_days)
    return forecast_data(plan, found, now.wall)


def _following(place: Place) -> closing[Follow]:
    """The hall as the journal has it now, and what it taught: enough for what is compared with itself."""
    follow = Follow(place, asked=0)
    with closing(JournalReader(Path(place.folder, JOURNAL))) as reader:
        follow.upto(reader.last_seq())
    return closing(follow)


def _efficiency(question: Question) -> bytes:
    place = question.place
    with closing(JournalReader(Path(place.folder, JOURNAL))) as reader:
        tables = DayTables(reader, Path(place.folder))
        begins = question.begins or (tables.days[0] if tables.days else "")
        ends = question.ends or (tables.days[-1] if tables.days else "")
        report = efficiency(tables.between(begins, ends), question.by, begins, ends, question.service)
    view = efficiency_view(place.plan, report)
    if question.kind == "efficiency.csv":
        return efficiency_csv(view).encode()
    if question.kind == "efficiency.svg":
        return efficiency_svg(view).encode()
    return msgspec.json.encode(view)


def _forecast(question: Question) -> bytes:
    now = Moment(question.tick, question.wall)
    return msgspec.json.encode(the_forecast(question.place, question.settings, now))


def _what_if(question: Question) -> bytes:
    """What each closed window would change."""
    plan, now = question.place.plan, Moment(question.tick, question.wall)
    with _following(question.place) as follow:
        changes = what_if(plan, follow.hall, now, follow.predictor.estimate_waits)
        return msgspec.json.encode(what_if_view(plan, follow.hall, changes, now))


HANDLERS: dict[str, Callable[[Question], bytes]] = {
    "forecast": _forecast,
    "one-more-window": _what_if,
    "efficiency": _efficiency,
    "efficiency.csv": _efficiency,
    "efficiency.svg": _efficiency,
}


def main() -> None:
    step_back()
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    answer = HANDLERS[question.kind](question)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
