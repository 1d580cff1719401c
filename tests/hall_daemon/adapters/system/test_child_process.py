from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PARENT = (
    "import subprocess, sys\n"
    "from hall_daemon.adapters.system import child_process\n"
    "command = (sys.executable, '-c', 'import time; time.sleep(600)')\n"
    "child = child_process.start(command, stdin=subprocess.DEVNULL, stdout=None)\n"
    "print(child.pid, flush=True)\n"
    "child.wait()\n"
)


def test_a_child_that_hears_nothing_ends_with_whoever_started_it() -> None:
    """The parent is killed at once, while the child is not yet running its own code, and nothing tells it so."""
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
