"""What stands around every page: a long name of a hall, ways elsewhere in their places, words that are not broken."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from msgspec import structs

from kiosk_ui.samples import gallery
from kiosk_ui.state import Language, State
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.screens import LANGUAGES, LOOKS, Open, area, faults, page_of, show, visible

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
            show(window, page_of(called(PAGES[name]), "upright", LANGUAGES, language, LOOKS[look]))
            header = window._parts["header"]
            assert header.height() <= most * window.height(), (name, look)
            assert faults(window) == [], (name, look)


def left(window: KioskWindow, name: str) -> int:
    found = window.findChild(Touch, name)
    assert found is not None, name
    return area(found, window).left()


def test_ways_elsewhere_stay_where_the_hand_finds_them(open_window: Open) -> None:
    """Also where one of them is missing."""
    window = open_window("upright")
    for look in ("plain", "senior"):
        show(window, page_of(PAGES["09-matter-closed"], "upright", LANGUAGES, "zh", LOOKS[look]))
        places = {name: left(window, name) for name in ("back", "home", "helper")}
        for page, ways in (("47-review-found", ("home", "helper")), ("18-number-cancelled", ("home", "helper")),
                ("00-help", ("back", "home"))):
            show(window, page_of(PAGES[page], "upright", LANGUAGES, "zh", LOOKS[look]))
            for way in ways:
                assert left(window, way) == places[way], (page, way, look)


@pytest.mark.parametrize("look", LOOKS)
def test_no_word_is_broken(open_window: Open, look: str) -> None:
    window = open_window("upright")
    wrong = {}
    for name, here in gallery():
        show(window, page_of(here, "upright", LANGUAGES, "en", LOOKS[look]))
        broken = [one for label in visible(window, Label) if isinstance(label, Label) for one in breaks(label)]
        if broken:
            wrong[name] = broken
    assert wrong == {}


def breaks(label: Label) -> list[str]:
    """Words of Latin letters that go on in the next line."""
    lines = [line.replace("\u2060", "") for line in label.broken(label.width())]
    return [
        f"{one}|{other}" for one, other in pairwise(lines)
        if re.search(r"[A-Za-z]$", one) and re.match(r"[A-Za-z]", other)
        and one.split()[-1] + other.split()[0] in label.text()
    ]
