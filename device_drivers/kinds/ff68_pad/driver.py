"""FF 68 caller pads and evaluators on one line: `ports.Pads`.

The thread is LineDriver's; `display` and `beep` may be called from any other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from device_drivers.base.line_driver import LineDriver
from device_drivers.kinds.ff68_pad.link import REPEAT_S, PadEvent, PadLink, PadOptions, PadPlace
from device_drivers.lines import build_line, byte_seconds
from device_drivers.options import DeviceSpec, Environment, no_two_alike
from device_drivers.ports import ByteLine

NAME = "ff68-pad"


class PadBus(LineDriver[bytes, PadEvent]):
    """Presses and ratings go to `tell`, on this driver's thread."""

    def __init__(
        self,
        id: str,
        line: ByteLine,
        pads: Iterable[PadPlace],
        *,
        tell: Callable[[PadEvent], None],
        monotonic: Callable[[], float],
        rng: random.Random,
        dedupe_s: float = REPEAT_S,
        gap_s: float = 0.02,
        byte_s: float = 0.0,
        refresh_s: float = 120.0,
        half_duplex: bool = True,
    ) -> None:
        self._pads = PadLink(
            pads,
            dedupe_s=dedupe_s,
            gap_s=gap_s,
            byte_s=byte_s,
            refresh_s=refresh_s,
            half_duplex=half_duplex,
        )
        super().__init__(id, NAME, line, self._pads, monotonic=monotonic, rng=rng, on_event=tell)

    def display(self, pad: str, *, waiting: int | None, ticket: str | None) -> None:
        with self.changing():
            self._pads.display(pad, waiting, ticket)

    def beep(self, pad: str) -> None:
        with self.changing():
            self._pads.beep(pad)


def build(spec: DeviceSpec, options: PadOptions, env: Environment) -> PadBus:
    """Raises BadOption."""
    no_two_alike(spec.id, "pads", [pad.id for pad in options.pads], "id")
    no_two_alike(spec.id, "pads", [pad.address for pad in options.pads], "address")
    return PadBus(
        spec.id,
        build_line(spec),
        options.pads,
        tell=env.tell,
        monotonic=env.monotonic,
        rng=env.rng,
        dedupe_s=options.dedupe_ms / 1000,
        gap_s=options.gap_ms / 1000,
        byte_s=byte_seconds(spec),
        refresh_s=options.refresh_s,
        half_duplex=options.half_duplex,
    )
