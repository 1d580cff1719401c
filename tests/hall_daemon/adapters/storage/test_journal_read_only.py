"""A journal that may not be written: by permissions, by a file system that turned read-only; and what heals it."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.app.record import NotTaken
from hall_daemon.domain import events as e
from tests.hall_daemon.adapters.journal_days import a_day, verified, write
from tests.hall_daemon.domain.halls import DAY

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    write(path, a_day())
    return path


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalError, match=r"cannot open the journal .*check permissions and disk space"):
        Journal(tmp_path / "file" / "journal.db")


def test_a_number_that_was_not_taken_can_be_given_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that turns read-only: SQLite itself is kept from writing, as the drill's shim keeps it for real."""
    journal = Journal(path)
    issued = next(row for row in a_day() if isinstance(row.event, e.TicketIssued))
    event = dataclasses.replace(issued.event, ticket=f"{DAY}-A777", number="A777")  # type: ignore[type-var]
    row = issued._replace(seq=journal.seq + 1, event=event)
    monkeypatch.setattr(journal, "can_write", lambda: False)
    journal._conn.execute("PRAGMA query_only=ON")
    with pytest.raises(NotTaken, match="cannot write the journal"):
        journal.append([row])
    journal._conn.execute("PRAGMA query_only=OFF")
    journal.append([row])
    assert journal.last == row
    journal.close()
    assert verified(path) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody who may not write")
def test_a_read_only_folder_is_refused(path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from hall_daemon.adapters.storage.journal import Journal\n"
        "from hall_daemon.adapters.storage.journal_reader import JournalError\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    Journal(Path(sys.argv[1])).begin_epoch()\n"
        "except JournalError as error:\n"
        "    print(error)\n"
    )
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        Path(folder).chmod(0o755)
        theirs = shutil.copy(path, folder)
        said = subprocess.run(
            [sys.executable, "-c", script, theirs], capture_output=True, text=True, cwd=ROOT, check=False
        )
    assert "the journal" in said.stdout, said.stderr
    assert "check permissions" in said.stdout
    assert verified(path) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody who may not write")
def test_a_journal_that_was_read_only_once_is_well_after_its_repair(path: Path) -> None:
    """Not even by a -shm of an older program's start, which has the mode that the journal had."""
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from hall_daemon.adapters.storage.journal import Journal\n"
        "from hall_daemon.adapters.storage.journal_reader import JournalError\n"
        "path = Path(sys.argv[1])\n"
        "Journal(path).close()\n"  # whatever is imported late is imported by somebody who may
        "os.setgid(65534); os.setuid(65534)\n"
        "def start():\n"
        "    try:\n"
        "        Journal(path).begin_epoch()\n"
        "    except JournalError as error:\n"
        "        return error\n"
        "path.chmod(0o400)\n"
        "print(start(), sorted(file.name for file in path.parent.iterdir()))\n"
        "path.chmod(0o600)\n"
        "path.with_name('journal.db-shm').touch(0o400)\n"
        "print(start())\n"
    )
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        shutil.copy(path, folder)
        for file in (Path(folder), Path(folder) / "journal.db"):
            os.chown(file, 65534, 65534)
        done = subprocess.run(
            [sys.executable, "-c", script, f"{folder}/journal.db"],
            capture_output=True, text=True, cwd=ROOT, check=False,
        )
    assert done.returncode == 0, done.stderr
    refused, mended = done.stdout.splitlines()
    assert f"chmod 600 {folder}/journal.db)" in refused
    assert refused.endswith("['journal.db']")
    assert mended == "None"
