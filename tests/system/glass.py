"""A kiosk's process in a real window: what it shows, and a finger on it by the X server."""

from __future__ import annotations

import base64
import io
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from tests.conftest import ROOT

SCREEN = (1080, 1920)
# Generous: two processes start on a machine that may be busy with other tests.
SEEN_WITHIN_S = 60.0
GONE_WITHIN_S = 10.0
_AGAIN_S, _SAME_PX = 0.35, 130


@contextmanager
def x_display() -> Iterator[str]:
    """An X display of our own; it picks a free number itself."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("needs Xvfb and xdotool: apt install xvfb xdotool")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-nolisten", "tcp"],
        pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(GONE_WITHIN_S)


class Glass:
    """A kiosk's process, what it shows, and a finger on it."""

    def __init__(self, display: str, url: str, *more: str) -> None:
        self._environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.kiosk_ui.watched_kiosk", "--url", url, *more],
            cwd=ROOT, env=self._environ, stdout=subprocess.PIPE, text=True,
        )
        self.shown: dict[str, Any] = {"page": "", "texts": [], "buttons": {}, "codes": []}
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._last = (-_SAME_PX, -_SAME_PX)
        self._reader = threading.Thread(target=self._read, name="kiosk-reader")
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def __enter__(self) -> Glass:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.gone()

    def gone(self) -> int:
        code = self.process.wait(GONE_WITHIN_S)
        self._reader.join(GONE_WITHIN_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def until(self, seen: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Look until the screen is so. The newest picture counts."""
        give_up_at = time.monotonic() + SEEN_WITHIN_S
        while True:
            while not self._lines.empty():
                self.shown = json.loads(self._lines.get())
            if seen(self.shown):
                return self.shown
            assert self.process.poll() is None, f"the kiosk ended with {self.process.returncode} before {what}"
            assert time.monotonic() < give_up_at, f"never seen: {what}; on {self.shown}"
            try:
                self.shown = json.loads(self._lines.get(timeout=0.2))
            except queue.Empty:
                continue

    def look(self) -> dict[str, Any]:
        """What is on the screen, as far as it was told."""
        return self.until(lambda shown: True, "anything")

    def sees(self, page: str) -> dict[str, Any]:
        return self.until(lambda shown: shown["page"] == page, page)

    def reads(self, words: str) -> None:
        self.until(lambda shown: any(words in text for text in shown["texts"]), words)

    def touch(self, name: str) -> None:
        """Move the mouse there and click, by the X server: the window finds out like from a real finger. At the same
        place again a finger takes its time: a second touch at once is taken for the first."""
        shown = self.until(lambda shown: name in shown["buttons"], f"button {name}")
        x, y = shown["buttons"][name]
        again = ["sleep", str(_AGAIN_S)] if abs(x - self._last[0]) + abs(y - self._last[1]) < _SAME_PX else []
        self._last = (x, y)
        subprocess.run(
            ["xdotool", *again, "mousemove", str(x), str(y), "click", "1"], env=self._environ, check=True, timeout=20
        )

    def type(self, *names: str) -> None:
        """Keys of one keyboard, which stays where it is, one after the other."""
        shown = self.until(lambda shown: set(names) <= shown["buttons"].keys(), f"keys {' '.join(names)}")
        words: list[str] = []
        for name in names:
            x, y = shown["buttons"][name]
            words += ["mousemove", str(x), str(y), "click", "1", "sleep", "0.03"]
        subprocess.run(["xdotool", *words], env=self._environ, check=True, timeout=60)

    def scanned(self) -> str:
        """What a phone reads of the code that is shown, from its picture."""
        shown = self.until(lambda shown: bool(shown["codes"]), "a code")
        picture = Image.open(io.BytesIO(base64.b64decode(shown["codes"][0])))
        (found,) = zxingcpp.read_barcodes(picture)
        return str(found.text)
