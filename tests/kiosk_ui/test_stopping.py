"""Whoever is told to end ends, also before there is a loop that could."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from kiosk_ui.stopping import end_when_told

FORGOTTEN = 3


@pytest.fixture
def told(application: QApplication) -> Iterator[QApplication]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    end_when_told(application)
    yield application
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_the_loop_ends_it(told: QApplication, number: signal.Signals) -> None:
    patience = QTimer()
    patience.setSingleShot(True)
    patience.timeout.connect(lambda: told.exit(FORGOTTEN))
    patience.start(30_000)
    signal.raise_signal(number)
    assert told.exec() == 0
