"""A small real HTTP server in place of the hall: answers what a test tells it, remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import msgspec

from hall_daemon.wire import messages as m
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.problems import problem
from kiosk_ui.samples import hall, issued, ticket


class Asked(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """`hang_up` closes the line without a word; `gate`, when set, is waited for first."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    hang_up: bool = False
    gate: threading.Event | None = None


def said(body: msgspec.Struct, status: int = 200, **headers: str) -> Answer:
    return Answer(status, msgspec.json.encode(body), tuple(headers.items()))


def refusal(code: str, **facts: object) -> Answer:
    told = problem(code, facts)
    return said(told, told.status)


@dataclass
class TinyHall:
    """`answers` by method and path; the last one stays. Numbers are drawn once for each key, as in a real hall."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    drawn: dict[str, m.Issued] = field(default_factory=dict)
    view: m.HallView = field(default_factory=hall)
    tickets: dict[str, m.TicketView] = field(default_factory=dict)
    kiosks: dict[str, KioskSettings] = field(default_factory=lambda: {"kiosk-1": KioskSettings(printer="printer-1")})
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, *answers: Answer) -> None:
        self.answers[method, path] = list(answers)

    def reply(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            told = self.answers.get((asked.method, asked.path))
            if told:
                return told.pop(0) if len(told) > 1 else told[0]
            return self._by_itself(asked)

    def _by_itself(self, asked: Asked) -> Answer:
        if asked.path == "/api/v1/hall":
            if asked.headers.get("If-None-Match") == 'W/"1"':
                return Answer(304)
            return said(self.view, ETag='W/"1"')
        if asked.path.startswith("/api/v1/kiosks/"):
            id_ = asked.path.removeprefix("/api/v1/kiosks/")
            known = self.kiosks.get(id_)
            return said(known) if known else refusal("unknown_kiosk", kiosk=id_, known=", ".join(self.kiosks))
        if asked.path == "/api/v1/tickets":
            number = f"A{11 + len(self.drawn) + 1:03}"
            key = asked.headers.get("Idempotency-Key", "")
            drawn = self.drawn.setdefault(key, issued(number=number, ticket=f"2026-11-23-{number}"))
            self.tickets.setdefault(drawn.ticket, ticket(number=drawn.number, ticket=drawn.ticket))
            return said(drawn, 201)
        name = asked.path.removeprefix("/api/v1/tickets/")
        if asked.method == "POST":
            ref, _, key = name.rpartition("/")
            found = self.tickets[ref]
            over = {"state": "cancelled", "ahead": None, "can": ()} if key == "cancel" else {}
            self.tickets[ref] = ticket(number=found.number, ticket=found.ticket, **over)
            event = "TicketCancelled" if key == "cancel" else "TicketReturned"
            return said(m.Done(window=None, ticket=found.ticket, number=found.number, events=(event,), seq=9))
        view = self.tickets.get(name) or self.tickets.get(f"2026-11-23-{name}")
        return said(view) if view else refusal("unknown_ticket", ticket=name)

    def posts(self) -> list[Asked]:
        """What its person had it do; that nothing of a session is left it says by itself."""
        return [asked for asked in self.asked if asked.method == "POST" and not asked.path.endswith("/forget")]


@contextmanager
def tiny_hall(port: int = 0, told: TinyHall | None = None) -> Iterator[TinyHall]:
    """Serve on loopback; on leaving every connection is closed, as when a daemon is killed."""
    here = told or TinyHall()
    connections: list[Callable[[], None]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            self.connection.settimeout(20)
            connections.append(lambda: _close(self))

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            answer = here.reply(asked)
            if answer.gate is not None:
                answer.gate.wait(20)
            if answer.hang_up:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = handle_any

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a kiosk that goes while it is answered is part of the test

    server = Server(("127.0.0.1", port), Handler)
    here.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="tiny-hall")
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
        for close in connections:
            close()


def _close(handler: BaseHTTPRequestHandler) -> None:
    try:
        handler.connection.shutdown(2)
    except OSError:
        pass
