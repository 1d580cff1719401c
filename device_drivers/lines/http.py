"""A line of messages to a device that takes them by HTTP: each is one POST, and its answer says whether it was taken.

Nothing comes back on it. `open` asks whether somebody is there. Driver's thread only, but for `cancel_read`.
"""

from __future__ import annotations

import http.client
import threading
import urllib.parse
from typing import Annotated

from msgspec import Meta

from device_drivers.codecs.message import Messages
from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import WriteTimeoutS
from device_drivers.options import Table

_ANSWER_LIMIT = 65_536


class HttpOptions(Table, frozen=True, kw_only=True):
    """Plain HTTP: such devices have no certificate."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 80
    write_timeout_s: WriteTimeoutS = 2.0


class HttpLine:
    """`ports.Line` of messages; a topic is the path that is posted to, `/api/custom?name=hall`."""

    def __init__(self, name: str, options: HttpOptions) -> None:
        self.name = name
        self._options = options
        self._where = f"{options.host}:{options.port}"
        self._cancelled = threading.Event()

    def open(self) -> None:
        self._cancelled.clear()
        self._ask("GET", "/", b"")

    def read(self, timeout_s: float) -> Messages:
        self._cancelled.wait(max(0.0, timeout_s))
        self._cancelled.clear()
        return ()

    def write(self, data: Messages) -> None:
        for message in data:
            status = self._ask("POST", urllib.parse.quote(message.topic, safe="/?=&"), message.payload)
            if not 200 <= status < 300:
                raise LinkDown(f"{self.name}: {self._where}{message.topic} answers {status}", "http_refuses")

    def cancel_read(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        """There is no connection between two messages."""

    def _ask(self, method: str, path: str, body: bytes) -> int:
        connection = http.client.HTTPConnection(
            self._options.host, self._options.port, timeout=self._options.write_timeout_s
        )
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            answer.read(_ANSWER_LIMIT)
            return answer.status
        except ConnectionRefusedError as error:
            raise LinkDown(f"{self.name}: {self._where} refuses", "host_refuses", where=self._where) from error
        except (OSError, http.client.HTTPException) as error:
            message = f"{self.name}: {self._where} does not answer ({error or type(error).__name__})"
            raise LinkDown(message, "host_silent", where=self._where) from error
        finally:
            connection.close()
