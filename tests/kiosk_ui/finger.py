"""A finger on the kiosk's own program, from inside of its process: touches keys by their names, and waits for pages."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from kiosk_ui.app import Kiosk
from kiosk_ui.widgets.touch import Touch

SEEN_WITHIN_S = 60.0


class Finger:
    """Touches what shows."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk = kiosk

    @property
    def page(self) -> str:
        return self.kiosk.page.name if self.kiosk.page else ""

    def key(self, name: str) -> Touch | None:
        found = [touch for touch in self.kiosk.window.findChildren(Touch, name) if touch.isVisible()]
        return found[0] if found and found[0].isEnabled() else None

    def touch(self, *names: str) -> bool:
        """One after another; False at the first that is not there or grey."""
        for name in names:
            key = self.key(name)
            if key is None:
                return False
            QTest.mouseClick(key, Qt.MouseButton.LeftButton)
            settle()
        return True

    def until(self, seen: Callable[[], bool], what: str) -> None:
        """Wait for what the hall answers."""
        give_up_at = time.monotonic() + SEEN_WITHIN_S
        while not seen():
            assert time.monotonic() < give_up_at, f"never seen: {what}; on {self.page}"
            QTest.qWait(2)
        settle()

    def on(self, *pages: str) -> None:
        self.until(lambda: self.page.startswith(pages), " or ".join(pages))


def settle() -> None:
    """What a press leads to without the hall: the press, its page, its paint; and what was thrown away is gone."""
    for _ in range(3):
        QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
