"""`hall why B012 A003`: why B012 was called, and why before A003, in words an applicant may read; `hall why`: the last
call."""

from __future__ import annotations

import argparse

import msgspec

from hall_daemon.adapters.storage.past import history_of
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, journal_reader, settings
from hall_daemon.cli.report import known_day
from hall_daemon.domain.decide import Refused
from hall_daemon.wire.problems import problem


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number", nargs="?", metavar="NUMBER", help="the ticket that was called, as B012 (default: the last one)"
    )
    parser.add_argument("before", nargs="?", default="", metavar="OTHER", help="the one that thinks it was first")
    parser.add_argument("--day", help="ISO date (default: the last day in the journal)")
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    folder, plan = data_dir(args), settings(args).plan
    with journal_reader(folder) as reader:
        day = known_day(reader, args.day)
        history = history_of(plan, folder)
        ticket = history.last_called(day) if args.number is None else f"{day}-{args.number.upper()}"
        if ticket is None:
            raise Failure(1, f"nobody was called on {day} yet")
        answer = history.why(ticket, args.before.upper())
    if isinstance(answer, Refused):
        refusal = problem(answer.code, answer.facts)
        raise Failure(1, f"{refusal.detail_zh} {refusal.detail}")
    print(msgspec.json.encode(answer).decode() if args.json else f"{answer.text['zh']}\n{answer.text['en']}")
    return 0
