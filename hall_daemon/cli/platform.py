"""`hall platform`: how the hall stands with its city's approval platform, from the outbox beside a hall that runs; what
waits is sent at once, what both have is compared. Shows ids, codes and states, no person."""

from __future__ import annotations

import argparse
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import msgspec

from hall_daemon.adapters.platform.outbox import REFUSED, WAITING, Outbox, Row
from hall_daemon.adapters.storage.data_folder import PLATFORM
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_data, data_dir, settings
from hall_daemon.exchange.vocabulary import delivered

MOST = 200
LOOK_S = 0.2
_HINT = "does a hall run on this folder, and does it reach the platform? hall platform status, hall doctor"


def add(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    for word, said in (
        ("status", "when it answered last, what waits or was refused, guides that came, what differs"),
        ("send", "send what waits and what was refused, now"),
        ("reconcile", "compare now, and print what differs"),
    ):
        each = words.add_parser(word, help=said)
        add_data(each)
        each.add_argument("--json", action="store_true", help="print one JSON object")
        if word != "status":
            each.add_argument("--wait", type=float, default=60.0, metavar="S", help="how long to wait (default 60)")
    words.add_parser("words", help="print the table of words and codes that comes with the program")


def run(args: argparse.Namespace) -> int:
    if args.word == "words":
        print(delivered(), end="")
        return 0
    with _outbox(args) as box:
        if args.word != "status" and not {"send": _sent, "reconcile": _compared}[args.word](box, args.wait):
            raise Failure(1, f"it is not done after {args.wait:g} s: {_HINT}")
        found = _facts(box, args)
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)
    return 0 if found["ok"] else 1


@contextmanager
def _outbox(args: argparse.Namespace) -> Iterator[Outbox]:
    if not settings(args).platform.url:
        raise Failure(2, "this hall is joined to no platform: [platform] url is not set")
    path = data_dir(args) / PLATFORM
    if not path.is_file():
        raise Failure(5, f"there is no {path}: the hall has not run since [platform] was configured")
    try:
        with closing(Outbox(path)) as box:
            yield box
    except (sqlite3.Error, OSError) as error:
        raise Failure(5, f"cannot use {path}: {error}; run it as the hall's user") from error


def _sent(box: Outbox, wait_s: float) -> bool:
    box.once_more(_now())
    return _until(lambda: not box.depth().waiting, wait_s)


def _compared(box: Outbox, wait_s: float) -> bool:
    at = box.compare(_now())
    return _until(lambda: (box.mark("reconciled") or (0, ""))[0] >= at, wait_s)


def _until(done: Callable[[], bool], wait_s: float) -> bool:
    until_s = time.monotonic() + wait_s
    while not done():
        if time.monotonic() > until_s:
            return False
        time.sleep(LOOK_S)
    return True


def _facts(box: Outbox, args: argparse.Namespace) -> dict[str, object]:
    said, depth, report = settings(args).platform, box.depth(), box.report()
    success, guides = box.mark("success"), box.guides()
    wrong = [row for row in guides if row.state != "taken"]
    return {
        "ok": not depth.refused and not wrong and not (report and report.for_people),
        "url": said.url, "answered_at": _at(success[0]) if success else None,
        "matters": dict(said.matters), "fields": list(said.fields),
        "waiting": depth.waiting, "oldest": _at(depth.oldest) if depth.waiting else None, "refused": depth.refused,
        "records": [_record(row, "waiting") for row in box.rows(WAITING, MOST)]
        + [_record(row, "refused") for row in box.rows(REFUSED, MOST)],
        "guides": [{"matter": row.matter, "state": row.state, "at": _at(row.at), "told": row.told} for row in guides],
        "compared": None if report is None else {
            "at": _at(report.at), "same": report.same, "more": report.more,
            "differences": [msgspec.structs.asdict(each) for each in report.differences],
        },
    }


def _record(row: Row, state: str) -> dict[str, object]:
    record = row.record
    return {"key": record.key, "review": record.review, "event": record.event, "state": state,
            "since": _at(row.made), "tries": row.tries, "why": row.why or None}


def _print(found: Mapping[str, object]) -> None:
    for name, value in found.items():
        if isinstance(value, list):
            print(f"{name:12} {len(value)}")
            for each in value:
                print("  " + (" ".join(f"{key}={_short(part)}" for key, part in each.items() if part)
                              if isinstance(each, dict) else str(each)))
        elif isinstance(value, dict) and "differences" in value:
            print(f"{name:12} {value['at']}: {value['same']} agree, {len(value['differences']) + value['more']} differ")
            for each in value["differences"]:
                print(f"  {each['review']} {each['what']}: ours {each['ours'] or '-'}, theirs {each['theirs'] or '-'}")
        else:
            print(f"{name:12} {value}")


def _short(part: object) -> str:
    return "; ".join(map(str, part)) if isinstance(part, list | tuple) else str(part)


def _now() -> int:
    return int(time.time() * 1000)


def _at(wall: int) -> str:
    return datetime.fromtimestamp(wall / 1000, UTC).isoformat(timespec="seconds")
