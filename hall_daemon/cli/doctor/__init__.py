"""`hall doctor`: looks at a real installation by many small checks, and says of each what to do.

Read in this order: finding (what a check says), scene (what it may look at), then the tables of checks. A check that
cannot be made here is `unknown` with its reason, never `ok`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import get_args

from hall_daemon.cli.doctor import installation, machine, network, platform, ports
from hall_daemon.cli.doctor.finding import Line, Result, lines
from hall_daemon.cli.doctor.world import this_machine
from hall_daemon.cli.places import add_config, settings
from hall_daemon.words.text import ALWAYS, said

CHECKS = (*ports.CHECKS, *installation.CHECKS, *network.CHECKS, *platform.CHECKS, *machine.CHECKS)


def add(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--backup", type=Path, metavar="DIR", help="where the copies of the journal are")
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="a recorded tree in place of /")
    parser.add_argument("--language", choices=ALWAYS, default="", help="one language only (default: both)")
    parser.add_argument("--all", action="store_true", help="also what is well, or is not needed here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    found = list(lines(CHECKS, this_machine(settings(args), args.root, args.backup)))
    counts = Counter(line.result for line in found)
    healthy = not counts["fault"]
    if args.json:
        told = [line._asdict() for line in found]
        print(json.dumps({"ok": healthy, "counts": counts, "checks": told}, ensure_ascii=False))
        return 0 if healthy else 1
    languages = (args.language,) if args.language else ALWAYS
    for line in found:
        if args.all or line.result not in ("ok", "none"):
            _print(line, languages)
    print(", ".join(f"{counts[result]} {result}" for result in get_args(Result)))
    return 0 if healthy else 1


def _print(line: Line, languages: tuple[str, ...]) -> None:
    for at, language in enumerate(languages):
        head = f"{line.result:<8} {line.check:<20}" if at == 0 else " " * 29
        todo = f" → {said(line.do, language)}" if line.do is not None else ""
        print(f"{head} {said(line.title, language)}: {said(line.found, language)}{todo}")
