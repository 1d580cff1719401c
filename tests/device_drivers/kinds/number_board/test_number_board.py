"""Number boards: the vendor's frame, noise, which number of a text is shown, and a whole bus on a real line."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import BadField
from device_drivers.kinds.number_board.codec import LENGTH, BoardFrame, decode_board, encode_board
from device_drivers.kinds.number_board.link import BoardEncoder, BoardScreen
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.ports import Screens, ScreenText
from device_drivers.registry import build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from hall_daemon.config import bench, load
from tests.bench_watch import wait_for
from tests.conftest import ROOT

# The vendor's own example: board 5 shows 999.
PUBLISHED = bytes.fromhex("05 03 E7 EF")
BOARDS = [{"id": "board-1", "address": 1}, {"id": "board-2", "address": 2, "digits": 3, "idle": 8}]
TABLE = """
[devices.boards]
kind = "number-board"
line = { kind = "serial", port = "/dev/serial/by-id/boards" }
screens = [{ id = "board-1", address = 1 }, { id = "board-2", address = 2, digits = 3 }]
"""

frames = st.builds(BoardFrame, st.integers(0, 0xFF), st.integers(0, 0xFFFF))


def test_the_frame_of_the_vendor() -> None:
    assert encode_board(BoardFrame(5, 999)) == PUBLISHED
    assert decode_board(PUBLISHED) == (BoardFrame(5, 999), 4)


@given(frames, st.binary(max_size=5))
def test_a_frame_comes_back(frame: BoardFrame, rest: bytes) -> None:
    assert decode_board(encode_board(frame) + rest) == (frame, LENGTH)


@pytest.mark.parametrize("frame", [BoardFrame(256, 0), BoardFrame(-1, 0), BoardFrame(1, 65_536), BoardFrame(1, -1)])
def test_what_does_not_fit_is_refused(frame: BoardFrame) -> None:
    with pytest.raises(BadField, match=r"expected 0\.\.255 and 0\.\.65535"):
        encode_board(frame)


def test_a_frame_behind_noise_is_found() -> None:
    stream = FrameStream(decode_board, LENGTH)
    assert stream.feed(b"\x55\x01" + PUBLISHED) == [BoardFrame(5, 999)]
    assert stream.skipped == 2
    assert stream.feed(PUBLISHED[:3]) == []
    assert stream.feed(PUBLISHED[3:]) == [BoardFrame(5, 999)]


@pytest.mark.parametrize(
    ("text", "shown", "cut"),
    [
        ("请A023号办理", 23, 0),
        ("请A023号到3号窗口", 23, 0),
        ("正在办理B1002", 1002, 0),
        ("C120045", 45, 1),
        ("等候叫号", 7, 0),
        ("", 7, 0),
        ("请A０２３号", 7, 0),
    ],
)
def test_the_number_of_a_text(text: str, shown: int, cut: int) -> None:
    encoder = BoardEncoder([BoardScreen("board-1", 1, digits=4, idle=7)])
    assert encoder.encode("board-1", ScreenText(text)) == encode_board(BoardFrame(1, shown))
    assert encoder.counters == {"numbers_cut": cut}


def test_a_bus_of_boards_on_a_real_line(tmp_path: Path, wait_until: Callable[[Callable[[], object]], None]) -> None:
    entry = {"id": "boards", "kind": "number-board", "screens": [
        {"id": "board-1", "address": 1}, {"id": "board-2", "address": 2, "digits": 3}]}
    with Bench(parse_bench({"devices": [entry]}), tmp_path / "lines") as simulated:
        line = LineSpec("serial", {"port": str(simulated.link("boards"))})
        spec = DeviceSpec("boards", "number-board", line, {"screens": BOARDS, "gap_ms": 1})
        driver: Any = build_device(spec, Environment(time.monotonic, random.Random(1)))
        boards: Screens = driver
        boards.start()
        try:
            boards.show("board-1", ScreenText("请A023号办理", lit=True))
            boards.show("board-2", ScreenText("等候叫号"))
            assert wait_for(simulated, lambda seen: texts(seen) == ["  23", "  8"])
            simulated.fault("boards", "unplug")
            assert texts(simulated) == [None, None]
            boards.show("board-1", ScreenText("请A024号办理", lit=True))
            simulated.fault("boards", "plug")
            assert wait_for(simulated, lambda seen: texts(seen) == ["  24", "  8"])
            wait_until(lambda: all(state.desired == state.reported for state in boards.screens()))
        finally:
            boards.stop()


def texts(seen: Bench) -> list[str | None]:
    return [screen["text"] for screen in seen.shown("boards")["screens"]]


def test_two_boards_with_one_address_are_refused_at_the_second() -> None:
    twins = [{"id": "a", "address": 1}, {"id": "b", "address": 1}]
    spec = DeviceSpec("boards", "number-board", LineSpec("serial", {"port": "/dev/null"}), {"screens": twins})
    with pytest.raises(BadOption) as refused:
        build_device(spec, Environment(time.monotonic, random.Random(1)))
    assert refused.value.key == "screens[1].address"


def test_a_window_of_the_hall_may_have_a_board(tmp_path: Path) -> None:
    hall = (ROOT / "config" / "hall.toml").read_text(encoding="utf-8")
    path = tmp_path / "hall.toml"
    path.write_text(hall.replace('screens = ["strip-1"]', 'screens = ["strip-1", "board-1"]') + TABLE, encoding="utf-8")
    settings = load(path)
    assert settings.bindings.windows["screens"]["board-1"] == settings.bindings.windows["screens"]["strip-1"]
    assert settings.bindings.devices["screens"]["board-2"] == "boards"
    (entry,) = (entry for entry in bench(settings) if entry["id"] == "boards")
    assert entry["screens"] == [
        {"id": "board-1", "address": 1, "digits": 4, "label": "1号窗口"},
        {"id": "board-2", "address": 2, "digits": 3, "label": ""},
    ]
