"""`hall conform`: the project's own simulated devices keep the contracts, and broken ones are told what is wrong."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.adapters.system.local_ca import CA_CERT, HALL_CERT, HALL_KEY, make_authority
from hall_daemon.cli import conform_checks
from hall_daemon.cli.conform_broker import OneDevice
from hall_daemon.cli.conform_checks import Finding, Pace, Trial, conforms
from hall_daemon.words.tables import tables
from tests.hall_daemon.cli.conforming_device import Device, Machine

QUICK = Pace(person_s=20.0, answer_s=10.0, back_s=30.0, again_s=10.0, quiet_s=0.3)
# A device that does not do something is waited for so long.
SHORT = Pace(person_s=0.5, answer_s=0.5, back_s=0.5, again_s=0.5, quiet_s=0.3)


def screen(**breaks: Any) -> Device:
    return Device("mqtt-screen", ("t",), {"screens": [{"id": "a", "topic": "t"}]}, **breaks)


def speaker(**breaks: Any) -> Device:
    return Device("mqtt-speaker", ("t/say", "t/stop"), {"zones": [{"id": "a", "topic": "t"}]}, **breaks)


def machine(**breaks: Any) -> Device:
    return Machine("t", **breaks)


def tried(
    kind: str, device: Device, pace: Pace = QUICK, tls: ssl.SSLContext | None = None
) -> list[Finding]:
    broker = OneDevice("127.0.0.1", 0, tls=tls)

    def ask(code: str) -> None:
        if code.startswith("press"):
            device.press()

    # A handshake wants the other end to answer, which is this thread.
    starting = threading.Thread(target=device.start, args=(broker.port,))
    starting.start()
    try:
        return list(conforms(kind, Trial(broker, "t", pace, ask)))
    finally:
        starting.join()
        device.stop()
        broker.close()


def wrong(found: list[Finding]) -> set[str]:
    return {finding.code for finding in found if not finding.good}


@pytest.mark.parametrize(
    ("kind", "device"), [("mqtt-screen", screen), ("mqtt-speaker", speaker), ("mqtt-machine", machine)]
)
def test_our_own_devices_keep_the_contract(kind: str, device: Callable[[], Device]) -> None:
    found = tried(kind, device())
    assert wrong(found) == set()
    assert {"connects", "listens", "acknowledges", "returns", "nothing_twice", "own_topics"} <= {f.code for f in found}


@pytest.mark.parametrize(
    ("kind", "make", "codes"),
    [
        ("mqtt-screen", lambda: screen(topics=()), {"listens"}),
        ("mqtt-screen", lambda: screen(topics=("#",)), {"narrow"}),
        ("mqtt-screen", lambda: screen(manual_ack=True), {"acknowledges"}),
        ("mqtt-screen", lambda: screen(keepalive=600), {"keepalive"}),
        ("mqtt-speaker", lambda: speaker(retain=True), {"not_retained"}),
        ("mqtt-speaker", lambda: speaker(qos=0), {"sure"}),
        ("mqtt-machine", lambda: machine(fresh=False), {"new_word"}),
        ("mqtt-machine", lambda: machine(again_s=0.1), {"patient"}),
    ],
)
def test_a_broken_one_is_told_what_is_wrong(kind: str, make: Callable[[], Device], codes: set[str]) -> None:
    # Whoever does not acknowledge or listen is waited for in vain.
    pace = QUICK._replace(answer_s=4.0) if codes & {"listens", "acknowledges"} else QUICK
    assert wrong(tried(kind, make(), pace)) == codes


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority") / "tls"
    make_authority(folder, "demo", ["127.0.0.1"], datetime.now(UTC))
    return folder


def served(authority: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority / HALL_CERT, authority / HALL_KEY)
    return context


def test_over_tls_a_device_that_trusts_the_authority_is_tried(authority: Path) -> None:
    trusting = screen()
    trusting.client.tls_set(str(authority / CA_CERT))
    assert wrong(tried("mqtt-screen", trusting, tls=served(authority))) == set()


@pytest.mark.parametrize("speaks", ["strange authority", "no certificate", "plain"])
def test_a_device_without_tls_or_trust_is_told_so(authority: Path, speaks: str) -> None:
    context = served(authority)
    trusts = ssl.create_default_context(cafile=None if speaks == "strange authority" else str(authority / CA_CERT))
    if speaks == "no certificate":
        context.load_verify_locations(authority / CA_CERT)
        context.verify_mode = ssl.CERT_REQUIRED
    broker = OneDevice("127.0.0.1", 0, tls=context)

    def talk() -> None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", broker.port), timeout=60) as device:
            if speaks == "plain":
                device.sendall(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x1e\x00\x00")
                device.recv(10)
            else:
                with trusts.wrap_socket(device, server_hostname="127.0.0.1") as secured:
                    secured.recv(10)

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        assert broker.until(lambda: bool(broker.refused), 60.0)
        found = list(conforms("mqtt-screen", Trial(broker, "t", SHORT, lambda code: None)))
    finally:
        broker.close()
        talking.join()
    assert [finding.code for finding in found if not finding.good] == ["tls", "connects"]
    assert found[0].facts["why"]


def test_a_machine_that_gives_up_after_one_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tried("mqtt-machine", machine(again_s=1000.0), QUICK._replace(again_s=0.3))
    assert wrong(found) == {"asks_again"}


def test_a_speaker_that_says_nothing_of_what_it_said() -> None:
    found = tried("mqtt-speaker", speaker(say=lambda message: None), QUICK._replace(person_s=0.3))
    assert {"says", "stops"} <= wrong(found)


def test_a_device_that_stays_away() -> None:
    broker = OneDevice("127.0.0.1", 0)
    found = list(conforms("mqtt-screen", Trial(broker, "t", SHORT, lambda code: None)))
    broker.close()
    assert found == [Finding("connects", False)]


@pytest.mark.parametrize(
    ("bytes_", "code"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "connects"),
        (b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x1e\x00\x00\x00", "protocol"),  # version 5
        (b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00", "client_id"),
    ],
)
def test_what_speaks_something_else(bytes_: bytes, code: str) -> None:
    broker = OneDevice("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", broker.port)) as device:
        device.sendall(bytes_)
        found = list(conforms("mqtt-screen", Trial(broker, "t", SHORT, lambda code: None)))
    broker.close()
    assert code in wrong(found)


def test_every_check_says_what_it_is_and_what_to_do() -> None:
    text = Path(conform_checks.__file__).read_text(encoding="utf-8")
    for code in tables().under("conform.is"):
        assert f'"{code}"' in text
        assert tables().find(f"conform.do.{code}") is not None


def test_the_command_says_it_in_words_and_by_its_exit_code() -> None:
    program = [sys.executable, "-m", "hall_daemon.cli", "conform", "mqtt-screen", "--topic", "t", "--port", "0"]
    options: Any = {"capture_output": True, "text": True, "timeout": 60, "check": False}
    said = subprocess.run([*program, "--wait", "0.2"], **options)
    assert (said.returncode, said.stderr.count("127.0.0.1:")) == (1, 2)
    assert "✗" in said.stdout
    assert "check the address and port" in said.stdout
    said = subprocess.run([*program, "--cert", "/nowhere.crt"], **options)
    assert (said.returncode, "hall tls init" in said.stderr, "Traceback" in said.stderr) == (2, True, False)
    said = subprocess.run([*program, "--wait", "0.2", "--json"], **options)
    assert json.loads(said.stdout)["conforms"] is False
    said = subprocess.run([*program[:-3], "a/#"], **options)
    assert (said.returncode, "without # and +" in said.stderr) == (2, True)
