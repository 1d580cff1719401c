"""The hall of a replayed day: at speed its pads repeat nothing, because two presses may be as close as repetitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from device_drivers.kinds.ff68_pad.simulator import RESENDS, PadBusSpec
from hall_daemon.rehearsal.simulated_hall import PAD, SLOW_ENOUGH, Ports, build
from hall_daemon.rehearsal.tuesday import tuesday


@pytest.mark.parametrize(("speed", "resends", "dedupe_ms"), [(SLOW_ENOUGH, RESENDS, 500), (SLOW_ENOUGH + 1, 0, 0)])
def test_what_is_no_repetition_is_not_taken_for_one(
    tmp_path: Path, speed: float, resends: int, dedupe_ms: int
) -> None:
    hall = build(tuesday(tickets=1).plan, tmp_path, Ports(1111, 1112, 1113), speed, "a hall")
    assert [bus.resends for bus in hall.bench.devices if isinstance(bus, PadBusSpec)] == [resends] * 3
    assert {device.options["dedupe_ms"] for device in hall.settings.devices if device.kind == PAD} == {dedupe_ms}
