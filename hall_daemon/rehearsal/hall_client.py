"""The hall as the crowd reaches it from outside: HTTP for people, pads for clerks, the stream of events.

Threads of its own ("people-…", "events") only put what they got into one inbox. Nothing here decides anything.
"""

from __future__ import annotations

import http.client
import json
import logging
import queue
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from device_drivers.errors import DeviceError
from device_drivers.simulators.bench import Bench

_LOGGER = logging.getLogger(__name__)

TIMEOUT_S = 10.0
RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
# Answers that say "not now": the same request may be sent again.
AGAIN = frozenset({429, 503, 504})
WORKERS = 6
# What a request carries: JSON, or a file.
Sent = Mapping[str, object] | bytes
NOTHING_MORE: Mapping[str, str] = {}


class HallEvent(NamedTuple):
    """One event of the hall's stream. `at_s` is the hall's time, seconds since 1970."""

    seq: int
    kind: str
    at_s: float
    body: dict[str, Any]


class Reply(NamedTuple):
    """The answer to an errand; status 0 when the hall could not be reached at all."""

    errand: object
    status: int
    body: dict[str, Any]


Inbox = queue.SimpleQueue[HallEvent | Reply]


class HallUnreachable(Exception):
    """The hall cannot be reached any more."""


def bearer(credential: str) -> dict[str, str]:
    """The header that proves who asks; none without a credential."""
    return {"Authorization": f"Bearer {credential}"} if credential else {}


def connection_to(url: str, trust: ssl.SSLContext | None, timeout_s: float = TIMEOUT_S) -> http.client.HTTPConnection:
    """To a hall by HTTP, or by HTTPS with what `trust` believes."""
    parts = urlsplit(url)
    host = parts.hostname or "127.0.0.1"
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port or 443, timeout=timeout_s, context=trust)
    return http.client.HTTPConnection(host, parts.port or 80, timeout_s)


class Http:
    """JSON over one kept connection, with a credential where one is needed. One thread."""

    def __init__(self, url: str, credential: str = "", trust: ssl.SSLContext | None = None) -> None:
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", **bearer(credential)}
        self._connection = connection_to(url, trust)

    def ask(
        self, method: str, path: str, body: Sent | None = None, key: str = "", more: Mapping[str, str] = NOTHING_MORE
    ) -> Reply:
        """Send until there is an answer; a POST carries its key, so it happens once. `more`: headers, as of bytes what
        they are. Raises HallUnreachable."""
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {}), **more}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        problem: object = ""
        for pause_s in (*RETRY_S, None):
            try:
                self._connection.request(method, path, data, headers)
                response = self._connection.getresponse()
                answer = response.read()
                if response.status not in AGAIN:
                    return Reply(None, response.status, json.loads(answer) if answer else {})
                problem = f"{response.status} {answer[:200]!r}"
            except (OSError, http.client.HTTPException, ValueError) as error:
                problem = error
                self._connection.close()
            if pause_s is not None:
                time.sleep(pause_s)
        raise HallUnreachable(f"{method} {path}: {problem}")

    def close(self) -> None:
        self._connection.close()


class Errands:
    """Requests of many people at once, done by a few threads; every answer comes into the inbox."""

    def __init__(
        self, staff_url: str, public_url: str, inbox: Inbox, credential: str, trust: ssl.SSLContext | None = None
    ) -> None:
        self._urls = {"staff": (staff_url, credential, trust), "public": (public_url, "", trust)}
        self._inbox = inbox
        self._waiting: queue.SimpleQueue[tuple[object, str, str, str, Sent | None, str, Mapping[str, str]] | None]
        self._waiting = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._run, name=f"people-{n}", daemon=True) for n in range(WORKERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join(timeout_s)

    def send(
        self, errand: object, listener: str, method: str, path: str, body: Sent | None, key: str = "",
        more: Mapping[str, str] = NOTHING_MORE,
    ) -> None:
        self._waiting.put((errand, listener, method, path, body, key, more))

    def _run(self) -> None:
        clients = {name: Http(*way) for name, way in self._urls.items()}
        while (task := self._waiting.get()) is not None:
            errand, listener, method, path, body, key, more = task
            try:
                reply = clients[listener].ask(method, path, body, key, more)
            except HallUnreachable as shut:
                reply = Reply(None, 0, {"detail": str(shut)})
            self._inbox.put(reply._replace(errand=errand))
        for one in clients.values():
            one.close()


class EventFeed:
    """GET /api/v1/events on a thread of its own, resumed where it broke off."""

    def __init__(
        self, staff_url: str, after: int, inbox: Inbox, credential: str, trust: ssl.SSLContext | None = None
    ) -> None:
        self.last = after
        self._headers = {"Accept": "text/event-stream", **bearer(credential)}
        self._way = staff_url, trust
        self._inbox = inbox
        self._stopping = False
        self._connection: http.client.HTTPConnection | None = None
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        self._stopping = True
        connection = self._connection
        if connection is not None and connection.sock is not None:
            try:
                connection.sock.shutdown(2)
            except OSError:
                pass
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._follow()
            except (OSError, http.client.HTTPException, ValueError) as error:
                if not self._stopping:
                    _LOGGER.info("the event stream broke off (%s); going on after %d", error, self.last)
                    time.sleep(RETRY_S[1])

    def _follow(self) -> None:
        connection = connection_to(*self._way, timeout_s=60)
        self._connection = connection
        try:
            connection.request("GET", f"/api/v1/events?after={self.last}", headers=self._headers)
            response = connection.getresponse()
            if response.status != 200:
                raise ConnectionError(f"the event stream answers {response.status}")
            for event in parse_stream(iter(response.readline, b"")):
                self.last = event.seq
                self._inbox.put(event)
        finally:
            connection.close()


def parse_stream(lines: Iterable[bytes]) -> Iterator[HallEvent]:
    """Server-sent events to events of the hall; heartbeats and whatever has no number of its own are left out."""
    data = b""
    for raw in lines:
        line = raw.rstrip(b"\r\n")
        if line.startswith(b"data:"):
            data += line[5:].strip()
        elif not line and data:
            said = json.loads(data)
            data = b""
            if "kind" in said:
                yield HallEvent(said["seq"], said["kind"], seconds_of(said["at"]), said["body"])


def seconds_of(iso: str) -> float:
    """Seconds since 1970 of a time the hall wrote."""
    return datetime.fromisoformat(iso).timestamp()


class PadKeys(Protocol):
    """`press` a key of a pad; `beeps` counts how often each pad was told that its press was refused."""

    look_every_s: float

    def press(self, pad: str, key: str) -> None: ...

    def beeps(self) -> Mapping[str, int]: ...


class BenchPads:
    """Pads of a bench in this process. `places`: pad -> its device."""

    look_every_s = 0.004

    def __init__(self, bench: Bench, places: Mapping[str, str]) -> None:
        self._bench = bench
        self._places = places

    def press(self, pad: str, key: str) -> None:
        try:
            self._bench.press(self._places[pad], pad, key)
        except DeviceError as error:
            _LOGGER.warning("%s: not pressed: %s", pad, error)

    def beeps(self) -> Mapping[str, int]:
        shown = (self._bench.shown(device) for device in set(self._places.values()))
        return {pad["id"]: pad["beeps"] for device in shown for pad in device["pads"]}


class PagePads:
    """Pads behind the device page of another process."""

    look_every_s = 0.4

    def __init__(self, page_url: str, places: Mapping[str, str]) -> None:
        self._http = Http(page_url)
        self._places = places

    def press(self, pad: str, key: str) -> None:
        reply = self._http.ask("POST", f"/api/devices/{self._places[pad]}/press", {"pad": pad, "key": key})
        if reply.status >= 400:
            _LOGGER.info("%s: not pressed: %s", pad, reply.body.get("detail"))

    def beeps(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for device in set(self._places.values()):
            reply = self._http.ask("GET", f"/api/devices/{device}")
            counts |= {pad["id"]: pad["beeps"] for pad in reply.body.get("pads", ())}
        return counts
