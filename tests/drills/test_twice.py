"""F16: the hall is started twice, twenty times in the same moment, and a hundred times in pairs, on one data folder.
Exactly one runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.drills.invariants import assert_sound, assert_whole
from tests.drills.stand import READY_WITHIN_S, ROOT, Hall, Stand, wait_until

FOLDER_BUSY = 3
CROWD = 20
PAIRS = 100

# Twenty processes that have read the whole program and start it at one signal: closer together than twenty commands.
# One line for each that ended: its number, process id and exit code.
_CROWD = """
import os, sys
import hall_daemon.cli.run
from hall_daemon.cli import main

folder, count, *words = sys.argv[1:]
ready, go = os.pipe()
numbers = {}
for number in range(int(count)):
    pid = os.fork()
    if pid == 0:
        os.close(go)
        for name, stream in (("out", 1), ("err", 2)):
            os.dup2(os.open(f"{folder}/{number}.{name}", os.O_CREAT | os.O_WRONLY), stream)
        os.read(ready, 1)
        os._exit(main(words))
    numbers[pid] = number
os.close(go)
for _ in range(int(count)):
    pid, status = os.wait()
    print(numbers[pid], pid, os.waitstatus_to_exitcode(status), flush=True)
"""

# Two processes that wait for one signal and take the folder, so many times; a line each time: who has it, whether
# somebody has, and whether the other was told who.
_PAIRS = """
import os, sys
from pathlib import Path
from hall_daemon.adapters.storage.lock import FolderBusy, FolderLock

for _ in range(int(sys.argv[2])):
    go, told, over = os.pipe(), os.pipe(), os.pipe()
    pids = []
    for _ in range(2):
        pids.append(os.fork())
        if pids[-1] == 0:
            os.close(go[1])
            os.close(over[1])
            os.read(go[0], 1)
            try:
                lock = FolderLock(Path(sys.argv[1]))
            except FolderBusy as busy:
                os.write(told[1], f"{os.getpid()} busy {busy}\\n".encode())
            else:
                os.write(told[1], f"{os.getpid()} has it\\n".encode())
                os.read(over[0], 1)
            os._exit(0)
    os.close(go[1])
    os.close(told[1])
    lines = b""
    while lines.count(b"\\n") < 2:
        lines += os.read(told[0], 4096)
    os.close(over[1])
    for pid in pids:
        os.waitpid(pid, 0)
    for end in (go[0], told[0], over[0]):
        os.close(end)
    has, busy = sorted(lines.decode().splitlines(), key=lambda line: " busy " in line)
    print(has.split()[0], "has it" in has, f"process {has.split()[0]})" in busy, flush=True)
"""


def test_a_hundred_times_two_want_the_folder_and_one_has_it(tmp_path: Path) -> None:
    words = [sys.executable, "-c", _PAIRS, str(tmp_path / "data"), str(PAIRS)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=READY_WITHIN_S, check=True)
    rounds = [line.split() for line in done.stdout.splitlines()]
    assert len(rounds) == PAIRS
    assert {(has, named) for _, has, named in rounds} == {("True", "True")}


def test_the_second_says_who_holds_the_folder(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        told = [hall.draw()]
        second = stand.hall()
        second.launch()
        assert second.wait(READY_WITHIN_S) == FOLDER_BUSY, second.said()
        assert len(second.said(f"another hall (process {hall.process.pid}) runs on {stand.data}")) == 1, second.said()
        told.append(hall.draw())
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_of_twenty_at_once_one_survives(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand:
        stand.prove_yourself()
        words = [sys.executable, "-c", _CROWD, str(tmp_path), str(CROWD), *stand.words()[3:]]
        with (tmp_path / "ended").open("wb") as ended:
            crowd = subprocess.Popen(words, cwd=ROOT, stdout=ended, start_new_session=True)
        try:
            losers = wait_until(lambda: _losers(tmp_path / "ended"), READY_WITHIN_S, "all but one end")
            (number,) = set(range(CROWD)) - {int(number) for number, _, _ in losers}
            out = tmp_path / f"{number}.out"
            survivor = Hall(stand, [], tmp_path / f"{number}.err")
            survivor.ready = json.loads(wait_until(lambda: _line_of(out), READY_WITHIN_S, "the survivor is ready"))
            told = [survivor.draw()]
            assert_whole(stand, survivor, told)
        finally:
            _stop(tmp_path, crowd)
        for number, _, code in losers:
            said = (tmp_path / f"{number}.err").read_text()
            assert int(code) == FOLDER_BUSY, said
            assert f"another hall (process {survivor.ready['pid']}) runs on" in said
    assert_sound(stand.data, stand.settings, told)


def _losers(ended: Path) -> list[list[str]]:
    """Who ended, once it is all but one."""
    lines = [line.split() for line in ended.read_text().splitlines()]
    return lines if len(lines) == CROWD - 1 else []


def _line_of(out: Path) -> str:
    """The line a daemon says when it is ready, once it is whole."""
    said = out.read_text()
    return said if said.endswith("\n") else ""


def _stop(folder: Path, crowd: subprocess.Popen[bytes]) -> None:
    for line in filter(None, map(_line_of, folder.glob("*.out"))):
        os.kill(json.loads(line)["pid"], signal.SIGTERM)
    try:
        crowd.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(crowd.pid, signal.SIGKILL)
        crowd.wait()
        raise
