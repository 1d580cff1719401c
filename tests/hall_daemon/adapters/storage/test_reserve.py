"""The reserve: room that gives way piece by piece, and takes nothing that others need."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from hall_daemon.adapters.storage.reserve import MB, Reserve

KEEP = 10 * MB


def free(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    monkeypatch.setattr(os, "statvfs", lambda folder: SimpleNamespace(f_bavail=megabytes, f_frsize=MB))


def test_it_is_filled_where_numbers_keep_their_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reserve = Reserve(tmp_path, size=2 * MB)
    free(monkeypatch, 11)
    reserve.fill(KEEP)
    assert reserve.left == 0
    free(monkeypatch, 12)
    reserve.fill(KEEP)
    assert reserve.left == 2 * MB


def test_it_gives_way_piece_by_piece_and_is_filled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 100)
    reserve = Reserve(tmp_path, size=2 * MB)
    assert not reserve.release()
    reserve.fill(KEEP)
    assert [reserve.release() for _ in range(3)] == [True, True, False]
    reserve.fill(KEEP)
    assert reserve.left == 2 * MB


def test_a_start_without_room_is_eased_and_any_other_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 100)
    reserve = Reserve(tmp_path, size=2 * MB)
    reserve.fill(KEEP)
    reserve.ease_start()
    assert reserve.left == 2 * MB
    free(monkeypatch, 0)
    reserve.ease_start()
    assert reserve.left == MB
