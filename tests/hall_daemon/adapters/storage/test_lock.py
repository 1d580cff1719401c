"""One hall on one folder: the second one hears who is there, and a dead one holds nothing."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.lock import FolderBusy, FolderLock

ROOT = Path(__file__).resolve().parents[4]
HOLD = """
import sys
from pathlib import Path
from hall_daemon.adapters.storage.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_one_hears_who_holds_it_and_kill_9_frees_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with holder(folder) as process:
        with pytest.raises(FolderBusy, match=rf"process {process.pid}\) runs on .*data; stop it first"):
            FolderLock(folder)
        with pytest.raises(FolderBusy, match=rf"process {process.pid}\)"):
            FolderLock(folder)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        FolderLock(folder).release()


def test_it_names_itself_over_a_longer_name_of_an_earlier_holder(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("123456789012\n")
    lock = FolderLock(tmp_path)
    with pytest.raises(FolderBusy, match=rf"process {os.getpid()}\)"):
        FolderLock(tmp_path)
    lock.release()


def test_what_lies_in_the_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"\xff\xfe\x00garbage")
    lock = FolderLock(tmp_path)
    lock.release()
    FolderLock(tmp_path).release()


def test_a_folder_is_made_for_us_alone(tmp_path: Path) -> None:
    FolderLock(tmp_path / "a" / "b").release()
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_the_names_of_new_folders_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    for _ in range(2):
        FolderLock(tmp_path / "a" / "b").release()
    assert sorted(synced) == [str(tmp_path), str(tmp_path / "a")]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        FolderLock(tmp_path / "file" / "data")
