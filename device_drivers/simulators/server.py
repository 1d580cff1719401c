"""The device page and its small HTTP interface, on a thread of its own (`sim-http`), loopback only.

It shows what a bench shows and hands presses and faults to it. Errors are problem+json (RFC 9457).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from device_drivers.errors import DeviceError, LinkDown
from device_drivers.simulation.faults import UnknownFault
from device_drivers.simulators.bench import Bench, UnknownDevice

_LOGGER = logging.getLogger(__name__)

BODY_LIMIT = 16_384
MAX_STREAMS = 32
# At most ten pictures a second, and a sign of life when nothing changes, so that a page can tell
# "nothing happens" from "nobody is there".
_COALESCE_S = 0.1
_BEAT_S = 2.0
_STREAMED_SLIPS = 8
_STREAMED_LOG = 60
_LONGEST_FAULT_S = 86_400.0
_LONGEST_CODE = 2000
_INLINE = re.compile(r"/\* inline: ([a-z]+\.(?:css|js)) \*/")
# The page is one file: nothing from elsewhere, nothing to elsewhere.
_ONLY_ITSELF = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
_PAGE = Path(__file__).parent / "page"

# What the bench refuses -> HTTP status and a stable word.
_REFUSALS: dict[type[Exception], tuple[int, str]] = {
    UnknownDevice: (404, "unknown_device"),
    UnknownFault: (422, "unknown_fault"),
    LinkDown: (409, "not_running"),
    DeviceError: (422, "cannot_be_pressed"),
}


class PageServer:
    """`bind`, `start`, `stop` once each, from one thread. `url` is known after `bind`."""

    def __init__(self, bench: Bench, port: int = 0) -> None:
        self._port = port
        self.url = ""
        self._socket: socket.socket | None = None
        self._stopping = threading.Event()
        self._api = _Api(bench, self._stopping)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def bind(self) -> None:
        """Take the port; OSError says that it is taken and what to do."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self._port))
        except (OSError, OverflowError) as error:
            listener.close()
            raise OSError(
                f"port {self._port} on 127.0.0.1 cannot be taken ({error}); choose another with --port, or 0"
            ) from error
        self._socket = listener
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

    def start(self, timeout_s: float = 5.0) -> None:
        assert self._socket is not None, "bind first"
        config = uvicorn.Config(
            _application(self._api),
            log_config=None,
            access_log=False,
            lifespan="off",
            # An open event stream would hold the server for ever.
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="sim-http", daemon=True
        )
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(timeout_s / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            waited.wait(0.01)
        if not self._server.started:
            raise LinkDown("the device page did not start; see the log above")

    def stop(self) -> None:
        self._stopping.set()
        self._api.wake()
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(3.0)
        if self._socket is not None:
            self._socket.close()


def _application(api: _Api) -> Starlette:
    return Starlette(
        routes=[
            _page_route(),
            Route("/api/devices", api.devices, methods=["GET"]),
            Route("/api/devices/events", api.events, methods=["GET"]),
            Route("/api/devices/{id}", api.device, methods=["GET"]),
            Route("/api/devices/{id}/press", api.press, methods=["POST"]),
            Route("/api/devices/{id}/tear", api.tear_off, methods=["POST"]),
            Route("/api/devices/{id}/present", api.present, methods=["POST"]),
            Route("/api/devices/{id}/fault", api.fault, methods=["POST"]),
            Route("/api/devices/{id}/fault", api.clear_faults, methods=["DELETE"]),
        ],
        # A page from elsewhere must not press keys here by a name that resolves to this machine.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        exception_handlers={HTTPException: _problem, **dict.fromkeys(_REFUSALS, _refused)},
    )


def _page_route() -> Route:
    page = page_html()

    async def show(request: Request) -> Response:
        return HTMLResponse(
            page,
            headers={
                "Cache-Control": "no-cache",
                "Content-Security-Policy": _ONLY_ITSELF,
                "X-Content-Type-Options": "nosniff",
            },
        )

    return Route("/", show, methods=["GET"])


def page_html() -> str:
    """The page as one file: the style and the scripts of its folder are put where it names them."""
    page = (_PAGE / "devices.html").read_text(encoding="utf-8")
    return _INLINE.sub(lambda found: (_PAGE / found[1]).read_text(encoding="utf-8"), page)


class _Api:
    """What the routes do. Streams end when `stopping` is set and `wake` is called."""

    def __init__(self, bench: Bench, stopping: threading.Event) -> None:
        self._bench = bench
        self._stopping = stopping
        self._streams: set[Callable[[], None]] = set()

    async def devices(self, request: Request) -> Response:
        return _json(self._bench.state())

    async def device(self, request: Request) -> Response:
        return _json(self._bench.shown(request.path_params["id"]))

    async def press(self, request: Request) -> Response:
        body = await _body(request, {"pad", "key", "digits"})
        pad, key, digits = _text(body, "pad"), _text(body, "key"), _maybe_text(body, "digits")
        frame = await run_in_threadpool(self._bench.press, request.path_params["id"], pad, key, digits)
        return _json({"pressed": key, "pad": pad, "frame": frame.hex(" ").upper()}, 202)

    async def tear_off(self, request: Request) -> Response:
        await _body(request, set())
        return _json({"torn": await run_in_threadpool(self._bench.tear_off, request.path_params["id"])})

    async def present(self, request: Request) -> Response:
        body = await _body(request, {"what"})
        device, what = request.path_params["id"], body.get("what")
        if not isinstance(what, str) or len(what) > _LONGEST_CODE:
            raise HTTPException(422, f"what: expected text of up to {_LONGEST_CODE} characters")
        await run_in_threadpool(self._bench.present, device, what)
        return _json(self._bench.shown(device))

    async def fault(self, request: Request) -> Response:
        body = await _body(request, {"fault", "for_s"})
        device, fault, for_s = request.path_params["id"], _text(body, "fault"), _maybe_seconds(body, "for_s")
        await run_in_threadpool(self._bench.fault, device, fault, for_s)
        return _json(self._bench.shown(device))

    async def clear_faults(self, request: Request) -> Response:
        device = request.path_params["id"]
        await run_in_threadpool(self._bench.clear_faults, device, request.query_params.get("fault"))
        return _json(self._bench.shown(device))

    async def events(self, request: Request) -> Response:
        if len(self._streams) >= MAX_STREAMS:
            raise HTTPException(503, f"{MAX_STREAMS} pages are open already; close one")
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})

    def wake(self) -> None:
        """Let every stream look again, at the end too. Any thread."""
        for stir in tuple(self._streams):
            stir()

    async def _stream(self) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        told = False

        def stir() -> None:  # on a device's thread
            nonlocal told
            if not told:
                told = True
                with contextlib.suppress(RuntimeError):  # the loop has just been closed
                    loop.call_soon_threadsafe(changed.set)

        leave = self._bench.listen(stir)
        self._streams.add(stir)
        try:
            yield "retry: 1000\n\n"
            while not self._stopping.is_set():
                changed.clear()
                told = False
                state = self._bench.state(slips=_STREAMED_SLIPS, log=_STREAMED_LOG)
                yield f"id: {state['version']}\nevent: state\ndata: {_dump(state)}\n\n"
                await asyncio.sleep(_COALESCE_S)
                while not changed.is_set() and not self._stopping.is_set():
                    try:
                        await asyncio.wait_for(changed.wait(), _BEAT_S)
                    except TimeoutError:
                        yield "event: beat\ndata: {}\n\n"
        finally:
            self._streams.discard(stir)
            leave()


async def _body(request: Request, keys: set[str]) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "send a JSON object with Content-Type: application/json")
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > BODY_LIMIT:
            raise HTTPException(413, f"the body is larger than {BODY_LIMIT} bytes")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON; send an object in braces") from None
    if not isinstance(body, dict):
        raise HTTPException(400, f"the body is {type(body).__name__}, expected an object in braces")
    unknown = sorted(set(body) - keys)
    if unknown:
        raise HTTPException(422, f"unknown key {unknown[0]!r}; expected {', '.join(sorted(keys))}")
    return body


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if isinstance(value, str) and 0 < len(value) <= 64:
        return value
    raise HTTPException(422, f"{key}: expected 1 to 64 characters")


def _maybe_text(body: dict[str, Any], key: str) -> str | None:
    return None if body.get(key) in (None, "") else _text(body, key)


def _maybe_seconds(body: dict[str, Any], key: str) -> float | None:
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LONGEST_FAULT_S:
        return float(value)
    raise HTTPException(422, f"{key}: expected null or seconds up to {_LONGEST_FAULT_S:.0f}")


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(value: object, status: int = 200) -> Response:
    return Response(_dump(value), status, media_type="application/json", headers={"Cache-Control": "no-store"})


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem_json(error.status_code, error.detail, None)


async def _refused(request: Request, error: Exception) -> Response:
    status, code = next(found for kind, found in _REFUSALS.items() if isinstance(error, kind))
    return _problem_json(status, str(error), code)


def _problem_json(status: int, detail: str, code: str | None) -> Response:
    body: dict[str, object] = {"type": "about:blank", "status": status, "detail": detail}
    if code is not None:
        body["code"] = code
    return JSONResponse(body, status, media_type="application/problem+json")
