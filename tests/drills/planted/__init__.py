"""Small mistakes as developers make them, planted one at a time into a copy of the project: does a test see each?

The mistakes are data, in `bugs` a file a room. A bug stands in one place: `was` is there exactly once. It is caught
when one of the tests that it names fails, or does not end; whoever adds a bug that no test sees adds the test.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from tests.drills.harness import Counted, Drill, Run

ROOT = Path(__file__).resolve().parents[3]
BUGS = Path(__file__).with_name("bugs")
# Beside the project, where tests look for it.
SHARED = ROOT.parent / "shared"
# What must be caught.
SHARE = 0.95
# Longer than any test that a bug names; one that does not end has seen something.
LIMIT_S = 180.0
ENDS_S = 20.0
_NOTHING_RUN = (4, 5)  # pytest: wrong arguments, no tests

_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)

Outcome = Literal["caught", "not seen", "not applicable"]


class Seen(NamedTuple):
    """`by` is the test that failed, or why there is none."""

    outcome: Outcome
    by: str


class Bug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`becomes` stands where `was` stood in `file`; `what` says it in words; `caught_by` are test files or node ids."""

    id: str
    file: str
    was: str
    becomes: str
    what: str
    caught_by: tuple[str, ...]
    room: str = ""


class _Room(msgspec.Struct, forbid_unknown_fields=True):
    bug: list[Bug]


def bugs(names: Iterable[str] = ()) -> list[Bug]:
    """Those named, by id or room; all without names. Raises LookupError for a name that nothing has."""
    known = [
        msgspec.structs.replace(bug, room=path.stem)
        for path in sorted(BUGS.glob("*.toml"))
        for bug in msgspec.toml.decode(path.read_bytes(), type=_Room).bug
    ]
    wanted = set(names)
    if strange := wanted - {bug.id for bug in known} - {bug.room for bug in known}:
        raise LookupError(f"no bug or room {', '.join(sorted(strange))}")
    return [bug for bug in known if not wanted or bug.id in wanted or bug.room in wanted]


class Copy:
    """The project's files below `folder`, as they are now; the installed packages are those of this interpreter."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        (self.root / ".venv").symlink_to(sys.prefix)
        if SHARED.is_dir():
            (folder / "shared").symlink_to(SHARED)
        # A file's time says whether its compiled form is still good.
        self._stamp = 1_000_000_000

    @contextmanager
    def planted(self, bug: Bug) -> Iterator[None]:
        """Raises LookupError when `was` does not stand there exactly once."""
        path = self.root / bug.file
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        if before.count(bug.was) != 1:
            raise LookupError(f"{bug.id}: {bug.file} has {before.count(bug.was)} times what was there once")
        times = path.stat()
        path.write_text(before.replace(bug.was, bug.becomes), encoding="utf-8")
        self._stamp += 1
        os.utime(path, (self._stamp, self._stamp))
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def test(self, names: Iterable[str], limit_s: float = LIMIT_S) -> tuple[int | None, str]:
        """The exit code of these tests up to the first that fails, None when they did not end; and what was said."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *names]
        tests = subprocess.Popen(
            command, cwd=self.root, env={**os.environ, "PYTHONPATH": str(self.root)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )
        try:
            said, _ = tests.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            # First as Ctrl-C, so that fixtures end what they started.
            os.kill(tests.pid, signal.SIGINT)
            try:
                said, _ = tests.communicate(timeout=ENDS_S)
            except subprocess.TimeoutExpired:
                os.killpg(tests.pid, signal.SIGKILL)
                said, _ = tests.communicate()
            return None, said
        return tests.returncode, said

    def seen(self, bug: Bug) -> Seen:
        try:
            with self.planted(bug):
                code, said = self.test(bug.caught_by)
        except LookupError as error:
            return Seen("not applicable", str(error.args[0]))
        if code == 0 or code in _NOTHING_RUN:
            return Seen("not applicable" if code else "not seen", said.strip().splitlines()[-1])
        found = _FAILED.search(said)
        return Seen("caught", found[1] if found else "a test that did not end")

    def sound(self, chosen: Iterable[Bug]) -> None:
        """Every test that they name passes while no bug is there; else AssertionError."""
        names = sorted({name for bug in chosen for name in bug.caught_by})
        files = {name for name in names if "::" not in name}
        code, said = self.test((name for name in names if name in files or name.partition("::")[0] not in files), 3600)
        assert code == 0, f"without any bug:\n{said}"


def share(outcomes: Counter[Outcome]) -> float:
    """What cannot be planted was not caught either."""
    return outcomes["caught"] / max(1, outcomes.total())


def _attack(run: Run) -> Counted:
    chosen = bugs()
    run.random("order").shuffle(chosen)
    copy = Copy(run.folder)
    outcomes: Counter[Outcome] = Counter()
    missed = []
    for bug in chosen:
        if outcomes and run.over:
            break
        copy.sound([bug])
        seen = copy.seen(bug)
        outcomes[seen.outcome] += 1
        if seen.outcome != "caught":
            missed.append(f"{bug.id} {seen.outcome}")
    assert share(outcomes) >= SHARE, f"{share(outcomes):.0%} caught; {', '.join(missed)}"
    return {"planted": outcomes.total(), "caught": f"{share(outcomes):.1%}", "missed": ", ".join(missed) or "none"}


DRILL = Drill(
    name="planted",
    does="plants small mistakes one at a time and looks whether a test sees each",
    faults=(),
    share=2.5,
    attack=_attack,
)
