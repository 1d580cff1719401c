"""AWTRIX clocks: numbers as apps, behind a broker and by HTTP."""

from __future__ import annotations

import http.server
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from device_drivers.codecs.message import read_message
from device_drivers.kinds.awtrix.codec import AWTRIX
from device_drivers.kinds.awtrix.link import AwtrixEncoder, Matrix
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.ports import ScreenText
from device_drivers.registry import build_device
from tests.bench_watch import wait_for


def test_a_number_and_no_hanzi() -> None:
    encoder = AwtrixEncoder([Matrix(id="a", prefix="p", app="w", text="No {number}")], by_http=False)
    call = read_message(encoder.encode("a", ScreenText("请A023号到3号窗口", lit=True)))
    assert (call.topic, call.retain) == ("p/custom/w", False)
    assert json.loads(call.payload) == {"text": "No A023", "color": "#FF0000", "noScroll": True, "lifetime": 600}
    assert read_message(encoder.encode("a", ScreenText("等候叫号"))).payload == b"", "the app goes"


def test_by_hand_what_the_matrix_would_drop_is_seen() -> None:
    data = AWTRIX.encode({"prefix": "p", "app": "w", "text": "请A023"})
    assert AWTRIX.decode(data).fields["text"] == "?A023"
    assert AWTRIX.decode(b'{"topic": "p/custom/w", "payload": {"text": "\xe8\xaf\xb7"}}').warnings
    assert AWTRIX.decode(AWTRIX.encode({"prefix": "p", "app": "w"})).fields["payload"] == ""


def test_behind_a_broker(on_bench: Callable[..., tuple[Any, Any]], wait_until: Any) -> None:
    driver, bench = on_bench("awtrix", {"screens": [{"id": "a", "prefix": "p"}, {"id": "b", "idle": "OPEN"}]})
    driver.show("a", ScreenText("请A023号办理", lit=True))
    driver.show("b", ScreenText("等候叫号"))

    def texts(seen: Any) -> list[str | None]:
        return [screen["text"] for screen in seen.shown("awtrix")["screens"]]

    assert wait_for(bench, lambda seen: texts(seen) == ["A023", "OPEN"])
    wait_until(lambda: all(state.desired == state.reported for state in driver.screens()))


class Clock(http.server.BaseHTTPRequestHandler):
    """The HTTP side of a matrix."""

    heard: ClassVar[list[tuple[str, bytes]]] = []
    status = 200

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer()

    def answer(self) -> None:
        self.send_response(type(self).status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def clock() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Clock)
    Clock.heard, Clock.status = [], 200
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def by_http(port: int, *ids: str) -> Any:
    line = LineSpec("http", {"host": "127.0.0.1", "port": port})
    options = {"screens": [{"id": id_, "app": id_} for id_ in ids]}
    return build_device(DeviceSpec("clock", "awtrix", line, options), Environment(time.monotonic, random.Random(1)))


def test_by_http(clock: int, started: Any, wait_until: Any) -> None:
    driver = started(by_http(clock, "w3"))
    driver.show("w3", ScreenText("请A023号办理", lit=True))
    wait_until(lambda: driver.screens()[0].reported is not None)
    ((path, body),) = Clock.heard
    assert (path, json.loads(body)["text"]) == ("/api/custom?name=w3", "A023")
    Clock.status = 500
    driver.show("w3", ScreenText("请A024号办理", lit=True))
    wait_until(lambda: driver.health().code == "http_refuses")
    Clock.status = 200
    wait_until(lambda: driver.screens()[0].reported == ScreenText("请A024号办理", lit=True))
    assert json.loads(Clock.heard[-1][1])["text"] == "A024"


def test_what_has_no_such_line_is_refused() -> None:
    with pytest.raises(BadOption, match="one matrix"):
        by_http(80, "a", "b")
    strips = DeviceSpec("s", "aabb-strip", LineSpec("http", {"host": "x"}), {"screens": [{"id": "a", "address": 1}]})
    with pytest.raises(BadOption, match=r"expected 'serial' or 'tcp' .*got 'http'"):
        build_device(strips, Environment(time.monotonic, random.Random(1)))
