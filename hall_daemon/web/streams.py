"""Open event streams of a listener: how many, how they are fed, how they end. A slow client costs its socket only.

Runs on the listener's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncGenerator

from hall_daemon.web.endpoint import NO_STORE, Call, Fault
from hall_daemon.web.limits import Limits, address_of, loudest

_LOGGER = logging.getLogger(__name__)

# How long a stream that ends may take to say so.
_FAREWELL_S = 0.5
_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", NO_STORE), (b"x-accel-buffering", b"no")]


class Streams:
    """The open streams of a listener: how many, how they are fed, how they end."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        # Each with the address that it goes to, the oldest first.
        self._feeding: dict[asyncio.Task[None], str] = {}
        self.dropped = 0
        self.closing = False

    def __len__(self) -> int:
        return len(self._feeding)

    def close(self) -> None:
        """End every stream in good order. On the loop."""
        self.closing = True
        for task in tuple(self._feeding):
            task.cancel()

    async def run(self, call: Call, frames: AsyncGenerator[bytes, None]) -> None:
        """Send `frames` until the client goes, takes nothing for too long, or we stop."""
        if self.closing:
            raise Fault("stopping", {"retry_after_ms": 2000})
        address = address_of(call.scope.get("client"))
        if len(self._feeding) >= self._limits.streams and not self._displaced(address):
            raise Fault("too_many_streams", {"limit": self._limits.streams, "retry_after_ms": 5000})
        transport: asyncio.Transport = call.scope["state"]["connection"].transport
        _bound_kernel_buffer(transport, self._limits.stream_buffer_bytes)
        feeding = asyncio.create_task(self._feed(call, frames))
        listening = asyncio.create_task(_until_gone(call))
        self._feeding[feeding] = address
        try:
            await asyncio.wait({feeding, listening}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._feeding.pop(feeding, None)
            feeding.cancel()
        await asyncio.wait({feeding})
        if not listening.done():
            # Cancelled by `close`: the client hears that this is the end. Else it is cut, and knows to resume.
            if not (feeding.cancelled() and await self._deliver(call, b"", _FAREWELL_S)):
                transport.abort()
            # The request must not end before its connection has noticed.
            await asyncio.wait({listening}, timeout=_FAREWELL_S)
            listening.cancel()

    def _displaced(self, newcomer: str) -> bool:
        """Whether an address that has too many gives its oldest up: a phone must not keep the screens of a hall out."""
        loud = loudest(self._feeding.values(), newcomer, self._limits.streams)
        oldest = next((task for task, address in self._feeding.items() if loud and address == loud), None)
        if oldest is not None:
            del self._feeding[oldest]
            oldest.cancel()
        return oldest is not None

    async def _feed(self, call: Call, frames: AsyncGenerator[bytes, None]) -> None:
        try:
            await call.send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            async with contextlib.aclosing(frames):
                async for frame in frames:
                    if not await self._deliver(call, frame):
                        return
        except Exception:
            _LOGGER.exception("an event stream failed and was cut")

    async def _deliver(self, call: Call, frame: bytes, within_s: float | None = None) -> bool:
        """Send one frame, an empty one to end; False when the client took nothing in time."""
        try:
            async with asyncio.timeout(within_s or self._limits.stall_s):
                await call.send({"type": "http.response.body", "body": frame, "more_body": bool(frame)})
        except TimeoutError:
            self.dropped += 1
            _LOGGER.info("an event stream took nothing for too long and was cut; it resumes by its id")
            return False
        return True


def _bound_kernel_buffer(transport: asyncio.Transport, size: int) -> None:
    tcp = transport.get_extra_info("socket")
    if tcp is not None:
        with contextlib.suppress(OSError):  # it is gone already; the stream ends at once
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)


async def _until_gone(call: Call) -> None:
    while (await call.receive())["type"] != "http.disconnect":
        pass


async def head(call: Call) -> None:
    """Answer HEAD on a stream."""
    await call.send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await call.send({"type": "http.response.body", "body": b""})
