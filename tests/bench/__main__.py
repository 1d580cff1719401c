"""Run all benchmarks, or those named, and print one table. Exit 1 when a limit is not kept."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from tests.bench.table import Figure, as_json, page

GROUPS = (
    "tickets", "access", "presses", "wires", "start", "crowd", "day", "phones", "waits", "screens", "ask", "forms",
    "documents", "letters", "reviews", "kiosk", "kiosk_pages",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--dir", type=Path, default=Path("var"), help="on the disk to be measured (default: var)")
    args = parser.parse_args()
    unknown = set(args.groups) - set(GROUPS)
    if unknown:
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    args.dir.mkdir(exist_ok=True)
    figures: list[Figure] = []
    for group in args.groups or GROUPS:
        print(f"{group} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix=f"bench-{group}-", dir=args.dir) as folder:
            figures += importlib.import_module(f"tests.bench.{group}").run(Path(folder).absolute())
    print(as_json(figures) if args.json else page(figures))
    return 0 if all(figure.kept is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
