"""LED window strips and main boards on one AA-BB bus: `ports.Screens` over one line.

The thread is LineDriver's; `show` and `screens` may be called from any other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, NoReturn

from device_drivers.base.line_driver import LineDriver
from device_drivers.kinds.aabb_strip.codec import ALL_SCREENS
from device_drivers.kinds.aabb_strip.link import StripLink, StripScreen
from device_drivers.lines import build_line, byte_seconds
from device_drivers.ports import Line, ScreenState, ScreenText
from device_drivers.specs import Between, DeviceSpec, Environment, no_two_alike, parse_options

KIND = "aabb-strip"


class StripBus(LineDriver[NoReturn]):
    """Keeps the newest text of every screen on the wire; see StripLink for the order."""

    def __init__(
        self,
        id: str,
        line: Line,
        screens: Iterable[StripScreen],
        *,
        monotonic: Callable[[], float],
        rng: random.Random,
        gap_s: float = 0.1,
        byte_s: float = 0.0,
        refresh_s: float = 120.0,
    ) -> None:
        self._strips = StripLink(screens, gap_s=gap_s, byte_s=byte_s, refresh_s=refresh_s)
        super().__init__(id, KIND, line, self._strips, monotonic=monotonic, rng=rng, on_event=_nothing)

    def show(self, screen: str, text: ScreenText) -> None:
        with self.changing() as now:
            self._strips.show(screen, text, now)

    def screens(self) -> tuple[ScreenState, ...]:
        with self.reading():
            return self._strips.screens()


def _nothing(_event: NoReturn) -> None:
    """Strips have nothing to tell."""


@dataclass(frozen=True, slots=True)
class StripOptions:
    """`screens`: see StripScreen. `gap_ms` of silence between frames; `refresh_s` 0 never repeats itself."""

    screens: Annotated[tuple[StripScreen, ...], Between(1, 64)]
    gap_ms: Annotated[int, Between(0, 5000)] = 100
    refresh_s: Annotated[float, Between(0, 86_400)] = 120.0


def build(spec: DeviceSpec, env: Environment) -> StripBus:
    """Raises BadOption."""
    options = parse_options(StripOptions, spec.options, spec.id)
    no_two_alike(spec.id, "screens", [screen.id for screen in options.screens], "id")
    addresses = [screen.address for screen in options.screens if screen.address != ALL_SCREENS]
    no_two_alike(spec.id, "screens", addresses, "address")
    return StripBus(
        spec.id,
        build_line(spec),
        options.screens,
        monotonic=env.monotonic,
        rng=env.rng,
        gap_s=options.gap_ms / 1000,
        byte_s=byte_seconds(spec),
        refresh_s=options.refresh_s,
    )
