"""Plant all bugs, or those named (an id, or a room), one at a time. Exit 1 when too few are caught."""

from __future__ import annotations

import argparse
import queue
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.drills.planted import SHARE, Bug, Copy, Outcome, Seen, bugs, share


def each(jobs: int, folder: Path, chosen: list[Bug], say: Callable[[Bug, Seen, float], None]) -> Counter[Outcome]:
    """`jobs` copies, each with one bug at a time."""
    copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for n in range(jobs):
        copies.put(Copy(folder / str(n)))

    def one(bug: Bug) -> Outcome:
        copy, began = copies.get(), time.monotonic()
        try:
            seen = copy.seen(bug)
        finally:
            copies.put(copy)
        say(bug, seen, time.monotonic() - began)
        return seen.outcome

    with ThreadPoolExecutor(jobs) as pool:
        return Counter(pool.map(one, chosen))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills.planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="ID", help="of a bug, or a room (default: all)")
    parser.add_argument("--jobs", type=int, default=1, help="so many at a time (default: 1)")
    parser.add_argument("--only", action="store_true", help="without a look whether the tests pass before")
    args = parser.parse_args()
    try:
        chosen = bugs(args.names)
    except LookupError as error:
        parser.error(str(error.args[0]))
    with tempfile.TemporaryDirectory(prefix="planted-") as scratch:
        folder = Path(scratch)
        if not args.only:
            try:
                Copy(folder / "sound").sound(chosen)
            except AssertionError as error:
                print(error, file=sys.stderr)
                return 1

        def say(bug: Bug, seen: Seen, took_s: float) -> None:
            print(f"{seen.outcome:14} {bug.room}/{bug.id}: {bug.what} ({took_s:.0f} s: {seen.by})", flush=True)

        outcomes = each(args.jobs, folder, chosen, say)
    told = ", ".join(f"{n} {outcome}" for outcome, n in outcomes.most_common())
    print(f"{share(outcomes):.1%} caught of {outcomes.total()}: {told}")
    return 0 if share(outcomes) >= SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
