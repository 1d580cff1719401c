"""Killed at every point of the outbox: before and after each transaction, before each commit, around each word to the
platform. Nothing is lost, and the platform, by its keys, has nothing twice and nothing out of order."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.adapters.platform import outbox
from hall_daemon.adapters.platform.client import HttpPlatform
from hall_daemon.adapters.platform.port import Platform
from hall_daemon.adapters.storage.data_folder import PLATFORM
from hall_daemon.rehearsal.city_server import CityServer
from tests.hall_daemon.adapters.platform.rig import WORDS, Rig
from tests.hall_daemon.cases.books import defect

# What begins and what ends each transaction; one that is a single statement has no BEGIN. And each record that is put.
WRITES = ("BEGIN", "COMMIT", "UPDATE", "INSERT OR IGNORE")
RECORDS = 6
Point = Callable[[], None]


class Talking:
    """A port that passes a point before and after each word."""

    def __init__(self, real: Platform, point: Point) -> None:
        self._real, self._point = real, point

    def send(self, key: str, record: Mapping[str, object]) -> str:
        return str(self._passed(lambda: self._real.send(key, record)))

    def cases(self, since: str) -> Mapping[str, str]:
        return dict(self._passed(lambda: self._real.cases(since)))

    def guides(self, tasks: Sequence[str]) -> list[Mapping[str, Any]]:
        return list(self._passed(lambda: self._real.guides(tasks)))

    def _passed(self, ask: Callable[[], Any]) -> Any:
        self._point()
        answer = ask()
        self._point()
        return answer


def upto(rig: Rig) -> int:
    """Where the journal ends for a start: before anything while nothing is marked as read, later after all."""
    if not (rig.folder / PLATFORM).exists():
        return 0
    with closing(outbox.Outbox(rig.folder / PLATFORM)) as box:
        return 0 if box.mark("cursor") is None else rig.seq


def killed_at(rig: Rig, at: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A process of its own that dies at point `at`; False when it got to its end before."""
    seq = upto(rig)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
        return os.WIFSIGNALED(status)
    try:
        left = [at]

        def point() -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        def traced(path: Path, wait_s: float) -> sqlite3.Connection:
            conn = real(path, wait_s)
            conn.set_trace_callback(lambda said: point() if said.lstrip().upper().startswith(WRITES) else None)
            return conn

        real = outbox.durable
        monkeypatch.setattr(outbox, "durable", traced)
        port = HttpPlatform(rig.settings.platform, WORDS, now_s=lambda: rig.now().wall / 1000)
        service = rig.service(Talking(port, point), seq)
        for _ in range(3):
            service.step()
            rig.forward(900)
        os._exit(0)
    finally:
        os._exit(1)


def whole(rig: Rig) -> None:
    rig.forward(7200)
    rig.drain(service := rig.service(seq=upto(rig)))
    service.stop()
    assert rig.platform.complaints == []
    assert rig.states() == rig.ours()
    assert len(rig.platform.taken) == len(set(rig.said("key"))) == RECORDS


def played(folder: Path) -> Rig:
    rig = Rig(folder)
    rig.played.passed()
    rig.played.told(defect("licence"))
    return rig


def test_a_kill_at_any_point_loses_nothing_and_says_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = played(tmp_path)
    with CityServer(first.platform) as server:
        for at in itertools.count():
            first.platform.forget()
            rig = Rig(tmp_path / str(at), first.played, first.platform)
            rig.use(server).set(guides_min=0)
            died = killed_at(rig, at, monkeypatch)
            whole(rig)
            if not died:
                break
    # Making the file, reading the journal, every record, the comparison: each of them has points.
    assert at > 6 * RECORDS


def test_kills_one_after_another_come_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = played(tmp_path)
    with CityServer(rig.platform) as server:
        rig.use(server)
        kills = 0
        while killed_at(rig, 23, monkeypatch) and kills < 40:
            kills += 1
            rig.forward(1800)
        assert 2 <= kills < 40
        whole(rig)
