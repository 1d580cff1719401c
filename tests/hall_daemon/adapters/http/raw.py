"""A bare socket for what no decent client would send, and a reader of server-sent events."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

TIMEOUT_S = 15


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["code"])


@contextmanager
def connected(port: int, *, receive_buffer: int | None = None, source: str = "") -> Iterator[socket.socket]:
    with socket.socket() as sock:
        sock.settimeout(TIMEOUT_S)
        sock.bind((source, 0))
        if receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.connect(("127.0.0.1", port))
        yield sock


class RawReader:
    """Reads whole answers off a socket, one after another."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._kept = b""

    def answer(self) -> Answer:
        head = self._until(b"\r\n\r\n").decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines if line)}
        length = int(headers.get("content-length", 0))
        while len(self._kept) < length:
            self._more()
        body, self._kept = self._kept[:length], self._kept[length:]
        return Answer(int(first.split()[1]), headers, body)

    def at_end(self) -> bool:
        """The other side closed, and nothing was left to read."""
        return not self._kept and self._sock.recv(1) == b""

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._kept:
            self._more()
        found, self._kept = self._kept.split(mark, 1)
        return found

    def _more(self) -> None:
        part = self._sock.recv(65536)
        if not part:
            raise EOFError(f"closed after {self._kept!r}")
        self._kept += part


class Event(NamedTuple):
    id: int | None
    kind: str
    data: dict[str, Any]


class EventReader:
    """A stream's events as a browser would see them. `last_id` is what it would send as Last-Event-ID."""

    def __init__(
        self, port: int, path: str, *,
        last_id: int | None = None, receive_buffer: int | None = None, headers: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.last_id = last_id
        self.comments = 0
        self.head = ""
        self._sock = socket.socket()
        self._sock.settimeout(TIMEOUT_S)
        if receive_buffer is not None:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._sock.connect(("127.0.0.1", port))
        if tls is not None:
            self._sock = tls.wrap_socket(self._sock, server_hostname="localhost")
        resume = f"Last-Event-ID: {last_id}\r\n" if last_id is not None else ""
        resume += "".join(f"{name}: {said}\r\n" for name, said in (headers or {}).items())
        self._sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{resume}\r\n".encode())
        self._file = self._sock.makefile("rb")
        lines = iter(self._file.readline, b"\r\n")
        self.head = b"".join(lines).decode()
        self._text = self._decoded()

    def __enter__(self) -> EventReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self._sock.close()

    def _decoded(self) -> Iterator[str]:
        """Lines of the body: chunks of the transfer coding put together."""
        kept = ""
        while size := int(self._file.readline().strip() or b"0", 16):
            kept += self._file.read(size).decode()
            self._file.readline()
            *whole, kept = kept.split("\n")
            yield from whole

    def __iter__(self) -> Iterator[Event]:
        """Events until the stream ends in good order."""
        fields: dict[str, str] = {}
        for line in self._text:
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                if "id" in fields:
                    self.last_id = int(fields["id"])
                if "data" in fields:
                    number = int(fields["id"]) if "id" in fields else None
                    yield Event(number, fields.get("event", "message"), json.loads(fields["data"]))
                fields = {}
