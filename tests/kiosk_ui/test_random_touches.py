"""Whoever touches anywhere and types anything: no exception, always a page, never out of the window. A seed, a real
window, a hall that answers at once. `python -m tests.kiosk_ui.test_random_touches TOUCHES SEED` is it full screen."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from hall_daemon.wire.guides import Guides
from kiosk_ui import words
from kiosk_ui.presenters import present
from kiosk_ui.sample_matters import ANSWERS, FOOD, draft
from kiosk_ui.samples import NOW_S, guides, state
from kiosk_ui.state import State, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.test_whatever_happens import answer

LANGUAGES = words.load()
SIZE = (540, 960)
KEYS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Left,
    Qt.Key.Key_Escape, Qt.Key.Key_F4, Qt.Key.Key_A, Qt.Key.Key_Meta)


class Monkey:
    """A window without couriers: effects are answered at once, well or badly."""

    def __init__(self, seed: int, step: s.Step | None = None, *, full: bool = False) -> None:
        self._random = random.Random(seed)
        self._now_s = NOW_S
        self.state: State = state(step=step) if step else state()
        self.state, _ = reduce(self.state, e.GuidesCame(_guides()), self._now_s)
        self.window = KioskWindow(closable=False)
        self.full = full
        self.window.resize(*SIZE)
        self.window.showFullScreen() if full else self.window.show()
        self.window.pressed.connect(self._on_pressed)
        self.pages: set[str] = set()
        self._show()

    def _on_pressed(self, press: e.Press) -> None:
        self._happen(e.Pressed(press, f"key-{self._random.random()}"))

    def _happen(self, event: e.Event) -> None:
        self.state, effects = reduce(self.state, event, self._now_s)
        for effect in effects:
            how = self._random.choices(("good", "refused", "lost"), (8, 1, 1))[0]
            self.state, _ = reduce(self.state, answer(effect, how), self._now_s)
        self._show()

    def _show(self) -> None:
        page = present(self.state, LANGUAGES)
        self.pages.add(page.name)
        self.window.show_page(page)

    def touch(self) -> None:
        chance = self._random.random()
        if chance < 0.1:
            modifiers = self._random.choice((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier))
            QTest.keyClick(self.window, self._random.choice(KEYS), modifiers)
        elif chance < 0.15:
            self._now_s += self._random.uniform(1, 60)
            self._happen(e.Tick())
        else:
            size = self.window.size()
            at = QPoint(self._random.randrange(size.width()), self._random.randrange(size.height()))
            hit: QWidget | None = self.window.childAt(at)
            while hit is not None and hit.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents):
                hit = hit.parentWidget()
            target = hit or self.window
            QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(self.window, at))
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _guides() -> Guides:
    return Guides(guides().groups, guides().guides)


@contextmanager
def raising() -> Iterator[list[BaseException]]:
    """What a slot raises, which Qt would only print."""
    raised: list[BaseException] = []
    before, sys.excepthook = sys.excepthook, lambda kind, error, where: raised.append(error)
    try:
        yield raised
    finally:
        sys.excepthook = before


def play(touches: int, seed: int, step: s.Step | None = None, *, full: bool = False) -> Monkey:
    with raising() as raised:
        monkey = Monkey(seed, step, full=full)
        size = monkey.window.size()
        for _ in range(touches):
            monkey.touch()
            assert raised == []
            assert monkey.window.isVisible()
            assert monkey.window.size() == size
            assert monkey.window.isFullScreen() == full
    return monkey


@pytest.mark.parametrize("step", [None, s.Check(draft=draft(ANSWERS), before=FOOD)])
def test_random_touches_and_keys(qt: QApplication, step: s.Step | None) -> None:
    monkey = play(250 if step is None else 120, 1, step)
    assert len(monkey.pages) > 3
    monkey.window.hide()
    monkey.window.deleteLater()


if __name__ == "__main__":
    application = QApplication(["kiosk-drill"])
    filled = s.Check(draft=draft(ANSWERS), before=FOOD)
    touches, seed = int(sys.argv[1]) // 2, int(sys.argv[2])
    pages = play(touches, seed, full=True).pages | play(touches, seed + 1, filled, full=True).pages
    print(*sorted(pages))
