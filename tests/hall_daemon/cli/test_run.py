"""`hall run` as a real program: what it says when it is ready, and how each refusal ends."""

from __future__ import annotations

import importlib.util
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.snapshots import LATEST
from tests.bench.daemon import Daemon, write_config
from tests.hall_daemon.cli.words import ROOT, hall, program


@pytest.fixture(scope="module")
def running(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with Daemon(config, tmp_path_factory.mktemp("data")) as daemon:
        yield daemon


def folder_of(daemon: Daemon) -> Path:
    return Path(daemon._words[-1])


def test_it_draws_a_number_and_the_journal_can_be_read_beside_it(running: Daemon, config: Path) -> None:
    answer = requests.post(f"{running.http}/api/v1/tickets", json={"service": "one"}, timeout=10)
    assert answer.status_code == 201
    data = str(folder_of(running))
    assert hall("report", "--data", data, "--json").json["tickets"] == 1
    assert hall("verify", "--data", data, "--json").json["ok"] is True
    why = hall("why", answer.json()["number"], "--data", data, "--config", str(config))
    assert (why.code, "has not been called yet" in why.out) == (0, True)


def test_a_second_one_on_the_folder_is_3_and_names_the_first(running: Daemon, config: Path) -> None:
    said = program("run", "--config", str(config), "--data", str(folder_of(running)))
    assert (said.code, said.out) == (3, "")
    assert f"process {running.process.pid})" in said.err
    assert "Traceback" not in said.err


def test_a_port_that_is_taken_is_4_and_names_it(running: Daemon, config: Path, tmp_path: Path) -> None:
    said = program("run", "--config", str(config), "--data", str(tmp_path / "data"))
    assert (said.code, said.out) == (4, "")
    assert str(running.address[1]) in said.err
    assert "Traceback" not in said.err
    reader = JournalReader(tmp_path / "data" / "journal.db")
    assert reader.verify() is None
    reader.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A configuration with ports of its own."""
    path = tmp_path / "hall.toml"
    write_config(path, mqtt="off")
    return path


# Some beats of a hall whose core turns only at the first and at the last one; then it is told to end.
BEATS = """
import sys
from hall_daemon.bootstrap import Application
from hall_daemon.cli import main, run

def beat(app, turned=[True, False, False, True]):
    if len(turned) == 1:
        app.ended.set()
    return turned.pop(0)

Application.beat, run.BEAT_S = beat, 0.01
sys.exit(main(sys.argv[1:]))
"""


def test_the_watchdog_is_told_of_a_turn_of_the_core_and_of_nothing_else(elsewhere: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        ran = subprocess.run(
            [sys.executable, "-c", BEATS, "run", "--config", str(elsewhere), "--data", str(tmp_path / "data")],
            env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}, cwd=ROOT, timeout=60, check=False,
        )
        assert ran.returncode == 0
        said = [manager.recv(100) for _ in range(4)]
    assert said == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(elsewhere: Path, tmp_path: Path, number: signal.Signals) -> None:
    with Daemon(elsewhere, tmp_path / "data") as daemon:
        requests.post(f"{daemon.http}/api/v1/tickets", json={"service": "one"}, timeout=10).raise_for_status()
        daemon.process.send_signal(number)
        assert daemon.process.wait(10) == 0
    assert (tmp_path / "data" / "snapshots" / LATEST).is_file()
    assert not (tmp_path / "data" / "journal.db-wal").exists(), "the journal was closed"


def test_a_journal_that_cannot_be_written_ends_it_with_70_and_acknowledges_nothing(
    elsewhere: Path, tmp_path: Path
) -> None:
    """The kernel lets no file of the process grow any more, as on a full disk: the press is not answered with a
    number, and after the next start the numbers go on without a gap."""
    with Daemon(elsewhere, tmp_path / "data") as daemon:
        draw = {"url": f"{daemon.http}/api/v1/tickets", "json": {"service": "one"}, "timeout": 10}
        first = requests.post(**draw)  # type: ignore[arg-type]
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (1, 1))
        try:
            refused = requests.post(**draw)  # type: ignore[arg-type]
            assert refused.status_code >= 500
        except requests.ConnectionError:
            pass
        assert daemon.process.wait(15) == 70
    with Daemon(elsewhere, tmp_path / "data") as daemon:
        again = requests.post(**draw)  # type: ignore[arg-type]
    assert [first.json()["number"], again.json()["number"]] == ["A001", "A002"]


@pytest.mark.parametrize(("damage", "says"), [
    (b"garbage" * 500, "cannot open the journal"), (b"", "has lost its content"),
])
def test_a_broken_data_file_is_5_and_stays_as_it_is(elsewhere: Path, tmp_path: Path, damage: bytes, says: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "journal.db").write_bytes(damage)
    said = hall("run", "--config", str(elsewhere), "--data", str(data))
    assert (said.code, said.out) == (5, "")
    assert says in said.err
    assert "restore the folder from its copy" in said.err
    assert (data / "journal.db").read_bytes()[:7] in (damage[:7], b"SQLite ")


def test_a_journal_that_lost_its_end_is_5(elsewhere: Path, data: Path) -> None:
    for path in data.glob("journal.db*"):
        path.unlink()
    Journal(data / "journal.db").close()
    said = hall("run", "--config", str(elsewhere), "--data", str(data))
    assert said.code == 5
    assert "numbers would be given twice" in said.err


def test_a_folder_that_cannot_be_made_is_5(elsewhere: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = hall("run", "--config", str(elsewhere), "--data", str(tmp_path / "file" / "data"))
    assert (said.code, said.out) == (5, "")
    assert "file/data" in said.err


def test_a_key_that_others_can_read_is_5(elsewhere: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "vault.key").write_bytes(bytes(32))
    (data / "vault.key").chmod(0o644)
    said = hall("run", "--config", str(elsewhere), "--data", str(data))
    assert said.code == 5
    assert "chmod 600" in said.err


@pytest.mark.parametrize(("words", "says"), [
    (("--speed", "0"), "--speed is a factor"), (("--speed", "nan"), "--speed is a factor"),
    (("--at", "noon"), "--at noon: write a local time"), (("--at", "0001-01-01T00:00+14:00"), "write a local time"),
    (("--at", "2026-13-01"), "write a local time"),
])
def test_wrong_times_are_2(elsewhere: Path, tmp_path: Path, words: tuple[str, str], says: str) -> None:
    said = hall("run", "--config", str(elsewhere), "--data", str(tmp_path / "data"), *words)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert not (tmp_path / "data").exists()


def test_a_running_hall_has_no_numpy(running: Daemon) -> None:
    """By what is mapped into its processes, not by what imports say; numpy is installed here for `hall evaluate`."""
    assert importlib.util.find_spec("numpy"), "numpy is not installed here, so this shows nothing"
    children = Path(f"/proc/{running.process.pid}/task").glob("*/children")
    family = {str(running.process.pid)}.union(*(file.read_text(encoding="ascii").split() for file in children))
    assert len(family) > 1
    for pid in family:
        maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
        assert "python" in maps or "mosquitto" in maps
        assert [line for line in maps.splitlines() if "numpy" in line or "sklearn" in line] == []


def test_lines_for_the_journal_carry_their_priority(elsewhere: Path, tmp_path: Path) -> None:
    text = elsewhere.read_text(encoding="utf-8").replace("[public]", '[public]\nhost = "0.0.0.0"')
    loud, log = tmp_path / "loud.toml", tmp_path / "log"
    loud.write_text(text, encoding="utf-8")
    with log.open("wb") as stream:
        named = os.fstat(stream.fileno())
        environ = {**os.environ, "JOURNAL_STREAM": f"{named.st_dev}:{named.st_ino}"}
        words = ["-m", "hall_daemon.cli", "run", "--config", str(loud), "--data", str(tmp_path / "data")]
        daemon = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=stream, env=environ)
        try:
            assert daemon.stdout is not None
            assert b"ready" in daemon.stdout.readline()
        finally:
            daemon.terminate()
            daemon.communicate(timeout=20)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("<4>WARNING") and "public.url" in line for line in lines), lines
    assert all(line.startswith("<") for line in lines)
