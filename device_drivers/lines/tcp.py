"""A raw TCP connection, as network printers (port 9100) and serial servers offer it.

Keep-alive and a user time-out notice a printer that lost power without a word. Driver's thread only.
"""

from __future__ import annotations

import socket
from typing import Annotated

from msgspec import Meta

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import DescriptorLine, WriteTimeoutS
from device_drivers.options import Table

_CONNECT_TIMEOUT_S = 2.0
# A dead peer is noticed after about 10 + 3 x 5 s of silence, or 10 s with bytes under way.
_KEEPALIVE_IDLE_S, _KEEPALIVE_EVERY_S, _KEEPALIVE_TRIES = 10, 5, 3
_UNACKNOWLEDGED_LIMIT_MS = 10_000


class TcpOptions(Table, frozen=True):
    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 9100
    write_timeout_s: WriteTimeoutS = 2.0


class TcpLine(DescriptorLine):
    def __init__(self, name: str, options: TcpOptions) -> None:
        super().__init__(name, options.write_timeout_s)
        self.host = options.host
        self.port = options.port
        self._socket: socket.socket | None = None

    def _open_descriptor(self) -> int:
        self._socket = connected(self.name, self.host, self.port)
        self._socket.setblocking(False)
        return self._socket.fileno()

    def _close_descriptor(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _why_silent(self) -> str:
        return f"{self.host}:{self.port} closed the connection"


def connected(name: str, host: str, port: int) -> socket.socket:
    """A connection for the line `name`, watched for a peer that is gone; raises LinkDown."""
    where = f"{host}:{port}"
    try:
        connection = socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_S)
    except (socket.gaierror, UnicodeError) as error:
        message = f"{name}: no host {host}: check the name, or use its address"
        raise LinkDown(message, "host_unknown", host=host) from error
    except ConnectionRefusedError as error:
        raise LinkDown(
            f"{name}: {where} refuses: check its port and program, and that no other computer is using it",
            "host_refuses",
            where=where,
        ) from error
    except OSError as error:
        raise LinkDown(
            f"{name}: {where} does not answer ({error}): check its power and network cable",
            "host_silent",
            where=where,
        ) from error
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEPALIVE_IDLE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _KEEPALIVE_EVERY_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _KEEPALIVE_TRIES)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_LIMIT_MS)
    return connection
