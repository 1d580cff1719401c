"""How busy a wire was: the last minute only, never more than all of it."""

from __future__ import annotations

from device_drivers.base.load import Load


def test_the_load_of_the_last_minute() -> None:
    load = Load(byte_s=10 / 9600)
    assert load.percent(0.0) == 0
    for second in range(60):
        load.carried(480, second + 0.2)
        load.carried(96, second + 0.7)
    assert load.percent(59.9) == 60
    assert load.percent(90.0) == 30, "what is older is forgotten"
    assert load.percent(500.0) == 0
    load.carried(10**9, 500.0)
    assert load.percent(500.0) == 100


def test_where_the_wire_is_no_limit_there_is_no_load() -> None:
    assert not Load(0.0)
    assert Load(0.001)
