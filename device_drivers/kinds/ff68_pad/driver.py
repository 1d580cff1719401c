"""FF 68 caller pads and evaluators on one line: `ports.Pads`.

The thread is LineDriver's; `display` and `beep` may be called from any other.
"""

from __future__ import annotations

from device_drivers.base.line_driver import LineDriver
from device_drivers.kinds.ff68_pad.link import PadEvent, PadLink, PadOptions
from device_drivers.lines.options import build_line, byte_seconds
from device_drivers.options import DeviceSpec, Environment, no_two_alike

NAME = "ff68-pad"


class PadBus(LineDriver[bytes, PadEvent]):
    """Presses and ratings are handed to `on_event`, on this driver's thread."""

    _link: PadLink

    def display(self, pad: str, *, waiting: int | None, ticket: str | None) -> None:
        with self.changing():
            self._link.display(pad, waiting, ticket)

    def beep(self, pad: str) -> None:
        with self.changing():
            self._link.beep(pad)


def build(spec: DeviceSpec, options: PadOptions, env: Environment) -> PadBus:
    """Raises BadOption."""
    no_two_alike(spec.id, "pads", [pad.id for pad in options.pads], "id")
    no_two_alike(spec.id, "pads", [pad.address for pad in options.pads], "address")
    link = PadLink(
        options.pads,
        dedupe_s=options.dedupe_ms / 1000,
        gap_s=options.gap_ms / 1000,
        byte_s=byte_seconds(spec),
        refresh_s=options.refresh_s,
        half_duplex=options.half_duplex,
    )
    return PadBus(
        spec.id, NAME, build_line(spec), link, monotonic=env.monotonic, rng=env.rng, on_event=env.tell,
        byte_s=byte_seconds(spec),
    )
