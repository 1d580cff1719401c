"""What every test gets: a leak detector, the shared material, and an order for the workers.

A test leaves nothing running: threads that would keep the process alive and child processes fail it.
Fixtures of a wider scope (a broker for a module, a browser for a session) are there before the
detector looks, so they may stay.
"""

from __future__ import annotations

import gc
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from device_drivers.registry import BY_ANY_NAME

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# How long a thread or child that was told to stop may take to be gone.
_GRACE_S = 3.0
# How nice a worker of short files is: a third of the share of one that runs whole programs.
_GIVES_WAY = 5
# Python's own helpers, started once a process by multiprocessing and kept for good.
_KEPT_CHILDREN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
# Folders of tests that start brokers, browsers, windows, or that injure a running hall.
_WHOLE_PROGRAMS = {"tests/system": pytest.mark.system, "tests/drills": pytest.mark.drill}
# Whole demos compute for minutes: they run in the lane of the drills, so that both are as long.
_DEMOS = tuple(f"tests/system/test_{name}" for name in ("demo", "readme", "replay", "kill_step", "kiosk_story"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded halls and published bytes beside the project; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (recorded halls, published bytes), which is not beside this project")
    return SHARED


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> Random:
    """The chance of a test: the same in every run, another with another DRILL_SEED."""
    return Random(f"{os.environ.get('DRILL_SEED', '1')}:{request.node.nodeid}")


def published_vectors(*, named_here: bool = True) -> list[Any]:
    """The published frames of wire formats that this project speaks; [] where they are absent. `named_here`: under
    the names that the formats have here. What has no bytes has a `value`: a line, lines, or a message."""
    path = SHARED / "vectors" / "given.json"
    vectors = json.loads(path.read_text())["vectors"] if path.is_file() else []
    spoken = [vector for vector in vectors if vector["protocol"] in BY_ANY_NAME]
    return [vector | {"protocol": BY_ANY_NAME[vector["protocol"]].name} for vector in spoken] if named_here else spoken


@pytest.fixture(scope="module", autouse=True)
def _short_files_give_way(request: pytest.FixtureRequest) -> None:
    """Beside whole programs, which wait for a person's time more than they compute, a worker of short files takes what
    the machine has left. Lanes are dealt first, so whoever runs a short file runs no whole program later."""
    if "PYTEST_XDIST_WORKER" in os.environ and _lane(request.node.nodeid) not in _WHOLE_PROGRAMS:
        os.nice(max(0, _GIVES_WAY - os.nice(0)))


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a non-daemon thread or a child process behind."""
    threads_before = _foreground_threads()
    children_before = _children().keys()
    yield
    give_up_at = time.monotonic() + _GRACE_S
    while leaked := _leaked(threads_before, set(children_before)):
        if time.monotonic() >= give_up_at:
            names = "; ".join(leaked)
            pytest.fail(f"left running: {names}. Stop and join or wait for it.", pytrace=False)
        threading.Event().wait(0.02)


def _leaked(threads_before: set[threading.Thread], children_before: set[int]) -> list[str]:
    threads = [f"thread {thread.name}" for thread in _foreground_threads() - threads_before]
    children = [f"child {pid} ({name})" for pid, name in _children().items() if pid not in children_before]
    return threads + children


def _foreground_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


def _children() -> dict[int, str]:
    """Process id -> command line of this process's children, zombies too: somebody forgot to wait."""
    found: dict[int, str] = {}
    for task in Path("/proc/self/task").iterdir():
        try:
            pids = (task / "children").read_text().split()
        except OSError:  # the thread ended while we looked
            continue
        for pid in pids:
            command = _command(int(pid))
            if command is not None and not any(kept in command for kept in _KEPT_CHILDREN):
                found[int(pid)] = command
    return found


def _command(pid: int) -> str | None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return " ".join(os.fsdecode(word) for word in words).strip() or "ended, never waited for"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whole programs, and begin with them: their lanes are long, and short files fill what is left."""
    for item in items:
        if (folder := _folder(item.nodeid)) in _WHOLE_PROGRAMS:
            item.add_marker(_WHOLE_PROGRAMS[folder])
    items.sort(key=lambda item: _lane(item.nodeid) not in _WHOLE_PROGRAMS)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: nobody need look through it for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """With `-n 3`: a file stays on one worker; pages and screens run one after another, and so do injured halls."""
    return _Lanes(config, log)


class _Lanes(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return _lane(nodeid)


def _lane(nodeid: str) -> str:
    """`tests/system` and `tests/drills` as folders but for the demos, everything else by its file."""
    folder = _folder(nodeid)
    if nodeid.startswith(_DEMOS):
        return "tests/drills"
    return folder if folder in _WHOLE_PROGRAMS else nodeid.partition("::")[0]


def _folder(nodeid: str) -> str:
    return "/".join(nodeid.partition("::")[0].split("/")[:2])
