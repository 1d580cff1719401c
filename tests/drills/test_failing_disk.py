"""F4, F5, F19: the disk turns read-only, one fsync fails, one hangs. Nothing is acknowledged that is not on it."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
import requests

from hall_daemon.adapters.storage.data_folder import JOURNAL
from hall_daemon.domain import events as e
from hall_daemon.rehearsal.hall_client import bearer
from tests.drills.failing_disk import FailingDisk
from tests.drills.invariants import assert_sound, assert_whole, happened
from tests.drills.stand import Hall, Stand, wait_until

CANNOT_START, CANNOT_WRITE = 5, 70
WATCHDOG_S = 5
STUCK_S = 60
SAID_S = 5.0
AGAIN_S = 10.0


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Stand(tmp_path, mqtt="off") as stand:
        yield stand


def press_until_it_ends(hall: Hall, told: list[str], dice: Random) -> None:
    """Draw and call by chance until nobody answers."""
    try:
        while hall.process.poll() is None:
            if dice.random() < 0.3:
                hall.post(f"windows/{dice.choice('12')}/call-next")
                continue
            answer = hall.post("tickets", {"service": "one"})
            if answer.status_code == 201:
                told.append(answer.json()["number"])
    except requests.RequestException:
        pass


def assert_nothing_lost(stand: Stand, told: list[str]) -> list[str]:
    """What was told is there; the one that was under way when it failed may be, too."""
    given = [event.number for _, event in happened(stand.data, e.TicketIssued)]
    assert given[: len(told)] == told
    assert len(given) <= len(told) + 1
    return given


def test_one_fsync_that_fails_is_the_last(stand: Stand, dice: Random) -> None:
    disk = FailingDisk(stand, JOURNAL)
    told: list[str] = []
    hall = stand.hall(env=disk.env)
    with hall:
        hall.open()
        told += [hall.draw() for _ in range(dice.randint(1, 8))]
        disk.order("sync", "once", errno.EIO)
        press_until_it_ends(hall, told, dice)
        assert hall.wait() == CANNOT_WRITE, hall.said()
    assert disk.done
    assert len(hall.said("core stops: cannot write the journal")) == 1
    with stand.hall(env=disk.env) as again:
        given = assert_nothing_lost(stand, told)
        given.append(again.draw())
        assert_whole(stand, again, given)
    assert_sound(stand.data, stand.settings, given)


def test_a_disk_that_turns_read_only(stand: Stand, dice: Random) -> None:
    """Nothing is taken and nothing ends; as soon as the disk takes what is written, all goes on by itself."""
    disk = FailingDisk(stand)
    with stand.hall(env=disk.env) as hall:
        hall.open()
        told = [hall.draw() for _ in range(dice.randint(1, 8))]
        called = hall.post("windows/1/call-next").json()["ticket"]
        disk.order("write", "always", errno.EROFS)
        for path in ("tickets", "windows/2/call-next", "tickets"):
            refused = hall.post(path, {"service": "one"} if path == "tickets" else None)
            assert (refused.status_code, refused.json()["code"]) == (503, "storage_read_only"), refused.text
        assert hall.health()["disk"].startswith("failing: it cannot be written")
        assert hall.get("windows/1")["ticket"] == called, "pages go on"
        disk.heal()
        wait_until(lambda: hall.health()["disk"] == "ok", AGAIN_S, "it goes on by itself")
        told.append(hall.draw())
        assert hall.post("windows/1/finish").status_code == 200
        assert hall.said("Traceback") == []
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_a_start_on_a_disk_that_is_read_only_says_so(stand: Stand, dice: Random) -> None:
    disk = FailingDisk(stand)
    with stand.hall(env=disk.env) as hall:
        hall.open()
        told = [hall.draw() for _ in range(dice.randint(1, 8))]
    disk.order("write", "always", errno.EROFS)
    refused = stand.hall(env=disk.env)
    refused.launch()
    assert refused.wait(30) == CANNOT_START, refused.said()
    assert refused.said("Traceback") == []
    (words,) = refused.said("hall run:")
    assert "read-only" in words.lower(), words
    disk.heal()
    with stand.hall(env=disk.env) as again:
        told.append(again.draw())
        assert_whole(stand, again, told)
    assert_sound(stand.data, stand.settings, told)


@contextmanager
def service_manager(folder: Path) -> Iterator[socket.socket]:
    """Where a daemon tells systemd how it is."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(WATCHDOG_S)
        yield manager


def test_a_commit_that_hangs_is_ended_by_the_watchdog_with_every_stack(stand: Stand, dice: Random) -> None:
    disk = FailingDisk(stand, JOURNAL)
    with service_manager(stand.folder) as manager:
        env = {**disk.env, "NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": str(WATCHDOG_S * 1_000_000)}
        hall = stand.hall(env=env)
        with hall:
            told = [hall.draw() for _ in range(dice.randint(1, 8))]
            wait_until(lambda: manager.recv(4096) == b"WATCHDOG=1", SAID_S, "it is well")
            disk.order("sync", "hang", STUCK_S)
            with pytest.raises(requests.ReadTimeout):
                proof = bearer(stand.credential)
                requests.post(f"{hall.http}/api/v1/tickets", json={"service": "one"}, headers=proof, timeout=1)
            wait_until(lambda: hall.health()["core"].startswith("failing: no answer"), SAID_S, "staff are told")
            assert disk.done
            # As systemd does when it has not heard for the time that it was told.
            with pytest.raises(TimeoutError):
                while True:
                    manager.recv(4096)
            os.kill(hall.process.pid, signal.SIGABRT)
            assert hall.wait() == -signal.SIGABRT
        assert hall.said("Fatal Python error: Aborted")
        assert hall.said("in append")
    with stand.hall(env=disk.env) as again:
        given = assert_nothing_lost(stand, told)
        given.append(again.draw())
        assert_whole(stand, again, given)
    assert_sound(stand.data, stand.settings, given)
