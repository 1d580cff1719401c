"""The kiosk's own program, watched: `python -m tests.kiosk_ui.watched_kiosk …` takes the kiosk's arguments.

What is on the screen is a line of JSON on stdout whenever it changes: page, texts, where each button is, so that a
finger outside of the process can be sent there, and codes as pictures. WATCHED_PICTURES is a folder for a picture of
each page.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QBuffer, QTimer
from PyQt6.QtWidgets import QLabel

from kiosk_ui import __main__ as program
from kiosk_ui.app import Kiosk
from kiosk_ui.widgets.qr import QrCode
from kiosk_ui.widgets.touch import Touch

_LOOK_MS = 25


class Watched(Kiosk):
    """A kiosk that says what it shows."""

    _said: dict[str, Any]

    def start(self, *, timer: bool = True) -> None:
        super().start(timer=timer)
        self._said = {}
        self._pictures = 0
        self._codes: dict[str, str] = {}
        self._look = QTimer(self)
        self._look.timeout.connect(self._say_what_shows)
        self._look.start(_LOOK_MS)

    def _say_what_shows(self) -> None:
        window = self.window
        shown: dict[str, Any] = {
            "page": self.page.name if self.page else "",
            "size": [window.width(), window.height()],
            "texts": [label.text() for label in window.findChildren(QLabel) if label.isVisible()],
            "buttons": {
                touch.objectName(): (lambda at: [at.x(), at.y()])(touch.mapToGlobal(touch.rect().center()))
                for touch in window.findChildren(Touch)
                if touch.isVisible() and touch.isEnabled()
            },
            "codes": [self._picture(code) for code in window.findChildren(QrCode) if code.isVisible()],
        }
        if shown == self._said:
            return
        self._said = shown
        print(json.dumps(shown, ensure_ascii=False), flush=True)
        folder = os.environ.get("WATCHED_PICTURES")
        screen = window.screen()
        if folder and screen is not None:
            self._pictures += 1
            screen.grabWindow(0).save(str(Path(folder) / f"{self._pictures:03}-{shown['page']}.png"))

    def _picture(self, code: QrCode) -> str:
        """Of a code as it is drawn, once: a PNG in base64."""
        if code.text not in self._codes:
            held = QBuffer()
            code.grab().save(held, "PNG")
            self._codes[code.text] = bytes(held.data().toBase64()).decode()
        return self._codes[code.text]


if __name__ == "__main__":
    program.Kiosk = Watched  # type: ignore[misc]
    sys.exit(program.main())
