"""LED big screens: areas of text on cards, each told when its text has changed. A part of a hall, with its own thread.

Roused by every change of the hall, and by the clock: a call is new for a while only, and notices take turns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from device_drivers.ports import Driver, Screens
from hall_daemon.adapters.devices.fence import Fence
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.system.parts import checked
from hall_daemon.app.boards import board_texts
from hall_daemon.app.record import Recorded
from hall_daemon.app.screens import screen_state
from hall_daemon.app.states import hall_state, queue_figures, queue_state, stamp
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config.settings import Settings
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Moment
from hall_daemon.wire.screens import ScreenView, screen_view

# How long a text may be old when only time has passed.
LOOK_S = 0.5


class LedBoards:
    """`devices`: drivers by id; `read` looks at the follower's hall. Without boards it does nothing."""

    def __init__(
        self,
        settings: Settings,
        devices: Mapping[str, Driver],
        views: ViewContext,
        read: Callable[[Callable[[Hall], ScreenView]], ScreenView],
        now: Callable[[], Moment],
    ) -> None:
        self._boards = settings.boards
        self._views = views
        self._read = read
        self._now = now
        parts = settings.bindings.devices["screens"]
        areas = {area for board in self._boards.values() for area in board.areas}
        self._screens = {area: cast(Screens, devices[parts[area]]) for area in areas}
        self._fence = Fence()
        self._due = threading.Event()
        self._life = Life("boards", "boards", lambda: now().tick / 1000)
        self._thread = OwnedThread("boards", self._work, self._life, rouse=self._due.set)

    def start(self) -> None:
        if self._boards:
            self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._thread.stop(timeout_s)

    def checks(self) -> Mapping[str, str]:
        return checked(self._life.health) if self._boards else {}

    def __call__(self, hall: Hall, batch: Sequence[Recorded], now: Moment) -> None:
        self._due.set()

    def step(self) -> None:
        """One look at the hall; drivers send only what has changed."""
        now = self._now()
        view = self._read(lambda hall: self._view(hall, now))
        for board in self._boards.values():
            for area, text in board_texts(board, view, self._views.plan.timezone, now.wall / 1000).items():
                with self._fence(area):
                    self._screens[area].show(area, text)

    def _view(self, hall: Hall, now: Moment) -> ScreenView:
        ctx, at = self._views, stamp(self._views, 0, now)
        figures = queue_figures(ctx, hall)
        queues = tuple(queue_state(ctx, hall, id_, figures[id_], at) for id_ in ctx.plan.queues)
        return screen_view(screen_state(ctx, hall, now, at), hall_state(ctx, hall, figures, now, at), queues, None)

    def _work(self) -> None:
        self._life.note("ready")
        while not self._thread.stopping:
            self.step()
            self._due.wait(LOOK_S)
            self._due.clear()
