"""What we override of uvicorn is private to it: it exists in the pinned version, in the same shape, and is called.

A newer uvicorn that renames one of these would leave a bound off without a word; this says so instead.
"""

from __future__ import annotations

import asyncio
import inspect
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from hall_daemon.web import server as server_module
from hall_daemon.web.connection import HallConnection
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall

# What httptools itself calls, when the protocol has it; asyncio calls the others of Protocol.
PARSER_CALLS = ("on_message_begin", "on_url", "on_header", "on_message_complete")
SERVER = server_module._Uvicorn
OF_SERVER = ("main_loop", "on_tick", "shutdown", "startup")


def overridden(ours: type, base: type) -> list[str]:
    return sorted(name for name in vars(ours) if hasattr(base, name) and inspect.isfunction(vars(ours)[name]))


CONNECTION = [name for name in overridden(HallConnection, HttpToolsProtocol) if name != "__init__"]


@pytest.mark.parametrize("name", ["_start_asgi_task", "_unset_keepalive_if_required", *CONNECTION])
def test_the_connection_has_what_is_overridden(name: str) -> None:
    """`_start_asgi_task` is absent before 0.47: an override of it would be ours alone and never called."""
    assert hasattr(HttpToolsProtocol, name), f"uvicorn {uvicorn.__version__} has no {name}"
    ours = inspect.signature(getattr(HallConnection, name)).parameters
    theirs = inspect.signature(getattr(HttpToolsProtocol, name)).parameters
    assert len(ours) == len(theirs)


def test_all_of_them_are_known() -> None:
    assert CONNECTION == [
        "_start_asgi_task", "connection_lost", "connection_made", "data_received",
        "on_header", "on_headers_complete", "on_message_begin", "on_message_complete",
        "on_response_complete", "on_url",
    ]
    assert tuple(name for name in overridden(SERVER, uvicorn.Server) if name != "__init__") == OF_SERVER


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    calls: Counter[str] = Counter()

    def counting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **named: Any) -> Any:
            calls[name] += 1
            return method(self, *args, **named)

        return call

    for name in CONNECTION:
        monkeypatch.setattr(HallConnection, name, counting(name, getattr(HallConnection, name)))
    for name in OF_SERVER:
        monkeypatch.setattr(SERVER, name, counting(name, getattr(SERVER, name)))
    return calls


def test_every_override_is_called_by_a_request(
    counted: Counter[str], tmp_path: Path, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    with live_hall(tmp_path / "hall") as hall:
        assert requests.get(hall.staff.url + "/healthz", timeout=5).status_code == 200
        wait_until(lambda: set(counted) >= {*CONNECTION, "main_loop", "on_tick", "startup"})
    assert counted["shutdown"] == 2, "one of each listener"
    assert counted["_start_asgi_task"] == counted["on_message_begin"] == counted["on_message_complete"] == 1


def test_a_listener_ends_with_and_without_somebody_there(tmp_path: Path) -> None:
    """Both ways of `shutdown`: uvicorn's own, which waits for who is connected, and ours, which has nobody to wait for.
    What `main_loop` and it use is there."""
    assert {"server_state", "should_exit"} <= vars(uvicorn.Server(uvicorn.Config("x"))).keys()
    with live_hall(tmp_path / "hall") as hall, requests.Session() as visitor:
        assert visitor.get(hall.staff.url + "/healthz", timeout=5).status_code == 200
        for listener in (hall.staff, hall.public):
            port = listener.port
            listener.stop()
            with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
                pass
        with pytest.raises(requests.ConnectionError):
            visitor.get(hall.staff.url + "/healthz", timeout=5)


def test_the_cycle_has_what_a_reply_in_one_write_uses(tmp_path: Path) -> None:
    """The reply is written by us with names of uvicorn's cycle and protocol; each is there while a request runs."""
    seen: list[RequestResponseCycle] = []
    connections: list[HallConnection] = []
    original = HallConnection.answer

    def answer(self: HallConnection, *args: Any) -> bool:
        assert self._running is not None
        seen.append(self._running)
        connections.append(self)
        return original(self, *args)

    with pytest.MonkeyPatch.context() as patch, live_hall(tmp_path / "hall") as hall:
        patch.setattr(HallConnection, "answer", answer)
        _ask(hall)
    (cycle,), (connection,) = seen, connections
    for name in ("response_started", "response_complete", "disconnected", "keep_alive", "waiting_for_100_continue",
                 "message_event", "default_headers", "scope", "on_response"):
        assert hasattr(cycle, name), f"uvicorn {uvicorn.__version__}: a cycle has no {name}"
    assert isinstance(cycle.message_event, asyncio.Event)
    assert cycle.response_complete is True, "the reply went uvicorn's way: answer() was declined"
    for name in ("flow", "parser", "transport", "connections", "cycle", "loop"):
        assert hasattr(connection, name)
    assert isinstance(connection.flow.write_paused, bool)


def _ask(hall: LiveHall) -> None:
    found = requests.get(hall.staff.url + "/healthz", timeout=5)
    assert found.status_code == 200
    assert found.json()["status"] == "ok"
