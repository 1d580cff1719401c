"""One serial port for several devices of the hall: strips and pads on one RS-485 pair, each with its own driver.

The bus owns the port. One frame goes after the other, with silence between them for the wire to turn around; what
comes in is heard by every device, and each takes what is its own. The port is open while one of them has it open; when
it goes, it goes for all, and the first that comes back opens it again.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Hashable

from device_drivers.errors import LinkDown
from device_drivers.ports import ByteLine

INBOX_LIMIT = 65_536
_READ_S = 5.0
_STOP_S = 3.0


class SharedBus:
    """`line` is the port, `turn_s` the silence between frames, `byte_s` the time of a byte on the wire. `echo`: the
    adapter gives our own bytes back, and nobody is to hear them."""

    def __init__(self, line: ByteLine, *, turn_s: float, byte_s: float, echo: bool) -> None:
        self._line = line
        self._turn_s = turn_s
        self._byte_s = byte_s
        self._echo = echo
        self._door = threading.Lock()  # one opens or closes at a time
        self._writing = threading.Lock()  # one frame at a time
        self.changed = threading.Condition()  # guards what follows
        self.error: LinkDown | None = None
        self._members: list[SharedLine] = []
        self._stopping = False
        self._free_at_s = 0.0
        self._echoed = b""
        self._thread: threading.Thread | None = None

    def open(self, member: SharedLine) -> None:
        with self._door:
            if self.error is not None:
                raise _again(self.error)  # not everybody has let go of it
            if not self._members:
                self._line.open()
                self._stopping, self._free_at_s, self._echoed = False, 0.0, b""
                self._thread = threading.Thread(target=self._hear, name=f"bus-{self._line.name}", daemon=True)
                self._thread.start()
            with self.changed:
                self._members.append(member)

    def close(self, member: SharedLine) -> None:
        with self._door:
            with self.changed:
                if member not in self._members:
                    return
                self._members.remove(member)
                if self._members:
                    return
                self._stopping = True
            self._line.cancel_read()
            if self._thread is not None:
                self._thread.join(_STOP_S)
            self._line.close()
            self.error = None

    def write(self, data: bytes) -> None:
        """Waits until the wire is silent. Raises LinkDown."""
        with self._writing:
            with self.changed:
                while self.error is None and (wait_s := self._free_at_s - time.monotonic()) > 0:
                    self.changed.wait(wait_s)
                if self.error is not None:
                    raise _again(self.error)
                self._echoed = data if self._echo else b""
            self._line.write(data)
            with self.changed:
                self._busy_for(len(data) * self._byte_s)

    def _busy_for(self, seconds: float) -> None:
        self._free_at_s = max(self._free_at_s, time.monotonic() + seconds + self._turn_s)

    def _hear(self) -> None:
        while not self._stopping:
            try:
                data = self._line.read(_READ_S)
            except LinkDown as error:
                with self.changed:
                    self.error = error
                    self.changed.notify_all()
                return
            with self.changed:
                data = self._without_echo(data)
                if data:
                    self._busy_for(0.0)
                    for member in self._members:
                        member.inbox = (member.inbox + data)[-INBOX_LIMIT:]
                    self.changed.notify_all()

    def _without_echo(self, data: bytes) -> bytes:
        count = 0
        while count < min(len(data), len(self._echoed)) and data[count] == self._echoed[count]:
            count += 1
        self._echoed = self._echoed[count:] if count == len(data) else b""
        return data[count:]


class SharedLine:
    """`ports.ByteLine`: what one device has of a bus."""

    def __init__(self, name: str, bus: SharedBus) -> None:
        self.name = name
        self.inbox = b""
        self._bus = bus
        self._cancelled = False
        self._open = False

    def open(self) -> None:
        self.inbox, self._cancelled = b"", False
        self._bus.open(self)
        self._open = True

    def close(self) -> None:
        self._open = False
        self._bus.close(self)

    def read(self, timeout_s: float) -> bytes:
        changed = self._bus.changed
        with changed:
            changed.wait_for(lambda: self.inbox or self._cancelled or self._bus.error, max(0.0, timeout_s))
            self._cancelled = False
            data, self.inbox = self.inbox, b""
            if not data and self._bus.error is not None:
                raise _again(self._bus.error)
            return data

    def write(self, data: bytes) -> None:
        if not self._open:
            raise LinkDown(f"{self.name}: is not open")
        self._bus.write(data)

    def cancel_read(self) -> None:
        with self._bus.changed:
            self._cancelled = True
            self._bus.changed.notify_all()


# A port is one for the whole process: whoever names it with the same settings is on its bus.
_BUSES: weakref.WeakValueDictionary[Hashable, SharedBus] = weakref.WeakValueDictionary()
_BUSES_LOCK = threading.Lock()


def on_bus(name: str, key: Hashable, make: Callable[[], SharedBus]) -> SharedLine:
    """A place on the bus of `key`, which is made for the first that asks."""
    with _BUSES_LOCK:
        bus = _BUSES.get(key)
        if bus is None:
            _BUSES[key] = bus = make()
        return SharedLine(name, bus)


def _again(error: LinkDown) -> LinkDown:
    """The same for another thread."""
    return type(error)(str(error), error.code, **error.facts)
