"""Scanners that only say codes: on a real line, with half codes and codes without an end."""

from __future__ import annotations

from typing import Any

from device_drivers.events import Code, DeviceEvent, Read


def test_codes_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    driver, bench = on_bench("line-scanner", {"kiosk": "kiosk-1"}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.present("line-scanner", "示例 · 昇喆〇𠮷")
    wait_until(lambda: told)
    bench.fault("line-scanner", "half_answer")
    bench.present("line-scanner", "A023")
    wait_until(lambda: driver.health().counters["bytes_skipped"])
    bench.clear_faults("line-scanner")
    bench.present("line-scanner", "B001")
    wait_until(lambda: len(told) == 2)
    assert told == [Read("line-scanner", Code("示例 · 昇喆〇𠮷")), Read("line-scanner", Code("B001"))]


def test_silence_ends_a_code_where_nothing_else_does(on_bench: Any, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    driver, bench = on_bench("line-scanner", {"kiosk": "kiosk-1", "end": "none"}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.fault("line-scanner", "no_end")
    bench.present("line-scanner", "A023")
    wait_until(lambda: told)
    assert told == [Read("line-scanner", Code("A023"))]
