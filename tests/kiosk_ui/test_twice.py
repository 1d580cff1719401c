"""A touch that comes twice goes one step; what is typed fast is all there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

from kiosk_ui.state import steps as s
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.twice import WITHIN_MS
from tests.kiosk_ui.test_app import Open, Person, open_kiosk
from tests.kiosk_ui.tiny_hall import TinyHall, tiny_hall

__all__ = ["open_kiosk"]


@pytest.fixture
def served() -> Iterator[TinyHall]:
    with tiny_hall() as served:
        yield served


class Timed(QMouseEvent):
    """With a time, which only a platform can set."""

    at_ms = 0

    def timestamp(self) -> int:
        return self.at_ms


class Hand:
    """A finger whose touches have times of their own, as a panel sends them."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.at_ms = 5000

    def where(self, name: str) -> QPointF:
        button = self.person.button(name)
        assert button is not None, f"no {name} on {self.person.page}"
        return button.mapTo(self.person.kiosk.window, button.rect().center()).toPointF()

    def touch(self, at: QPointF, after_ms: int) -> None:
        """Whatever key is there then."""
        self.at_ms += after_ms
        window = self.person.kiosk.window
        hit: QWidget | None = window.childAt(at.toPoint())
        while hit is not None and not isinstance(hit, Touch):
            hit = hit.parentWidget()
        target = hit or window
        for kind, held in (
            (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton),
            (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
        ):
            event = Timed(kind, QPointF(target.mapFrom(window, at.toPoint())), QPointF(window.mapToGlobal(at)),
                Qt.MouseButton.LeftButton, held, Qt.KeyboardModifier.NoModifier)
            event.at_ms = self.at_ms
            QApplication.sendEvent(target, event)
        for _ in range(3):
            QApplication.processEvents()


def test_a_touch_that_comes_twice_goes_one_step(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    hand = Hand(person)
    at = hand.where("draw")
    for after_ms in (1000, 120, WITHIN_MS):
        hand.touch(at, after_ms)
    assert person.page == "choose"
    assert served.posts() == []
    hand.touch(hand.where("queue-general"), 40)  # elsewhere: another touch, however soon
    assert person.page == "services"
    hand.touch(hand.where("back"), 1000)
    hand.touch(hand.where("back"), WITHIN_MS + 1)
    assert person.page == "home"


def test_what_is_typed_fast_is_all_there(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    hand = Hand(person)
    hand.touch(hand.where("lookup"), 1000)
    ends = count()
    for name in ("key-A", "key-0", "key-0", "key-0", "key-0", "key-1"):
        hand.touch(hand.where(name), 90 + next(ends))
    step = person.kiosk.state.session.step
    assert isinstance(step, s.LookUp)
    assert step.typed == "A00001"
