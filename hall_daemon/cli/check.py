"""`hall check`: read a configuration as the daemon would and list every mistake with its line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hall_daemon.cli.places import config_path
from hall_daemon.config import check


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "config", nargs="?", type=Path, metavar="FILE", help="default: the installed one"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    path = config_path(args)
    errors = check(path)
    if args.json:
        print(json.dumps({"ok": not errors, "errors": [error.as_dict() for error in errors]}, ensure_ascii=False))
    elif errors:
        for error in errors:
            print(error)
    else:
        print(f"{path}: no mistakes")
    return 2 if errors else 0
