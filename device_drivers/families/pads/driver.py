"""Pads behind one line: `ports.Pads`. What a kind adds is its link.

The thread is LineDriver's; `display` and `beep` may be called from any other.
"""

from __future__ import annotations

from typing import Protocol

from device_drivers.base.line_driver import LineDriver
from device_drivers.families.pads.press import PadEvent
from device_drivers.lines.options import build_line
from device_drivers.links.link import Link
from device_drivers.options import DeviceSpec, Environment


class Shows(Protocol):
    """What a pad with a face shows; one without does nothing."""

    def display(self, pad: str, waiting: int | None, ticket: str | None) -> None: ...

    def beep(self, pad: str) -> None: ...


class PadLine(LineDriver[bytes, PadEvent]):
    def __init__(self, spec: DeviceSpec, env: Environment, link: Link[bytes, PadEvent], face: Shows) -> None:
        """Raises BadOption."""
        self._face = face
        super().__init__(
            spec.id, spec.kind, build_line(spec), link, monotonic=env.monotonic, rng=env.rng, on_event=env.tell
        )

    def display(self, pad: str, *, waiting: int | None, ticket: str | None) -> None:
        with self.changing():
            self._face.display(pad, waiting, ticket)

    def beep(self, pad: str) -> None:
        with self.changing():
            self._face.beep(pad)
