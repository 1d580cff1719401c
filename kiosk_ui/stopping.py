"""SIGTERM and SIGINT end a program with a window, whenever they come."""

from __future__ import annotations

import signal

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication


def end_when_told(application: QApplication) -> None:
    """Its loop ends with 0. Python runs a handler when the interpreter gets its turn: at the next tick of the program.
    Not `quit`, which asks the window first, and the window in a hall refuses; and not at once: where there is no loop
    yet, `exit` is forgotten."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: QTimer.singleShot(0, lambda: application.exit(0)))
