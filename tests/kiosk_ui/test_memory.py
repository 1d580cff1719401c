"""A kiosk that crashes while somebody types leaves the stack in the log, and nothing of them on a disk."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

# The kiosk's own program, aborted where its loop would begin, as PyQt does when a slot raises.
PROGRAM = """
import ctypes, os, signal, sys
from PyQt6.QtWidgets import QApplication
from kiosk_ui import __main__ as program
def crash(*_):
    print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
    os.kill(os.getpid(), signal.SIGABRT)
QApplication.exec = crash
sys.argv = ["kiosk", "--url", "http://127.0.0.1:9"]
program.main()
"""


def test_a_crash_leaves_stacks_and_no_image(tmp_path: Path) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    crashed = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),
    )
    assert crashed.returncode == -6, crashed.stderr
    assert crashed.stdout == "0\n"  # PR_GET_DUMPABLE
    assert "Fatal Python error: Aborted" in crashed.stderr
    assert list(tmp_path.iterdir()) == []
