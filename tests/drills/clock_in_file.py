"""`python -m tests.drills.clock_in_file FILE WORDS…`: the hall on a machine whose wall clock is off by the seconds that
FILE says, at every moment anew."""

from __future__ import annotations

import sys
import time
from pathlib import Path


def main() -> int:
    file, true = Path(sys.argv[1]), time.time
    time.time = lambda: true() + float(file.read_text(encoding="ascii"))
    from hall_daemon.cli import main as hall

    return hall(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
