"""F10: a port that is not there, may not be opened, or is taken by another program. The device says what to do, the
hall runs on, and it is right as soon as the cause is gone."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.drills.invariants import assert_sound, assert_whole
from tests.drills.stand import Hall, Stand, wait_until

SAID_S = 3.0
# The driver doubles its pause up to 30 s; after these few seconds of trouble it is at 2 to 4 s.
MENDED_S = 10.0
# Root opens everything; without these two (linux/capability.h) it must ask the file's mode like anybody else.
_PR_CAPBSET_DROP = 24
_CAPABILITIES = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_HOLD = """
import fcntl, sys
port = open(sys.argv[1], "rb", buffering=0)
fcntl.flock(port, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def obey_file_modes() -> None:
    """In the child, before the daemon. Does nothing for somebody who is not root."""
    libc = ctypes.CDLL(None)
    for capability in _CAPABILITIES:
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@contextmanager
def held(port: Path) -> Iterator[int]:
    """Another program has the port; gives its process id."""
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        yield holder.pid
    finally:
        holder.stdin.close()
        holder.wait(5)
        holder.stdout.close()


def health_of(hall: Hall, device: str) -> str:
    return hall.health()[f"device:{device}"]


def works_without(stand: Stand, hall: Hall, told: list[str]) -> None:
    """Strips are away; the rest of the hall works."""
    hall.open()
    told.append(hall.draw())
    stand.press("1", "call")
    wait_until(lambda: stand.pad("1")["ticket"] == told[-1][-3:], 5, "a call by pad")
    assert hall.get("tickets/" + told[-1])["state"] == "called"


def test_no_permission_for_a_port(tmp_path: Path) -> None:
    told: list[str] = []
    with Stand(tmp_path, mqtt="off") as stand:
        port = stand.bench.link("strips").resolve()
        port.chmod(0)
        with stand.hall(before=obey_file_modes) as hall:
            advice = "add the hall's user to the group dialout"
            wait_until(lambda: advice in health_of(hall, "strips"), SAID_S, "what to do")
            works_without(stand, hall, told)
            port.chmod(0o600)
            wait_until(lambda: health_of(hall, "strips") == "ok", MENDED_S, "opened once it may")
            assert_whole(stand, hall, told)
            assert len(hall.said("strips: down")) == 1
    assert_sound(stand.data, stand.settings, told)


def test_a_port_that_is_not_there_and_one_that_another_program_has(tmp_path: Path) -> None:
    told: list[str] = []
    with Stand(tmp_path) as stand, ExitStack() as holding:
        stand.bench.fault("printer-1", "unplug")
        holder = holding.enter_context(held(stand.bench.link("strips")))
        with stand.hall() as hall:
            wait_until(lambda: f"held by {holder} (" in health_of(hall, "strips"), SAID_S, "who has it")
            wait_until(lambda: "plug the cable in" in health_of(hall, "printer-1"), SAID_S, "what to do")
            works_without(stand, hall, told)
            told.append(hall.draw("printer-1"))
            wait_until(lambda: hall.get(f"tickets/{told[-1]}")["slip"] == "failed", SAID_S, "no slip, and it says so")
            stand.bench.fault("printer-1", "plug")
            wait_until(lambda: health_of(hall, "printer-1") == "ok", SAID_S, "found as soon as it is there")
            holding.close()
            wait_until(lambda: health_of(hall, "strips") == "ok", MENDED_S, "opened once it is free")
            assert_whole(stand, hall, told)
            for device in ("strips", "printer-1"):
                assert len(hall.said(f"{device}: down")) == 1
    assert_sound(stand.data, stand.settings, told)
