"""FF 68 caller pads and evaluators on one line: `ports.Pads`.

The thread is LineDriver's; `display` and `beep` may be called from any other. A rating given on an
evaluator arrives as the press "evaluate" with its value 0..3; the same key on a pad has no value.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from device_drivers.base.line_driver import LineDriver
from device_drivers.kinds.ff68_pad.link import REPEAT_S, PadLink, PadPlace
from device_drivers.lines import build_line, byte_seconds
from device_drivers.ports import Line, PadPress
from device_drivers.specs import Between, DeviceSpec, Environment, no_two_alike, parse_options

KIND = "ff68-pad"


class PadBus(LineDriver[PadPress]):
    """Presses go to `on_press`, on this driver's thread."""

    def __init__(
        self,
        id: str,
        line: Line,
        pads: Iterable[PadPlace],
        *,
        on_press: Callable[[PadPress], None],
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
        super().__init__(id, KIND, line, self._pads, monotonic=monotonic, rng=rng, on_event=on_press)

    def display(self, pad: str, *, waiting: int | None, ticket: str | None) -> None:
        with self.changing():
            self._pads.display(pad, waiting, ticket)

    def beep(self, pad: str) -> None:
        with self.changing():
            self._pads.beep(pad)


@dataclass(frozen=True, slots=True)
class PadOptions:
    """`dedupe_ms`: the same frame again within it is the pad repeating itself. `half_duplex`: our own bytes
    may come back and are dropped; false where the wiring cannot do that and presses come fast.
    """

    pads: Annotated[tuple[PadPlace, ...], Between(1, 64)]
    dedupe_ms: Annotated[int, Between(0, 10_000)] = int(REPEAT_S * 1000)
    gap_ms: Annotated[int, Between(0, 5000)] = 20
    refresh_s: Annotated[float, Between(0, 86_400)] = 120.0
    half_duplex: bool = True


def build(spec: DeviceSpec, env: Environment) -> PadBus:
    """Raises BadOption."""
    options = parse_options(PadOptions, spec.options, spec.id)
    no_two_alike(spec.id, "pads", [pad.id for pad in options.pads], "id")
    no_two_alike(spec.id, "pads", [pad.address for pad in options.pads], "address")
    return PadBus(
        spec.id,
        build_line(spec),
        options.pads,
        on_press=env.on_press,
        monotonic=env.monotonic,
        rng=env.rng,
        dedupe_s=options.dedupe_ms / 1000,
        gap_s=options.gap_ms / 1000,
        byte_s=byte_seconds(spec),
        refresh_s=options.refresh_s,
        half_duplex=options.half_duplex,
    )
