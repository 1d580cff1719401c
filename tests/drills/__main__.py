"""Run all drills, or those named, for the minutes given, and print one table. Exit 1 when one found something.

They come one after the other, each for its share of the minutes; who computes for itself (`beside`) does so all the
while, in a process that steps back.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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
STEPS_BACK = 5  # of nice
HEAD = ("drill", "faults", "seed", "minutes", "counted", "found")


def drills(names: Sequence[str] = ()) -> list[Drill]:
    """Those named, all without names. Raises LookupError for a name that no drill has."""
    known: list[Drill] = [importlib.import_module(f"tests.drills.{module}").DRILL for module in MODULES]
    if strange := set(names) - {drill.name for drill in known}:
        there_are = ", ".join(drill.name for drill in known)
        raise LookupError(f"no drill {', '.join(sorted(strange))}; there are {there_are}")
    return [drill for drill in known if not names or drill.name in names]


def run(name: str, seed: int, minutes: float, below: Path) -> tuple[tuple[str, ...], bool]:
    """The row of the table, and whether the drill held."""
    (drill,) = drills([name])
    print(f"{drill.name}: {drill.does} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    counted, found = "", "nothing"
    with tempfile.TemporaryDirectory(prefix=f"drill-{drill.name}-", dir=below) as folder:
        chance = Run(seed, Path(folder).absolute(), began + minutes * 60)
        try:
            counted = ", ".join(f"{what} {n}" for what, n in drill.attack(chance).items())
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
    alone = [drill for drill in chosen if not drill.beside]
    shares = sum(drill.share for drill in alone)
    rows = {}
    # A fork has them all from the start; no pool is of none.
    processes = max(1, len(chosen) - len(alone))
    with ProcessPoolExecutor(processes, get_context("fork"), os.nice, (STEPS_BACK,)) as others:
        beside = {
            drill.name: others.submit(run, drill.name, args.seed, args.minutes, args.dir)
            for drill in chosen if drill.beside
        }
        for drill in alone:
            rows[drill.name] = run(drill.name, args.seed, args.minutes * drill.share / shares, args.dir)
        rows |= {name: waited.result() for name, waited in beside.items()}
    in_order = [rows[drill.name] for drill in chosen]
    print(page([row for row, _ in in_order]))
    return 0 if all(held for _, held in in_order) else 1


if __name__ == "__main__":
    sys.exit(main())
