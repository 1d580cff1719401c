"""A scanner through a program called scanimage: pages, half pages, errors, one that hangs, one that is not there."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from device_drivers.events import LARGEST_PAGE, DeviceEvent, Page, Read, Unreadable
from device_drivers.options import BadOption, DeviceSpec, Environment
from device_drivers.registry import build_device

PNG = b"\x89PNG\r\n\x1a\n" + bytes(300_000) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
OPTIONS = {"kiosk": "kiosk-1", "device": "test:0", "mode": "Gray", "resolution": 150, "source": "ADF"}


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """`scanner(script, told)`: a running driver whose scanimage is that shell script; it notes what it was asked."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (tmp_path / "page.png").write_bytes(PNG)
    drivers: list[Any] = []

    def run(script: str, told: list[DeviceEvent]) -> Any:
        if script:
            program = tmp_path / "scanimage"
            program.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/asked\n{script.format(here=tmp_path)}\n')
            program.chmod(0o755)
        spec = DeviceSpec("scanner", "sane-scanner", None, OPTIONS)
        driver: Any = build_device(spec, Environment(time.monotonic, random.Random(1), told.append))
        drivers.append(driver)
        driver.start()
        driver.want(math.inf)
        driver.scan()
        return driver

    yield run
    for driver in drivers:
        driver.stop()


def test_a_page_comes_through_the_pipe(scanner: Any, tmp_path: Path, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    driver = scanner("echo Progress: 50% >&2; cat {here}/page.png", told)
    wait_until(lambda: told)
    assert told == [Read("scanner", Page("image/png", PNG))]
    asked = (tmp_path / "asked").read_text().split()
    assert asked == ["-d", "test:0", "--source", "ADF", "--format=png", "--mode=Gray", "--resolution=150"]
    wait_until(lambda: driver.health().state == "ready")


@pytest.mark.parametrize(
    ("script", "code", "why"),
    [
        ("echo scanimage: sane_start: Document feeder out of documents >&2; exit 7", "scan_failed", "out of documents"),
        ("head -c 5000 {here}/page.png", "scan_failed", "exit code 0"),
        ("cat {here}/page.png; exit 2", "scan_failed", "exit code 2"),
        ("printf 'a\\033[2Jb' >&2; exit 1", "scan_failed", "a[2Jb"),
    ],
)
def test_what_goes_wrong_is_told_and_said(scanner: Any, wait_until: Any, script: str, code: str, why: str) -> None:
    told: list[DeviceEvent] = []
    driver = scanner(script, told)
    wait_until(lambda: told)
    assert told == [Read("scanner", Unreadable("page"))]
    health = driver.health()
    assert (health.state, health.code, why in health.facts["why"]) == ("alert", code, True)
    assert why in health.detail


def test_a_picture_that_the_hall_would_not_take_is_told_at_once(scanner: Any, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    driver = scanner(f"cat {{here}}/page.png; head -c {LARGEST_PAGE} /dev/zero", told)
    wait_until(lambda: told)
    assert (told, driver.health().code) == ([Read("scanner", Unreadable("page"))], "scan_large")


def test_a_computer_without_the_program_says_what_to_install(
    scanner: Any, wait_until: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told: list[DeviceEvent] = []
    driver = scanner("", told)
    wait_until(lambda: driver.health().code == "no_scanimage")
    assert "sane-utils" in driver.health().detail


def test_a_child_that_hangs_is_gone_when_the_driver_is(scanner: Any, tmp_path: Path, wait_until: Any) -> None:
    driver = scanner("exec sleep 600", [])
    wait_until(lambda: (tmp_path / "asked").is_file())
    driver.stop()
    assert driver.health().state == "stopped"


def test_no_option_reaches_the_program_as_another_one() -> None:
    spec = DeviceSpec("scanner", "sane-scanner", None, {**OPTIONS, "device": "--output-file=/etc/passwd"})
    with pytest.raises(BadOption, match="device"):
        build_device(spec, Environment(lambda: 0.0, random.Random(1)))
