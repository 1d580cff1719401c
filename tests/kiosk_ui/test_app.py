"""The whole kiosk without a screen: real widgets, real HTTP, a mouse, and a clock that the test moves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel

from hall_daemon.wire.kiosks import KioskSettings
from kiosk_ui import words
from kiosk_ui.app import Kiosk, random_key
from kiosk_ui.samples import QUEUES, URL, hall, queue, ticket
from kiosk_ui.state import Session
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import fit
from kiosk_ui.widgets.qr import QrCode
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.tiny_hall import Answer, TinyHall, refusal, said, tiny_hall


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Person:
    """Sees what the window shows and touches it; `wait_for` is bounded and never merely sleeps."""

    def __init__(self, kiosk: Kiosk, clock: Clock) -> None:
        self.kiosk = kiosk
        self.clock = clock

    def wait_for(self, seen: Callable[[], bool], what: str = "") -> None:
        for _ in range(1000):
            if seen():
                return
            QTest.qWait(5)
        raise AssertionError(f"never seen: {what or seen}; on {self.page}: {self.read()}")

    @property
    def page(self) -> str:
        return self.kiosk.page.name if self.kiosk.page else ""

    def read(self) -> list[str]:
        return [label.text() for label in self.kiosk.window.findChildren(QLabel) if label.isVisible()]

    def button(self, name: str) -> Touch | None:
        found = [touch for touch in self.kiosk.window.findChildren(Touch, name) if touch.isVisible()]
        return found[0] if found else None

    def touch(self, name: str) -> None:
        button = self.button(name)
        assert button is not None, f"no {name} on {self.page}"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def sees(self, page: str) -> None:
        self.wait_for(lambda: self.page == page, page)
        QApplication.processEvents()

    def later(self, seconds: float) -> None:
        self.clock.now_s += seconds
        self.kiosk.tick()
        QApplication.processEvents()


@pytest.fixture
def served() -> Iterator[TinyHall]:
    with tiny_hall() as served:
        yield served


Open = Callable[..., Person]


@pytest.fixture
def open_kiosk(qt: QApplication, served: TinyHall) -> Iterator[Open]:
    opened: list[Kiosk] = []

    def make(kiosk_id: str = "kiosk-1", url: str = "", **overrides: object) -> Person:
        clock, keys = Clock(), count(1)
        window = KioskWindow(closable=True)
        window.watch(qt)
        kiosk = Kiosk(
            kiosk_id, url or served.url, words.load(), window,
            overrides=overrides, monotonic=clock, new_key=lambda: f"key-{next(keys)}",
        )
        window.resize(540, 960)
        window.show()
        opened.append(kiosk)
        kiosk.start(timer=False)
        return Person(kiosk, clock)

    yield make
    for kiosk in opened:
        kiosk.stop()
        qt.removeEventFilter(kiosk.window)
        kiosk.window.close()
        kiosk.window.deleteLater()
        kiosk.deleteLater()


def test_three_touches_to_a_number_with_its_code(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    person.touch("queue-general")
    person.touch("service-business-licence")
    person.sees("number")
    assert "A012" in person.read()
    (code,) = person.kiosk.window.findChildren(QrCode)
    assert code.text == URL
    (asked,) = served.posts()
    assert asked.body == (b'{"service":"business-licence","services":null,"class":"ordinary","class_reason":"",'
        b'"slot":null,"printer":"printer-1","channel":"kiosk","review":"","case_token":"","id_number":""}')
    person.later(1)
    person.wait_for(lambda: "小票已印好，请取走" in person.read())
    person.touch("finish")
    person.sees("home")
    assert person.kiosk.state.fresh
    assert "A012" not in person.read()


def test_two_quick_touches_draw_one_number(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    person.touch("queue-general")
    button = person.button("service-enquiry")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    person.sees("number")
    assert len(served.posts()) == 1


def waits(person: Person) -> bool:
    """The next try of a draw has its time."""
    step = person.kiosk.state.session.step
    return isinstance(step, s.Drawing) and step.draw.retry_at_s is not None


def test_a_lost_answer_never_draws_twice(open_kiosk: Open, served: TinyHall) -> None:
    served.answer("POST", "/api/v1/tickets", Answer(hang_up=True), Answer(hang_up=True), Answer(503, b"?"))
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    person.touch("queue-general")
    person.touch("service-enquiry")
    person.wait_for(lambda: len(served.posts()) == 1 and waits(person))
    person.later(0.5)
    person.wait_for(lambda: len(served.posts()) == 2 and waits(person))
    assert person.page == "drawing"
    assert any("不会重复取号" in text for text in person.read())
    del served.answers["POST", "/api/v1/tickets"]
    person.later(1)
    person.sees("number")
    assert len({asked.headers["Idempotency-Key"] for asked in served.posts()}) == 1
    assert len(served.drawn) == 1


def test_the_screen_answers_while_the_hall_does_not(open_kiosk: Open, served: TinyHall) -> None:
    """A request that hangs holds nothing up: pages turn, languages change."""
    person = open_kiosk()
    person.sees("home")
    gate = threading.Event()
    served.answer("GET", "/api/v1/hall", Answer(gate=gate, hang_up=True))
    served.answer("GET", "/api/v1/tickets/A012", Answer(gate=gate, hang_up=True))
    person.later(3)
    person.touch("lookup")
    for key in ("key-A", "key-0", "key-1", "key-2", "find"):
        person.touch(key)
    person.sees("searching")
    person.touch("language")
    assert any("Looking for A012" in text for text in person.read())
    person.touch("home")
    person.touch("senior")
    assert person.page == "home"
    assert person.kiosk.state.session.assist.all
    gate.set()


def test_looking_up_and_coming_back(open_kiosk: Open, served: TinyHall) -> None:
    served.tickets["2026-11-23-A012"] = ticket(state="missed", ahead=None, can=("return",))
    person = open_kiosk()
    person.sees("home")
    person.touch("lookup")
    for key in ("key-A", "key-0", "key-1", "key-3", "erase", "key-2"):
        person.touch(key)
    assert "A012" in person.read()
    person.touch("find")
    person.sees("ticket")
    assert "已过号" in person.read()
    person.touch("return")
    person.wait_for(lambda: "已为您重新排队，请留意叫号。" in person.read())
    assert len(served.posts()) == 1


def test_a_number_that_is_not_there(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("lookup")
    for key in ("key-A", "key-9", "find"):
        person.touch(key)
    person.sees("problem")
    assert "没有号码 A9" in person.read()
    person.touch("back")
    assert person.page == "lookup"


def test_priority(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    for name in ("draw", "queue-social", "priority", "ground-elderly"):
        person.touch(name)
    assert any("优先办理：老年人" in text for text in person.read())
    person.touch("service-pension")
    person.sees("number")
    assert b'"class":"priority","class_reason":"elderly"' in served.posts()[0].body


def test_away_is_said_and_ends_by_itself(open_kiosk: Open, served: TinyHall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kiosk_ui")
    person = open_kiosk()
    person.sees("home")
    served.answer("GET", "/api/v1/hall", Answer(hang_up=True))
    for after_s, failures in ((3, 1), (1, 2)):
        person.later(after_s)
        person.wait_for(lambda failures=failures: person.kiosk.state.link.failures == failures)  # type: ignore[misc]
    person.sees("away")
    assert "请到人工窗口取号" in person.read()
    assert not any("等候" in text and "人" in text for text in person.read())
    person.later(2)
    person.wait_for(lambda: person.kiosk.state.link.failures == 3)
    del served.answers["GET", "/api/v1/hall"]
    person.later(3)
    person.sees("home")
    ready, away, back = [record.getMessage() for record in caplog.records if record.name == "kiosk_ui.app"][1:]
    assert away.startswith("kiosk-1: the hall does not answer")
    assert (ready, back) == ("kiosk-1: ready for people", "kiosk-1: the hall is back")


def test_old_figures_are_marked_and_new_ones_take_the_mark_away(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    gate = threading.Event()
    served.answer("GET", "/api/v1/hall", Answer(gate=gate, hang_up=True), Answer(304))
    person.later(3)
    person.later(31)
    assert "数据延迟" in person.read()
    gate.set()
    person.wait_for(lambda: person.kiosk.state.link.failures == 1)
    person.later(1)
    person.wait_for(lambda: "数据延迟" not in person.read())


def test_idle_wipes_everything(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    for name in ("language", "draw", "queue-general", "service-enquiry"):
        person.touch(name)
    person.sees("number")
    person.later(46)
    assert "Are you still there?" in person.read()
    person.touch("stay")
    assert "Are you still there?" not in person.read()
    person.later(46)
    assert "19" in person.read()
    person.later(10)
    assert "9" in person.read()
    person.later(10)
    assert person.page == "home"
    assert person.kiosk.state.session == Session()
    assert "您想办什么？" in person.read()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert person.kiosk.window.findChildren(QrCode) == []
    everything = [label.text() for label in person.kiosk.window.findChildren(Label)]
    assert not any("A012" in text for text in everything)


def test_a_page_is_not_rebuilt_under_a_finger(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    button = person.button("queue-general")
    assert button is not None
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    crowded = (queue(*QUEUES[0][:4], 99, QUEUES[0][5]), *(queue(*row) for row in QUEUES[1:]))
    person.kiosk.happen(e.HallCame(hall(queues=crowded), "new"))
    assert person.button("queue-general") is button
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    person.sees("services")
    person.touch("home")
    assert any("等候 111 人" in text for text in person.read())


def test_a_finger_that_slides_off_presses_nothing(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    button = person.button("queue-general")
    assert button is not None
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    QTest.mouseMove(button, QPoint(-50, -50))
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=QPoint(-50, -50))
    QApplication.processEvents()
    assert person.page == "choose"


def test_a_keyboard_can_move_and_press_and_nothing_else(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    window = person.kiosk.window
    button = person.button("queue-general")
    assert button is not None
    button.setFocus()
    for key in (Qt.Key.Key_F4, Qt.Key.Key_Escape, Qt.Key.Key_A):
        QTest.keyClick(window, key)
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
    assert window.isVisible()
    assert person.page == "choose"
    QTest.keyClick(button, Qt.Key.Key_Space)
    person.sees("services")


def test_focus_stays_when_figures_change(open_kiosk: Open) -> None:
    person = open_kiosk()
    person.sees("home")
    person.touch("draw")
    window = person.kiosk.window
    window.activateWindow()
    first = person.button("queue-social")
    assert first is not None
    first.setFocus(Qt.FocusReason.TabFocusReason)
    person.wait_for(lambda: first.ringed)
    person.kiosk.happen(e.HallCame(hall(queues=hall().queues[:2]), "new"))
    QApplication.processEvents()
    focused = window.focusWidget()
    assert focused is not None
    assert (focused.objectName(), focused is first) == ("queue-social", False)


def test_a_kiosk_in_the_hall_cannot_be_closed(qt: QApplication) -> None:
    window = KioskWindow(closable=False)
    window.show()
    assert not window.close()
    assert window.isVisible()
    window.hide()
    window.deleteLater()


def test_a_page_before_there_is_a_window_size_waits(qt: QApplication, served: TinyHall) -> None:
    window = KioskWindow(closable=True)
    window.resize(1, 1)
    kiosk = Kiosk("kiosk-1", served.url, words.load(), window)
    kiosk.start(timer=True)
    window.resize(540, 960)
    window.show()
    person = Person(kiosk, Clock())
    person.sees("home")
    assert person.button("draw") is not None
    kiosk.stop()
    window.close()
    window.deleteLater()
    kiosk.deleteLater()


def test_keys_are_random_and_fit_the_hall() -> None:
    keys = {random_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(1 <= len(key) <= 64 and key.isascii() for key in keys)


def test_a_turned_screen_is_the_same_screen(qt: QApplication) -> None:
    assert fit(1920, 1080, 268, 476) == pytest.approx(1080 / 268)
    assert fit(540, 960, 268, 476) == pytest.approx(540 / 268)


# -- what it is ------------------------------------------------------------------------------------


def test_it_is_what_the_hall_says_by_its_id(open_kiosk: Open, served: TinyHall) -> None:
    served.kiosks["side"] = KioskSettings(services=("pension",), language="en", screen_mm=(338, 270), idle_s=5)
    person = open_kiosk("side", idle_s=7)
    person.sees("home")
    person.touch("draw")
    assert "Pension insurance" in person.read()
    assert person.kiosk.state.settings.idle_s == 7
    assert person.kiosk.page is not None
    assert person.kiosk.page.screen_mm == (338, 270)
    person.touch("service-pension")
    person.sees("number")
    assert b'"printer":""' in served.posts()[0].body


def test_a_kiosk_that_the_hall_does_not_know_says_so_until_it_is_added(
    open_kiosk: Open, served: TinyHall, caplog: pytest.LogCaptureFixture
) -> None:
    person = open_kiosk("kiosk-9")
    person.sees("refused")
    assert "没有自助机 kiosk-9" in person.read()
    assert "kiosk-9: There is no kiosk kiosk-9. Add [kiosks.kiosk-9] to hall.toml" in caplog.text
    served.kiosks["kiosk-9"] = KioskSettings()
    person.later(5)
    person.sees("home")


def test_a_kiosk_whose_credential_is_not_taken_says_so_until_it_is(open_kiosk: Open, served: TinyHall) -> None:
    served.answer("GET", "/api/v1/hall", refusal("log_in_needed"), said(hall()))
    person = open_kiosk()
    person.sees("unknown")
    assert "本机未授权，请联系工作人员" in person.read()
    person.later(5)
    person.sees("home")


def test_started_before_its_hall_it_shows_so_and_asks_again(open_kiosk: Open) -> None:
    with tiny_hall() as gone:
        port = int(gone.url.rpartition(":")[2])
    person = open_kiosk(url=gone.url)
    person.sees("away")
    with tiny_hall(port):
        person.wait_for(lambda: person.kiosk.state.own.ask_at_s is not None)
        person.later(1)
        person.sees("home")
        assert person.kiosk.state.settings.printer == "printer-1"


def test_while_the_hall_is_away_it_stays_what_it_is(open_kiosk: Open, served: TinyHall) -> None:
    person = open_kiosk()
    person.sees("home")
    served.answer("GET", "/api/v1/kiosks/kiosk-1", Answer(hang_up=True))
    asked = len(served.asked)
    person.later(60)
    person.wait_for(lambda: any("kiosks" in each.path for each in served.asked[asked:]))
    person.wait_for(lambda: person.kiosk.state.own.failures == 1)
    assert (person.page, person.kiosk.state.settings.printer) == ("home", "printer-1")
