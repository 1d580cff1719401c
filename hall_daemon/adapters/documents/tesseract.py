"""Debian's recogniser of letters, an extra: what it is called, what it reads, and whether it is there."""

from __future__ import annotations

import shutil
from pathlib import Path

PROGRAM = "tesseract"
CHINESE, LATIN = "chi_sim", "eng"
# It and its Latin letters, and Chinese.
PACKAGES = ("tesseract-ocr", "tesseract-ocr-chi-sim")
SHARE = Path("/usr/share")
# What it knows letters by, in the releases of Debian.
FOLDERS = ("tesseract-ocr", "tessdata")


def missing_package(program: str = PROGRAM, share: Path = SHARE) -> str:
    """Without which no letters are read, "" for none. Nothing is started: the daemon asks at its start."""
    if shutil.which(program) is None:
        return PACKAGES[0]
    there = any(path.is_file() for folder in FOLDERS for path in (share / folder).glob(f"**/{CHINESE}.traineddata"))
    return "" if there else PACKAGES[1]
