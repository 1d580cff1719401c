"""LED big screens: calls, waits and notices in the areas of real cards' protocols, through simulated wires."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import Driver, ScreenText
from device_drivers.registry import build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from hall_daemon.adapters.devices.boards import LedBoards
from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config.settings import BigScreen, Bindings, Board, Settings, none_of_any_role
from hall_daemon.domain import commands as c
from hall_daemon.words.text import text
from tests.bench_watch import wait_for
from tests.hall_daemon.app.small_hall import SmallHall, small_plan

AREAS = ("one", "two", "queues", "gone", "notice", "clock")
BOARD = Board(calls=AREAS[:2], waits=AREAS[2:3], missed=AREAS[3:4], notices=AREAS[4:5], clock=AREAS[5:])
SCREEN = BigScreen(notices=(text("请保管好随身物品", "Mind your belongings"),))
OPTIONS: Mapping[str, dict[str, Any]] = {
    "onbon-bx": {"screens": [{"id": id_, "area": n, "y": 16 * n, "width": 192} for n, id_ in enumerate(AREAS)]},
    "huidu": {"screens": [{"id": id_, "x": 0, "y": 16 * n, "width": 192, "height": 16} for n, id_ in enumerate(AREAS)]},
}


def simulated(kind: str) -> dict[str, Any]:
    cells = {"onbon-bx": lambda n: {"area": n}, "huidu": lambda n: {}}[kind]
    return {"id": "led", "kind": kind, "screens": [{"id": id_, **cells(n)} for n, id_ in enumerate(AREAS)]}


def views(hall: SmallHall, calls: LastCalls) -> ViewContext:
    return ViewContext(plan=hall.plan, epoch=1, recent=calls.recent, screen=SCREEN)


def boards(hall: SmallHall, calls: LastCalls, driver: Driver, board: Board = BOARD) -> LedBoards:
    devices = dict(none_of_any_role())
    devices["screens"] = dict.fromkeys(AREAS, "led")
    settings = Settings(path=Path("hall.toml"), plan=hall.plan, bindings=Bindings(devices), boards={"hall": board})
    return LedBoards(
        settings, {"led": driver}, views(hall, calls), lambda look: look(hall.hall), hall.now
    )


@pytest.fixture
def hall() -> SmallHall:
    return SmallHall()


@pytest.fixture(params=sorted(OPTIONS))
def card(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Bench, Driver]]:
    kind = request.param
    env = Environment(time.monotonic, random.Random(1), lambda event: None)
    with ExitStack() as parts:
        bench = parts.enter_context(Bench(parse_bench({"devices": [simulated(kind)]}), tmp_path / "lines"))
        line = LineSpec("serial", {"port": str(bench.link("led")), "baud": 57600})
        driver = build_device(DeviceSpec("led", kind, line, OPTIONS[kind]), env)
        driver.start()
        parts.callback(driver.stop)
        yield bench, driver


def shows(bench: Bench) -> dict[str, str]:
    return {area["id"]: (area["text"] or "").strip() for area in bench.shown("led")["screens"]}


def reads(bench: Bench, **areas: str) -> None:
    def right(bench: Bench) -> bool:
        return {area: shows(bench)[area] for area in areas} == areas

    assert wait_for(bench, right, 60), (areas, shows(bench))


def test_a_card_shows_what_the_big_screen_shows(card: tuple[Bench, Driver], hall: SmallHall) -> None:
    bench, driver = card
    calls = LastCalls()
    hall.subscribers.append(calls)
    board = boards(hall, calls, driver)
    board.step()
    reads(bench, one="等候叫号", two="", queues="A 综合 还算不出", gone="过号请到服务台")
    reads(bench, notice="请保管好随身物品", clock="09:00")
    for window in "12":
        hall.issue("id-card")
        hall.do(c.OpenWindow(window, f"clerk-{window}"))
        hall.do(c.CallNext(window))
    board.step()
    reads(bench, one="A002 2号", two="A001 1号", queues="A 综合 没人排")
    hall.later(60)
    hall.do(c.Miss("1"))
    board.step()
    reads(bench, one="A002 2号", gone="过号，去服务台 A001", clock="09:01")


class Told:
    """A driver that remembers."""

    id = "led"

    def __init__(self) -> None:
        self.shown: dict[str, ScreenText] = {}

    def show(self, screen: str, text: ScreenText) -> None:
        self.shown[screen] = text


def test_of_many_calls_each_stands_there_and_the_newest_at_once() -> None:
    hall, calls, told = SmallHall(small_plan(windows=5)), LastCalls(), Told()
    hall.subscribers.append(calls)
    board = boards(hall, calls, told)  # type: ignore[arg-type]
    for n in range(1, 6):
        hall.issue("id-card")
        hall.do(c.OpenWindow(str(n), f"clerk-{n}"))
        hall.do(c.CallNext(str(n)))
    board.step()
    assert told.shown["one"] == ScreenText("A005 5号", lit=True)
    seen: set[str] = set()
    for _ in range(72):
        seen |= {told.shown[area].text for area in ("one", "two")}
        hall.later(0.25)
        board.step()
    assert seen >= {f"A00{n} {n}号" for n in range(1, 6)}
    hall.later(60)
    board.step()
    assert not told.shown["one"].lit


def test_a_zone_and_one_own_words(hall: SmallHall) -> None:
    calls, told = LastCalls(), Told()
    hall.subscribers.append(calls)
    hall.issue("id-card")
    hall.do(c.OpenWindow("1", "clerk-1"))
    hall.do(c.CallNext("1"))
    for zone, words in (("hall", "请A001号到1号窗口"), ("up", "等候叫号")):
        board = Board(zone=zone, calls=("one",), call="请{number}号到{window}号窗口")
        boards(hall, calls, told, board).step()  # type: ignore[arg-type]
        assert told.shown["one"].text == words


def test_a_closed_hall_says_until_when(hall: SmallHall) -> None:
    calls, told = LastCalls(), Told()
    hall.later(10 * 3600)
    boards(hall, calls, told).step()  # type: ignore[arg-type]
    assert told.shown["one"].text == "现未开放 11月24日 08:30 开始办理"
