"""F25, small: phones flood the public page and hang on event streams while kiosks issue. Every issue is answered and
none is lost; streams that stand see every number. Prints the p99 of an issue; asserts no time."""

from __future__ import annotations

import re
import selectors
import socket
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from hall_daemon.rehearsal.hall_client import bearer
from tests.bench.client import percentile
from tests.drills.invariants import assert_sound, assert_whole
from tests.drills.stand import Hall, Stand, wait_until

KIOSKS, EACH = 4, 50
STAFF_STREAMS, PUBLIC_STREAMS = 10, 40
FLOODERS = 4
SEEN_S = 20.0


class Streams:
    """Event streams that are read by one thread; `ids` are the events each of them saw."""

    def __init__(self, addresses: list[tuple[str, str]], proof: dict[str, str]) -> None:
        self._over = threading.Event()
        self._selector = selectors.DefaultSelector()
        self.read: list[bytearray] = []
        for url, path in addresses:
            parts = urlsplit(url)
            connection = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10)
            head = {"Host": parts.netloc, **proof}
            lines = "".join(f"{name}: {text}\r\n" for name, text in head.items())
            connection.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
            self.read.append(bytearray())
            self._selector.register(connection, selectors.EVENT_READ, self.read[-1])
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Streams:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join(10)
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def _run(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(0.1):
                connection: Any = key.fileobj
                came = connection.recv(65_536)
                key.data.extend(came)
                if not came:
                    self._selector.unregister(connection)
                    connection.close()

    def issued(self, stream: int) -> list[str]:
        """The numbers that a stream of events told of, in order."""
        events = re.findall(rb'"number":"(A\d+)"', bytes(self.read[stream]))
        return [number.decode() for number in events]


def flood(hall: Hall, over: threading.Event, statuses: dict[int, int]) -> None:
    """A page that asks for everything all the time."""
    with requests.Session() as phone:
        while not over.is_set():
            status = phone.get(f"{hall.public}/api/v1/hall", timeout=30).status_code
            statuses[status] = statuses.get(status, 0) + 1


def issue(hall: Hall, told: list[str], took_s: list[float]) -> None:
    with hall.web() as kiosk:
        for _ in range(EACH):
            asked_s = time.perf_counter()
            answer = kiosk.post(f"{hall.http}/api/v1/tickets", json={"service": "one"}, timeout=30)
            took_s.append(time.perf_counter() - asked_s)
            assert answer.status_code == 201, answer.text
            told.append(answer.json()["number"])


def test_a_crowd_of_phones_takes_nothing_from_the_kiosks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    took_s: list[float] = []
    statuses: dict[int, int] = {}
    with Stand(tmp_path) as stand, stand.hall() as hall:
        streams = [(hall.http, "/api/v1/events?after=0")] * STAFF_STREAMS
        streams += [(hall.public, "/api/v1/stream")] * PUBLIC_STREAMS
        over = threading.Event()
        with Streams(streams, bearer(stand.credential)) as watching:
            wait_until(lambda: all(b"200 OK" in seen for seen in watching.read), SEEN_S, "every stream stands")
            phones = [threading.Thread(target=flood, args=(hall, over, statuses)) for _ in range(FLOODERS)]
            kiosks = [threading.Thread(target=issue, args=(hall, told, took_s)) for _ in range(KIOSKS)]
            for thread in phones + kiosks:
                thread.start()
            for kiosk in kiosks:
                kiosk.join(60)
                assert not kiosk.is_alive()
            over.set()
            for phone in phones:
                phone.join(60)
                assert not phone.is_alive()
            assert len(told) == KIOSKS * EACH, "every issue is answered"
            in_order = sorted(told)
            staff, phones_read = range(STAFF_STREAMS), watching.read[STAFF_STREAMS:]
            wait_until(lambda: all(watching.issued(n) == in_order for n in staff), SEEN_S, "every number is seen")
            last = f'"issued":{len(told)}'.encode()
            wait_until(lambda: all(last in seen for seen in phones_read), SEEN_S, "every phone has the last state")
            assert_whole(stand, hall, told)
        # Whoever asks too often is told to wait; nobody gets an error of ours.
        assert set(statuses) <= {200, 429}
        assert statuses[200] > 0
    assert_sound(stand.data, stand.settings, told)
    with capsys.disabled():
        print(f"\n{len(told)} numbers, p99 {percentile(took_s, 0.99) * 1000:.0f} ms, while phones asked {statuses}")
