"""What the tests of voice play with: a clock turned by hand, a player that obeys, outcomes to wait for."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from device_drivers.ports import Announcement, SpeakOutcome

PATIENCE_S = 15.0

# Writes `start|stop <bytes of the wav> <pid> <ns>` and plays until the file `open` is there. What lasts
# 0.1 s (the probe) is over at once.
_PLAYER = """#!/bin/sh
for path; do :; done
size=$(stat -c %s "$path")
echo "start $size $$ $(date +%s%N)" >> {folder}/played
if [ "$size" -gt 5000 ]; then
  while [ ! -e {folder}/open ]; do sleep 0.02; done
fi
echo "stop $size $$ $(date +%s%N)" >> {folder}/played
"""


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def wait_until(true: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < give_up, f"did not happen: {what}"
        threading.Event().wait(0.005)


@dataclass(frozen=True)
class Entry:
    what: str
    size: int
    pid: int
    ns: int


class Player:
    """A fake `aplay`, alone on PATH beside the system's own small programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)

    def install(self, script: str = _PLAYER) -> None:
        part = self.bin / "part"
        part.write_text(script.format(folder=self.folder))
        part.chmod(0o755)
        part.replace(self.bin / "aplay")

    def remove(self) -> None:
        (self.bin / "aplay").unlink()

    def open(self) -> None:
        (self.folder / "open").touch()

    def close(self) -> None:
        (self.folder / "open").unlink()

    def entries(self) -> list[Entry]:
        """What was played, without probes."""
        if not (self.folder / "played").exists():
            return []
        words = [line.split() for line in (self.folder / "played").read_text().splitlines()]
        found = [Entry(what, int(size), int(pid), int(ns)) for what, size, pid, ns in words]
        return [entry for entry in found if entry.size > 5000]

    def started(self) -> int:
        return sum(entry.what == "start" for entry in self.entries())


class Outcomes:
    def __init__(self) -> None:
        self.queue: queue.Queue[SpeakOutcome] = queue.Queue()

    def __call__(self, outcome: SpeakOutcome) -> None:
        assert threading.current_thread().name.startswith("voice-"), "callbacks run on a zone's thread"
        self.queue.put(outcome)

    def next(self) -> SpeakOutcome:
        return self.queue.get(timeout=PATIENCE_S)

    def results(self, count: int) -> dict[str, str]:
        """id -> result of the next `count` outcomes."""
        return {outcome.id: outcome.result for outcome in [self.next() for _ in range(count)]}


def call(id: str, *, zone: str = "hall", stale_s: float = 1e9, text: str = "", times: int = 1) -> Announcement:
    return Announcement(id=id, text=text or f"请{id}号到一号窗口", zone=zone, stale_s=stale_s, times=times)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
