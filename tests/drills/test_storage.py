"""F3: the disk fills up. F5: the journal cannot be written. No number is given that would not survive."""

from __future__ import annotations

import ctypes
import os
import resource
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
import requests

from hall_daemon.adapters.storage.reserve import SIZE
from hall_daemon.domain import events as e
from tests.drills.invariants import assert_sound, assert_whole, happened
from tests.drills.stand import Stand, wait_until

# The fault matrix: alarm within 5 s, right again within 10 s.
ALARM_S = 5.0
AGAIN_S = 10.0
DISK_MB, KEEP_MB = 64, 32
CANNOT_START, CANNOT_WRITE = 5, 70


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own on `folder`; skips where that may not be mounted."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder.mkdir()
    options = f"size={DISK_MB}m".encode()
    if libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, options) != 0:
        pytest.skip(f"cannot mount a small disk here: {os.strerror(ctypes.get_errno())}")
    try:
        yield
    finally:
        assert libc.umount2(str(folder).encode(), 0) == 0, os.strerror(ctypes.get_errno())


def test_a_full_disk_stops_numbers_and_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data"), Stand(tmp_path, min_free_mb=KEEP_MB) as stand:
        with stand.hall() as hall:
            hall.open()
            told = [hall.draw() for _ in range(4)]
            filler = stand.data / "filler"
            filler.write_bytes(bytes((DISK_MB - KEEP_MB) * 1024 * 1024))
            wait_until(lambda: hall.health()["storage"].startswith("degraded"), ALARM_S, "staff are told, unasked")
            refused = hall.post("tickets", {"service": "one"})
            assert (refused.status_code, refused.json()["code"]) == (503, "storage_low")
            hall.window("1", "call-next")
            stand.press("2", "call")
            wait_until(lambda: stand.strip("1") == "请A001号办理", 5, "calls go on")
            wait_until(lambda: stand.strip("2") == "请A002号办理", 5, "by pad too")
            assert hall.post("tickets", {"service": "one"}).status_code == 503
            filler.unlink()
            wait_until(lambda: hall.health()["storage"] == "ok", AGAIN_S, "right again by itself")
            told.append(hall.draw())
            assert len(hall.said("storage is low")) == len(hall.said("storage is free again")) == 1
            assert_whole(stand, hall, told)
        assert_sound(stand.data, stand.settings, told)


def fill(filler: Path) -> None:
    """Take the disk to its last byte."""
    with filler.open("ab", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))


def test_on_a_disk_full_to_the_last_byte_calls_go_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data"), Stand(tmp_path) as stand:
        filler = stand.data / "filler"
        with stand.hall() as hall:
            hall.open()
            told = [hall.draw() for _ in range(6)]
            fill(filler)
            wait_until(lambda: hall.health()["storage"].startswith("degraded"), ALARM_S, "staff are told, unasked")
            assert hall.post("tickets", {"service": "one"}).json()["code"] == "storage_low"
            for key in ("call-next", "recall", "start", "finish", "call-next", "start"):
                fill(filler)
                hall.window("1", key)
            wait_until(lambda: stand.strip("1") == "正在办理A002", 5, "screens go on")
            assert hall.said("of the reserve is released")
            hall.kill()
        fill(filler)
        with stand.hall() as hall:
            # It starts on what the reserve still has.
            assert hall.health()["storage"].startswith("degraded")
            hall.window("1", "finish")
            hall.open("2")
            hall.window("2", "call-next")
            filler.unlink()
            wait_until(lambda: hall.health()["storage"] == "ok", AGAIN_S, "right again by itself")
            told.append(hall.draw())
            assert_whole(stand, hall, told)
            wait_until(lambda: (stand.data / "reserve").stat().st_size == SIZE, AGAIN_S, "the reserve is filled again")
        assert_sound(stand.data, stand.settings, told)


def test_a_start_without_any_room_says_so_and_loses_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data"), Stand(tmp_path, mqtt="off") as stand:
        with stand.hall() as hall:
            told = [hall.draw() for _ in range(4)]
            hall.kill()
        filler = stand.data / "filler"
        (stand.data / "reserve").unlink()
        fill(filler)
        refused = stand.hall()
        refused.launch()
        assert refused.wait() == CANNOT_START, refused.said()
        assert refused.said("Traceback") == []
        (words,) = refused.said("hall run:")
        assert str(stand.data) in words
        assert "disk" in words
        filler.unlink()
        with stand.hall() as again:
            told.append(again.draw())
            assert_whole(stand, again, told)
        assert_sound(stand.data, stand.settings, told)


def test_a_journal_that_cannot_be_written_ends_the_process(tmp_path: Path) -> None:
    """No file may grow past a limit: some commit fails in the middle of the day, without a word before."""
    largest = 512 * 1024
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest, largest))
    with Stand(tmp_path, mqtt="off") as stand:
        told: list[str] = []
        hall = stand.hall(before=limit)
        with hall:
            hall.open()
            with hall.web() as kiosk:
                while (number := draw_or_none(kiosk, hall.http)) is not None:
                    told.append(number)
                    assert len(told) < 10_000, "the limit is never met"
            assert hall.wait() == CANNOT_WRITE, hall.said()
        assert len(hall.said("core stops: cannot write the journal")) == 1
        assert len(hall.said("nothing after the last answer was accepted")) == 1

        with stand.hall() as again:
            given = [event.number for _, event in happened(stand.data, e.TicketIssued)]
            # The one that was under way when it failed may be there or not; nobody was told.
            assert given[: len(told)] == told
            assert len(given) <= len(told) + 1
            given.append(again.draw())
            assert_whole(stand, again, given)
        assert_sound(stand.data, stand.settings, given)


def test_a_core_that_waits_for_its_disk_is_said(tmp_path: Path) -> None:
    """Somebody else holds the journal: the commit waits, as it does for a disk that does not answer."""
    with Stand(tmp_path, mqtt="off") as stand, stand.hall() as hall:
        told = [hall.draw()]
        with closing(sqlite3.connect(stand.data / "journal.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with ThreadPoolExecutor(1) as kiosk:
                drawn = kiosk.submit(hall.draw)
                wait_until(lambda: hall.health()["core"].startswith("failing: no answer"), ALARM_S, "staff are told")
                other.execute("ROLLBACK")
                told.append(drawn.result(timeout=AGAIN_S))
        wait_until(lambda: hall.health()["core"] == "ok", AGAIN_S, "right again by itself")
        assert_whole(stand, hall, told)


def draw_or_none(kiosk: requests.Session, url: str) -> str | None:
    """A number, or None when there is no answer or no number."""
    try:
        answer = kiosk.post(f"{url}/api/v1/tickets", json={"service": "one"}, timeout=10)
    except requests.RequestException:
        return None
    return str(answer.json()["number"]) if answer.status_code == 201 else None
