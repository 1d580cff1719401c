"""Two lines joined by a cable of memory, for tests, benches and simulators in the same process.

Each end is a `ports.Line`. `unplug` and `replug` work on the cable and may be called from any thread.
"""

from __future__ import annotations

import threading

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import PortMissing

BUFFER_LIMIT = 65_536


class _Cable:
    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.plugged = True


class MemoryLine:
    """One end of a cable. Make a pair with `memory_pair`."""

    def __init__(self, name: str, cable: _Cable) -> None:
        self.name = name
        self._cable = cable
        self._peer = self
        self._inbox = bytearray()
        self._open = False
        self._cancelled = False

    def open(self) -> None:
        """Opening flushes the input, as it does on a serial port."""
        with self._cable.changed:
            if not self._cable.plugged:
                raise PortMissing(f"{self.name}: there is no cable: plug it in", "port_missing", port=self.name)
            self._inbox.clear()
            self._cancelled = False
            self._open = True

    def read(self, timeout_s: float) -> bytes:
        with self._cable.changed:
            self._cable.changed.wait_for(
                lambda: self._inbox or self._cancelled or not self._works(), max(0.0, timeout_s)
            )
            self._cancelled = False
            if not self._works():
                raise LinkDown(f"{self.name}: the cable is gone")
            data = bytes(self._inbox)
            self._inbox.clear()
            return data

    def write(self, data: bytes) -> None:
        """Bytes to an end that is not open are lost, as on a wire."""
        with self._cable.changed:
            if not self._works():
                raise LinkDown(f"{self.name}: the cable is gone")
            if not self._peer._open:
                return
            if len(self._peer._inbox) + len(data) > BUFFER_LIMIT:
                raise LinkDown(f"{self.name}: the other end does not read")
            self._peer._inbox += data
            self._cable.changed.notify_all()

    def cancel_read(self) -> None:
        with self._cable.changed:
            self._cancelled = True
            self._cable.changed.notify_all()

    def close(self) -> None:
        with self._cable.changed:
            self._open = False
            self._cable.changed.notify_all()

    def unplug(self) -> None:
        with self._cable.changed:
            self._cable.plugged = False
            self._cable.changed.notify_all()

    def replug(self) -> None:
        with self._cable.changed:
            self._cable.plugged = True

    def _works(self) -> bool:
        return self._open and self._cable.plugged


def memory_pair(name: str) -> tuple[MemoryLine, MemoryLine]:
    """The host's end and the device's end of one cable."""
    cable = _Cable()
    host, device = MemoryLine(name, cable), MemoryLine(f"{name} (device)", cable)
    host._peer, device._peer = device, host
    return host, device
