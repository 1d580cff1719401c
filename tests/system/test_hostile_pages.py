"""A page of somebody else's in the browser of a clerk who is logged in: on the same host at another port, on another
host, and under a name that leads to the hall (DNS rebinding). It presses nothing and reads nothing."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hall_daemon.adapters.accounts.proofs import hashed
from hall_daemon.domain import commands as c
from hall_daemon.staff.account import Account, Session
from tests.chromium import chromium
from tests.system.page_hall import PageHall

NAME = "evil.example"
PERSON = "张小三"

# What a page can send without asking, and with asking; what it could read of the answers.
_FETCHES = """async ([base, targets]) => {
  const read = [];
  for (const [method, path, body] of targets)
    for (const mode of ["no-cors", "cors"])
      for (const type of ["text/plain", "application/json"]) {
        if (method === "GET" && type !== "text/plain") continue;
        const how = {method, mode, credentials: "include", cache: "no-store"};
        if (method === "POST") { how.body = body; how.headers = {"Content-Type": type}; }
        try {
          const answer = await fetch(base + path, how);
          read.push([`${method} ${path}`, answer.type, answer.status, await answer.text()]);
        } catch (error) { read.push([`${method} ${path}`, "refused", 0, ""]); }
      }
  return read;
}"""
# A form is sent without asking anybody.
_FORM = """([base, path, body]) => {
  const frame = document.createElement("iframe");
  frame.name = `answer-${document.forms.length}`; document.body.append(frame);
  const form = document.createElement("form");
  Object.assign(form, {method: "POST", action: base + path, target: frame.name, enctype: "text/plain"});
  const field = document.createElement("input");
  field.name = body.slice(0, -1) + ', "x":"'; field.value = '"}';
  form.append(field); document.body.append(form); form.submit();
}"""
_FRAME = """(url) => new Promise(done => {
  const frame = document.createElement("iframe");
  frame.onload = () => { let read = ""; try { read = frame.contentDocument.body.innerText } catch { } done(read); };
  frame.src = url; document.body.append(frame);
})"""
_SCRIPT = """(url) => new Promise(done => {
  const script = document.createElement("script");
  script.onload = () => done("ran"); script.onerror = () => done("refused");
  script.src = url; document.body.append(script);
})"""
_STREAM = """(url) => new Promise(done => {
  const stream = new EventSource(url, {withCredentials: true});
  stream.onmessage = stream.onopen = () => { stream.close(); done("open"); };
  stream.onerror = () => { stream.close(); done("refused"); };
})"""
_SOCKET = """(url) => new Promise(done => {
  const socket = new WebSocket(url);
  socket.onopen = () => done("open"); socket.onerror = () => done("refused");
})"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = b"<!doctype html><title>You have won</title><body>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--host-resolver-rules=MAP {NAME} 127.0.0.1") as launched:
        yield launched


@pytest.fixture
def port() -> Iterator[int]:
    """Of the attacker's own server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def clerk(context: BrowserContext, hall: PageHall) -> Page:
    """A browser in which a clerk is logged in and works at window 1; a number waits whose holder is known."""
    token, now = secrets.token_urlsafe(32), hall.clock.now().wall
    account = Account(id=secrets.token_hex(8), number="1024", roles=("window",), changed=now)
    store = hall.deps.access.store
    store.put(account, Session(
        token=hashed(token), account=account.id, window="1", made=now, seen=now, origin="127.0.0.1"
    ))
    hall.do(c.OpenWindow("1", account.id))
    drawn = hall.issue("licence")
    subject = hall.deps.persons.put({"name": PERSON, "phone": "", "id_number": ""}, drawn.day)
    hall.do(c.NameHolder(drawn.ticket, subject))
    for host in ("127.0.0.1", "localhost", NAME):
        context.add_cookies([{
            "name": "hall_session", "value": token, "domain": host, "path": "/", "httpOnly": True,
            "sameSite": "Strict",
        }])
    page = context.new_page()
    page.goto(f"{hall.staff.url}/api/v1/hall")
    assert "queues" in page.inner_text("body"), "the clerk is logged in"
    return page


@contextmanager
def nothing_happens(hall: PageHall) -> Iterator[None]:
    before, sessions = hall.core.seq, dict(hall.deps.access.store.sessions)
    yield
    assert hall.core.seq == before
    assert dict(hall.deps.access.store.sessions) == sessions


TARGETS = [
    ["POST", "/api/v1/windows/1/call-next", "{}"],
    ["POST", "/api/v1/tickets", '{"service":"licence"}'],
    ["POST", "/api/v1/tickets/A001/cancel", "{}"],
    ["POST", "/api/v1/session/end", '{"everywhere":true}'],
    ["GET", "/api/v1/hall", ""],
    ["GET", "/api/v1/session", ""],
    ["GET", "/api/v1/tickets/A001", ""],
    ["GET", "/api/v1/tickets/A001/holder", ""],
    ["GET", "/staff", ""],
]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", NAME])
def test_a_page_elsewhere_presses_nothing_and_reads_nothing(
    clerk: Page, hall: PageHall, port: int, host: str
) -> None:
    clerk.goto(f"http://{host}:{port}/")
    for base in (hall.staff.url, f"http://localhost:{hall.staff.port}"):
        with nothing_happens(hall):
            read = clerk.evaluate(_FETCHES, [base, TARGETS])
            assert len(read) == 4 * 4 + 5 * 2
            assert [each for each in read if each[3] or each[1] not in ("opaque", "refused")] == []
            for _, path, body in TARGETS[:4]:
                with clerk.expect_response(base + path) as answered:
                    clerk.evaluate(_FORM, [base, path, body])
                assert answered.value.status == 403
            assert clerk.evaluate(_FRAME, f"{base}/staff") == ""
            assert clerk.evaluate(_SCRIPT, f"{base}/api/v1/session") == "refused"
            assert clerk.evaluate(_STREAM, f"{base}/api/v1/events") == "refused"
            assert clerk.evaluate(_SOCKET, f"ws://{urlsplit(base).netloc}/api/v1/events") == "refused"


def test_a_name_that_leads_to_the_hall_is_told_that_it_is_none_of_ours(clerk: Page, hall: PageHall) -> None:
    """The page has the origin of the hall's own port, and the cookie: only the name gives it away."""
    base = f"http://{NAME}:{hall.staff.port}"
    with nothing_happens(hall):
        assert clerk.goto(f"{base}/staff").status == 421  # type: ignore[union-attr]
        read = clerk.evaluate(_FETCHES, [base, TARGETS])
        assert {each[2] for each in read} == {421}
        assert not [each for each in read if PERSON in each[3] or "A001" in each[3] or "queues" in each[3]]


def test_the_public_pages_of_another_name_cancel_nothing(clerk: Page, hall: PageHall, port: int) -> None:
    """Whoever has a link may cancel from the page of the hall, and from no other one."""
    token = hall.issue("licence").token
    cancel = ["POST", f"/api/v1/tickets/by-token/{token}/cancel", "{}"]
    clerk.goto(f"http://127.0.0.1:{port}/")
    with nothing_happens(hall):
        read = clerk.evaluate(_FETCHES, [hall.public.url, [cancel]])
        assert [each for each in read if each[3] or each[1] not in ("opaque", "refused")] == []
