"""The big screen as a device: the hall's driver asks the real window over TCP whether a call stands there."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from msgspec import structs
from PyQt6.QtWidgets import QApplication

from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.ports import ScreenState, ScreenText
from device_drivers.registry import build_device
from hall_daemon.cli.trials import Trial, tried
from kiosk_ui import words
from kiosk_ui.screen import samples
from kiosk_ui.screen.answering import Answering
from kiosk_ui.screen.arguments import parse
from kiosk_ui.screen.picture import Asked, BigScreen, Glass
from kiosk_ui.screen.window import ScreenWindow, ems

SPOKEN = words.load()
CALL = ScreenText("请A012号到3号窗口", lit=True)


@dataclass
class Panel:
    """A window on a panel that nobody has, and what it says of itself."""

    window: ScreenWindow
    screen: BigScreen
    answering: Answering

    def paint(self, at_s: float) -> None:
        self.window.show_picture(self.screen.picture(Glass(*samples.WIDE, ems), at_s, samples.CLOCK))
        self.window.grab()


@pytest.fixture
def panel(qt: QApplication) -> Iterator[Panel]:
    window = ScreenWindow()
    window.resize(*samples.WIDE)
    answering = Answering("127.0.0.1", 0, lambda: window.painted.standing if window.painted else frozenset())
    answering.start()
    yield Panel(window, BigScreen(Asked(), SPOKEN, 0.0), answering)
    answering.stop()
    window.deleteLater()


def big_screen(port: int) -> DeviceSpec:
    screens = [{"id": "big-3", "window": "3"}]
    return DeviceSpec("big", "big-screen", LineSpec("tcp", {"host": "127.0.0.1", "port": port}), {"screens": screens})


def until(reached: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + 60.0
    while not reached() and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return reached()


def test_a_call_is_reported_once_it_stands_there_and_not_before(panel: Panel) -> None:
    driver = build_device(big_screen(panel.answering.port), Environment(time.monotonic, random.Random(1)))
    driver.start()

    def state() -> ScreenState:
        (only,) = driver.screens()  # type: ignore[attr-defined]
        return only

    try:
        driver.show("big-3", ScreenText("3号窗口"))  # type: ignore[attr-defined]
        assert until(lambda: state().reported == ScreenText("3号窗口")), "nobody is called: it is there, no more"
        driver.show("big-3", CALL)  # type: ignore[attr-defined]
        panel.paint(1.0)
        assert until(lambda: driver.health().counters["refused"] > 0), "the hall was never heard: no call stands there"
        assert state().reported != CALL
        panel.screen.heard(samples.view(), 2.0)
        panel.paint(2.0)
        assert until(lambda: state().reported == CALL)
        assert driver.health().state == "ready"
    finally:
        driver.stop()


def test_an_engineer_tries_the_window_without_a_call(panel: Panel) -> None:
    driver = build_device(big_screen(panel.answering.port), Environment(time.monotonic, random.Random(1)))
    driver.start()
    try:
        [outcome] = tried(Trial(driver=driver, role="screens", parts=("big-3",), wait_s=5.0))
        assert (outcome.part, outcome.good, outcome.code) == ("big-3", True, "sent")
    finally:
        driver.stop()


def test_what_counts_as_seen(panel: Panel) -> None:
    view = samples.view()
    panel.screen.heard(view, 0.0)
    panel.paint(0.0)
    assert panel.window.painted is not None
    every = {(call.number, call.window) for call in view.called}
    assert panel.window.painted.standing == every, "new ones stand there, the others have had their time"
    many = structs.replace(view, seq=2, called=tuple(samples.called(f"A{n:03}", "1", 1) for n in range(11)))
    panel.screen.heard(many, 1.0)
    panel.paint(1.0)
    painted = panel.window.painted
    assert len(painted.standing) == painted.plan.rows, "of many new ones those that stand there"
    panel.paint(70.0)
    assert panel.window.painted.standing == frozenset(), "a silent hall: calls are gone"


def test_a_newer_hall_takes_the_place_of_the_older_and_nonsense_ends_a_connection(panel: Panel) -> None:
    where = ("127.0.0.1", panel.answering.port)
    with socket.create_connection(where) as first, socket.create_connection(where) as second:
        second.settimeout(60)
        second.sendall(b'{"screen":"a","window":"1","number":"","lit":false}\n')
        assert second.recv(200) == b'{"screen":"a","number":"","shown":true}\n'
        first.settimeout(60)
        assert first.recv(10) == b""
        second.sendall(b'{"screen":"a","show":"whatever I like"}\n')
        assert second.recv(10) == b""
    for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"x" * 5000, b"[" * 2000 + b"\n", b"\xff\n"):
        with socket.create_connection(where) as third:
            third.settimeout(60)
            third.sendall(nonsense)
            try:
                assert third.recv(10) == b""
            except ConnectionResetError:
                pass  # it left before it had read everything


def test_where_it_answers_is_said_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse([], {}).answer is None
    assert parse([], {"HALL_SCREEN_ANSWER": "127.0.0.1:7270"}).answer == ("127.0.0.1", 7270)
    assert parse(["--answer", "[::1]:7270"], {}).answer == ("::1", 7270)
    for wrong in ("7270", "host:", "host:0", "host:99999", "host:x"):
        with pytest.raises(SystemExit):
            parse(["--answer", wrong], {})
    assert "127.0.0.1:7270" in capsys.readouterr().err


def test_two_parts_for_one_window_are_a_mistake() -> None:
    screens = [{"id": "a", "window": "3"}, {"id": "b", "window": "3"}]
    spec = DeviceSpec("big", "big-screen", LineSpec("tcp", {"host": "h"}), {"screens": screens})
    with pytest.raises(BadOption, match="window"):
        build_device(spec, Environment(time.monotonic, random.Random(1)))
