from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from hall_daemon.adapters.system import child_process

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


def test_a_child_starts_where_no_thread_may_be_bound_to_a_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("sh", "setpriv"):
        (tmp_path / program).symlink_to(shutil.which(program) or program)
    monkeypatch.setenv("PATH", str(tmp_path))
    with child_process.start(("sh", "-c", "echo here"), stdin=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        assert child.stdout.read() == b"here\n"
