"""One QApplication without a screen for all tests of widgets; its warnings are failures."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PyQt6.QtWidgets import QApplication

from device_drivers.ports import Slip
from kiosk_ui.widgets.window import KioskWindow
from tests.hall_daemon.adapters.http.review_halls import ReviewHall
from tests.kiosk_ui.screens import SCREENS, Open
from tests.kiosk_ui.visitors import food_hall

# Said by the platform without a screen, about nothing of ours.
_HARMLESS = ("This plugin does not support",)


@pytest.fixture(scope="session")
def application() -> Iterator[QApplication]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication.instance() or QApplication(["kiosk-tests"])
    assert isinstance(application, QApplication)
    yield application
    application.quit()


@pytest.fixture(scope="session")
def printed() -> list[Slip]:
    """What the kiosk's printer of `rig` printed."""
    return []


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory, printed: list[Slip]) -> Iterator[ReviewHall]:
    with food_hall(tmp_path_factory.mktemp("kiosk"), printed) as rig:
        yield rig


@pytest.fixture
def qt(application: QApplication) -> Iterator[QApplication]:
    """The application; whatever Qt warns of fails the test, and what was thrown away is gone after it."""
    said: list[str] = []

    def hear(kind: QtMsgType, _context: object, message: str | None) -> None:
        if kind != QtMsgType.QtDebugMsg and not (message or "").startswith(_HARMLESS):
            said.append(message or "")

    before = qInstallMessageHandler(hear)
    yield application
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    application.processEvents()
    qInstallMessageHandler(before)
    assert said == []


@pytest.fixture
def open_window(qt: QApplication) -> Iterator[Open]:
    opened: list[KioskWindow] = []

    def make(name: str) -> KioskWindow:
        _, width, height = SCREENS[name]
        window = KioskWindow(closable=True)
        window.resize(width, height)
        window.show()
        opened.append(window)
        return window

    yield make
    for window in opened:
        window.close()
        window.deleteLater()
