"""A bench of simulated devices in this process: what a test, a demo or the device page works with.

Any thread may call it. Each device has its own thread and lock; the bench only counts versions, keeps
the log and tells who listens that something changed. `on_change` runs on a device's thread.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from device_drivers.errors import LinkDown
from device_drivers.simulation.faults import PlannedFault
from device_drivers.simulation.model import Cannot, Note
from device_drivers.simulators.bench_file import BenchSpec
from device_drivers.simulators.device import SimulatedDevice

LOG_ENTRIES = 200
STOP_WITHIN_S = 2.0

Answer = TypeVar("Answer")


class UnknownDevice(LookupError):
    """No such device, pad or key on this bench. The message lists what there is."""


class Bench:
    """`folder` gets one link per device; it is made if need be, and everything is gone after `stop`."""

    def __init__(
        self,
        spec: BenchSpec,
        folder: Path,
        *,
        plan: Iterable[PlannedFault] = (),
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.spec = spec
        self.folder = folder
        self._clock = clock
        self._wall = wall
        self._lock = threading.Lock()
        self._version = 0
        self._log: deque[dict[str, Any]] = deque(maxlen=LOG_ENTRIES)
        self._logged = 0
        self._listeners: list[Callable[[], None]] = []
        self._boot = f"{int(wall() * 1000):x}"
        self._folder_lock = -1
        self._made_folder = False
        planned = tuple(plan)
        self._devices = {
            entry.id: SimulatedDevice(
                entry, folder, seed=spec.seed, plan=planned, clock=clock, note=self._note_of(entry.id),
                on_change=self._on_change,
            )
            for entry in spec.devices
        }
        for fault in planned:
            self.device(fault.device)

    def __enter__(self) -> Bench:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """Plug everything in. LinkDown when the folder cannot be used, and says why."""
        self._take_folder()
        try:
            for device in self._devices.values():
                device.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Unplug everything, remove the links and the folder if it was made here. May be called twice."""
        for device in self._devices.values():
            device.stop(STOP_WITHIN_S)
        self._leave_folder()

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(self._devices)

    def device(self, id: str) -> SimulatedDevice:
        if id not in self._devices:
            raise UnknownDevice(f"no device {id!r} on this bench; there are {', '.join(self._devices)}")
        return self._devices[id]

    def link(self, id: str) -> Path:
        """The path a daemon opens as its serial port."""
        return self.device(id).link

    def press(self, device: str, pad: str, key: str, digits: str | None = None) -> bytes:
        """Press a key of a pad, after typing `digits`; returns the frame that goes out."""
        found = self.device(device)
        return self._do(found, lambda now_s: found.model.press(pad, key, digits, now_s))

    def present(self, device: str, what: str) -> None:
        """Lay something before a reader: the id of one of its samples, or a code's text; "" takes it away."""
        found = self.device(device)
        self._do(found, lambda now_s: found.model.present(what, now_s))

    def tear_off(self, device: str) -> bool:
        """Tear off the paper in a printer's slot; False when there was none."""
        found = self.device(device)
        return self._do(found, found.model.tear_off)

    def _do(self, device: SimulatedDevice, act: Callable[[float], Answer]) -> Answer:
        try:
            return device.ask(act)
        except Cannot as error:
            raise UnknownDevice(f"{device.id!r} {error}") from error

    def fault(self, device: str, fault: str, for_s: float | None = None) -> None:
        """Let a fault begin, or a cure act; it has happened when this returns."""
        self.device(device).fault(fault, for_s)

    def clear_faults(self, device: str, fault: str | None = None) -> None:
        """End one fault of a device, or all of them."""
        self.device(device).clear_faults(fault)

    def state(self, *, slips: int | None = None, log: int = LOG_ENTRIES) -> dict[str, Any]:
        """What every device shows, as JSON values. `at_s` and `now_s` are readings of one monotonic clock."""
        with self._lock:
            version = self._version
            entries = list(self._log)[-log:]
        shown = [device.state() for device in self._devices.values()]
        if slips is not None:
            for device in shown:
                if "slips" in device:
                    device["slips"] = device["slips"][:slips]
        return {
            "version": version,
            "boot": self._boot,
            "title": self.spec.title,
            "timezone": self.spec.timezone,
            "now_s": self._clock(),
            "epoch_s": self._wall(),
            "links": [{"label": link.label, "href": link.href} for link in self.spec.links],
            "devices": shown,
            "log": entries,
        }

    def shown(self, id: str) -> dict[str, Any]:
        """What one device shows."""
        return self.device(id).state()

    def listen(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Be told of every change, on a device's thread: only enqueue. Returns what ends it."""
        with self._lock:
            self._listeners.append(on_change)

        def leave() -> None:
            with self._lock:
                self._listeners.remove(on_change)

        return leave

    # -- the folder -----------------------------------------------------------------------------------

    def _take_folder(self) -> None:
        try:
            self._made_folder = not self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._folder_lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise LinkDown(f"{self.folder}: cannot be used as the folder of links: {error.strerror}") from error
        try:
            fcntl.flock(self._folder_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._folder_lock)
            self._folder_lock = -1
            raise LinkDown(f"{self.folder}: another bench uses it; stop that one or choose another folder") from None

    def _leave_folder(self) -> None:
        if self._folder_lock < 0:
            return
        if self._made_folder:
            try:
                self.folder.rmdir()
            except OSError:
                pass  # somebody put something else there: it is theirs
        os.close(self._folder_lock)
        self._folder_lock = -1

    # -- changes --------------------------------------------------------------------------------------

    def _note_of(self, device: str) -> Note:
        def note(event: str, detail: str) -> None:
            with self._lock:
                self._logged += 1
                said = {"n": self._logged, "at_s": self._clock(), "device": device, "event": event, "detail": detail}
                self._log.append(said)

        return note

    def _on_change(self) -> None:
        with self._lock:
            self._version += 1
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()
