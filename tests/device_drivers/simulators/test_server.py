"""The HTTP side: what it shows, what it takes, and how it says no."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from device_drivers.simulators.bench import Bench
from device_drivers.simulators.server import BODY_LIMIT, PageServer, page_html

_WITHIN_S = 5.0


@pytest.fixture
def url(bench: Bench) -> Iterator[str]:
    server = PageServer(bench)
    server.bind()
    server.start()
    yield server.url
    server.stop()


def post(url: str, path: str, body: object) -> requests.Response:
    return requests.post(url + path, json=body, timeout=_WITHIN_S)


def test_it_shows_what_the_bench_shows(url: str, bench: Bench) -> None:
    answer = requests.get(url + "api/devices", timeout=_WITHIN_S)
    assert answer.headers["content-type"] == "application/json"
    assert [device["id"] for device in answer.json()["devices"]] == ["strips", "pads", "printer-1"]
    one = requests.get(url + "api/devices/pads", timeout=_WITHIN_S).json()
    assert one["pads"][0]["label"] == "1号窗口"


def test_a_press_and_a_fault(url: str, bench: Bench) -> None:
    answer = post(url, "api/devices/pads/press", {"pad": "pad-1", "key": "call", "digits": None})
    assert answer.status_code == 202
    assert answer.json()["frame"] == "FF 68 03 03 68 01 01 0C 0E 16"
    answer = post(url, "api/devices/strips/fault", {"fault": "unplug", "for_s": None})
    assert answer.json()["plugged"] is False
    assert not bench.link("strips").exists()
    post(url, "api/devices/strips/fault", {"fault": "echo", "for_s": 60})
    answer = requests.delete(url + "api/devices/strips/fault?fault=unplug", timeout=_WITHIN_S)
    assert [entry["fault"] for entry in answer.json()["faults"]] == ["echo"]
    answer = requests.delete(url + "api/devices/strips/fault", timeout=_WITHIN_S)
    assert answer.json()["faults"] == []
    assert bench.link("strips").exists()


REFUSED: list[tuple[str, Any, int, str]] = [
    ("strip/fault", {"fault": "unplug"}, 404, "no device 'strip'"),
    ("strips/fault", {"fault": "paper_out"}, 422, "no fault 'paper_out' here"),
    ("strips/fault", {"fault": "unplug", "for_s": -1}, 422, "for_s: expected null or seconds"),
    ("strips/fault", {"fault": "unplug", "for_s": True}, 422, "for_s: expected null or seconds"),
    ("strips/fault", {"fault": "unplug", "for": 5}, 422, "unknown key 'for'"),
    ("strips/fault", ["unplug"], 400, "expected an object"),
    ("strips/fault", {}, 422, "fault: expected 1 to 64"),
    ("strips/press", {"pad": "pad-1", "key": "call"}, 404, "'strips' has no keys"),
    ("pads/press", {"pad": "pad-7", "key": "call"}, 422, "no 'pad-7' on this line"),
    ("pads/press", {"pad": "pad-1", "key": "sing"}, 422, "no key 'sing'"),
    ("pads/press", {"pad": "pad-1", "key": "call", "digits": "1a"}, 422, "expected a few digits"),
    ("pads/press", {"pad": "pad-1", "key": "call", "digits": 12}, 422, "digits: expected 1 to 64"),
]


@pytest.mark.parametrize(("path", "body", "status", "detail"), REFUSED)
def test_a_refusal_is_a_problem_that_says_why(url: str, path: str, body: object, status: int, detail: str) -> None:
    answer = post(url, f"api/devices/{path}", body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert detail in problem["detail"]


def test_bodies_are_bounded_and_json(url: str, bench: Bench) -> None:
    path = url + "api/devices/strips/fault"
    as_json = {"Content-Type": "application/json"}
    large = requests.post(path, b"[" * (BODY_LIMIT + 1), headers=as_json, timeout=_WITHIN_S)
    broken = requests.post(path, b"{", headers=as_json, timeout=_WITHIN_S)
    deep = requests.post(path, b"[" * 9000, headers=as_json, timeout=_WITHIN_S)
    form = requests.post(path, {"fault": "unplug"}, timeout=_WITHIN_S)
    assert [answer.status_code for answer in (large, broken, deep, form)] == [413, 400, 400, 415]
    assert bench.shown("strips")["plugged"] is True


def test_another_name_for_this_machine_is_refused(url: str) -> None:
    answer = requests.get(url, headers={"Host": "evil.example"}, timeout=_WITHIN_S)
    assert answer.status_code == 400


def test_it_listens_on_loopback_only(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_is_named(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 cannot be taken"):
            PageServer(bench, port).bind()


def test_the_page_is_one_file_without_anything_from_elsewhere(url: str) -> None:
    answer = requests.get(url, timeout=_WITHIN_S)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = answer.text
    assert page == page_html()
    assert "inline:" not in page
    for outside in ('<link rel="stylesheet', "<script src", "@import", "url(", "import "):
        assert outside not in page


def events(answer: requests.Response) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def test_the_stream_tells_the_whole_state_on_each_change(url: str, bench: Bench) -> None:
    with requests.get(url + "api/devices/events", stream=True, timeout=_WITHIN_S) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = events(answer)
        name, first = next(stream)
        assert (name, first["devices"][0]["plugged"]) == ("state", True)
        bench.fault("strips", "unplug")
        name, second = next(entry for entry in stream if entry[0] == "state")
        assert second["devices"][0]["plugged"] is False
        assert second["version"] > first["version"]
        assert next(stream)[0] == "beat", "a sign of life when nothing changes"


def test_many_changes_become_few_pictures(url: str, bench: Bench) -> None:
    with requests.get(url + "api/devices/events", stream=True, timeout=_WITHIN_S) as answer:
        stream = events(answer)
        _, first = next(stream)
        for _ in range(50):
            bench.fault("strips", "echo")
            bench.clear_faults("strips")
        bench.fault("strips", "silence")
        seen = []
        for name, state in stream:
            if name == "state":
                seen.append(state["version"])
                if [entry["fault"] for entry in state["devices"][0]["faults"]] == ["silence"]:
                    break
        assert seen == sorted(set(seen))
        assert seen[-1] - first["version"] > len(seen), "not one picture for each change"


def test_an_open_stream_does_not_hold_the_server(bench: Bench) -> None:
    server = PageServer(bench)
    server.bind()
    server.start()
    with requests.get(server.url + "api/devices/events", stream=True, timeout=_WITHIN_S) as answer:
        stream = events(answer)
        next(stream)
        server.stop()
        assert list(stream) == []
