"""A camera's folder: pictures that are whole, that grow, that are none, and that nobody wants."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from device_drivers.events import LARGEST_PAGE, DeviceEvent, Page, Read, Unreadable
from device_drivers.families.readers.pages import page_of
from device_drivers.kinds.camera_folder.kind import GIVEN_UP_S, CameraFolder, CameraOptions
from device_drivers.options import DeviceSpec, Environment
from device_drivers.registry import build_device
from hall_daemon.adapters.documents import reader, worker
from kiosk_ui.client import MAX_PAGE_BYTES

JPEG = b"\xff\xd8\xff\xe0" + bytes(2000) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(500) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
PDF = b"%PDF-1.7\n" + bytes(100) + b"%%EOF\n"


@pytest.mark.parametrize(("data", "media"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (PDF, "application/pdf")])
def test_a_picture_is_known_by_its_bytes_and_whole_by_its_end(data: bytes, media: str) -> None:
    page = page_of(data)
    assert page is not None
    assert (page.media_type, page.data) == (media, data)
    assert page_of(data[: len(data) // 2]) is None
    assert repr(page) == "Page(…)"


class Folder:
    """The driver's rounds, without its thread, in a world whose clock is ours."""

    def __init__(self, path: Path) -> None:
        self.path, self.now = path, 100.0
        options = CameraOptions(kiosk="kiosk-1", folder=str(path), settle_ms=300)
        env = Environment(lambda: self.now, random.Random(1))
        self.driver = CameraFolder(DeviceSpec("camera", "camera-folder"), options, env)

    def put(self, name: str, data: bytes) -> None:
        (self.path / name).write_bytes(data)

    def look(self, after_s: float = 0.0) -> list[object]:
        self.now += after_s
        return list(self.driver.look(asked=False))

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.path.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_file_is_taken_when_it_stopped_growing_and_is_gone_then(folder: Folder) -> None:
    folder.put("1.jpg", JPEG[:1000])
    assert folder.look() == folder.look(0.4) == []
    folder.put("1.jpg", JPEG)
    assert folder.look(0.1) == []
    assert folder.look(0.4) == [Page("image/jpeg", JPEG)]
    assert folder.names == []


def test_what_will_never_be_a_picture_is_removed_and_told(folder: Folder) -> None:
    folder.put("1.jpg", JPEG[:-2])
    folder.put("virus.jpg", b"MZ and so on")
    folder.put("empty.png", b"")
    assert folder.look() == folder.look(1.0) == []
    assert folder.look(GIVEN_UP_S) == [Unreadable("page")] * 3
    assert folder.names == []


def test_too_large_a_file_is_not_even_read(folder: Folder) -> None:
    with (folder.path / "bomb.jpg").open("wb") as file:
        file.truncate(LARGEST_PAGE + 1)
    folder.look()
    assert folder.look(0.4) == [Unreadable("page")]


def test_what_a_reader_hands_on_the_hall_and_its_kiosk_take() -> None:
    assert LARGEST_PAGE == reader.MOST_BYTES == worker.MOST_BYTES == MAX_PAGE_BYTES


def test_links_folders_and_names_under_way_are_left_alone(folder: Folder, tmp_path_factory: Any) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.png"
    secret.write_bytes(PNG)
    (folder.path / "link.png").symlink_to(secret)
    (folder.path / "deeper").mkdir()
    folder.put(".2.png.part", PNG)
    folder.look()
    assert folder.look(GIVEN_UP_S) == []
    assert folder.names == [".2.png.part", "deeper", "link.png"]
    (folder.path / ".2.png.part").rename(folder.path / "2.png")
    folder.look()
    assert folder.look(0.4) == [Page("image/png", PNG)]
    assert secret.read_bytes() == PNG


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[[list[DeviceEvent]], Any]]:
    drivers: list[Any] = []

    def run(told: list[DeviceEvent]) -> Any:
        (tmp_path / "camera").mkdir(exist_ok=True)
        spec = DeviceSpec(
            "camera", "camera-folder", None, {"kiosk": "kiosk-1", "folder": str(tmp_path / "camera"), "settle_ms": 0}
        )
        driver: Any = build_device(spec, Environment(time.monotonic, random.Random(1), told.append))
        drivers.append(driver)
        driver.start()
        return driver

    yield run
    for driver in drivers:
        driver.stop()
        assert driver.health().state == "stopped"


def test_a_picture_that_nobody_wants_is_removed_and_told_to_nobody(
    running: Any, tmp_path: Path, wait_until: Any, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[DeviceEvent] = []
    with caplog.at_level(logging.DEBUG):
        driver = running(told)
        wait_until(lambda: driver.health().state == "ready")
        (tmp_path / "camera" / "zhang-san.png").write_bytes(PNG)
        driver.want(0.0)  # stirs it, so that nobody waits two seconds here
        wait_until(lambda: driver.want(0.0) or driver.health().counters["unwanted"])
        driver.want(math.inf)
        (tmp_path / "camera" / "zhang-san.png").write_bytes(JPEG)
        wait_until(lambda: told)
        assert told == [Read("camera", Page("image/jpeg", JPEG))]
        assert list((tmp_path / "camera").iterdir()) == []
        (tmp_path / "camera").rmdir()
        wait_until(lambda: driver.health().code == "folder_missing")
        (tmp_path / "camera").mkdir()
        wait_until(lambda: driver.health().state == "ready")
    assert "zhang-san" not in caplog.text
