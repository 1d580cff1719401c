"""A serial line over a real pseudo terminal: bytes, time-outs, a pulled cable, and messages that help."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import PortMissing
from device_drivers.lines.holders import Holder, holders
from device_drivers.lines.serial_port import SerialLine, SerialOptions


@pytest.fixture
def line(port: Any) -> Iterator[SerialLine]:
    line = SerialLine("line-test", SerialOptions(port=str(port.path)))
    line.open()
    yield line
    line.close()


def test_bytes_go_both_ways(port: Any, line: SerialLine) -> None:
    every_byte = bytes(range(256))
    line.write(every_byte)
    assert port.heard(256) == every_byte
    port.say(every_byte)
    data = b""
    while len(data) < 256:
        data += line.read(5.0)
    assert data == every_byte


def test_read_returns_what_is_there_without_waiting_for_more(port: Any, line: SerialLine) -> None:
    port.say(b"\xff\x68")
    assert line.read(60.0) == b"\xff\x68"
    assert line.read(0.0) == b""


def test_a_cancel_from_another_thread_ends_a_read(line: SerialLine) -> None:
    ended = threading.Event()

    def read() -> None:
        line.read(60.0)
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    line.cancel_read()
    assert ended.wait(10.0)
    reader.join()


def test_a_cancel_before_the_read_is_not_lost(line: SerialLine) -> None:
    line.cancel_read()
    assert line.read(60.0) == b""
    line.close()
    line.cancel_read()


def test_a_cancel_ends_one_read_only(port: Any, line: SerialLine) -> None:
    line.cancel_read()
    assert line.read(60.0) == b""
    later = threading.Timer(0.02, port.say, [b"x"])
    later.start()
    assert line.read(60.0) == b"x"
    later.join()


def test_dtr_is_low_before_the_port_opens(line: SerialLine) -> None:
    assert line._serial is not None
    assert line._serial.dtr is False


def test_opening_flushes_what_came_before(port: Any) -> None:
    """Bytes of half a frame from before we listened must not be taken for the start of one."""
    first = SerialLine("line-test", SerialOptions(port=str(port.path)))
    first.open()
    port.say(b"stale")
    line = SerialLine("line-test", SerialOptions(port=str(port.path)))
    first.close()
    line.open()
    port.say(b"fresh")
    assert line.read(5.0) == b"fresh"
    line.close()


def test_a_pulled_cable_is_link_down_in_every_call(port: Any, line: SerialLine) -> None:
    port.unplug()
    with pytest.raises(LinkDown, match="is gone: check the cable"):
        line.read(5.0)
    with pytest.raises(LinkDown, match="is gone: check the cable"):
        line.write(b"x")
    line.close()
    with pytest.raises(PortMissing, match="plug the cable in"):
        line.open()
    port.replug()
    line.open()
    port.say(b"back")
    assert line.read(5.0) == b"back"


def test_a_device_that_takes_no_bytes_does_not_hold_the_thread(port: Any) -> None:
    line = SerialLine("line-test", SerialOptions(port=str(port.path), write_timeout_s=0.05))
    line.open()
    with pytest.raises(LinkDown, match=r"took \d+ of 1000000 bytes in 0.05 s: check that the device is on"):
        line.write(bytes(1_000_000))
    line.close()


def test_a_closed_line_says_so(port: Any) -> None:
    line = SerialLine("line-test", SerialOptions(port=str(port.path)))
    for call in (lambda: line.read(0), lambda: line.write(b"x")):
        with pytest.raises(LinkDown, match="is not open"):
            call()


def test_a_second_open_names_this_program(port: Any, line: SerialLine) -> None:
    with pytest.raises(LinkDown, match=r"this program itself \(do two devices name the same port"):
        SerialLine("line-2", SerialOptions(port=str(port.path))).open()


def test_a_port_held_by_another_program_names_it(port: Any) -> None:
    hold = (
        "import serial, sys; port = serial.Serial(sys.argv[1], exclusive=True); print('held', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(port.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LinkDown, match=rf"held by {other.pid} \(python.*\): stop it"):
            SerialLine("line-2", SerialOptions(port=str(port.path))).open()
        assert Holder(other.pid, holders(str(port.path))[-1].command) in holders(str(port.path))
        other.communicate()


def test_silence_beside_another_program_names_it(port: Any, line: SerialLine) -> None:
    """A program without a lock gets in beside us and takes our bytes."""
    peek = "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('in', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", peek, str(port.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"in\n"
        assert re.search(
            rf"went silent and {other.pid} \(python.*\) has it open too: stop it", line._why_silent()
        )
        other.communicate()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.EACCES, "add the hall's user to the group dialout"),
        (errno.EBUSY, "sudo fuser -v|held by"),
        (errno.ENXIO, "has no device behind it: check the cable"),
        (errno.EIO, "does not open as a serial port"),
    ],
)
def test_what_the_system_refuses_comes_with_advice(
    port: Any, monkeypatch: pytest.MonkeyPatch, code: int, message: str
) -> None:
    """Errors that a test as root cannot provoke: the system call itself is made to fail."""
    real_open: Callable[..., int] = os.open

    def refuse(path: Any, *rest: Any, **options: Any) -> int:
        if str(path) == str(port.path):
            raise OSError(code, os.strerror(code))
        return real_open(path, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(LinkDown, match=message):
        SerialLine("line-test", SerialOptions(port=str(port.path))).open()


def test_what_is_no_serial_port_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a port")
    with pytest.raises(LinkDown, match="is not a serial port"):
        SerialLine("line-test", SerialOptions(port=str(file))).open()
    with pytest.raises(LinkDown, match="does not open as a serial port"):
        SerialLine("line-test", SerialOptions(port="/dev/null")).open()
    with pytest.raises(LinkDown, match="does not open as a serial port"):
        SerialLine("line-test", SerialOptions(port=str(file / "below"))).open()


def test_settings_that_a_port_cannot_do_are_named(port: Any) -> None:
    line = SerialLine("line-test", SerialOptions(port=str(port.path), rs485=True))
    with pytest.raises(LinkDown, match=r"9600 baud 8N1 with rs485.*check the line's settings"):
        line.open()


def test_opening_and_failing_leaves_no_descriptor_behind(port: Any) -> None:
    line = SerialLine("line-test", SerialOptions(port=str(port.path)))
    line.open()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        line.open()
        with pytest.raises(LinkDown):
            SerialLine("line-2", SerialOptions(port=str(port.path))).open()
    assert len(os.listdir("/proc/self/fd")) == before
    line.close()
    line.close()
