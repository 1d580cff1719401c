"""Running `hall`: in this process where only words and codes matter, as a real program at least once a command."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from hall_daemon.cli import main

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 60


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def hall(*words: str, stdin: str = "") -> Said:
    """What `hall WORDS` says, without a process of its own."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch("sys.stdin", io.StringIO(stdin)):
        try:
            code = main(words)
        except SystemExit as left:
            code = int(left.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


def program(*words: str, stdin: str | bytes = "", **options: Any) -> Said:
    """The same as a program."""
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(
        [sys.executable, "-m", "hall_daemon.cli", *words],
        input=data, capture_output=True, timeout=PATIENCE_S, cwd=ROOT, check=False, **options,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())
