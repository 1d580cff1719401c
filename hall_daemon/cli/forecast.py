"""`hall forecast`: who comes and how long they wait, by half hour, today and on the coming days, from the journal."""

from __future__ import annotations

import argparse

import msgspec

from hall_daemon.adapters.reports.worker import the_forecast
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.adapters.waits.worker import Place
from hall_daemon.cli.errors import Failure, date_of
from hall_daemon.cli.places import add_data, data_dir, journal_reader, settings
from hall_daemon.domain.plan import Moment
from hall_daemon.wire.figures import DayView, ForecastData
from hall_daemon.wire.messages import Wait
from hall_daemon.wire.waits import unknown_wait


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", metavar="DATE", help="only this day, an ISO date (default: today and the coming days)")
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    wanted = date_of(args.day).isoformat() if args.day else ""
    given, folder = settings(args), data_dir(args)
    with journal_reader(folder) as reader:
        if not reader.days():
            raise Failure(2, "the journal has no day yet: a hall has never run on this folder")
        found = the_forecast(Place(given.plan, str(folder)), given.forecast, _now(reader))
    days = [day for day in found.days if wanted in ("", day.day)]
    if not days:
        raise Failure(2, f"{wanted} is not among the days ahead: {', '.join(day.day for day in found.days)}")
    found = msgspec.structs.replace(found, days=tuple(days))
    print(msgspec.json.encode(found).decode() if args.json else _page(found))
    return 0


def _now(reader: JournalReader) -> Moment:
    """The present by the clock that the hall would have if it started now."""
    last = reader.after(reader.last_seq() - 1, 1)
    return HallClock(after=last[0].moment if last else None).now()


def _wait(wait: Wait) -> str:
    if isinstance(wait.unknown, str):
        return unknown_wait(wait.unknown)["en"].lower()
    assert isinstance(wait.p10_s, int)
    assert isinstance(wait.p50_s, int)
    assert isinstance(wait.p90_s, int)
    return f"{wait.p50_s / 60:6.1f}{wait.p90_s / 60:8.1f}"


def _page(found: ForecastData) -> str:
    """For people; waits in minutes."""
    rows = [f"from {found.seen} past days; waits in minutes: half wait less than p50, nine of ten less than p90"]
    if (review := found.review) is not None:
        week = "" if review.week_error is None else f", as a week ago would be {review.week_error:.1f}"
        rows.append(
            f"{review.day}: off by {review.people_error:.1f} people a half hour{week}; "
            f"{review.people.p10}-{review.people.p90} people said, {review.came} came"
        )
    for day in found.days:
        rows += ["", *_day(day)]
    return "\n".join(rows)


def _day(day: DayView) -> list[str]:
    if day.unknown is not None:
        return [f"{day.day}: {unknown_wait(day.unknown)['en'].lower()}"]
    quiet = ", ".join(f"{day.slots[at].begins}-{day.slots[at].ends}" for at in day.quietest) or "not known"
    rows = [
        f"{day.day}: {day.people.p10} to {day.people.p90} people; quietest {quiet}",
        f"{'':<14}{'people':>9}{'came':>6}{'p50':>8}{'p90':>8}",
    ]
    for slot in day.slots:
        came = "" if slot.came is None else str(slot.came)
        people = f"{slot.people.p10}-{slot.people.p90}"
        rows.append(f"{slot.begins}-{slot.ends:<8}{people:>9}{came:>6}  {_wait(slot.wait)}")
    return rows
