"""A short seed of hostile papers over HTTP; and a hall that looked at papers has nothing loaded that opens them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.drills import papers
from tests.drills.harness import Run

_LOOKS = """
import sys
import hall_daemon.bootstrap
from hall_daemon.adapters.documents.reader import DocumentReader
reader = DocumentReader()
why = reader.look(open(sys.argv[1], "rb").read()).why
maps = open("/proc/self/maps").read()
print(why, [name for name in ("PIL", "pypdfium2", "numpy") if name in sys.modules],
      [name for name in ("_imaging", "pdfium", "libjpeg", "numpy") if name in maps])
"""


def test_hostile_papers(tmp_path: Path) -> None:
    counted = papers.attack(Run(3, tmp_path, time.monotonic() + 60), files=14)
    assert int(counted["files"]) == 14


def test_the_daemon_never_loads_what_opens_papers(tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7\nno pdf")
    done = subprocess.run([sys.executable, "-c", _LOOKS, str(paper)], capture_output=True, text=True, check=True)
    assert done.stdout == "damaged [] []\n"
