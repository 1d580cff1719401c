"""Run all drills, or those named, for the minutes given, and print one table. Exit 1 when one found something."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.drills.harness import Drill, Run

# Modules beside this one that hold a DRILL, in the order of the table.
MODULES: tuple[str, ...] = (
    "matrix",
    "power_loss",
    "kills",
    "broker_kills",
    "months",
    "soak",
    "fuzz_requests",
    "fuzz_frames",
    "device_days",
    "fuzz_files",
    "papers",
    "uploads",
    "kiosk_hands",
    "planted",
)
HEAD = ("drill", "faults", "seed", "minutes", "counted", "found")


def drills(names: Sequence[str] = ()) -> list[Drill]:
    """Those named, all without names. Raises LookupError for a name that no drill has."""
    known: list[Drill] = [importlib.import_module(f"tests.drills.{module}").DRILL for module in MODULES]
    if strange := set(names) - {drill.name for drill in known}:
        there_are = ", ".join(drill.name for drill in known)
        raise LookupError(f"no drill {', '.join(sorted(strange))}; there are {there_are}")
    return [drill for drill in known if not names or drill.name in names]


def run(drill: Drill, seed: int, minutes: float, folder: Path) -> tuple[tuple[str, ...], bool]:
    """The row of the table, and whether the drill held."""
    began = time.monotonic()
    counted, found = "", "nothing"
    try:
        counted = ", ".join(f"{what} {n}" for what, n in drill.attack(Run(seed, folder, began + minutes * 60)).items())
    except Exception as wrong:  # noqa: BLE001  a drill that cannot go on is a finding too; its stack is above the table
        traceback.print_exc()
        found = f"{type(wrong).__name__}: {wrong}".splitlines()[0][:160]
    took = f"{(time.monotonic() - began) / 60:.1f}"
    return (drill.name, " ".join(drill.faults), str(seed), took, counted, found), found == "nothing"


def page(rows: Sequence[tuple[str, ...]]) -> str:
    """A table as docs/reliability.md has it."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ("---",) * len(HEAD), *rows))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="DRILL", help="its name in the table (default: all)")
    parser.add_argument("--minutes", type=float, default=110, help="for all of them together (default: 110)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of a run that is to be repeated")
    parser.add_argument("--dir", type=Path, default=Path("var"), help="on the disk to be used (default: var)")
    args = parser.parse_args()
    try:
        chosen = drills(args.names)
    except LookupError as error:
        parser.error(str(error.args[0]))
    args.dir.mkdir(exist_ok=True)
    shares = sum(drill.share for drill in chosen)
    rows, held = [], True
    for drill in chosen:
        print(f"{drill.name}: {drill.does} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix=f"drill-{drill.name}-", dir=args.dir) as folder:
            row, good = run(drill, args.seed, args.minutes * drill.share / shares, Path(folder).absolute())
        rows.append(row)
        held = held and good
    print(page(rows))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
