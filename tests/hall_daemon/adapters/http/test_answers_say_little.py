"""Every answer of both listeners, good or bad, has what keeps a browser safe and says nothing of what it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.raw import Answer, RawReader, connected
from tests.hall_daemon.adapters.http.rights_scene import People, Somebody, everybody
from tests.hall_daemon.adapters.http.test_rights_table import request, table

PAGES = Path(__file__).resolve().parents[4] / "hall_daemon" / "pages"
# A server's name, a stack, a path of the machine, a line of SQL, an address in memory.
_TALK = re.compile(rb"(?i)uvicorn|starlette|python/|traceback|file \"|site-packages|/hall_daemon/|select |sqlite|0x7f")
_POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
_BROKEN = (
    b"HELO\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"PUT /api/v1/hall HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"OPTIONS /api/v1/hall HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /.git/config HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /static/..%2f..%2fetc HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{",
    b"GET /staff HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n",
)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    with live_hall(tmp_path_factory.mktemp("says") / "hall", gated=True, pages=PAGES) as running:
        yield running


def wrong(answer: Answer) -> list[str]:
    """What is not as it should be."""
    headers, found = answer.headers, []
    policy = headers.get("content-security-policy", "").split("; ")
    found += [part for part in _POLICY if part not in policy]
    if {word for part in policy for word in part.split()} & {"'unsafe-inline'", "'unsafe-eval'", "*"}:
        found.append("inline")
    for name, value in (
        ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer"),
    ):
        if headers.get(name) != value:
            found.append(f"{name} {headers.get(name)}")
    if "server" in headers or "x-powered-by" in headers:
        found.append("says what serves")
    if not headers.get("cache-control"):
        found.append("no cache-control")
    if answer.body and "content-type" not in headers:
        found.append("no content-type")
    if headers.get("access-control-allow-credentials"):
        found.append("lets other sites in")
    if talk := _TALK.search(answer.body):
        found.append(f"says {talk[0]!r}")
    return found


def told(asked: tuple[int, bytes]) -> str:
    """What is wrong with the answer to it, "" for nothing."""
    port, raw = asked
    with connected(port) as sock:
        sock.sendall(raw)
        answer = RawReader(sock).answer()
    said = wrong(answer)
    return f"{raw[:60]!r}: {answer.status} {said}" if said else ""


def test_every_answer(hall: LiveHall, tmp_path: Path) -> None:
    people = People(hall, tmp_path / "elsewhere")
    actors = [each for each in everybody(people) if each.state in ("valid", "no session", "forged")]
    asked: list[tuple[int, bytes]] = [(port, raw) for port in (hall.staff.port, hall.public.port) for raw in _BROKEN]
    for server in (hall.staff, hall.public):
        asked += [(server.port, request(row, who)) for who in actors for row in table(server.url) if not row.stream]
    with ThreadPoolExecutor(16) as pool:  # whoever asks too much in public waits for the answer
        found = [said for said in pool.map(told, asked) if said]
    people.close()
    assert found == []
    assert len(asked) > 800


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/hall", "/api/v1/tickets/A001/holder"])
def test_what_is_for_one_person_is_kept_nowhere(hall: LiveHall, tmp_path: Path, path: str) -> None:
    nobody = Somebody("nobody", "", (), frozenset())
    row = next(row for row in table(hall.staff.url) if row.path == path.replace("A001", "x") and row.method == "GET")
    with connected(hall.staff.port) as sock:
        sock.sendall(request(row, nobody))
        assert RawReader(sock).answer().headers["cache-control"] == "no-store"
