"""`python -m kiosk_ui`: one kiosk on this machine's screen, until SIGTERM or SIGINT.

The composition root: reads arguments and environment, makes the window, gives everything its clock.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from hall_daemon.wire.kiosks import SCREEN_MM, KioskSettings
from kiosk_ui import voice, words
from kiosk_ui.app import Kiosk
from kiosk_ui.arguments import Arguments, parse, read_credential
from kiosk_ui.keypad import Keypad
from kiosk_ui.memory import leave_no_image
from kiosk_ui.stopping import end_when_told
from kiosk_ui.widgets.window import KioskWindow

# A window on a desk leaves some of the screen free.
_OF_SCREEN = 0.9
EX_UNAVAILABLE, EX_CANTCREAT = 69, 73


def main() -> int:
    """0 after a signal, a closed window or pictures that were asked for, 2 for wrong arguments, 69 without a display,
    73 where no picture can be written."""
    arguments = parse(sys.argv[1:], os.environ)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if arguments.screenshots:
        return _take_pictures(arguments)
    if not _has_display():
        print("没有显示器 · There is no display: set DISPLAY or WAYLAND_DISPLAY, or use cage.", file=sys.stderr)
        return EX_UNAVAILABLE
    leave_no_image()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("hall-kiosk")
    window = KioskWindow(closable=arguments.windowed)
    window.watch(application)
    kiosk = Kiosk(
        arguments.kiosk, arguments.url, words.load(), window,
        credential=partial(read_credential, arguments.credential), ca=arguments.ca, overrides=arguments.overrides,
        on_settings=lambda settings: _fit_desk(window, arguments, settings), measured_mm=_measured(),
        voice=voice.of_this_machine(), keypad=Keypad(arguments.keypad),
    )
    end_when_told(application)
    _put_on_screen(window, arguments, kiosk.state.settings)
    kiosk.start()
    application.exec()
    kiosk.stop()
    return 0


def _take_pictures(arguments: Arguments) -> int:
    from kiosk_ui import pictures  # a made-up hall, which a kiosk in a hall would read at its start for nothing

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    folder = Path(arguments.screenshots)
    try:
        taken = pictures.take(folder, words.load(), arguments.overrides)
    except OSError as error:
        print(f"hall kiosk: {error}", file=sys.stderr)
        return EX_CANTCREAT
    print(f"{taken} pictures in {folder}")
    application.quit()
    return 0


def _has_display() -> bool:
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _put_on_screen(window: KioskWindow, arguments: Arguments, settings: KioskSettings) -> None:
    window.setWindowTitle(f"自助取号机 Kiosk · {arguments.kiosk}")
    screen = QGuiApplication.primaryScreen()
    if not arguments.windowed:
        window.setCursor(Qt.CursorShape.BlankCursor)
        if screen is not None:
            window.setGeometry(screen.geometry())  # where no window manager makes it as large as the screen
        window.showFullScreen()
        return
    _fit_desk(window, arguments, settings)
    window.show()


# A screen that says less or more of itself does not know its size.
_PLAUSIBLE_MM = range(100, 2001)


def _measured() -> tuple[int, int] | None:
    """Width and height of the picture as the screen says itself (EDID); None where that cannot be."""
    screen = QGuiApplication.primaryScreen()
    size = screen.physicalSize() if screen is not None else None
    sides = (round(size.width()), round(size.height())) if size is not None else (0, 0)
    return sides if all(side in _PLAUSIBLE_MM for side in sides) else None


def _fit_desk(window: KioskWindow, arguments: Arguments, settings: KioskSettings) -> None:
    """A window on a desk has the shape of the kiosk's screen, as soon as that is known."""
    if not arguments.windowed:
        return
    screen = QGuiApplication.primaryScreen()
    free = screen.availableGeometry() if screen is not None else QRect(0, 0, 1024, 768)
    window.resize(*desk_size(settings.screen_mm or SCREEN_MM, free.width(), free.height()))


def desk_size(screen_mm: tuple[int, int], free_width: int, free_height: int) -> tuple[int, int]:
    """A window of the kiosk's own shape that leaves some of the desk's screen free."""
    width_mm, height_mm = screen_mm
    scale = min(free_width / width_mm, free_height / height_mm) * _OF_SCREEN
    return round(width_mm * scale), round(height_mm * scale)


if __name__ == "__main__":
    sys.exit(main())
