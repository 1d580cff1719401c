"""`hall check`: read a configuration as the daemon would; list every mistake, and what is probably not meant."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hall_daemon.cli.doubts import doubts, of_calendars
from hall_daemon.cli.places import config_path
from hall_daemon.config import check


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "config", nargs="?", type=Path, metavar="FILE", help="default: the installed one"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    path = config_path(args)
    errors = check(path) or of_calendars(path)
    unsure = [] if errors else doubts(path)
    if args.json:
        told = {"errors": [error.as_dict() for error in errors], "warnings": [doubt.as_dict() for doubt in unsure]}
        print(json.dumps({"ok": not errors, **told}, ensure_ascii=False))
        return 2 if errors else 0
    for error in errors:
        print(error)
    for doubt in unsure:
        print(f"warning: {doubt}")
    if not errors:
        print(f"{path}: no mistakes")
    return 2 if errors else 0
