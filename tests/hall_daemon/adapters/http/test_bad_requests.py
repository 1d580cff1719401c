"""What is sent wrongly: each gets a clear answer that says where, and the hall goes on."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hall_daemon.domain.decide import Refused
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.raw import RawReader, connected

JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def nothing_is_recorded(hall: LiveHall) -> Iterator[None]:
    """None of these requests leaves an event, and the hall still draws numbers afterwards."""
    before = hall.core.seq
    yield
    assert hall.core.seq == before
    drawn = requests.post(hall.staff.url + "/api/v1/tickets", json={"service": "tax"}, timeout=5)
    assert drawn.status_code == 201


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "1 to 8"),
        (b"not json", "byte 4"),
        (b"{", "truncated"),
        (b'{"service": "idcard",}', "byte"),
        (b'{"service": "\xff"}', "utf-8"),
        (b"null", "Expected `object`"),
        (b"[]", "Expected `object`"),
        (b'"idcard"', "Expected `object`"),
        (b'{"service": 1}', "`$.service`"),
        (b'{"service": ""}', "`$.service`"),
        (b'{"service": "a b"}', "`$.service`"),
        (b'{"service": "' + b"x" * 65 + b'"}', "`$.service`"),
        (b'{"services": "idcard"}', "`$.services`"),
        (b'{"services": []}', "`$.services`"),
        (b'{"services": ["idcard", 2]}', "`$.services[1]`"),
        (b'{"service": "idcard", "services": ["permit"]}', "not both"),
        (b'{"service": "idcard", "class": "boss"}', "`$.class`"),
        (b'{"service": "idcard", "colour": "red"}', "`colour`"),
        (b'{"service": "idcard", "channel": "\\u0000"}', "`$.channel`"),
        (b'{"service": "idcard", "channel": "Zhang_San"}', "`$.channel`"),
        (b'{"service": "idcard", "slot": {}}', "`from` - at `$.slot`"),
        (b'{"service": "idcard", "slot": {"from": "now", "to": "later"}}', "slot.from"),
        (b'{"service": "idcard", "slot": {"from": "2026-11-22T10:00:00", "to": "2026-11-22T11:00:00"}}', "slot.from"),
        (b'{"service": "idcard", "slot": {"from": "2026-11-22T10:00:00Z", "to": "2026-11-22T09:00:00Z"}}', "before"),
        (b'{"service": "idcard", "slot": {"from": "0001-01-01T00:00:00+23:00", "to": "x"}}', "slot."),
        (b"[" * 16_000, "Expected `object`"),
        (b'{"a":' * 3_000, "unknown field"),
        (b'{"service": ' + b"1" * 9_000 + b"}", "`$.service`"),
    ],
)
def test_a_wrong_body_is_told_where_it_is_wrong(staff: CheckedClient, data: bytes, says: str) -> None:
    answer = staff.post("/api/v1/tickets", data=data, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("windows/1/open", {}),
        ("windows/1/open", {"staff": ""}),
        ("windows/1/open", {"staff": "a\nb"}),
        ("windows/1/open", {"staff": "1024\n"}),
        ("windows/1/open", {"staff": "张三"}),
        ("windows/1/open", {"staff": "Zhang San"}),
        ("windows/1/pause", {}),
        ("windows/1/call", {"ticket": "A001"}),
        ("windows/1/recall", {"loud": True}),
        ("tickets/A001/transfer", {"keep": "forever"}),
        ("tickets/A001/slip", {}),
    ],
)
def test_a_press_with_a_wrong_body_does_nothing(staff: CheckedClient, path: str, body: Any) -> None:
    answer = staff.post(f"/api/v1/{path}", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")


@pytest.mark.parametrize("size", [16_385, 1_000_000])
def test_a_large_body_is_refused(staff: CheckedClient, size: int) -> None:
    answer = staff.post("/api/v1/tickets", data=b"x" * size, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "16384" in answer.json()["detail"]


def test_a_large_body_in_chunks_is_refused(staff: CheckedClient) -> None:
    answer = staff.post("/api/v1/tickets", data=iter([b" " * 10_000] * 100), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_large_body_is_refused_before_it_is_sent(hall: LiveHall) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(b"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n{")
        answer = RawReader(sock).answer()
    assert (answer.status, answer.code) == (413, "too_large")
    assert answer.headers["connection"] == "close"


def test_a_client_that_asks_first_is_told_no(hall: LiveHall) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(
            b"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"Content-Length: 1000000\r\n\r\n"
        )
        reader = RawReader(sock)
        assert reader.answer().status == 413
        assert reader.at_end()


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS on a plain port
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /api/v1/tickets HTTP/1.1\r\nContent-Length: nine\r\n\r\n",
        b"POST /api/v1/tickets HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}",
        b"GET http://[bad/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://elsewhere.example/api/v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /大厅 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
        b"POST /api/v1/tickets HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http_is_told_so_and_cut(hall: LiveHall, data: bytes) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(data)
        reader = RawReader(sock)
        answer = reader.answer()
        assert (answer.status, answer.code) in {(400, "bad_request"), (404, "not_found")}


@pytest.mark.parametrize("junk", [b"GET /" + b"a" * 20_000, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 6_000])
def test_a_head_without_end_is_cut(hall: LiveHall, junk: bytes) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(junk)
        answer = RawReader(sock).answer()
    assert (answer.status, answer.code) == (431, "head_too_large")


def test_an_upgrade_is_answered_as_http(hall: LiveHall) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert RawReader(sock).answer().status == 200


def test_requests_in_one_packet_are_answered_in_order(hall: LiveHall) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
            b"GET /api/v1/queues HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        reader = RawReader(sock)
        assert [reader.answer().status for _ in range(3)] == [200, 404, 200]


_ASKED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
_BROKEN_BODY = b"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"


@pytest.mark.parametrize("broken", [b"\x00", b"GET / HTTP/1.1\r\n\r\n", _BROKEN_BODY, b"GET /" + b"a" * 20_000])
@pytest.mark.parametrize("before", [1, 3])
def test_what_is_no_request_is_told_so_after_the_answers_before_it(hall: LiveHall, before: int, broken: bytes) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(_ASKED * before + broken)
        reader = RawReader(sock)
        assert [reader.answer().status for _ in range(before)] == [200] * before
        assert reader.answer().status in (400, 431)
        assert reader.at_end()


def test_a_request_that_is_answered_before_its_body_is_answered_once(hall: LiveHall) -> None:
    with connected(hall.staff.port) as sock:
        sock.sendall(_BROKEN_BODY.replace(b"tickets", b"nothing").removesuffix(b"zz\r\n"))
        reader = RawReader(sock)
        assert reader.answer().status == 404
        sock.sendall(b"zz\r\n")
        assert reader.at_end()


@pytest.mark.parametrize("line", [b"GET /healthz", b"GET /healthz HTTP/2.0", b"GET /healthz HTTP/0.9"])
def test_only_http_1_is_spoken(hall: LiveHall, line: bytes) -> None:
    assert _first_line(hall, line + b"\r\nHost: localhost\r\n\r\n") == b"HTTP/1.1 400 Bad Request"


def test_a_connection_lives_on_after_a_refusal(hall: LiveHall) -> None:
    with connected(hall.staff.port) as sock:
        reader = RawReader(sock)
        for body, status in ((b"nonsense", 400), (b'{"service":1}', 422), (b'{"service":"nope"}', 404)):
            head = f"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
            sock.sendall(head.encode() + body)
            assert reader.answer().status == status


def test_a_body_that_comes_byte_by_byte_is_read(hall: LiveHall) -> None:
    body = b'{"service":"nope"}'
    with connected(hall.staff.port) as sock:
        sock.sendall(b"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body))
        for byte in body:
            sock.sendall(bytes([byte]))
        answer = RawReader(sock).answer()
    assert (answer.status, answer.code) == (404, "unknown_service")


def test_a_client_that_goes_in_the_middle_of_its_body_does_no_harm(hall: LiveHall) -> None:
    for _ in range(20):
        with connected(hall.staff.port) as sock:
            sock.sendall(b'POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{"service"')
    assert requests.get(hall.staff.url + "/healthz", timeout=5).status_code == 200


def test_a_client_that_goes_with_requests_under_way_does_no_harm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked, go_on = threading.Semaphore(0), threading.Semaphore(0)

    def explain(ticket: str, before: str) -> Refused:
        asked.release()
        assert go_on.acquire(timeout=10)
        return Refused("no_explanation", {"ticket": ticket})

    with live_hall(tmp_path / "hall", explain=explain) as other:
        with connected(other.staff.port) as sock:
            sock.sendall(b"GET /api/v1/tickets/A001/why HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
            assert asked.acquire(timeout=10)
            go_on.release()
            assert RawReader(sock).answer().status == 404
            # The second one runs, the third one waits behind it.
            assert asked.acquire(timeout=10)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leave with a reset
        for _ in range(3):
            assert requests.get(other.staff.url + "/healthz", timeout=5).status_code == 200
        go_on.release(2)  # as many as may still ask
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize("key", ["x" * 65, "", "with space", "名"])
def test_a_key_must_be_1_to_64_visible_characters(staff: CheckedClient, key: str) -> None:
    answer = staff.post("/api/v1/tickets", {"service": "idcard"}, headers={"Idempotency-Key": key.encode()})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_key")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_web_site_cannot_press(staff: CheckedClient, headers: dict[str, str]) -> None:
    answer = staff.post("/api/v1/windows/1/call-next", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


def test_the_own_page_can(staff: CheckedClient) -> None:
    headers = {"Origin": staff.base, "Sec-Fetch-Site": "same-origin"}
    answer = staff.post("/api/v1/windows/1/finish", headers=headers)
    assert answer.json()["code"] == "nobody_at_window"


@pytest.mark.parametrize("path", ["/api/v1/tickets/A404", "/api/v1/tickets/A404/history", "/api/v1/windows/404",
                                  "/api/v1/queues/404", "/api/v1/tickets/" + "x" * 200, "/api/v1/tickets/%00%ff",
                                  "/api/v1/", "/api/v2/hall", "/api/v1/hall/", "/static/../etc/passwd",
                                  "/static/%2e%2e/secret", "//", "/api/v1/tickets/a%2Fb"])
def test_what_is_not_there_is_404(staff: CheckedClient, path: str) -> None:
    answer = staff.get(path)
    assert answer.status_code == 404
    assert len(answer.content) < 1000


@pytest.mark.parametrize("path", ["/api/v1/tickets/A001/why", "/api/v1/events", "/api/v1/efficiency"])
def test_more_query_fields_than_anybody_needs_are_a_problem(staff: CheckedClient, path: str) -> None:
    answer = staff.get(path + "?" + "&".join("a=" for _ in range(22)))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")
    assert "at most 20 query fields" in answer.json()["detail"]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
    ],
)
def test_a_request_names_one_host(hall: LiveHall, head: bytes) -> None:
    assert _first_line(hall, head) == b"HTTP/1.1 400 Bad Request"


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Origin", "Sec-Fetch-Site", "X-Hall-Page",
                                  "Idempotency-Key", "Content-Type"])
def test_what_says_who_asks_is_said_once(hall: LiveHall, name: str) -> None:
    head = f"GET /healthz HTTP/1.1\r\nHost: localhost\r\n{name}: a\r\n{name.lower()}: b\r\n\r\n"
    assert _first_line(hall, head.encode()) == b"HTTP/1.1 400 Bad Request"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\x00", b"\r\n "])
def test_a_value_with_the_end_of_a_line_in_it_is_no_header_of_its_own(hall: LiveHall, end: bytes) -> None:
    """Refused, or read as one value: the hall never takes what follows for a second request or header."""
    with connected(hall.staff.port) as sock:
        sock.sendall(
            b"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: a" + end
            + b"X-Hall-Client: kiosk:other\r\nContent-Length: 2\r\n\r\n{}"
        )
        answer = RawReader(sock).answer()
    assert (answer.status, answer.code) in {(400, "bad_request"), (400, "bad_key"), (422, "bad_services")}


def test_an_old_client_may_name_none(hall: LiveHall) -> None:
    assert _first_line(hall, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


def _first_line(hall: LiveHall, head: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", hall.staff.port), timeout=5) as sock:
        sock.sendall(head)
        return sock.makefile("rb").readline().strip()
