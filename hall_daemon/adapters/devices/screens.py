"""The screens over the windows: what each should show, and what they have taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from device_drivers.ports import LifeState, Screens, ScreenText
from hall_daemon.adapters.devices.fence import Fence
from hall_daemon.app.reactions import window_screen
from hall_daemon.config.wording import ScreenWords
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Plan

# A device in such a state shows and says nothing.
OUT: frozenset[LifeState] = frozenset({"disconnected", "alert", "stopped"})


@dataclass(slots=True, kw_only=True)
class WindowScreens:
    """`windows`: the window of each screen; `screens`: the driver of each."""

    plan: Plan
    words: ScreenWords
    windows: Mapping[str, str]
    screens: Mapping[str, Screens]
    fence: Fence

    def show(self, hall: Hall) -> None:
        for screen, window in self.windows.items():
            with self.fence(screen):
                self.screens[screen].show(screen, self.text(hall, window))

    def text(self, hall: Hall, window: str) -> ScreenText:
        """What the screens of a window should show now."""
        return window_screen(self.plan, self.words, hall, window)

    def over(self, window: str) -> bool:
        """Whether the window has a screen."""
        return window in self.windows.values()

    def works(self, window: str) -> bool:
        """Whether a screen of the window may show something."""
        bound = [screen for screen, shown in self.windows.items() if shown == window]
        return any(self.screens[screen].health().state not in OUT for screen in bound)

    def taken(self) -> set[tuple[str, ScreenText]]:
        """(window, text) of what the screens have taken."""
        taken = set()
        for driver in {id(driver): driver for driver in self.screens.values()}.values():
            with self.fence(f"{driver.id} read back"):
                for state in driver.screens():
                    if state.reported is not None and state.screen in self.windows:
                        taken.add((self.windows[state.screen], state.reported))
        return taken
