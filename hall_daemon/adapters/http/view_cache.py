"""Views that many ask for at once, encoded once: the hall and its queues, with their ETags.

A board is rendered when somebody asks and the last rendering is too old; so a flood of readers costs a few
renderings a second. Runs on a listener's loop.
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


class Rendered(NamedTuple):
    seq: int
    made_s: float
    body: bytes
    lives: str
    etag: bytes


class ViewCache:
    """`stale_s`: how old a rendering may be that newer events are not yet in; 0 shows every event at once."""

    def __init__(self, commands: HallCommands, stale_s: float, same_s: float = 0.5) -> None:
        self._commands = commands
        self._stale_s = stale_s
        self._same_s = same_s
        self._rendered: dict[Hashable, Rendered] = {}

    def get(self, name: Hashable, view: View) -> Rendered:
        """`view` encoded, rendered anew when needed. `name` is one of a bounded set."""
        deps, replica = self._commands.deps, self._commands.replica
        kept = self._rendered.get(name)
        now_s = deps.monotonic()
        if kept is not None:
            age_s = now_s - kept.made_s
            same_lives = not kept.lives or kept.lives == _lives(deps.views.devices())
            if same_lives and age_s < (self._same_s if kept.seq == replica.seq else self._stale_s):
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
