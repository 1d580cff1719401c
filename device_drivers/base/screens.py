"""Screens behind one line: `ports.Screens`. What a kind adds is its encoder.

The thread is LineDriver's; `show` and `screens` may be called from any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from device_drivers.base.line_driver import LineDriver
from device_drivers.lines.options import build_line, byte_seconds
from device_drivers.links.screens import Encoder, ScreensLink
from device_drivers.options import Addressed, DeviceSpec, Environment, no_two_alike
from device_drivers.ports import ScreenState, ScreenText


class ScreenBus(LineDriver[bytes, NoReturn]):
    """Keeps the newest text of every screen on the wire; see ScreensLink for the order."""

    _link: ScreensLink

    def show(self, screen: str, text: ScreenText) -> None:
        with self.changing() as now:
            self._link.show(screen, text, now)

    def screens(self) -> tuple[ScreenState, ...]:
        with self.reading():
            return self._link.screens()


def nothing_to_tell(_event: NoReturn) -> None:
    """Screens have nothing to tell."""


def build_screens(
    spec: DeviceSpec,
    env: Environment,
    screens: Sequence[Addressed],
    encoder: Encoder,
    *,
    gap_ms: int,
    refresh_s: float,
    shared: int | None = None,
) -> ScreenBus:
    """`gap_ms` of silence between frames; `refresh_s` 0 never repeats itself. `shared`: the address that speaks to
    all, which several screens may have. Raises BadOption."""
    no_two_alike(spec.id, "screens", [screen.id for screen in screens], "id")
    addresses = [screen.address for screen in screens if screen.address != shared]
    no_two_alike(spec.id, "screens", addresses, "address")
    link = ScreensLink(
        [screen.id for screen in screens],
        encoder,
        gap_s=gap_ms / 1000,
        byte_s=byte_seconds(spec),
        refresh_s=refresh_s,
    )
    return ScreenBus(
        spec.id, spec.kind, build_line(spec), link, monotonic=env.monotonic, rng=env.rng, on_event=nothing_to_tell
    )
