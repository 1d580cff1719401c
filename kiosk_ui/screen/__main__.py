"""`python -m kiosk_ui.screen`: one big screen on this machine's panel, until SIGTERM or SIGINT.

The composition root: reads arguments and environment, makes the window, gives everything its clock.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from random import SystemRandom

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from hall_daemon.wire.screens import ScreenView
from kiosk_ui import words
from kiosk_ui.screen import samples
from kiosk_ui.screen.answering import Answering
from kiosk_ui.screen.arguments import Arguments, parse
from kiosk_ui.screen.hearing import Ear
from kiosk_ui.screen.picture import BigScreen, Glass
from kiosk_ui.screen.window import ScreenWindow, ems
from kiosk_ui.stopping import end_when_told

TICK_MS = 250
_DESK_PX = (960, 540)
EX_UNAVAILABLE, EX_CANTCREAT = 69, 73


class Screen(QObject):
    """A window, what it knows, the ear that feeds it, who answers for it. Raises OSError where `answer` is taken."""

    _heard = pyqtSignal(object)

    def __init__(self, arguments: Arguments, window: ScreenWindow) -> None:
        super().__init__()
        self._window = window
        self._screen = BigScreen(arguments.asked, words.load(), time.monotonic())
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]  # the stubs lack it
        self._ear = Ear(arguments.url, self._heard.emit, ca=arguments.ca, rng=SystemRandom())
        self._answering = Answering(*arguments.answer, self._standing) if arguments.answer else None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.draw)

    def start(self) -> None:
        self._ear.start()
        if self._answering is not None:
            self._answering.start()
        self._timer.start()
        self.draw()

    def stop(self) -> None:
        self._timer.stop()
        if self._answering is not None:
            self._answering.stop()
        self._ear.stop()

    def draw(self) -> None:
        glass = Glass(*self._window.seen, ems)
        self._window.show_picture(self._screen.picture(glass, time.monotonic(), datetime.now().astimezone()))

    def _standing(self) -> frozenset[tuple[str, str]]:
        painted = self._window.painted
        return painted.standing if painted is not None else frozenset()

    def _on_heard(self, view: ScreenView) -> None:
        self._screen.heard(view, time.monotonic())
        self.draw()


def main() -> int:
    """0 after a signal, a closed window or pictures that were asked for, 2 for wrong arguments, 69 without a display,
    73 where no picture can be written."""
    arguments = parse(sys.argv[1:], os.environ)
    # `hall` says less; a program that runs for months says when the hall goes and comes.
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", force=True)
    if arguments.screenshots:
        return _take_pictures(arguments)
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        print("没有显示器 · There is no display: set DISPLAY or WAYLAND_DISPLAY, or use cage.", file=sys.stderr)
        return EX_UNAVAILABLE
    application = QApplication(sys.argv[:1])
    application.setApplicationName("hall-screen")
    window = ScreenWindow(turn=arguments.turn)
    window.setWindowTitle("综合屏 Big screen")
    try:
        screen = Screen(arguments, window)
    except OSError as error:
        print(f"hall screen: --answer: {error}", file=sys.stderr)
        return EX_UNAVAILABLE
    end_when_told(application)
    _put_on_panel(window, arguments)
    screen.start()
    application.exec()
    screen.stop()
    return 0


def _put_on_panel(window: ScreenWindow, arguments: Arguments) -> None:
    if arguments.windowed:
        window.resize(*_DESK_PX)
        window.show()
        return
    window.setCursor(Qt.CursorShape.BlankCursor)
    panel = QGuiApplication.primaryScreen()
    if panel is not None:
        window.setGeometry(panel.geometry())  # where no window manager makes it as large as the panel
    window.showFullScreen()


def _take_pictures(arguments: Arguments) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    folder, spoken = Path(arguments.screenshots), words.load()
    taken = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, size, view, age_s in samples.gallery():
            window = ScreenWindow()
            window.resize(*size)
            screen = BigScreen(arguments.asked, spoken, 0.0)
            if view is not None:
                screen.heard(view, 0.0)
            for at_s in (0.0, age_s, age_s):  # what is new has stood there, and is still
                window.show_picture(screen.picture(Glass(*size, ems), at_s, samples.CLOCK))
            window.show()
            application.processEvents()
            file = folder / f"{name}.png"
            if not window.grab().save(str(file)):
                raise OSError(f"{file} cannot be written")
            taken += 1
            window.close()
    except OSError as error:
        print(f"hall screen: {error}", file=sys.stderr)
        return EX_CANTCREAT
    print(f"{taken} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
