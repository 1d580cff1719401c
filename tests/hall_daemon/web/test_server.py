"""Starting and stopping a listener, its health."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from hall_daemon.adapters.http import CannotListen, HttpServer
from hall_daemon.web.limits import STAFF_LIMITS
from hall_daemon.web.server import _listening_socket
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.raw import RawReader, connected


def another(hall: LiveHall, host: str, port: int) -> HttpServer:
    return HttpServer(hall.public._site, host, port, name="http-other", section="public")


def test_a_taken_port_is_named_with_what_to_do(hall: LiveHall) -> None:
    with pytest.raises(CannotListen) as caught:
        another(hall, "127.0.0.1", hall.staff.port).start()
    said = str(caught.value)
    assert f"port {hall.staff.port}" in said
    assert "another program has that port" in said
    assert "[public]" in said
    assert requests.get(hall.staff.url + "/healthz", timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("host", "port", "says"),
    [("192.0.2.1", 0, "no such address"), ("127.0.0.1", 70_000, "port"), ("no.such.name.invalid", 0, "address")],
)
def test_an_address_that_cannot_be_had(hall: LiveHall, host: str, port: int, says: str) -> None:
    with pytest.raises(CannotListen, match=says):
        another(hall, host, port).start()


def test_a_port_that_was_just_free_again_can_be_had(hall: LiveHall) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with _listening_socket("127.0.0.1", port, "http") as again:
        assert again.getsockname()[1] == port


def test_listeners_run_on_threads_of_their_own(hall: LiveHall) -> None:
    assert {"http", "http-public"} <= {thread.name for thread in threading.enumerate()}
    assert hall.staff.url == f"http://127.0.0.1:{hall.staff.port}"


def test_stopping_twice_is_stopping_once(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall") as hall:
        hall.staff.stop()
        hall.staff.stop()
        with pytest.raises(requests.ConnectionError):
            requests.get(hall.staff.url + "/healthz", timeout=5)
        assert requests.get(hall.public.url + "/healthz", timeout=5).status_code == 200


def test_a_listener_that_never_started_can_be_stopped(hall: LiveHall) -> None:
    idle = another(hall, "127.0.0.1", 0)
    idle.stop()
    assert idle.port == 0


@pytest.mark.parametrize(
    ("checks", "status", "said"),
    [
        ({"journal": "ok", "broker": "ok"}, 200, "ok"),
        ({"journal": "ok", "broker": "degraded: away since 10:02"}, 200, "degraded"),
        ({"journal": "failing: disk full", "broker": "degraded: away"}, 503, "failing"),
    ],
)
def test_health_is_as_good_as_its_worst_check(tmp_path: Path, checks: dict[str, str], status: int, said: str) -> None:
    with live_hall(tmp_path / "hall", health=lambda: checks) as hall:
        client = CheckedClient(hall.staff.url)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (status, said)
        assert answer.json()["checks"] == {**checks, "views": "ok"}
        assert answer.json()["version"] == "1.2.3"
        client.close()


def test_health_answers_while_the_core_does_not(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall", start_core=False) as hall:
        assert requests.get(hall.staff.url + "/healthz", timeout=5).json()["status"] == "ok"


def test_a_reply_in_one_write_has_the_heads_of_one_in_two(hall: LiveHall) -> None:
    """GET is written whole; HEAD goes the way of any ASGI server."""
    whole, apart = (ask(hall.staff.url + "/api/v1/hall", timeout=5) for ask in (requests.get, requests.head))
    assert whole.status_code == apart.status_code == 200
    assert apart.content == b""
    assert whole.headers.keys() == apart.headers.keys()
    for name in whole.headers.keys() - {"date", "content-length"}:
        assert whole.headers[name] == apart.headers[name]
    assert int(whole.headers["content-length"]) == len(whole.content)


def test_who_opens_hundreds_of_idle_connections_keeps_nobody_out(tmp_path: Path) -> None:
    limits = STAFF_LIMITS._replace(connections=64, connections_each=16)
    with live_hall(tmp_path / "hall", staff_limits=limits) as hall, ExitStack() as open_:
        for _ in range(100):
            idle = open_.enter_context(socket.socket())
            idle.bind(("127.0.0.9", 0))
            idle.connect(("127.0.0.1", hall.staff.port))
        for address in ("127.0.0.1", "127.0.0.9"):
            with socket.socket() as kiosk:
                kiosk.settimeout(5)
                kiosk.bind((address, 0))
                kiosk.connect(("127.0.0.1", hall.staff.port))
                kiosk.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert RawReader(kiosk).answer().status == 200, address


def test_an_address_whose_connections_are_all_busy_is_refused_another(tmp_path: Path) -> None:
    limits = STAFF_LIMITS._replace(connections_each=2)
    with live_hall(tmp_path / "hall", staff_limits=limits) as hall, ExitStack() as open_:
        streams = [open_.enter_context(connected(hall.staff.port)) for _ in range(2)]
        for stream in streams:
            stream.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert stream.recv(15) == b"HTTP/1.1 200 OK"
        with connected(hall.staff.port) as third:
            assert RawReader(third).answer().code == "crowded"
