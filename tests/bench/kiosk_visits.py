"""The kiosk with the fastest visitors there are, a program: `python -m tests.bench.kiosk_visits URL VISITS`.

Each touch is timed until the key under it is painted pressed, each page that needs no answer of the hall until it is
painted whole; then every page that the kiosk has, plain and in elder mode, from its state to its paint. A line of
JSON: all three in milliseconds, and the process's memory in MB along the way.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from kiosk_ui.app import Kiosk
from kiosk_ui.presenters import present
from kiosk_ui.samples import SENIOR, gallery, shown_as
from kiosk_ui.state import Assist
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.finger import Finger, settle
from tests.kiosk_ui.screens import LANGUAGES

SCREEN = (1080, 1920)
# Each visit is one of these, page after page; "…" waits for the hall.
VISITS = (
    ("draw", "back", "lookup", "key-A", "key-0", "erase", "erase", "lookups", "waits", "back", "notices", "home"),
    ("large", "draw", "home", "large", "contrast", "draw", "home", "contrast"),
    ("language", "draw", "queue-general", "back", "home", "language"),
    ("senior", "draw", "home", "lookup", "senior", "home"),
    ("low", "draw", "home", "helper", "home"),
    ("draw", "queue-general", "service-enquiry", "…number", "finish"),
)
_SAMPLES = 40


class Painted(QObject):
    """Notices when a key is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[int] = set()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint and isinstance(watched, Touch):
            self.seen.add(id(watched))
        return False


class Visitor(Finger):
    """Times what it touches."""

    def __init__(self, kiosk: Kiosk, painted: Painted) -> None:
        super().__init__(kiosk)
        self.painted = painted
        self.touches: list[float] = []
        self.pages: list[float] = []

    def step(self, name: str) -> None:
        if name.startswith("…"):
            self.on(name[1:])
            return
        key = self.key(name)
        assert key is not None, f"there is no key {name} on the page {self.page}"
        self.painted.seen.clear()
        began = time.perf_counter()
        QTest.mousePress(key, Qt.MouseButton.LeftButton)
        while id(key) not in self.painted.seen:
            QApplication.processEvents()
        self.touches.append((time.perf_counter() - began) * 1000)
        page = self.kiosk.page
        began = time.perf_counter()
        QTest.mouseRelease(key, Qt.MouseButton.LeftButton)
        settle()
        if self.kiosk.page != page:
            self.pages.append((time.perf_counter() - began) * 1000)


def shown(window: KioskWindow) -> list[float]:
    """How long each page of the gallery takes, ms."""
    took = []
    for assist in (Assist(), SENIOR):
        for _, state in gallery():
            began = time.perf_counter()
            window.show_page(present(shown_as(state, language="zh", assist=assist), LANGUAGES))
            settle()
            took.append((time.perf_counter() - began) * 1000)
    return took


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    url, visits = sys.argv[1], int(sys.argv[2])
    application = QApplication(sys.argv[:1])
    window, painted = KioskWindow(closable=True), Painted()
    window.watch(application)
    application.installEventFilter(painted)
    kiosk = Kiosk("kiosk-1", url, LANGUAGES, window)
    window.resize(*SCREEN)
    window.show()
    kiosk.start()
    visitor, memory = Visitor(kiosk, painted), []
    visitor.on("home")
    for at in range(visits):
        for name in VISITS[at % len(VISITS)]:
            visitor.step(name)
        if at % max(1, visits // _SAMPLES) == 0:
            memory.append((at, memory_mb()))
    kiosk.stop()
    every = shown(window)
    print(json.dumps({"touches": visitor.touches, "pages": visitor.pages, "every": every, "memory": memory}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
