"""Debian's browser for tests of pages: without a window of its own where that is packaged, which is half the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, expect, sync_playwright

_PLACES = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 10_000


def place() -> Path:
    """Skips where there is none."""
    for path in _PLACES:
        if path.exists():
            return path
    pytest.skip("needs a browser: apt install chromium-headless-shell, or chromium")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """With `more` on its command line; skips where it is not installed."""
    place()
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright, launched(playwright.chromium, *more) as browser:
        yield browser


@contextmanager
def launched(kind: BrowserType, *more: str) -> Iterator[Browser]:
    """Another one beside the first: there is one Playwright in a process."""
    browser = kind.launch(executable_path=place(), args=[*_ARGUMENTS, *more])
    yield browser
    browser.close()
