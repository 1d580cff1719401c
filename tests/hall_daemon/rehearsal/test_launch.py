"""Processes of a rehearsal: started, heard when they die, and all gone afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hall_daemon.rehearsal.launch import Company, StartFailed, free_port, free_ports

READY = 'print(\'{"ready": true, "port": 7}\', flush=True);'
FOREVER = "import time\nwhile True: time.sleep(0.05)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def gone(pid: int, within_s: float = 3.0) -> bool:
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        threading.Event().wait(0.01)
    return False


def test_a_child_says_that_it_is_ready_and_is_ended(tmp_path: Path) -> None:
    with Company(tmp_path / "log") as company:
        child = company.start("one", python(READY + FOREVER), ready_within_s=10)
        assert child.ready == {"ready": True, "port": 7}
        assert company.dead() is None

    assert gone(child.pid)
    assert company.children == []


def test_last_words_of_one_that_does_not_start(tmp_path: Path) -> None:
    code = "import sys; print('first', file=sys.stderr); print('the port is taken', file=sys.stderr); sys.exit(4)"
    with Company(tmp_path) as company, pytest.raises(StartFailed, match="the port is taken") as failed:
        company.start("one", python(code), ready_within_s=10)

    assert failed.value.code == 4
    assert (tmp_path / "one.log").read_text().splitlines() == ["first", "the port is taken"]


def test_one_that_never_gets_ready_and_one_that_is_not_there(tmp_path: Path) -> None:
    with Company(tmp_path) as company:
        with pytest.raises(StartFailed, match=r"was not ready within 0\.2 s"):
            company.start("slow", python(FOREVER), ready_within_s=0.2)
        slow = company.children[0].pid
        with pytest.raises(StartFailed, match="not-there"):
            company.start("not-there", ("/not/there",), ready_within_s=1)

    assert gone(slow)


def test_one_that_dies_is_noticed(tmp_path: Path) -> None:
    with Company(tmp_path) as company:
        child = company.start("one", python(READY + FOREVER), ready_within_s=10)
        os.kill(child.pid, signal.SIGKILL)
        assert gone(child.pid)
        assert company.dead() is child
        assert child.last_words().strip() == "(it said nothing)"


def test_a_stubborn_one_is_killed(tmp_path: Path) -> None:
    with Company(tmp_path) as company:
        child = company.start("one", python(STUBBORN + READY + FOREVER), ready_within_s=10)
        company.stop(timeout_s=0.2)

    assert child.process.returncode == -signal.SIGKILL


def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hall_daemon.rehearsal.launch import Company\n"
        f"company = Company(Path({str(tmp_path)!r}))\n"
        f"child = company.start('one', (sys.executable, '-c', {READY + FOREVER!r}), ready_within_s=10)\n"
        "print(child.pid, flush=True)\n" + FOREVER
    )
    with subprocess.Popen(python(code), stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    assert gone(pid)


def test_a_port_that_is_taken_is_not_given() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert free_port(taken) != taken
    wished = free_port()
    assert free_port(wished) == wished
    assert free_port(wished, [wished]) != wished


def test_no_port_is_given_that_the_kernel_gives_to_outgoing_connections_meanwhile() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = free_ports(40)
    assert len(set(ports)) == 40
    assert max(ports) < first
