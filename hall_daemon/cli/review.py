"""`hall review list`: pre-reviews as the journal has them, oldest first; `hall review show ID`: one of them. No person
and no answer is shown: those lie sealed, and are for the desk's page."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from hall_daemon.adapters.storage.data_folder import SNAPSHOTS
from hall_daemon.adapters.storage.snapshots import restore_book
from hall_daemon.app.view_context import iso
from hall_daemon.cases.book import Book
from hall_daemon.cases.clock import Calendar
from hall_daemon.cases.docket import Review
from hall_daemon.cases.life import LIFE
from hall_daemon.cases.refusals import due_day
from hall_daemon.cases.statutes import Statutes
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, journal_reader, settings
from hall_daemon.config.calendar import read_calendar
from hall_daemon.words.tables import tables

STATES = tuple(dict.fromkeys(("draft", *LIFE.values())))


def add(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    listed = words.add_parser("list", help="reviews, oldest first")
    listed.add_argument("--state", choices=STATES, help="only those in this state (default: all but drafts)")
    shown = words.add_parser("show", help="one review")
    shown.add_argument("review", metavar="ID", help="as YS-20261128-000012")
    for each in (listed, shown):
        add_data(each)
        each.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    folder = data_dir(args)
    calendar = read_calendar(Path(settings(args).reviews.calendar), [])
    with journal_reader(folder) as reader:
        book, _ = restore_book(folder / SNAPSHOTS, reader)
    if args.word == "show":
        review = book.docket.reviews.get(args.review)
        if review is None:
            raise Failure(1, f"there is no review {args.review} in this hall, or it was put away; try hall review list")
        _print([_facts(book, review, calendar) | _more(review)], args, whole=True)
        return 0
    found = sorted(book.docket.reviews.values(), key=lambda each: (each.sent_wall or each.opened_wall, each.id))
    wanted = [each for each in found if (each.state == args.state if args.state else each.state != "draft")]
    _print([_facts(book, each, calendar) for each in wanted], args, whole=False)
    return 0


def _facts(book: Book, review: Review, calendar: Calendar) -> dict[str, object]:
    until = due_day(Statutes(calendar=calendar), review)
    left = calendar.left(book.hall.day, until) if until and book.hall.day else None
    return {
        "review": review.id, "matter": review.matter, "state": review.state,
        "sent_at": iso(review.sent_wall) if review.sent_wall else None, "due": until.isoformat() if until else None,
        "left_days": left, "lists": len(review.lists), "alarms": list(review.alarms),
    }


def _more(review: Review) -> dict[str, object]:
    return {
        "version": review.version, "form": review.form, "edition": review.edition, "channel": review.channel,
        "papers": {paper: len(pages) for paper, pages in review.papers.items()},
        "sent_papers": {paper: len(pages) for paper, pages in review.sent_papers.items()},
        "promised": list(review.promised), "instead": list(review.instead), "settled": review.settled or None,
        "ticket": review.ticket or None, "used": review.used, "used_at": review.used_at or None,
        "reason": review.reason or None,
        "told": [
            [{"of": each.of, "id": each.id, "code": each.code, "page": each.page} for each in told.defects]
            for told in review.lists
        ],
    }


def _print(rows: Iterable[Mapping[str, object]], args: argparse.Namespace, *, whole: bool) -> None:
    found = list(rows)
    if args.json:
        print(json.dumps(found[0] if whole else {"reviews": found}, ensure_ascii=False))
    elif whole:
        for name, value in found[0].items():
            print(f"{name:10} {json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value}")
    else:
        for row in found:
            said = tables().text(f"review.state.{row['state']}")["zh"]
            print(f"{row['review']}  {said}  {row['matter']}  due {row['due'] or '-'}  lists {row['lists']}")
        if not found:
            print("there are none")
