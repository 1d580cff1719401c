"""F6: the machine's date is wrong, for two seconds, at a start, or until somebody believed it. Who waits waits on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hall_daemon.domain import events as e
from tests.drills.invariants import assert_sound, assert_whole, happened
from tests.drills.stand import ROOT, Hall, Stand, wait_until

DAY_S = 86_400
SEEN_S = 5.0


class Machine:
    """The stand on a machine whose clock can be set."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self._file = stand.folder / "clock-off"
        self.set(0)

    def set(self, off_s: float) -> None:
        partial = self._file.with_suffix(".part")
        partial.write_text(str(off_s), encoding="ascii")
        partial.replace(self._file)

    def hall(self) -> Hall:
        hall = self.stand.hall()
        at = hall.words.index("run")
        hall.words[1:at] = ["-m", "tests.drills.clock_in_file", str(self._file)]
        return hall


def tool(stand: Stand, *words: str) -> dict[str, object]:
    """`hall day …` beside the hall that runs."""
    done = subprocess.run(
        [sys.executable, "-m", "hall_daemon.cli", "day", "--config", str(stand.config), "--data", str(stand.data),
         "--json", *words],
        cwd=ROOT, capture_output=True, timeout=30, check=True,
    )
    return dict(json.loads(done.stdout))


def test_a_date_that_jumps_for_a_moment_turns_no_day(tmp_path: Path) -> None:
    with Stand(tmp_path, mqtt="off") as stand:
        machine = Machine(stand)
        with machine.hall() as hall:
            hall.open()
            told = [hall.draw() for _ in range(3)]
            day = hall.get("hall")["day"]
            machine.set(DAY_S)
            wait_until(lambda: hall.health()["clock"].startswith("degraded: the machine's clock"), SEEN_S, "it is said")
            told.append(hall.draw())
            hall.window("1", "call-next")
            assert hall.get("hall")["day"] == day
            assert tool(stand)["machine"] is not None
            hall.kill()
        # Nor does a start while it is wrong.
        with machine.hall() as hall:
            assert (hall.get("hall")["day"], hall.health()["clock"][:8]) == (day, "degraded")
            told.append(hall.draw())
            machine.set(0)
            wait_until(lambda: hall.health()["clock"] == "ok", SEEN_S, "right again by itself")
            hall.window("2", "call-next")
            assert_whole(stand, hall, told)
        assert happened(stand.data, e.TicketExpired) == []
        assert_sound(stand.data, stand.settings, told)


@pytest.mark.parametrize("off_s", [-40 * 365 * DAY_S, 400 * DAY_S])
def test_switched_on_with_an_empty_battery_the_hall_goes_on(tmp_path: Path, off_s: int) -> None:
    with Stand(tmp_path, mqtt="off") as stand:
        machine = Machine(stand)
        with machine.hall() as hall:
            told = [hall.draw() for _ in range(2)]
            day = hall.get("hall")["day"]
            hall.kill()
        machine.set(off_s)
        with machine.hall() as hall:
            told.append(hall.draw())
            assert (hall.get("hall")["day"], hall.health()["clock"][:8]) == (day, "degraded")
        assert_sound(stand.data, stand.settings, told)


def test_a_wrong_turn_is_taken_back_and_who_expired_waits_again(tmp_path: Path) -> None:
    with Stand(tmp_path, mqtt="off") as stand:
        machine = Machine(stand)
        with machine.hall() as hall:
            hall.open()
            told = [hall.draw() for _ in range(3)]
            hall.window("1", "call-next")
            day = hall.get("hall")["day"]
            refused = hall.post("day/reopen")
            assert (refused.status_code, refused.json()["code"]) == (409, "no_turn")
            machine.set(DAY_S)
            wait_until(lambda: tool(stand)["machine"], SEEN_S, "the jump is seen")
            tool(stand, "--confirm")
            wait_until(lambda: hall.get("hall")["day"] > day, SEEN_S, "somebody believed it")
            assert len(happened(stand.data, e.TicketExpired)) == 3
            told.append(hall.draw())
            refused = hall.post("day/reopen")
            assert (refused.status_code, refused.json()["code"]) == (409, "turn_holds")
            machine.set(0)
            wait_until(lambda: tool(stand)["machine"], SEEN_S, "the clock was set right")
            assert tool(stand, "--reopen")["reopened"] == 3
            assert (hall.get("hall")["day"], hall.health()["clock"]) == (day, "ok")
            told.append(hall.draw())
            assert told == ["A001", "A002", "A003", "A001", "A004"]
            assert [hall.window("1", "call-next")["number"] for _ in range(2)] == ["A001", "A002"]
            assert_whole(stand, hall, told)
            hall.kill()
        with machine.hall() as hall:
            told.append(hall.draw())
            assert_whole(stand, hall, told)
        assert_sound(stand.data, stand.settings, told)
