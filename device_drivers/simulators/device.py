"""One simulated device: a pty, a wire each way, the faults it has, and the model of what it does.

The thread `sim-<id>` owns all of it. Other threads ask through an inbox and get the answer back;
`state` alone reads under the lock. The model is pure: bytes in, bytes out, the time is an argument.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from device_drivers.errors import LinkDown
from device_drivers.registry import KINDS
from device_drivers.simulation.faults import WIRE, Conditions, Fault, PlannedFault, UnknownFault
from device_drivers.simulation.model import BenchEntry, Note
from device_drivers.simulators.pty_port import PtyPort
from device_drivers.simulators.wire import Wire, flip_bits, random_bytes

_LOGGER = logging.getLogger(__name__)

# Between two bursts of garbage.
_GARBAGE_EVERY_S = 0.1
# What "slow" adds on the way, each way: more than a pad waits for its acknowledgement, both ways together.
_SLOW_LAG_S = 0.25
# The share of bytes that "drop" loses.
DROPPED = 0.2
# A pty does not say when it is opened, only when it is closed: look this often.
_LOOK_EVERY_S = 0.02
# Longest wait for the device's own thread to do what was asked; it never takes milliseconds.
_ANSWER_WITHIN_S = 5.0

Answer = TypeVar("Answer")


class SimulatedDevice:
    """A device as a bench file describes it, behind a link in `folder`. `plan`: faults of the whole bench, of which it
    takes its own. `start` and `stop` once each. `on_change` runs on the device's thread and may only enqueue."""

    def __init__(
        self,
        entry: BenchEntry,
        folder: Path,
        *,
        seed: int,
        plan: Sequence[PlannedFault],
        clock: Callable[[], float],
        note: Note,
        on_change: Callable[[], None],
    ) -> None:
        simulation = KINDS[entry.kind].simulate
        assert simulation is not None, f"{entry.id}: checked when the bench file was read"
        self.id = entry.id
        self.link = folder / entry.id
        self._entry = entry
        self._simulation = simulation
        self._conditions = Conditions(simulation.faults)
        self._plan = sorted((fault for fault in plan if fault.device == entry.id), key=lambda fault: fault.at_s)
        for fault in self._plan:
            if fault.fault not in self._conditions.allowed:
                known = ", ".join(self._conditions.allowed)
                raise UnknownFault(f"{entry.id}: no fault {fault.fault!r}; one of {known}")
        self.model = simulation.model(entry, self._conditions, note)
        self._port = PtyPort(self.link)
        self._pace_baud = entry.pace_baud or None
        self._from_host = Wire(self._pace_baud)
        self._to_host = Wire(self._pace_baud)
        # A device's dice do not depend on what else is on the bench.
        self._dice = Random(f"{seed}/{entry.id}")  # noqa: S311 repeatable faults, no secret
        self._clock = clock
        self._note = note
        self._on_change = on_change
        self._garbage_at_s = 0.0
        self._rebooting = False
        self._open = False
        self._counters = {"bytes_in": 0, "bytes_out": 0, "plugged_times": 0}
        self._lock = threading.Lock()
        self._inbox: deque[Callable[[float], Callable[[], None]]] = deque()
        self._replies: list[Callable[[], None]] = []
        self._wake = -1
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"sim-{id}", daemon=True)

    def start(self) -> None:
        """Plug it in; from here on the link can be opened."""
        self._set_plugged(self._clock())
        self._started_s = self._clock()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        with self._lock:
            if self._wake < 0:
                return
            self._stopping = True
            os.eventfd_write(self._wake, 1)
        self._thread.join(timeout_s)
        os.close(self._wake)
        self._wake = -1
        self._port.unplug()

    def fault(self, fault: str, for_s: float | None = None) -> None:
        """Let a fault begin or a cure act; back when it has happened (the link is gone, or there again). Without
        `for_s` it holds until its cure, but for those that end by themselves."""
        for_s = self._conditions.ends_after_s(fault) if for_s is None else for_s

        def begin(now_s: float) -> None:
            self._conditions.apply(fault, None if for_s is None else now_s + for_s)
            self._note("fault", fault if for_s is None else f"{fault} {for_s:g} s")

        self.ask(begin)

    def clear_faults(self, fault: str | None = None) -> None:
        """End one fault, or all of them."""

        def clear(now_s: float) -> None:
            self._conditions.clear(fault)
            self._note("fault", f"{fault or 'all'} cleared")

        self.ask(clear)

    def ask(self, act: Callable[[float], Answer]) -> Answer:
        """Run `act(now)` on the device's thread and give back what it returns or raises."""
        answer: Future[Answer] = Future()

        def run(now_s: float) -> Callable[[], None]:
            try:
                result = act(now_s)
            except Exception as error:  # noqa: BLE001 it is raised again, where it was asked for
                return partial(answer.set_exception, error)
            return partial(answer.set_result, result)

        with self._lock:
            if self._stopping or self._wake < 0:
                raise LinkDown(f"{self.id}: the bench is not running; start it first")
            self._inbox.append(run)
            os.eventfd_write(self._wake, 1)
        return answer.result(_ANSWER_WITHIN_S)

    def state(self) -> dict[str, Any]:
        """What the device shows, as JSON values."""
        with self._lock:
            shown = self.model.state()
            shown["counters"] = {**self._counters, **shown.get("counters", {})}
            kind = KINDS[self._entry.kind]
            return {
                "id": self.id,
                "kind": kind.name,
                "words": kind.words._asdict(),
                "view": self._simulation.view,
                "can": [*_shown(self._simulation.faults, "device"), *_shown(WIRE, "line")],
                "label": self._entry.label or self.id,
                "port": str(self.link),
                "plugged": self._port.fd is not None,
                "opened": self._open,
                "pace_baud": self._pace_baud,
                "faults": [
                    {"fault": fault, "left_s": left_s}
                    for fault, left_s in self._conditions.left_s(self._clock()).items()
                ],
                **shown,
            }

    def _run(self) -> None:
        while not self._stopping:
            try:
                with self._lock:
                    changed = self._round(self._clock())
                if changed:
                    self._on_change()
                self._answer()
                self._sleep()
            except Exception:
                # A model that raises is our bug; the other devices of the bench go on.
                _LOGGER.exception("%s: the simulated device failed and stands still", self.id)
                self._stopping = True
        with self._lock:  # whoever asked last gets an answer too
            self._do_what_was_asked(self._clock())
        self._answer()

    def _do_what_was_asked(self, now_s: float) -> bool:
        asked = bool(self._inbox)
        while self._inbox:
            self._replies.append(self._inbox.popleft()(now_s))
        return asked

    def _answer(self) -> None:
        """Only after the round: whoever asked for the plug to be pulled finds it pulled."""
        while self._replies:
            self._replies.pop(0)()

    def _round(self, now_s: float) -> bool:
        changed = self._do_what_was_asked(now_s)
        changed |= self._meet_plan(now_s)
        changed |= self._set_plugged(now_s)
        changed |= self._start_anew()
        changed |= self._see_who_is_there()
        sent = self._port.read() if not self._from_host.full else b""
        if sent:
            self._hear(sent, now_s)
        came = self._from_host.arrived(now_s)
        if came:
            self._counters["bytes_in"] += len(came)
            if not self._deaf() and (heard := self._damaged(came)):
                self.model.receive(heard, now_s)
        changed |= self.model.tick(now_s)
        said = self._speak(now_s)
        return bool(changed or came or said)

    def _see_who_is_there(self) -> bool:
        was_open, self._open = self._open, self._port.is_open()
        if was_open == self._open:
            return False
        self._note("port", "opened" if self._open else "closed")
        return True

    def _hear(self, sent: bytes, now_s: float) -> None:
        self._from_host.send(sent, now_s, self._lag_s())
        if "echo" in self._conditions:
            self._to_host.send(sent, now_s)

    def _speak(self, now_s: float) -> bool:
        said = self.model.take_output()
        if "corrupt" in self._conditions:
            said = flip_bits(said, self._dice)
        if "half" in self._conditions:
            said = said[: len(said) // 2]
        if "wrong_baud" in self._conditions:
            said = self._dice.randbytes(len(said))
        if not self._deaf() and self._port.fd is not None:
            self._to_host.send(said, now_s, self._lag_s())
        if "garbage" in self._conditions and now_s >= self._garbage_at_s:
            self._garbage_at_s = now_s + _GARBAGE_EVERY_S
            self._to_host.send(random_bytes(self._dice), now_s)
        there = self._to_host.arrived(now_s)
        self._port.write(there)
        self._counters["bytes_out"] += len(there)
        return bool(there)

    def _deaf(self) -> bool:
        return "silence" in self._conditions or "reboot" in self._conditions

    def _damaged(self, came: bytes) -> bytes:
        """What a bad wire leaves of it."""
        if "wrong_baud" in self._conditions:
            return self._dice.randbytes(len(came))
        if "drop" in self._conditions:
            came = bytes(byte for byte in came if self._dice.random() >= DROPPED)
        return flip_bits(came, self._dice) if "noise" in self._conditions else came

    def _start_anew(self) -> bool:
        """Once for each reboot: the device forgets what it showed."""
        begun = "reboot" in self._conditions and not self._rebooting
        self._rebooting = "reboot" in self._conditions
        if begun:
            self._from_host.cut()
            self._to_host.cut()
            self.model.power_off()
        return begun

    def _lag_s(self) -> float:
        return _SLOW_LAG_S if "slow" in self._conditions and self._simulation.slow_wire else 0.0

    def _meet_plan(self, now_s: float) -> bool:
        begun = False
        while self._plan and now_s - self._started_s >= self._plan[0].at_s:
            planned = self._plan.pop(0)
            until_s = None if planned.for_s is None else now_s + planned.for_s
            self._conditions.apply(planned.fault, until_s)
            self._note("fault", f"{planned.fault} (planned)")
            begun = True
        for over in self._conditions.expire(now_s):
            self._note("fault", f"{over} is over")
            begun = True
        return begun

    def _set_plugged(self, now_s: float) -> bool:
        wanted = "unplug" not in self._conditions
        if wanted == (self._port.fd is not None):
            return False
        if wanted:
            self._port.plug()
            self._counters["plugged_times"] += 1
        else:
            self._port.unplug()
            self._from_host.cut()
            self._to_host.cut()
            self.model.power_off()
        return True

    def _sleep(self) -> None:
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        if self._port.fd is not None and self._open and not self._from_host.full:
            poll.register(self._port.fd, select.POLLIN)
        due_s = self._next_due_s()
        timeout_ms = None if due_s is None else max(0.0, due_s - self._clock()) * 1000
        for fd, _ in poll.poll(timeout_ms):
            if fd == self._wake:
                os.eventfd_read(self._wake)

    def _next_due_s(self) -> float | None:
        dues = [
            self._from_host.due_s(),
            self._to_host.due_s(),
            self.model.due_s(),
            self._conditions.next_end_s(),
            self._started_s + self._plan[0].at_s if self._plan else None,
            self._garbage_at_s if "garbage" in self._conditions else None,
            None if self._open or self._port.fd is None else self._clock() + _LOOK_EVERY_S,
        ]
        return min((due for due in dues if due is not None), default=None)


def _shown(faults: tuple[Fault, ...], group: str) -> list[dict[str, Any]]:
    """The words that a device understands, for whoever offers them as buttons."""
    return [
        {"fault": fault.name, **fault.words._asdict(), "cures": fault.cures, "button": fault.button, "group": group}
        for fault in faults
    ]
