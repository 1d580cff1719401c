"""`hall efficiency [FROM] [TO]`: how long matters take, the best of the same period, and what stands out."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path

import msgspec

from hall_daemon.adapters.storage.day_summaries import DayTables
from hall_daemon.app.efficiency_plot import efficiency_svg
from hall_daemon.app.efficiency_view import efficiency_csv, efficiency_view
from hall_daemon.cli.errors import Failure, date_of
from hall_daemon.cli.places import add_data, data_dir, journal_reader, settings
from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.reports.efficiency import BYS, efficiency
from hall_daemon.wire.figures import EfficiencyView, Times

# Without dates: the last twelve weeks.
USUAL_DAYS = 84


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("begins", nargs="?", metavar="FROM", help=f"ISO date (default: {USUAL_DAYS} days before TO)")
    parser.add_argument("ends", nargs="?", metavar="TO", help="ISO date (default: the last day in the journal)")
    parser.add_argument("--by", choices=BYS, default="week", help="how long the compared periods are (default week)")
    parser.add_argument("--service", default="", metavar="ID", help="one service (default: all)")
    add_data(parser)
    shapes = parser.add_mutually_exclusive_group()
    shapes.add_argument("--json", action="store_true", help="print one JSON object")
    shapes.add_argument("--csv", action="store_true", help="print a table for a spreadsheet")
    shapes.add_argument("--svg", type=Path, metavar="FILE", help="draw it into FILE")


def run(args: argparse.Namespace) -> int:
    plan = settings(args).plan
    if args.service and args.service not in plan.services:
        raise Failure(2, f"there is no service {args.service!r}; the hall has {', '.join(plan.services)}")
    folder = data_dir(args)
    with journal_reader(folder) as reader:
        tables = DayTables(reader, folder)
        begins, ends = span(tables.days, args.begins, args.ends)
        view = efficiency_view(plan, efficiency(tables.between(begins, ends), args.by, begins, ends, args.service))
    if args.json:
        print(msgspec.json.encode(view).decode())
    elif args.csv:
        print(efficiency_csv(view), end="")
    elif args.svg is not None:
        _draw(view, args.svg)
    else:
        print(_page(plan, view))
    return 0


def span(days: tuple[str, ...], begins: str | None, ends: str | None) -> tuple[str, str]:
    """The dates that were asked for. Raises Failure for what is no date, the wrong way round, or not there yet."""
    if not days:
        raise Failure(2, "the journal has no day yet: a hall has never run on this folder")
    last = date_of(ends) if ends else date.fromisoformat(days[-1])
    first = date_of(begins) if begins else last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        raise Failure(2, f"{first} comes after {last}; say the earlier date first")
    if first.isoformat() > days[-1] or last.isoformat() < days[0]:
        raise Failure(2, f"the journal has no day from {first} to {last}; it has {days[0]} to {days[-1]}")
    return first.isoformat(), last.isoformat()


def _draw(view: EfficiencyView, path: Path) -> None:
    try:
        path.write_text(efficiency_svg(view), encoding="utf-8")
    except OSError as error:
        raise Failure(5, f"{path} cannot be written: {error.strerror}; name another file") from error


def _minutes(times: Times) -> str:
    figures = (times.mean_s, times.p10_s, times.p50_s, times.p90_s)
    return f"{times.n:>7}" + "".join("       -" if one is None else f"{one / 60:8.1f}" for one in figures)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:+.1%}"


def _page(plan: Plan, view: EfficiencyView) -> str:
    """For people; every time in minutes."""
    rows = [
        f"{view.begins} to {view.ends}: {view.n} matters on {view.days} days, {view.unmeasured} without a known time",
        f"everything changes by {_share(view.trend)} in 30 days, by {_share(view.load)} when twice as many wait",
        "",
        f"{'minutes':<22}{'n':>7}{'mean':>8}{'p10':>8}{'p50':>8}{'p90':>8}{'trend':>9}  best {view.by}",
    ]
    for matter in view.matters:
        best = f"{matter.best} ({matter.best_s / 60:.1f})" if matter.best_s is not None else "-"
        rows.append(f"{matter.service:<22}{_minutes(matter.times)}{_share(matter.trend):>9}  {best}")
    rows += ["", "what stands out" if view.outliers else "nothing stands out"]
    for outlier in view.outliers:
        where = f"on {outlier.day}" if outlier.kind == "day" else f"at window {outlier.window}"
        rows.append(
            f"{outlier.service} {where}: {outlier.median_s / 60:.1f} min, usual for these {outlier.n} is "
            f"{outlier.usual_s / 60:.1f}; {outlier.sigmas:+.1f} sigmas"
        )
    return "\n".join(rows)
