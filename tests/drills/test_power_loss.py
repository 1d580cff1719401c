"""F2: a short seed of the power-loss drill, and its disk against a real one."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.drills.disk_image import Disk, lay
from tests.drills.disk_record import Kind, Op, environment, missing, read, shim
from tests.drills.power_loss import PROCESSES, Attack, cut_power
from tests.drills.recorded_hall import record
from tests.drills.stand import Stand

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

# Of each process.
IMAGES = 40


def test_some_images_of_one_night(tmp_path: Path) -> None:
    stand, kept, lived = record(tmp_path / "hall", Random(12), 20)
    assert_record_is_whole(stand, kept, tmp_path / "again")
    found = cut_power(Attack(
        settings=stand.settings, kept=kept, below=stand.data, lived=lived, seed="13",
        models=("killed", "ordered", "strict"), one_in=100, most=IMAGES, until=time.monotonic() + 600,
    ))
    assert found.wrong == []
    assert found.counts["images"] == IMAGES * PROCESSES


def assert_record_is_whole(stand: Stand, kept: Path, again: Path) -> None:
    """Played to its end, it gives the files of the data folder, byte for byte."""
    disk = Disk()
    for op in read(kept):
        if op.kind != Kind.SAID:
            disk.apply(op)
    again.mkdir()
    lay(disk.ordered(), str(stand.data.parent), again)
    # Whoever read the journal afterwards left these.
    looked = {"journal.db-wal", "journal.db-shm"}
    for folder in (stand.data, again / "data"):
        for path in folder.rglob("*"):
            name = str(path.relative_to(folder))
            if path.is_file() and name not in looked and not name.startswith(("broker", "reserve")):
                assert (again / "data" / name).read_bytes() == (stand.data / name).read_bytes(), name


def op(kind: Kind, path: str = "", to: str = "", at: int = 0, data: bytes = b"") -> Op:
    return Op(kind, 7, at, path, to, data)


def left(disk: Disk, path: str) -> set[bytes | None]:
    """What a power cut can leave at `path`, None when it leaves nothing."""
    images = [disk.strict(Random(seed)) for seed in range(200)]
    return {None if (content := image.get(path)) is None else bytes(content) for image in images}


def test_what_was_synced_stays_and_the_rest_may_be_there_by_sectors() -> None:
    disk = Disk()
    for each in (op(Kind.CREATE, "/d/f"), op(Kind.WRITE, data=b"a" * 1024), op(Kind.SYNC)):
        disk.apply(each)
    assert left(disk, "/d/f") == {None, b"a" * 1024}, "the name is not synced"
    disk.apply(op(Kind.SYNC_FOLDER, "/d"))
    assert left(disk, "/d/f") == {b"a" * 1024}
    disk.apply(op(Kind.WRITE, at=512, data=b"b" * 1024))
    first, size_only, written = (b"a" * 512, b"b" * 512), bytes(512), b"b" * 512
    assert left(disk, "/d/f") == {b"a" * 512 + one + two for one in first for two in (b"", size_only, written)}
    disk.apply(op(Kind.RENAME, "/d/f", "/d/g"))
    assert None in left(disk, "/d/g")
    assert None in left(disk, "/d/f")
    torn = {bytes(disk.ordered(Random(seed))["/d/g"] or b"") for seed in range(20)}
    assert torn == {b"a" * 512 + b"b" * 1024}, "a name is given whole"


_COMMITS = """
import os, sys
with open("new", "w") as file:
    file.write("whole")
    file.flush()
    os.fsync(file.fileno())
os.rename("new", sys.argv[1] + "/named")
"""


@pytest.mark.parametrize(("point", "named"), [(1, False), (2, False), (3, False), (4, True), (5, True)])
def test_the_shim_kills_before_and_after_each_commit_point(tmp_path: Path, point: int, named: bool) -> None:
    (data := tmp_path / "data").mkdir()
    env = environment(shim(tmp_path), data, kill_at=point)
    ended = subprocess.run([sys.executable, "-c", _COMMITS, str(data)], env=env, cwd=data, timeout=30, check=False)
    assert ended.returncode == (-signal.SIGKILL if point < 5 else 0)
    assert (data / "named").exists() is named
