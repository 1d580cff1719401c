"""The pads at the windows: presses and ratings to commands, and what each pad displays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from device_drivers.events import DeviceEvent, KeyPressed, Rated
from device_drivers.ports import Pads
from hall_daemon.adapters.devices.fence import Fence
from hall_daemon.adapters.devices.outcomes import Submit
from hall_daemon.app.reactions import pad_commands, pad_display, rating_commands, wants_another_press
from hall_daemon.app.record import Answer, Busy, Request
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan

_LOGGER = logging.getLogger(__name__)

Read = Callable[[Callable[[Hall], tuple[c.Command, ...]]], tuple[c.Command, ...]]


@dataclass(slots=True, kw_only=True)
class WindowPads:
    """`windows`: the window of each pad; `pads`: the driver of each. `read` looks at the follower's hall; `attended`
    says whether somebody who may is at a window: without, a pad only beeps."""

    plan: Plan
    windows: Mapping[str, str]
    pads: Mapping[str, Pads]
    fence: Fence
    submit: Submit
    read: Read
    attended: Callable[[str], bool]

    def show(self, hall: Hall) -> None:
        for pad, window in self.windows.items():
            waiting, number = pad_display(self.plan, hall, window)
            with self.fence(pad):
                self.pads[pad].display(pad, waiting=waiting, ticket=number)

    def on_event(self, event: DeviceEvent) -> None:
        """From the drivers' threads: enqueues, and beeps when that is refused."""
        match event:
            case KeyPressed() if event.pad in self.windows:
                self._on_press(event, self.windows[event.pad])
            case Rated() if event.pad in self.windows:
                self._do(event.pad, rating_commands(self.windows[event.pad], event))

    def _on_press(self, press: KeyPressed, window: str) -> None:
        if not self.attended(window):
            _LOGGER.info("%s: pressed, but nobody is logged in at its window", press.pad)
            self._beep(press.pad)
            return
        commands = self.read(lambda hall: pad_commands(self.plan, hall, window, press))
        if wants_another_press(press, commands):
            self._beep(press.pad)
        self._do(press.pad, commands)

    def _do(self, pad: str, commands: tuple[c.Command, ...]) -> None:
        try:
            for command in commands:
                self.submit(Request(command, f"pad:{pad}"), lambda answer: self._pressed(pad, answer))
        except Busy:
            # Not kept for later: whoever heard the beep presses again.
            self._beep(pad)

    def _pressed(self, pad: str, answer: Answer) -> None:
        if isinstance(answer, Refused):
            _LOGGER.info("%s: press refused: %s", pad, answer.code)
            self._beep(pad)

    def _beep(self, pad: str) -> None:
        self.pads[pad].beep(pad)
