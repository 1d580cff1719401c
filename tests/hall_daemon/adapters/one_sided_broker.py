"""A broker that can do little and does it wrong: for faults a real one does not show on demand. For tests."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from types import TracebackType

CONNACK, PUBACK, SUBACK = 0x20, 0x40, 0x90


class OneSidedBroker:
    """Serves one client after another. `connack` is its code for each connection in turn (the last one stays);
    `grants` its answers to subscriptions in turn, then 1; `acks` whether it acknowledges a publish."""

    def __init__(self, *, connack: tuple[int, ...] = (0,), grants: tuple[int, ...] = (), acks: bool = True) -> None:
        self.connections = 0
        self.published: list[str] = []
        self.subscribed: list[str] = []
        self._connack = deque(connack)
        self._grants = deque(grants)
        self._acks = acks
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self.port = self._listening.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="one-sided-broker")

    def __enter__(self) -> OneSidedBroker:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._listening.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                link, _ = self._listening.accept()
                self.connections += 1
                with link, contextlib.suppress(OSError):
                    link.settimeout(0.05)
                    self._serve(link)

    def _serve(self, link: socket.socket) -> None:
        held = b""
        while not self._stop.is_set():
            try:
                fresh = link.recv(65536)
            except TimeoutError:
                continue
            if not fresh:
                return
            held += fresh
            while (cut := _packet_end(held)) is not None:
                begins, ends = cut
                self._answer(link, held[0], held[begins:ends])
                held = held[ends:]

    def _answer(self, link: socket.socket, kind: int, body: bytes) -> None:
        if kind >> 4 == 1:  # CONNECT
            code = self._connack.popleft() if len(self._connack) > 1 else self._connack[0]
            link.sendall(bytes((CONNACK, 2, 0, code)))
        elif kind >> 4 == 8:  # SUBSCRIBE: mid, then one topic with its QoS
            self.subscribed.append(body[4:-1].decode())
            grant = self._grants.popleft() if self._grants else 1
            link.sendall(bytes((SUBACK, 3)) + body[:2] + bytes((grant,)))
        elif kind >> 4 == 3:  # PUBLISH at QoS 1
            length = int.from_bytes(body[:2], "big")
            self.published.append(body[2 : 2 + length].decode())
            if self._acks:
                link.sendall(bytes((PUBACK, 2)) + body[2 + length : 4 + length])


def _packet_end(held: bytes) -> tuple[int, int] | None:
    """Where the body of the first packet begins and ends, or None when it is not all there."""
    length = shift = 0
    for at in range(1, min(len(held), 5)):
        length |= (held[at] & 0x7F) << shift
        shift += 7
        if not held[at] & 0x80:
            return (at + 1, at + 1 + length) if len(held) >= at + 1 + length else None
    return None
