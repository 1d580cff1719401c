"""How words are broken, how large a number is, and how much of a list shows where words are largest."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QFontMetricsF

from kiosk_ui.samples import SENIOR, gallery
from kiosk_ui.state import Assist
from kiosk_ui.widgets.label import Figure, Grown, Label
from kiosk_ui.widgets.look import Look, Role
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.screens import LANGUAGES, Open, area, page_of, show, visible

PAGES = dict(gallery())
LOOK = Look(px_per_mm=4.03, width_px=1080, height_px=1920, assist=Assist(), language="zh")


def broken(text: str, role: Role, characters: float) -> list[str]:
    """In lines of at most so many characters, without what binds."""
    label = Label(text, LOOK, role, bold=True)
    lines = label.broken(characters * label.font().pixelSize())
    return [line.replace("\u2060", "").replace("\u00a0", " ") for line in lines]


def test_headings_end_where_one_breathes(open_window: Open) -> None:
    assert broken("已经叫人，请在这里等", "figure", 8.2) == ["已经叫人，", "请在这里等"]
    assert broken("食品经营许可证（新办）", "title", 9.5) == ["食品经营许可证", "（新办）"]
    assert broken("大厅服务台或任何一个窗口", "title", 11.2) == ["大厅服务台或", "任何一个窗口"]


def test_a_time_is_in_one_line_and_a_sentence_ends_where_one_breathes() -> None:
    for characters in (10, 12, 14):
        assert not [line for line in broken("工作日 8:30–17:30（待确认）", "key", characters) if line.endswith("8:")]
    assert broken("和表单不一致：照表上填的改，或者改表 · 图上没有专间", "body", 25.2) == [
        "和表单不一致：照表上填的改，", "或者改表 · 图上没有专间",
    ]


def test_no_line_is_a_single_character(open_window: Open) -> None:
    for characters in range(9, 16):
        lines = broken("也可以到人工窗口，工作人员会帮您处理。", "body", characters + 0.2)
        assert min(map(len, lines)) >= 3, lines
        assert all("工作人员" in line or "工" not in line for line in lines[1:]), lines


def test_a_figure_is_larger_than_its_words_where_it_fits(open_window: Open) -> None:
    figure = Figure("约 5–10 分钟", LOOK, "figure", "row")
    one, words = figure.heightForWidth(900), Label("约", LOOK, "row").heightForWidth(900)
    assert one > 2 * words
    narrow = figure.heightForWidth(120)
    assert narrow % words == 0
    assert narrow >= 2 * words


@pytest.mark.parametrize("name", ["15-number-printed", "16-number-no-paper", "22-ticket-priority"])
def test_a_number_has_the_room_there_is(open_window: Open, name: str) -> None:
    """Not the size of a page that is packed: capitals of 50 mm at least."""
    window = open_window("upright")
    for look in (Assist(), SENIOR):
        show(window, page_of(PAGES[name], "upright", LANGUAGES, "zh", look))
        number = window.findChild(Grown, "number")
        assert number is not None
        assert QFontMetricsF(number.font()).capHeight() / 4.03 >= 50, look


def shown(window: KioskWindow, prefix: str) -> list[str]:
    return [touch.objectName() for touch in visible(window, Touch) if touch.objectName().startswith(prefix)]


def test_lists_in_senior_mode_show_three_and_the_way_on_stands_among_the_ways(open_window: Open) -> None:
    window = open_window("upright")
    show(window, page_of(PAGES["40-question-choices"], "upright", LANGUAGES, "zh", SENIOR))
    assert len(shown(window, "option-")) == 3
    more, back = window.findChild(Touch, "more"), window.findChild(Touch, "back")
    assert more is not None
    assert back is not None
    assert area(more, window).top() == area(back, window).top()
    assert window.findChild(Touch, "home") is None
