"""A listener: a socket, a thread with its own loop, uvicorn on it. Starts, says its port, stops in bounded time.

`start` and `stop` are called by the composition root; the thread is named after the listener. No signal handler
is installed: signals belong to the root.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast

import uvicorn
import uvloop

from hall_daemon.web.asgi_app import Site
from hall_daemon.web.connection import SECURITY_HEADERS, HallConnection

_LOGGER = logging.getLogger(__name__)

BACKLOG = 1024
START_S = 10.0
GRACE_S = 2
# A client that says nothing holds a socket no longer than this, and one that does not say goodbye no stop.
HANDSHAKE_S = 5.0
# uvicorn counts on ten ticks a second; overdue connections are looked for once a second.
_TICK_S = 0.1
_SWEEP_TICKS = 10

# A browser that was here by HTTPS comes by nothing else, also where somebody in between would like it to.
_STAY_SECURE = ("strict-transport-security", "max-age=31536000")


class CannotListen(OSError):
    """The address cannot be had. The message says whose fault it is and what to do."""


class _Loop(uvloop.Loop):
    """TLS with an end to its beginning and its end, which uvicorn has no setting for."""

    async def create_server(self, *args: Any, **options: Any) -> Any:
        if options.get("ssl") is not None:
            options |= {"ssl_handshake_timeout": HANDSHAKE_S, "ssl_shutdown_timeout": GRACE_S}
        return await super().create_server(*args, **options)


class _Uvicorn(uvicorn.Server):
    """Says when it listens, ends connections that take too long over a request, and stops when it is told to, not at
    the next tick."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready
        self._ended = asyncio.Event()

    def end(self) -> None:
        """On its own loop."""
        self.should_exit = True
        self._ended.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Where nobody is connected there is nobody to wait for."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
            await server.wait_closed()
        for each in sockets or ():
            each.close()

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._ended.wait()

    async def on_tick(self, counter: int) -> bool:
        if counter % _SWEEP_TICKS == 0:
            now = asyncio.get_running_loop().time()
            for connection in tuple(self.server_state.connections):
                if isinstance(connection, HallConnection):
                    connection.overdue(now)
        return await super().on_tick(counter)


class HttpServer:
    """`site` on `host`:`port`; port 0 takes a free one, `port` then says which.

    `section` is the part of the config that a message about the address names. With `tls` it is HTTPS. `on_failure` is
    called on the listener's thread when it dies by itself.
    """

    def __init__(
        self,
        site: Site,
        host: str,
        port: int,
        *,
        name: str = "http",
        section: str = "http",
        trusted_proxies: tuple[str, ...] = (),
        tls: ssl.SSLContext | None = None,
        on_failure: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.name = name
        self._tls = tls
        self._site = site
        self._host = host
        self._wanted_port = port
        self._section = section
        self._trusted_proxies = trusted_proxies
        self._on_failure = on_failure
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: _Uvicorn | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._port = 0

    @property
    def port(self) -> int:
        """The real port, once started."""
        return self._port

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(self._host, self._host)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"{'https' if self._tls else 'http'}://{host}:{self._port}"

    def start(self) -> None:
        """Listen and serve. Raises CannotListen; returns when requests are answered."""
        self._socket = _listening_socket(self._host, self._wanted_port, self._section)
        self._port = self._socket.getsockname()[1]
        limits, tls = self._site.limits, self._tls
        config = uvicorn.Config(
            self._site,
            http=cast(Any, partial(HallConnection, limits=limits)),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=bool(self._trusted_proxies),
            forwarded_allow_ips=list(self._trusted_proxies),
            server_header=False,
            headers=[*SECURITY_HEADERS, _STAY_SECURE] if tls else list(SECURITY_HEADERS),
            ssl_context_factory=None if tls is None else lambda *_: tls,
            backlog=BACKLOG,
            timeout_keep_alive=limits.keep_alive_s,
            timeout_graceful_shutdown=GRACE_S,
        )
        self._server = _Uvicorn(config, self._ready)
        self._thread = threading.Thread(target=self._run, name=self.name)
        self._thread.start()
        if not self._ready.wait(START_S):
            self.stop()
            raise CannotListen(f"[{self._section}] the listener did not start within {START_S:g} s; see the log")

    def ask_to_stop(self) -> None:
        """Begin to stop and return at once, so that several listeners stop side by side."""
        if self._server is not None:
            self._server.should_exit = True
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._close)
            except RuntimeError:  # the loop has ended
                pass

    def _close(self) -> None:
        self._site.close()
        if self._server is not None:
            self._server.end()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End streams, finish requests that are under way, close, join. Twice is once."""
        if self._thread is None:
            return
        self.ask_to_stop()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            _LOGGER.error("listener %s did not stop within %s s", self.name, timeout_s)
        self._thread = None

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_Loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            _LOGGER.critical("listener %s ended: %s", self.name, error, exc_info=True)
            if self._on_failure is not None:
                self._on_failure(error)

    async def _serve(self) -> None:
        assert self._server is not None
        assert self._socket is not None
        self._loop = asyncio.get_running_loop()
        self._site.bind(self._loop)
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            self._site.bind(None)


_REASONS = {
    errno.EADDRINUSE: "another program has that port (see who: ss -ltnp 'sport = :{port}'); stop it, "
    "or set another port in [{section}] of the config",
    errno.EACCES: "ports below 1024 need a privilege; set a port of 1024 or more in [{section}] of the config",
    errno.EADDRNOTAVAIL: "this machine has no such address; set host in [{section}] of the config to 127.0.0.1, "
    "0.0.0.0 or one of its own",
}


def _listening_socket(host: str, port: int, section: str) -> socket.socket:
    if not 0 <= port <= 65_535:
        raise CannotListen(errno.EINVAL, f"[{section}] port is {port}; use 1 to 65535, or 0 for any free one")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except socket.gaierror as error:
        raise CannotListen(
            error.errno, f"[{section}] cannot listen on {host}: the name is not known; use an address, as 127.0.0.1"
        ) from error
    except OSError as error:
        number = error.errno or errno.EINVAL
        why = _REASONS.get(number, f"{error}; set host and port in [{{section}}] of the config")
        told = why.format(port=port, section=section)
        raise CannotListen(number, f"[{section}] cannot listen on {host} port {port}: {told}") from error
