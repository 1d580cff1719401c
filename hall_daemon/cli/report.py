"""`hall report DAY`: what a business day was like, from the journal, and how well its waits were told."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.app.report import DayReport, Spread, day_report
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, journal_reader
from hall_daemon.cli.promises import as_json, promises_of, section


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", nargs="?", metavar="DAY", help="ISO date (default: the last day in the journal)")
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def known_day(reader: JournalReader, asked: str | None) -> str:
    """The day that was asked for, or the last one. Raises Failure when the journal has no such day."""
    days = [day for day, _ in reader.days()]
    if not days:
        raise Failure(2, "the journal has no day yet: a hall has never run on this folder")
    if asked is None:
        return days[-1]
    if asked not in days:
        raise Failure(2, f"the journal has no day {asked!r}; it has {days[0]} to {days[-1]}")
    return asked


def run(args: argparse.Namespace) -> int:
    folder = data_dir(args)
    with journal_reader(folder) as reader:
        day = known_day(reader, args.day)
        report = day_report(day, reader.of_day(day))
    kept = promises_of(folder, day)
    if args.json:
        print(json.dumps({**asdict(report), "promises": as_json(kept)}, ensure_ascii=False))
    else:
        print("\n".join([_page(report), "", *section(kept)]))
    return 0


def _minutes(spread: Spread) -> str:
    if spread.mean_s is None or spread.median_s is None or spread.p90_s is None:
        return f"{'-':>7}{'-':>8}{'-':>7}"
    return f"{spread.mean_s / 60:7.1f}{spread.median_s / 60:8.1f}{spread.p90_s / 60:7.1f}"


def _reasons(reasons: dict[str, int]) -> list[str]:
    """Why some were low, as codes; no line where nobody said."""
    return ["reasons: " + ", ".join(f"{n} {reason}" for reason, n in reasons.items())] if reasons else []


def _ratings(ratings: dict[int, int]) -> str:
    """Of the whole hall: of a window or a matter they would soon be of a person."""
    if not ratings:
        return "no ratings"
    return f"{sum(ratings.values())} ratings: " + ", ".join(f"{n} of level {level}" for level, n in ratings.items())


def _page(report: DayReport) -> str:
    rows = [
        f"{report.day}: {report.tickets} tickets, {report.served} served, {report.missed} missed",
        f"{report.left} left, {report.open} open; {report.calls} calls, {report.recalls} recalls",
        f"{report.undone} undone, {report.announced} announced, {report.events} events",
        _ratings(report.ratings),
        *_reasons(report.rating_reasons),
        "",
        f"{'minutes':<12}{'n':>6}{'mean':>7}{'median':>8}{'p90':>7}",
        f"{'wait':<12}{report.wait.n:>6}{_minutes(report.wait)}",
        f"{'handling':<12}{report.handling.n:>6}{_minutes(report.handling)}",
        "",
        f"{'queue':<12}{'tickets':>8}{'served':>8}  wait:{'mean':>6}{'median':>8}{'p90':>7}",
    ]
    for queue, group in report.queues.items():
        wait = group["wait"]
        assert isinstance(wait, Spread)
        rows.append(f"{queue:<12}{group['tickets']:>8}{group['served']:>8}     {_minutes(wait)}")
    rows += ["", f"{'window':<12}{'served':>8}{'handling, mean min':>20}"]
    for window, figures in report.windows.items():
        mean = figures["handling_mean_s"]
        rows.append(f"{window:<12}{figures['served']:>8}{(mean / 60 if mean is not None else 0):>20.1f}")
    return "\n".join(rows)
