"""The clock on the wall: figures say the minute in which they were true."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtWidgets import QApplication

from kiosk_ui import words
from kiosk_ui.app import Kiosk
from kiosk_ui.widgets.window import KioskWindow


def test_what_came_in_this_minute_is_of_this_minute(qt: QApplication) -> None:
    window = KioskWindow(closable=True)
    kiosk = Kiosk(
        "kiosk-1", "http://127.0.0.1:9", words.load(), window,
        monotonic=lambda: 100.0, wall=lambda: datetime(2026, 11, 30, 9, 42, 36),
    )
    kiosk.tick()
    assert [kiosk.state.clock_at(at_s) for at_s in (100.0, 64.0, 63.0)] == ["09:42", "09:42", "09:41"]
    window.deleteLater()
    kiosk.deleteLater()
