"""Views that many ask for at once, encoded once: the hall and its queues, with their ETags.

A view is rendered when somebody asks and something has happened since, or the last rendering is half a second old.
Runs on a listener's loop.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple
from zlib import crc32

import msgspec

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.web.endpoint import Call, Reply, encode, unless_known
from hall_daemon.wire.messages import DeviceView, HallView


def _lives(devices: Sequence[DeviceView]) -> str:
    """Devices come and go without an event: what a view says of them is a part of its ETag."""
    if not devices:
        return ""
    return f"-{crc32(encode([(device.id, device.state, device.detail) for device in devices])):x}"


View = Callable[[Hall, int, Moment], msgspec.Struct]

# Waits and opening change with the time alone, so an ETag holds no longer than this, well below the ttl.
ETAG_MS = 5000
SAME_S = 0.5


class Rendered(NamedTuple):
    seq: int
    made_s: float
    body: bytes
    lives: str
    etag: bytes


class ViewCache:
    """Shows every event at once; without one a rendering is good for SAME_S."""

    def __init__(self, commands: HallCommands) -> None:
        self._commands = commands
        self._rendered: dict[Hashable, Rendered] = {}

    def get(self, name: Hashable, view: View) -> Rendered:
        """`view` encoded, rendered anew when needed. `name` is one of a bounded set."""
        deps, replica = self._commands.deps, self._commands.replica
        kept = self._rendered.get(name)
        now_s = deps.monotonic()
        if kept is not None:
            same_lives = not kept.lives or kept.lives == _lives(deps.views.devices())
            if same_lives and kept.seq == replica.seq and now_s - kept.made_s < SAME_S:
                return kept
        now = replica.true_at(deps.clock.now())
        seq, body = replica.read(lambda hall, seq: (seq, view(hall, seq, now)))
        lives = _lives(body.devices) if isinstance(body, HallView) else ""
        etag = f'W/"{deps.views.epoch}-{seq}-{now.wall // ETAG_MS}{lives}"'.encode()
        fresh = self._rendered[name] = Rendered(seq, now_s, encode(body), lives, etag)
        return fresh

    def reply(self, call: Call, name: Hashable, view: View) -> Reply:
        """200 with the view, or 304 when the client has it."""
        rendered = self.get(name, view)
        return unless_known(call, rendered.body, rendered.etag)
