"""A form filled in with the mouse in a real window; what was typed is nowhere once its person has gone."""

from __future__ import annotations

import gc
from dataclasses import replace
from itertools import filterfalse
from types import CellType, FrameType

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from kiosk_ui.presenters import present
from kiosk_ui.sample_matters import DAY, FOOD, form
from kiosk_ui.samples import NOW_S, guides, hall, state
from kiosk_ui.state import State, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.screens import LANGUAGES, Open

# Nobody's number, and no other test's; it is put together where it is used, so that no constant holds it.
CANARY = ("110101", "19510203", "2450")  # a number that no other test knows


class Hand:
    """Touches keys by their names; the form comes at once."""

    def __init__(self, window: KioskWindow) -> None:
        self.window = window
        self.state: State = replace(state(hall(day=DAY), step=FOOD), library=guides())
        window.pressed.connect(self._on_pressed)
        self._show()

    def _on_pressed(self, press: e.Press) -> None:
        self.happen(e.Pressed(press, "key"))

    def happen(self, event: e.Event) -> None:
        self.state, effects = reduce(self.state, event, NOW_S)
        for effect in effects:
            if isinstance(effect, s.AskCase) and effect.about == "form":
                self.happen(e.CaseTold(self.state.session_no, "form", effect.key, form()))
        self._show()

    def _show(self) -> None:
        self.window.show_page(present(self.state, LANGUAGES))
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def touch(self, *names: str) -> None:
        for name in names:
            (key,) = [each for each in self.window.findChildren(Touch, name) if each.isVisibleTo(self.window)]
            QTest.mouseClick(key, Qt.MouseButton.LeftButton)

    def type(self, text: str) -> None:
        self.touch(*(f"key-{sign}" for sign in text))


def held(text: str) -> list[str]:
    """What in this process still holds a text, but for who asks."""
    gc.collect()
    holders = filterfalse(lambda each: isinstance(each, FrameType | CellType), gc.get_objects())
    return [type(each).__name__ for each in holders if text in "\n".join(filter(_is_text, gc.get_referents(each)))]


def _is_text(said: object) -> bool:
    return type(said) is str


def test_a_form_is_filled_in_with_the_mouse_and_nothing_of_it_stays(open_window: Open) -> None:
    canary = "".join(CANARY)
    hand = Hand(open_window("upright"))
    hand.touch("form")
    hand.type("ceshi")
    hand.touch("word-0", "next")
    hand.type(canary)
    hand.touch("next")
    hand.type("shi")
    hand.touch("word-0", "keys")
    hand.type("8号")
    hand.touch("next", "option-1", "option-0", "next", "option-0")
    hand.type("4.5")
    hand.touch("next", "next")  # said once that it is too small
    hand.type("20270101")
    hand.touch("next", "next")
    check = hand.state.session.step
    assert isinstance(check, s.Check), check
    assert held(canary) != []
    assert check.draft.answers["items"] == ["热食类食品制售", "冷食类食品制售"]
    assert check.draft.answers["id_no"] == canary
    assert [each.check for each in check.draft.verdict.broken] == ["small"]
    del check
    hand.touch("home", "confirm")
    assert hand.state.session.step == s.FIRST
    assert held(canary) == []
