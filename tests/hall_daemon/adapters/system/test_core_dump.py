"""No image of the memory, but the stack of every thread."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import ctypes, os, signal, threading
from hall_daemon.adapters.system.core_dump import stacks_instead_of_core
stacks_instead_of_core()
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
gate = threading.Event()
def waits_for_ever(): gate.wait()
threading.Thread(target=waits_for_ever, daemon=True).start()
os.kill(os.getpid(), signal.SIGABRT)
"""


def test_a_crash_leaves_stacks_and_no_core(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[4]
    crashed = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env={"PYTHONPATH": str(root)},
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert crashed.returncode == -6
    assert crashed.stdout == "0\n"  # PR_GET_DUMPABLE
    assert "Fatal Python error: Aborted" in crashed.stderr
    assert "waits_for_ever" in crashed.stderr
    assert list(tmp_path.iterdir()) == []
