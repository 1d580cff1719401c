"""Telling the service manager, over a real socket, and never waiting for it."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.system.systemd import JournalLines, Notifier, is_journal


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    name = str(tmp_path / "notify") if request.param == "path" else f"@hall-{uuid.uuid4()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.bind("\0" + name[1:] if name.startswith("@") else name)
        link.settimeout(10)
        yield name, link


def test_it_hears_what_is_told(manager: tuple[str, socket.socket]) -> None:
    name, link = manager
    notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000000"})
    for message in ("READY=1", "WATCHDOG=1", "STATUS=三个窗口开放", "STOPPING=1"):
        notifier.tell(message)
        assert link.recv(1000).decode() == message


def test_a_manager_that_does_not_read_holds_nobody_up(manager: tuple[str, socket.socket]) -> None:
    name, link = manager
    notifier, told = Notifier({"NOTIFY_SOCKET": name}), threading.Event()

    def tell() -> None:
        for _ in range(2000):
            notifier.tell("WATCHDOG=1")
        told.set()

    threading.Thread(target=tell, daemon=True).start()
    assert told.wait(10)
    assert link.recv(1000) == b"WATCHDOG=1"


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "", "WATCHDOG_USEC": ""}, {"NOTIFY_SOCKET": "/not/there"}])
def test_without_a_manager_nothing_happens(environ: dict[str, str]) -> None:
    notifier = Notifier(environ)
    notifier.tell("READY=1")
    assert notifier.managed is bool(environ.get("NOTIFY_SOCKET"))


def test_every_line_of_a_stack_carries_its_priority() -> None:
    try:
        raise OSError("the cable is out")
    except OSError:
        record = logging.LogRecord("hall", logging.ERROR, "", 0, "strips: failed", (), sys.exc_info())
    lines = JournalLines("%(levelname)s %(message)s").format(record).splitlines()
    assert lines[0] == "<3>ERROR strips: failed"
    assert lines[-1] == "<3>OSError: the cable is out"
    assert len(lines) > 3
    assert all(line.startswith("<3>") for line in lines)


def test_only_the_very_stream_that_was_named_is_the_journal(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as journal, (tmp_path / "b").open("wb") as other:
        named = os.fstat(journal.fileno())
        environ = {"JOURNAL_STREAM": f"{named.st_dev}:{named.st_ino}"}
        assert is_journal(journal.fileno(), environ)
        assert not is_journal(other.fileno(), environ)
        assert not is_journal(journal.fileno(), {})
