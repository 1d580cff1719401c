"""What stands around every page: a long name of a hall, ways elsewhere in their places. A page is painted once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from msgspec import structs
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication

from kiosk_ui.samples import gallery
from kiosk_ui.state import Language, State
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.screens import LANGUAGES, LOOKS, Open, area, faults, lay, page_of, show, visible

PAGES = dict(gallery())
LONG = {
    "zh": "内蒙古自治区呼伦贝尔市鄂伦春自治旗政务服务中心（便民大厅）",
    "en": "Government Service Centre of the Oroqen Autonomous Banner, Hulunbuir, Inner Mongolia",
}
# Of a page's height, at most.
HEAD, HEAD_HOME = 0.135, 0.3


def called(here: State) -> State:
    assert here.link.hall is not None
    return replace(here, link=replace(here.link, hall=structs.replace(here.link.hall, name=LONG)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_leaves_the_page_to_what_it_is_for(open_window: Open, language: Language) -> None:
    window = open_window("upright")
    for name, most in (("05-services", HEAD), ("00-home-guides", HEAD_HOME)):
        for look in LOOKS:
            lay(window, page_of(called(PAGES[name]), "upright", LANGUAGES, language, LOOKS[look]))
            header = window._parts["header"]
            assert header.height() <= most * window.height(), (name, look)
            assert faults(window) == [], (name, look)


class Paints(QObject):
    """Counts how often each widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.of: Counter[QObject] = Counter()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint and isinstance(watched, Label | Touch | KioskWindow):
            self.of[watched] += 1
        return False


def test_a_page_is_painted_once(qt: QApplication, open_window: Open) -> None:
    window, paints = open_window("upright"), Paints()
    show(window, page_of(PAGES["00-home"], "upright", LANGUAGES, "zh", LOOKS["plain"]))
    qt.installEventFilter(paints)
    show(window, page_of(PAGES["05-services"], "upright", LANGUAGES, "zh", LOOKS["plain"]))
    qt.removeEventFilter(paints)
    assert window in paints.of
    assert set(visible(window, Label)) <= set(paints.of)
    assert set(paints.of.values()) == {1}


def left(window: KioskWindow, name: str) -> int:
    found = window.findChild(Touch, name)
    assert found is not None, name
    return area(found, window).left()


def test_ways_elsewhere_stay_where_the_hand_finds_them(open_window: Open) -> None:
    """Also where one of them is missing."""
    window = open_window("upright")
    for look in ("plain", "senior"):
        lay(window, page_of(PAGES["09-matter-closed"], "upright", LANGUAGES, "zh", LOOKS[look]))
        places = {name: left(window, name) for name in ("back", "home", "helper")}
        for page, ways in (("47-review-found", ("home", "helper")), ("18-number-cancelled", ("home", "helper")),
                ("00-help", ("back", "home"))):
            lay(window, page_of(PAGES[page], "upright", LANGUAGES, "zh", LOOKS[look]))
            for way in ways:
                assert left(window, way) == places[way], (page, way, look)
