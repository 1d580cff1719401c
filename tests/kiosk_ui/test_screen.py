"""The big screen as a window: what it says, that nothing is cut, and the paint itself, without a panel."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest
from msgspec import structs
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication

from hall_daemon.wire.screens import ScreenView
from kiosk_ui import words
from kiosk_ui.screen import samples
from kiosk_ui.screen.arguments import parse
from kiosk_ui.screen.layout import least_type
from kiosk_ui.screen.marks import Panel, Words
from kiosk_ui.screen.picture import Asked, BigScreen, Glass, Picture
from kiosk_ui.screen.watch import Call, Watch
from kiosk_ui.screen.window import ScreenWindow, colours, ems
from tests.kiosk_ui.screens import contrast

SPOKEN = words.load()
LINE = 0.44  # of an ideograph's size, above and below its middle


def picture(
    view: ScreenView | None, size: tuple[int, int] = samples.WIDE, at_s: float = 2.0, **asked: object
) -> Picture:
    screen = BigScreen(Asked(**asked), SPOKEN, 0.0)  # type: ignore[arg-type]
    if view is not None:
        screen.heard(view, 0.0)
    for now_s in (0.0, at_s, at_s):
        shown = screen.picture(Glass(*size, ems), now_s, samples.CLOCK)
    return shown


def said(shown: Picture) -> list[str]:
    return [mark.text for mark in shown.marks if isinstance(mark, Words)]


def cut(shown: Picture, size: tuple[int, int]) -> list[str]:
    """Texts that leave their block or the screen, and any two that lie on each other."""
    texts = [mark for mark in shown.marks if isinstance(mark, Words)]
    wrong = []
    for mark in texts:
        top, bottom = mark.middle - LINE * mark.size, mark.middle + LINE * mark.size
        left, right = max(0, mark.room.left), min(size[0], mark.room.right)
        low, high = max(0, mark.room.top), min(size[1], mark.room.top + mark.room.height)
        if mark.left < left - 2 or mark.left + mark.width > right + 2 or top < low - 3 or bottom > high + 3:
            wrong.append(f"cut: {mark}")
    for one, other in combinations(texts, 2):
        wide = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
        high_ = min(one.middle + LINE * one.size, other.middle + LINE * other.size) - max(
            one.middle - LINE * one.size, other.middle - LINE * other.size
        )
        if wide > 2 and high_ > 2:
            wrong.append(f"{one.text} lies on {other.text}")
    return wrong


@pytest.fixture(autouse=True)
def _application(qt: QApplication) -> None:
    """Texts are measured with the real font."""


def test_what_stands_there_is_what_the_page_shows() -> None:
    shown = picture(samples.view())
    assert said(shown)[:7] == ["示范区政务服务大厅", "09:42", "11月30日 周一", "A012", "3", "号窗口", "Window"]
    assert [mark.colour for mark in shown.marks if isinstance(mark, Panel)][:3] == ["now", "now", "row"]
    assert {"过号，去服务台", "A008", "约等多久", "8–15 分", "没人排", "2号"} <= set(said(shown))
    assert said(shown)[-1] == "12:00–14:00 午休，13:45 起取下午的号"
    assert shown.plan.type == 64 == shown.plan.least


def test_type_follows_the_distance() -> None:
    assert [least_type(1920, 1080, inches, 8) for inches in (55, 65, 75, 86, 98)] == [87, 73, 64, 56, 49]


@pytest.mark.parametrize("size", [samples.WIDE, samples.UPRIGHT, (1280, 720), (3840, 2160)])
@pytest.mark.parametrize("inches", [75, 55, 43])
def test_nothing_is_cut_or_too_small_whatever_the_screen_and_the_words(size: tuple[int, int], inches: int) -> None:
    wrong = []
    for name, shape, view, age_s in samples.gallery():
        if (shape == samples.UPRIGHT) != (size[1] > size[0]):
            continue
        for languages in (("zh", "en"), ("en", "zh")):
            told = view and structs.replace(view, look=structs.replace(view.look, languages=languages))
            wrong += [f"{name}: {what}" for what in cut(picture(told, size, age_s, inches=inches), size)]
    assert wrong == []


def test_its_age_is_said_and_what_is_too_old_goes() -> None:
    view = samples.view()
    assert "A012" in said(picture(view, at_s=9.0))
    late = said(picture(view, at_s=12.2, theme="song"))
    assert "A012" in late
    assert "Screen not updated for 12 s: please listen" in late
    silent = said(picture(view, at_s=61.0))
    assert "A012" not in silent
    assert {"请听广播", "09:43"} <= set(silent)
    assert "正在连接大厅…" in said(picture(None))
    assert "没有分区 cellar" in said(picture(view, zone="cellar"))


def test_a_zone_shows_its_own() -> None:
    view = samples.view()
    up = structs.replace(view.called[0], zone="up")
    zones = {**view.zones, "up": {"zh": "二楼", "en": "Upstairs"}}
    both = structs.replace(view, called=(up, *view.called[1:]), zones=zones)
    shown = said(picture(both, zone="up"))
    assert "示范区政务服务大厅 · 二楼" in shown
    assert "A012" in shown
    assert "B007" not in shown


def test_of_many_calls_each_is_seen_and_a_new_one_at_once() -> None:
    watch, stood = Watch(), dict.fromkeys((f"A{n}" for n in range(11)), 0.0)
    called = [samples.called(number, "1", 0) for number in stood]
    for step in range(200):
        now_s = step / 4
        calls = [Call(one, now_s - (5 if at == 0 else 0)) for at, one in enumerate(called) if at or now_s >= 5]
        watch.take(calls)
        rows = watch.choose(calls, 4, now_s).rows
        if now_s == 5:
            assert called[0] in [call.told for call in rows]
        for call in rows:
            stood[call.told.number] += 0.25
        watch.stood(rows, 0.25)
    assert min(stood.values()) >= 6


def test_a_call_that_is_undone_goes_at_once_and_an_older_picture_is_none() -> None:
    view = structs.replace(samples.view(), seq=5)
    screen = BigScreen(Asked(), SPOKEN, 0.0)
    screen.heard(view, 0.0)
    assert "A012" in said(screen.picture(Glass(*samples.WIDE, ems), 0.1, samples.CLOCK))
    screen.heard(structs.replace(view, seq=6, called=view.called[1:]), 0.2)
    screen.heard(view, 0.3)
    assert "A012" not in said(screen.picture(Glass(*samples.WIDE, ems), 0.4, samples.CLOCK))


def test_words_can_be_read_on_their_ground() -> None:
    on = {"ink": "ground", "pale": "ground", "on_now": "now", "on_plate": "plate", "on_bar": "bar", "on_late": "late"}
    for theme in ("qing", "song", "jiang"):
        for ground in ("dark", "light"):
            of = colours(theme, ground)  # type: ignore[arg-type]
            for ink, below in (*on.items(), ("ink", "row"), ("missed", "ground")):
                assert contrast(QColor(of[ink]), QColor(of[below])) >= 7, (theme, ground, ink)  # type: ignore[index]


@pytest.mark.parametrize("turn", [0, 90])
def test_it_is_painted_and_turned(qt: QApplication, turn: int) -> None:
    window = ScreenWindow(turn=turn)
    window.resize(*samples.UPRIGHT)
    window.show()
    shown = picture(samples.view(), window.seen)
    window.show_picture(shown)
    qt.processEvents()
    image = window.grab().toImage()
    row = next(mark for mark in shown.marks if isinstance(mark, Panel) and mark.colour == "now")
    x, y = row.box.left + 30, row.box.top + 20
    at = (image.width() - y, x) if turn else (x, y)
    assert image.pixelColor(*at) == QColor(colours("qing", "dark")["now"])
    assert "A012" in window.accessibleName()
    assert (shown.plan.upright, window.seen) == ((False, samples.WIDE) if turn else (True, samples.UPRIGHT))
    window.close()


def test_what_it_is_told_at_its_start(capsys: pytest.CaptureFixture[str]) -> None:
    told = parse(["--inches", "55", "--turn", "90"], {"HALL_SCREEN_ZONE": "up", "HALL_SCREEN_METRES": "5.5"})
    assert (told.url, told.asked, told.turn) == ("http://127.0.0.1:8081", Asked(zone="up", inches=55, metres=5.5), 90)
    for wrong in (["--inches", "9"], ["--metres", "far"], ["--url", "hall"], ["--turn", "45"], ["--zone", "\n"]):
        with pytest.raises(SystemExit):
            parse(wrong, {})
        assert "error: argument" in capsys.readouterr().err


def test_the_clock_goes_on_by_itself() -> None:
    later = picture(samples.view(), at_s=timedelta(minutes=3).total_seconds())
    assert "09:45" in said(later)
