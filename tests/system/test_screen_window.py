"""The big screen's window before a real hall: calls as they come, its age when the hall is gone, and heals. And its
layout is the page's."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hall_daemon.domain import commands as c
from hall_daemon.wire.screens import ScreenView
from kiosk_ui import words
from kiosk_ui.screen.hearing import Ear
from kiosk_ui.screen.layout import Room, plan_of
from kiosk_ui.screen.marks import Words
from kiosk_ui.screen.picture import Asked, BigScreen, Glass
from kiosk_ui.screen.samples import CLOCK, WIDE
from tests.system.page_hall import PageHall

# The plan's names in the page.
PAGE_NAMES = {
    "rows": "rows", "row_height": "rowHeight", "gap": "gap", "queues_each": "queuesEach", "type": "type",
    "title_height": "titleHeight", "queue_height": "queueHeight", "bar_lines": "barLines", "side": "side",
    "upright": "upright", "before_columns": "beforeColumns", "before_rows": "beforeRows", "fits": "fits",
}
BOXES = ("head", "calls", "before", "waits", "missed", "all", "bar")


def widths(text: str, bold: bool) -> float:
    return sum(1.0 if ord(letter) > 0x2E80 else 0.6 for letter in text)


class Seen:
    """A big screen without a panel: what it says of the pictures that came."""

    def __init__(self) -> None:
        self.views: list[ScreenView] = []
        self._changed = threading.Condition()

    def heard(self, view: ScreenView) -> None:
        with self._changed:
            self.views.append(view)
            self._changed.notify_all()

    def until(self, true: Callable[[], bool], what: str) -> None:
        with self._changed:
            assert self._changed.wait_for(true, 60), what

    def says(self, older_s: float = 0.0) -> set[str]:
        screen = BigScreen(Asked(), words.load(), 0.0)
        if self.views:
            screen.heard(self.views[-1], 0.0)
        shown = screen.picture(Glass(*WIDE, widths), older_s, CLOCK)
        return {mark.text for mark in shown.marks if isinstance(mark, Words)}


@pytest.fixture
def ear(hall: PageHall) -> Iterator[tuple[Seen, Ear]]:
    seen = Seen()
    ear = Ear(hall.public.url, seen.heard, rng=random.Random(1))
    ear.start()
    yield seen, ear
    ear.stop(10)


def test_calls_come_the_hall_goes_and_comes_back(hall: PageHall, ear: tuple[Seen, Ear]) -> None:
    seen, _ = ear
    seen.until(lambda: "等候叫号" in seen.says(), "the hall is heard")
    for window, clerk in zip("12", ("1024", "2005"), strict=True):
        hall.do(c.OpenWindow(window, clerk))
    hall.issue("licence")
    hall.issue("medical")
    hall.do(c.CallNext("1"))
    hall.do(c.CallNext("2"))
    seen.until(lambda: {"A001", "B001"} <= seen.says(), "both calls at once")
    hall.public.stop()
    assert "大屏 21 秒未更新，请听广播" in seen.says(older_s=21)
    before = len(seen.views)
    hall.do(c.Undo("2"))
    hall.restart_public()
    seen.until(lambda: len(seen.views) > before and "B001" not in seen.says(), "what was undone meanwhile is gone")
    assert "A001" in seen.says()


def test_the_command_waits_for_a_hall_and_ends_when_it_is_told(hall: PageHall) -> None:
    command = (sys.executable, "-m", "hall_daemon.cli", "screen", "--url", hall.public.url)
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as screen:
        assert screen.stderr is not None
        patience = threading.Timer(90, screen.kill)
        patience.start()
        try:
            heard = next(line for line in screen.stderr if "the hall" in line)
            assert "the hall is heard" in heard
            screen.send_signal(signal.SIGTERM)
            assert screen.wait(60) == 0
        finally:
            patience.cancel()
            screen.kill()


def test_its_layout_is_the_page_s(browser: Browser) -> None:
    pages = Path(__file__).parents[2] / "hall_daemon" / "pages" / "screen"
    rng, page = random.Random(11), browser.new_page()
    page.set_content("<canvas></canvas>")
    for script in ("screen-layout.js", "screen-type.js"):
        page.add_script_tag(content=(pages / script).read_text(encoding="utf-8"))
    rooms = [
        Room(
            width=rng.randrange(600, 4000), height=rng.randrange(400, 4000), least=rng.randrange(20, 160),
            queues=rng.randrange(9), rows=rng.choice((3, 4)), bar=rng.random() < 0.7,
        )
        for _ in range(400)
    ]
    theirs = page.evaluate("rooms => rooms.map(screenLayout)", [asdict(room) for room in rooms])
    for room, their in zip(rooms, theirs, strict=True):
        ours = plan_of(room)
        assert {name: getattr(ours, name) for name in PAGE_NAMES} == {
            name: their[page_name] for name, page_name in PAGE_NAMES.items()
        }, room
        for name in BOXES:
            box = getattr(ours, name)
            assert (box and box._asdict()) == their[name], (room, name)
    page.close()
