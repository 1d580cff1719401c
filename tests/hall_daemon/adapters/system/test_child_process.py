from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
CHILD = (
    "import os, time\n"
    "from hall_daemon.adapters.system.child_process import die_with_parent\n"
    "assert die_with_parent()\n"
    "print(os.getpid(), flush=True)\n"
    "time.sleep(600)\n"
)
PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {CHILD!r}])\n"


def test_a_child_that_hears_nothing_ends_with_whoever_started_it() -> None:
    """The parent is killed, and the child reads nothing that could tell it so."""
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        try:
            parent.kill()
            ended, _, _ = select.select([child], [], [], 10)
            assert ended, "the child lives on"
        finally:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(child, signal.SIGKILL)
            os.close(child)
