"""The vault's key is replaced, its file is overwritten: health says so within seconds, numbers and calls go on, and no
person is put where nobody could read them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

from tests.drills.invariants import assert_sound, assert_whole
from tests.drills.stand import ROOT, Hall, Stand, wait_until

SAID_S = 5.0
PERSON = {"name": "张小三", "phone": "13812345678"}


def name_holder(hall: Hall, ticket: str) -> tuple[int, str]:
    answer = hall.post(f"tickets/{ticket}/holder", PERSON)
    return answer.status_code, answer.json().get("code", "")


def told(hall: Hall, what: str) -> bool:
    return what in hall.health()["vault"]


def test_a_key_that_was_replaced(tmp_path: Path, dice: Random) -> None:
    numbers: list[str] = []
    with Stand(tmp_path, mqtt="off") as stand:
        key = stand.data / "vault.key"
        with stand.hall() as hall:
            numbers.append(hall.draw())
            assert name_holder(hall, numbers[0]) == (200, "")
            right = key.read_bytes()
            key.write_bytes(dice.randbytes(32))
            wait_until(lambda: told(hall, "another key"), SAID_S, "staff are told while it runs")
        with stand.hall() as hall:
            assert told(hall, "another key")
            assert name_holder(hall, numbers[0]) == (503, "persons_away")
            numbers.append(hall.draw())
            assert_whole(stand, hall, numbers)
            key.write_bytes(right)
        with stand.hall() as hall:
            assert hall.health()["vault"] == "ok"
            assert hall.get(f"tickets/{numbers[0]}/holder")["phone"] == "138****5678"
    assert_sound(stand.data, stand.settings, numbers)


def test_a_key_that_is_lost_for_good(tmp_path: Path) -> None:
    """The hall calls on and says how many persons it cost; one command goes on without them."""
    numbers: list[str] = []
    with Stand(tmp_path, mqtt="off") as stand:
        key = stand.data / "vault.key"
        with stand.hall() as hall:
            for _ in range(2):
                numbers.append(hall.draw())
                assert name_holder(hall, numbers[-1]) == (200, "")
        for lose in (key.unlink, lambda: key.write_bytes(b"half")):
            lose()
            with stand.hall() as hall:
                wait_until(lambda: told(hall, "2 persons are lost"), SAID_S, "staff are told")
                assert told(hall, "hall vault forget-lost")
                assert name_holder(hall, numbers[0]) == (503, "persons_away")
                hall.open("1")
                hall.window("1", "call-next")
                numbers.append(hall.draw())
                assert_whole(stand, hall, numbers)
        done = subprocess.run(
            [sys.executable, "-m", "hall_daemon.cli", "vault", "forget-lost", "--json", "--data", str(stand.data),
             "--config", str(stand.config)],
            cwd=ROOT, capture_output=True, timeout=60, check=False,
        )
        assert json.loads(done.stdout)["persons"] == 2, done.stderr
        with stand.hall() as hall:
            assert "another key" not in hall.health()["vault"]
            assert name_holder(hall, numbers[2]) == (200, "")
            assert hall.get(f"tickets/{numbers[2]}/holder")["phone"] == "138****5678"
    assert_sound(stand.data, stand.settings, numbers)


def test_a_vault_that_was_overwritten(tmp_path: Path, dice: Random) -> None:
    with Stand(tmp_path, mqtt="off") as stand, stand.hall() as hall:
        numbers = [hall.draw()]
        vault = stand.data / "vault.db"
        vault.write_bytes(dice.randbytes(vault.stat().st_size))
        wait_until(lambda: hall.health()["vault"].startswith("degraded: persons"), SAID_S, "staff are told")
        assert name_holder(hall, numbers[0]) == (503, "persons_away")
        assert hall.said("Traceback") == []
        numbers.append(hall.draw())
        assert_whole(stand, hall, numbers)
    assert_sound(stand.data, stand.settings, numbers)
