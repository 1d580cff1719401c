"""The supervised mosquitto: who may do what, how it fails, how it dies."""

from __future__ import annotations

import logging
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device_drivers.base.backoff import Backoff
from hall_daemon.adapters.mqtt import broker as broker_module
from hall_daemon.adapters.mqtt import broker_files
from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.adapters.mqtt.broker_files import BrokerFailed, BrokerSettings
from hall_daemon.adapters.mqtt.session import BrokerAddress, BrokerAway, Session
from hall_daemon.adapters.system.wake import Wake
from tests.hall_daemon.adapters.listener import PATIENCE_S, Listener

ROOT = Path(__file__).parents[4]


@pytest.fixture
def settings(tmp_path: Path) -> BrokerSettings:
    password = tmp_path / "reader-password"
    password.write_text("read me\n")
    return BrokerSettings(folder=tmp_path / "data" / "broker", reader=("screens", password))


@pytest.fixture
def broker(settings: BrokerSettings) -> Iterator[Broker]:
    broker = Broker(settings)
    broker.start()
    yield broker
    broker.stop()


def test_it_stands_when_start_returns(broker: Broker, settings: BrokerSettings) -> None:
    assert listens(broker.port)
    assert broker.health().state == "ready"
    assert broker.health().detail == f"listens on 127.0.0.1:{broker.port}"
    for file in settings.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_as_root_it_runs_as_somebody_else(broker: Broker) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, who is the one to be dropped")
    assert Path(f"/proc/{broker.pid}").stat().st_uid != 0


def test_everybody_here_may_read_and_only_the_hall_writes(broker: Broker, settings: BrokerSettings) -> None:
    assert settings.reader is not None
    anybody = BrokerAddress("127.0.0.1", broker.port)
    reader = BrokerAddress("127.0.0.1", broker.port, *settings.reader)
    with (
        Listener(anybody, "hall/#", "else/#") as guest,
        Listener(reader, "hall/#", "else/#") as screen,
        Listener(broker.address, "hall/#") as ours,
    ):
        guest.publish("hall/v1/x/queues/a/state", b"forged")
        screen.publish("hall/v1/x/queues/a/state", b"forged too")
        ours.publish("else/x", b"not for you")
        ours.publish("hall/v1/x/queues/a/state", b"true")
        for listener in (guest, screen, ours):
            heard = listener.until(lambda heard: heard, "the hall")
            assert [said.payload for said in heard] == [b"true"]


def test_nobody_anonymous_where_others_can_reach_it(settings: BrokerSettings) -> None:
    allowed = {
        host: BrokerSettings(folder=settings.folder, host=host).lets_anybody
        for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.0.0.5", "hall.example")
    }
    assert [host for host, yes in allowed.items() if yes] == ["127.0.0.1", "::1", "localhost"]
    closed = Broker(BrokerSettings(folder=settings.folder, anonymous=False, reader=settings.reader))
    closed.start()
    wake = Wake()
    session = Session(BrokerAddress("127.0.0.1", closed.port), "guest")
    try:
        with pytest.raises(BrokerAway, match="refuses us") as away:
            session.open(wake, lambda: False)
        assert away.value.refused
    finally:
        session.drop()
        wake.close()
        closed.stop()


def test_it_is_started_again_on_the_same_port(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    port, before = broker.port, broker.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: broker.health().counters["restarts"] == 1 and broker.health().state == "ready", "back")
    assert (broker.port, broker.pid != before) == (port, True)
    with Listener(broker.address, "x") as listener:
        listener.publish("x", b"still ours")
        listener.until(lambda heard: heard, "its own account is known")
    words = [record.message for record in caplog.records if record.name == broker_module.__name__]
    assert words == [
        "broker: mosquitto ended (signal SIGKILL); starting it again",
        f"broker: mosquitto is back on port {port}",
    ]


def test_its_thread_that_fails_is_an_alarm_and_begun_again(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    port, before = broker.port, broker.pid
    assert before is not None
    hear = broker._hear

    def failing(child: subprocess.Popen[bytes], timeout_s: float | None) -> bool:
        if child.pid == before:
            raise LookupError("a bug of ours")
        return hear(child, timeout_s)

    monkeypatch.setattr(broker, "_hear", failing)
    broker._wake.rouse()
    wait_for(lambda: broker.pid not in (before, None) and broker.health().state == "ready", "back")
    assert broker.port == port
    assert not Path(f"/proc/{before}").exists(), "the one before is gone"


def test_after_many_kills_it_is_soon_back() -> None:
    again = Backoff(broker_module.FIRST_RETRY_S, broker_module.LAST_RETRY_S, broker_module.STABLE_S)
    assert max(again.after(held_s) for held_s in [1.0] * 50) <= 2.0
    assert again.after(broker_module.STABLE_S) == broker_module.FIRST_RETRY_S


def test_it_dies_with_the_hall(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from hall_daemon.adapters.mqtt.broker import Broker\n"
        "from hall_daemon.adapters.mqtt.broker_files import BrokerSettings\n"
        "broker = Broker(BrokerSettings(folder=Path(sys.argv[1])))\n"
        "broker.start()\n"
        "print(broker.port, flush=True)\n"
        "sys.stdin.read()\n"
    )
    words = (sys.executable, "-c", program, str(tmp_path / "broker"))
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as hall:
        assert hall.stdout is not None
        port = int(hall.stdout.readline())
        assert listens(port)
        hall.kill()
    wait_for(lambda: not listens(port), "the broker went too")


def test_a_port_that_is_taken_is_said_with_what_to_do(settings: BrokerSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        broker = Broker(BrokerSettings(folder=settings.folder, port=port))
        with pytest.raises(BrokerFailed, match=rf"port {port} at 127\.0\.0\.1 .*set another mqtt\.port"):
            broker.start()
        assert broker.health().state == "alert"
        broker.stop()


def test_an_address_that_is_not_ours(settings: BrokerSettings) -> None:
    broker = Broker(BrokerSettings(folder=settings.folder, host="192.0.2.1"))
    with pytest.raises(BrokerFailed, match="Cannot assign requested address"):
        broker.start()
    broker.stop()


def test_without_mosquitto_it_says_what_to_install(
    settings: BrokerSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(broker_module, "SBIN", str(tmp_path))
    broker = Broker(settings)
    with pytest.raises(BrokerFailed, match="apt-get install mosquitto"):
        broker.start()
    broker.stop()


def test_a_mosquitto_that_will_not_run(
    settings: BrokerSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(broker_files, "CONFIG", broker_files.CONFIG + "no_such_option true\n")
    broker = Broker(settings)
    with pytest.raises(BrokerFailed, match="no_such_option"):
        broker.start()
    assert any("no_such_option" in record.message for record in caplog.records if record.levelno == logging.WARNING)
    broker.stop()


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    broker = Broker(BrokerSettings(folder=tmp_path / "file" / "broker"))
    with pytest.raises(BrokerFailed, match=r"file/broker cannot be used \(Not a directory\)"):
        broker.start()
    broker.stop()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except ConnectionRefusedError:
        return False
    return True


def wait_for(condition: Callable[[], bool], what: str) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    pytest.fail(f"did not happen: {what}")
