"""A serial port at a kiosk with a machine of its own: the ser2net of Debian on loopback, before a whole reader on a
pty, as raw TCP and by RFC 2217."""

from __future__ import annotations

import os
import pty
import random
import shutil
import socket
import subprocess
import termios
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import serial

from device_drivers.errors import LinkDown
from device_drivers.events import DeviceEvent, PersonCard, Read
from device_drivers.lines.rfc2217 import Rfc2217Line, Rfc2217Options, Telnet
from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import Reader
from device_drivers.registry import build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench

PROGRAM = shutil.which("ser2net", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
ACCEPTERS = {"tcp": "tcp,127.0.0.1,{port}", "rfc2217": "telnet(rfc2217),tcp,127.0.0.1,{port}"}
# Every byte there is, and those twice that Telnet doubles.
ALL_BYTES = bytes(range(256)) + b"\xff\xff\xff\xf0\xff"

Serve = Callable[[str, Path], tuple[int, "subprocess.Popen[bytes]"]]


@pytest.fixture
def serve(tmp_path: Path, wait_until: Any) -> Iterator[Serve]:
    """`serve(kind, port)`: ser2net hands that serial port on; the TCP port, and the program."""
    assert PROGRAM, "ser2net is missing: `make test` installs it (requirements/debian-test.txt)"
    running: list[subprocess.Popen[bytes]] = []

    def start(kind: str, device: Path) -> tuple[int, subprocess.Popen[bytes]]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        file = tmp_path / "ser2net.yaml"
        file.write_text(
            "%YAML 1.1\n---\nconnection: &cards\n"
            f"  accepter: {ACCEPTERS[kind].format(port=port)}\n"
            f"  connector: serialdev,{device},115200n81,local\n"
            "  options:\n    max-connections: 1\n    kickolduser: true\n"
        )
        program = subprocess.Popen([str(PROGRAM), "-n", "-u", "-c", str(file), "-P", str(tmp_path / "pid")])
        running.append(program)
        wait_until(lambda: _listens(port))
        return port, program

    yield start
    for program in running:
        program.terminate()
        program.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def far() -> Iterator[tuple[int, Path]]:
    """A port with nothing but our own hands behind it: descriptor and name."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    yield ours, Path(os.ttyname(theirs))
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("kind", ["tcp", "rfc2217"])
def test_a_card_is_read_through_it_until_it_ends(
    serve: Serve, tmp_path: Path, wait_until: Any, kind: str
) -> None:
    told: list[DeviceEvent] = []
    spec = parse_bench({"devices": [{"id": "cards", "kind": "sam-reader", "pace_baud": 115200}]})
    with Bench(spec, tmp_path / "lines") as bench:
        port, program = serve(kind, bench.link("cards"))
        settings = {"baud": 115200} if kind == "rfc2217" else {}
        line = LineSpec(kind, {"host": "127.0.0.1", "port": port, **settings})
        env = Environment(time.monotonic, random.Random(1), told.append)
        driver = build_device(DeviceSpec("cards", "sam-reader", line, {"kiosk": "kiosk-1"}), env)
        driver.start()
        try:
            cast(Reader, driver).want(time.monotonic() + 60)
            bench.present("cards", "zhang")
            wait_until(lambda: told)
            assert isinstance(told[0], Read)
            assert isinstance(told[0].what, PersonCard)
            program.terminate()
            wait_until(lambda: driver.health().state == "disconnected")
        finally:
            driver.stop()


def came(read: Callable[[], bytes], length: int) -> bytes:
    data = b""
    ends_s = time.monotonic() + 10
    while len(data) < length and time.monotonic() < ends_s:
        data += read()
    return data


def test_every_byte_goes_both_ways_by_rfc_2217(serve: Serve, far: tuple[int, Path]) -> None:
    ours, name = far
    port, _ = serve("rfc2217", name)
    line = Rfc2217Line("line-cards", Rfc2217Options(host="127.0.0.1", port=port, baud=19200, stopbits=2))
    line.open()
    try:
        line.write(ALL_BYTES * 20)
        assert came(lambda: os.read(ours, 4096), len(ALL_BYTES) * 20) == ALL_BYTES * 20
        os.write(ours, ALL_BYTES)
        assert came(lambda: line.read(1.0), len(ALL_BYTES)) == ALL_BYTES
        ispeed, cflag = termios.tcgetattr(ours)[4], termios.tcgetattr(ours)[2]
        assert (ispeed, bool(cflag & termios.CSTOPB)) == (termios.B19200, True), "the hall has set the port"
    finally:
        line.close()


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
def test_pyserial_says_the_same_of_that_port(serve: Serve, far: tuple[int, Path]) -> None:
    ours, name = far
    port, _ = serve("rfc2217", name)
    url = f"rfc2217://127.0.0.1:{port}?ign_set_control"  # a pty has no DTR to answer for
    with serial.serial_for_url(url, baudrate=19200, timeout=5) as theirs:
        theirs.write(ALL_BYTES)
        assert came(lambda: os.read(ours, 4096), len(ALL_BYTES)) == ALL_BYTES
        os.write(ours, ALL_BYTES)
        assert theirs.read(len(ALL_BYTES)) == ALL_BYTES


def test_a_port_that_is_handed_on_as_raw_tcp_says_so(
    serve: Serve, far: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_drivers.lines.rfc2217._ANSWER_S", 0.2)
    port, _ = serve("tcp", far[1])
    with pytest.raises(LinkDown, match="does not speak RFC 2217") as refused:
        Rfc2217Line("line-cards", Rfc2217Options(host="127.0.0.1", port=port)).open()
    assert refused.value.code == "no_rfc2217"


def test_telnet_in_pieces_is_telnet() -> None:
    said = b"a\xff\xfb\x01b\xff\xffc\xff\xfa\x2c\x65\x00\x00\x25\x80\xff\xf0d\xff\xfb\x01\xff\xfd\x2c"
    whole, pieces = Telnet(), Telnet()
    assert whole.feed(said) == b"".join(pieces.feed(bytes((byte,))) for byte in said) == b"ab\xffcd"
    assert whole.replies == pieces.replies == b"\xff\xfe\x01", "refused once"
    assert whole.answers == pieces.answers == {101: (9600).to_bytes(4, "big")}
