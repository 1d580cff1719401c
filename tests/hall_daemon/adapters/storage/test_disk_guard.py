"""Room on the disk: only new numbers are refused, and only while there is none."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from hall_daemon.adapters.storage.disk_guard import LOOK_EVERY_S, MB, StorageGuard
from hall_daemon.domain import commands as c
from hall_daemon.domain.decide import Refused

ISSUE = c.IssueTicket(services=("licence",), token="t")
OTHERS: list[c.Command] = [
    c.CallNext("1"),
    c.Finish("1"),
    c.Undo("1"),
    c.OpenWindow("1", "ann"),
    c.ReportSlip("t", "printed"),
]


class Disk:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free_mb = 500
        self.error: OSError | None = None
        self.looks = 0
        self.now_s = 100.0
        monkeypatch.setattr("os.statvfs", self.statvfs)

    def statvfs(self, path: object) -> object:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return SimpleNamespace(f_bavail=self.free_mb * 256, f_bfree=10**9, f_frsize=MB // 256)

    def guard(self) -> StorageGuard:
        return StorageGuard(Path("/data"), 200, lambda: self.now_s)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_low_refuses_numbers_and_nothing_else_and_ends_by_itself(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    guard = disk.guard()
    assert guard.admit(ISSUE) is None
    disk.free_mb = 199
    disk.now_s += LOOK_EVERY_S
    for _ in range(3):
        assert guard.admit(ISSUE) == Refused("storage_low")
        disk.now_s += LOOK_EVERY_S
    assert [guard.admit(command) for command in OTHERS] == [None] * len(OTHERS)
    disk.free_mb = 200
    disk.now_s += LOOK_EVERY_S
    assert guard.admit(ISSUE) is None
    assert [record.message for record in caplog.records] == [
        "storage is low: numbers are stopped", "storage is free again: numbers are given",
    ]


def test_it_does_not_look_at_every_command(disk: Disk) -> None:
    guard = disk.guard()
    for _ in range(100):
        guard.admit(ISSUE)
    assert disk.looks == 1


def test_staff_hear_of_it_when_nobody_draws(disk: Disk) -> None:
    guard = disk.guard()
    disk.free_mb = 0
    guard.look()
    assert guard.low


def test_a_disk_that_cannot_be_looked_at_is_low(disk: Disk) -> None:
    guard = disk.guard()
    disk.error = OSError("gone")
    assert guard.admit(ISSUE) == Refused("storage_low")


def test_the_real_disk(tmp_path: Path) -> None:
    free_mb = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize // MB
    assert StorageGuard(tmp_path, max(1, free_mb // 2), lambda: 0.0).admit(ISSUE) is None
    assert StorageGuard(tmp_path, free_mb * 2 + 1000, lambda: 0.0).admit(ISSUE) == Refused("storage_low")
