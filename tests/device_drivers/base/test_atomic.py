"""A file appears whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from device_drivers.base.atomic import make_folder, whole, write_whole


@pytest.mark.parametrize("durable", [True, False])
def test_the_new_one_takes_the_place_of_the_old(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "key"
    (tmp_path / ".key.part").write_text("what a power cut left, which is longer")
    for data in (b"old", b"new"):
        write_whole(path, data, durable=durable, mode=0o600)
        assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


def test_what_shall_survive_a_power_cut_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []

    def noted(descriptor: int) -> None:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        synced.append((path, (tmp_path / "key").exists()))
        assert os.path.isdir(path) or os.fstat(descriptor).st_size == len(b"whole")

    monkeypatch.setattr("os.fsync", noted)
    write_whole(tmp_path / "bookmark", b"7", durable=False)
    write_whole(tmp_path / "key", b"whole", durable=True)
    assert synced == [(str(tmp_path / ".key.part"), False), (str(tmp_path), True)], "the content, then the name"


def test_a_folder_that_is_new_has_its_name_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    for _ in range(2):
        make_folder(tmp_path / "guides")
    assert (synced, (tmp_path / "guides").stat().st_mode & 0o777) == ([str(tmp_path)], 0o700)


def test_what_breaks_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("old")
    with pytest.raises(LookupError), whole(path) as beside:
        beside.write_text("half")
        raise LookupError
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["key"]
