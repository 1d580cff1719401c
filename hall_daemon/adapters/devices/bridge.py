"""Between the hall and its drivers: desired state out, presses and outcomes in.

A subscriber of the follower (its thread sets what screens and pads should show, hands out slips and calls) with one
small thread of its own, "bridge", that watches calls. Driver threads only enqueue commands. Nothing here waits for a
device. Each role has a file: screens, pads, slips, calls.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from device_drivers.events import DeviceEvent, TicketAsked
from device_drivers.events import Read as SomethingRead
from device_drivers.ports import (
    Driver,
    Health,
    Pads,
    Printer,
    PrintOutcome,
    Reader,
    Screens,
    Slip,
    Speaker,
    TicketMachine,
)
from hall_daemon.adapters.devices.calls import WindowCalls
from hall_daemon.adapters.devices.fence import Fence
from hall_daemon.adapters.devices.machines import TicketMachines
from hall_daemon.adapters.devices.outcomes import Outcomes, Submit
from hall_daemon.adapters.devices.pads import Read, WindowPads
from hall_daemon.adapters.devices.screens import WindowScreens
from hall_daemon.adapters.devices.slips import TicketSlips
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.system.parts import check, checked
from hall_daemon.app.device_views import device_names, device_roles, device_view, device_windows, shown_screen
from hall_daemon.app.readings import KioskReadings
from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import Waits
from hall_daemon.config.settings import Bindings
from hall_daemon.config.wording import Wording
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment, Plan
from hall_daemon.domain.visits import Visits
from hall_daemon.wire.messages import DeviceView
from hall_daemon.wire.shown import ShownScreen

WATCH_S = 0.05

Tell = Callable[[DeviceEvent], None]


class DeviceBridge:
    """`build` makes the devices, by id, that tell what happens to them; they are started and stopped here. `read` looks
    at the follower's hall from any thread. `ticket_url` holds `{token}`."""

    def __init__(
        self,
        plan: Plan,
        wording: Wording,
        bindings: Bindings,
        build: Callable[[Tell], Mapping[str, Driver]],
        *,
        submit: Submit,
        read: Read,
        waits: Waits,
        ticket_url: str,
        readings: KioskReadings,
        monotonic: Callable[[], float],
        attended: Callable[[str], bool] = lambda window: True,
    ) -> None:
        self.devices = devices = build(self.on_event)
        self._monotonic = monotonic
        # The registry built each device for its kind, so what is bound as a screen is a Screens, and so on.
        bound, windows = bindings.devices, bindings.windows
        screens = {part: cast(Screens, devices[id_]) for part, id_ in bound["screens"].items()}
        pads = {part: cast(Pads, devices[id_]) for part, id_ in bound["pads"].items()}
        printers = {part: cast(Printer, devices[id_]) for part, id_ in bound["printers"].items()}
        speakers = {zone: cast(Speaker, devices[id_]) for zone, id_ in bound["zones"].items()}
        self._readings = readings
        readings.bind({part: cast(Reader, devices[id_]) for part, id_ in bound["readers"].items()})
        self._fence = Fence()
        self._outcomes = Outcomes(submit)
        self._visits = Visits()
        self._screens = WindowScreens(
            plan=plan, words=wording.screen, windows=windows["screens"], screens=screens, fence=self._fence
        )
        self._pads = WindowPads(
            plan=plan, windows=windows["pads"], pads=pads, fence=self._fence, submit=submit, read=read,
            attended=attended,
        )
        self._slips = TicketSlips(
            plan=plan, words=wording.slip, printers=printers, outcomes=self._outcomes,
            waits=waits, ticket_url=ticket_url,
        )
        self._calls = WindowCalls(
            plan=plan, words=wording.voice, speakers=speakers, screens=self._screens, outcomes=self._outcomes,
            monotonic=monotonic,
        )
        machines = {part: cast(TicketMachine, devices[id_]) for part, id_ in bound["machines"].items()}
        self._machines = TicketMachines(bindings.machines, machines, submit, self._fence)
        self._roles = device_roles(bindings)
        self._names = device_names(self._roles, {id_: driver.health().kind for id_, driver in devices.items()})
        self._windows = device_windows(plan, bindings)
        self._life = Life("bridge", "bridge", monotonic)
        self._thread = OwnedThread("bridge", self._watch, self._life)

    def begin(self, hall: Hall, now: Moment) -> None:
        """Start every driver, show what the hall says now, settle slips that a crash left open."""
        self._slips.begin(hall)
        for driver in self.devices.values():
            driver.start()
        self._show(hall)
        self._slips.settle(hall, now)

    def start(self, hall: Hall, now: Moment) -> None:
        """`begin`, and watch calls."""
        self.begin(hall, now)
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._thread.stop(timeout_s)
        stopping = [
            threading.Thread(target=driver.stop, args=(timeout_s,), name=f"stop-{driver.id}")
            for driver in self.devices.values()
        ]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join(timeout_s)

    def on_event(self, event: DeviceEvent) -> None:
        """What a device says, from its driver's thread."""
        if isinstance(event, SomethingRead):
            self._readings.put(event)
        elif isinstance(event, TicketAsked):
            self._machines.on_asked(event)
        else:
            self._pads.on_event(event)

    def print_slip(self, printer: str, job: str, slip: Slip, on_done: Callable[[PrintOutcome], None]) -> None:
        """A slip that is no ticket's; `on_done` runs on the printer's thread. Any thread."""
        self._slips.printers[printer].print(job, slip, on_done)

    def health(self) -> Health:
        """Of the thread; `views` has the devices."""
        return self._life.health()

    def checks(self) -> Mapping[str, str]:
        """Its health, and each device's."""
        devices = {f"device:{view.id}": check(view.state, view.detail) for view in self.views()}
        return {**checked(self.health), **devices}

    def views(self) -> tuple[DeviceView, ...]:
        """Every device's life, for pages and MQTT."""
        now_s = self._monotonic()
        return tuple(
            device_view(
                driver.health(), now_s,
                role=self._roles.get(id_), name=self._names.get(id_), windows=self._windows.get(id_, ()),
            )
            for id_, driver in self.devices.items()
        )

    def shown(self) -> tuple[ShownScreen, ...]:
        """Every screen's desired and reported text, areas of big screens too."""
        now_s, windows = self._monotonic(), self._screens.windows
        return tuple(
            shown_screen(state, driver.id, windows.get(state.screen), now_s)
            for driver in {driver.id: driver for driver in self._screens.screens.values()}.values()
            for state in driver.screens()
        )

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        if len(self._calls):
            with self._fence("watching calls"):
                self._calls.note_seen()
        self._show(hall)
        for row in batch:
            with self._fence(type(row.event).__name__):
                changes = self._visits.see(row.event, row.tick)
                self._slips.see(hall, row.event)
                for change in changes:
                    self._calls.see(hall, change, row.seq)
        self._visits.stood()  # nobody here asks for these

    def _show(self, hall: Hall) -> None:
        self._screens.show(hall)
        self._pads.show(hall)

    def _watch(self) -> None:
        self._life.note("ready")
        while not self._thread.wait(WATCH_S):
            self.step()

    def step(self) -> None:
        """One round of the thread; in a test, without it."""
        self._readings.sweep()
        with self._fence("watching calls"):
            self._outcomes.tell_again()
            self._calls.settle()
