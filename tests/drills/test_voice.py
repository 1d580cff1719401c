"""F26: no audio device, and a player that never ends. Undo: the light goes out and the voice falls silent."""

from __future__ import annotations

import os
from pathlib import Path

from hall_daemon.domain import events as e
from tests.drills.invariants import assert_sound, assert_whole, happened
from tests.drills.stand import Stand, wait_until

SILENT_S = 15.0
TOLD_S = 2.0
# A call is 7 s of sound; a player is stuck 3 s after its sound should have ended.
KILLED_S = 30.0
CUT_OFF_S = 2.0

_SPEAKER = """
[devices.speaker]
kind = "speaker"
zones = [{ id = "hall", output = "alsa", device = "default" }]
"""
# Stands for aplay. The moment of silence that tries the card is small and well; a call never ends.
_PLAYS_FOR_EVER = """#!/bin/sh
for file; do :; done
[ "$(stat -c %s "$file")" -lt 20000 ] && exit 0
exec sleep 600
"""
_HANGS = """#!/bin/sh
exec sleep 600
"""
_NO_DEVICE = """#!/bin/sh
echo 'aplay: main:831: audio open error: No such file or directory' >&2
exit 1
"""


def with_player(folder: Path, script: str) -> dict[str, str]:
    """An environment in which `aplay` is this."""
    player = folder / "bin" / "aplay"
    player.parent.mkdir()
    player.write_text(script)
    player.chmod(0o755)
    return {"PATH": f"{player.parent}:{os.environ['PATH']}"}


def announced(stand: Stand) -> list[tuple[str, bool, bool]]:
    """(number, visible, audible) of every call that was settled."""
    settled = happened(stand.data, e.CallAnnounced)
    return [(event.ticket[-4:], event.visible, event.audible) for _, event in settled]


def test_without_an_audio_device_it_says_so_once_and_calls_on_the_strips(tmp_path: Path) -> None:
    with Stand(tmp_path, mqtt="off", tail=_SPEAKER) as stand, stand.hall(env=with_player(tmp_path, _NO_DEVICE)) as hall:
        hall.open()
        wait_until(lambda: "audio open error" in hall.health()["device:speaker"], SILENT_S, "the hall is silent")
        told = [hall.draw() for _ in range(3)]
        settled: list[tuple[str, bool, bool]] = []
        for number in told:
            hall.window("1", "call-next")
            settled.append((number, True, False))
            wait_until(lambda: announced(stand) == settled, SILENT_S, f"{number} was seen, not heard")
        assert len(hall.said("the hall is silent in zone hall")) == 1
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_with_strips_and_voice_out_the_clerk_is_told_before_anybody_waits_for_them(tmp_path: Path) -> None:
    """Strips would be waited for 5 s and the voice half a minute; both are known to be out, so the page says it now."""
    with Stand(tmp_path, mqtt="off", tail=_SPEAKER) as stand, stand.hall(env=with_player(tmp_path, _NO_DEVICE)) as hall:
        hall.open("1")
        stand.bench.fault("strips", "unplug")

        def codes() -> dict[str, str]:
            return {device["id"]: device["code"] for device in hall.get("hall")["devices"]}

        wait_until(lambda: codes()["strips"] in ("line_gone", "port_missing"), SILENT_S, "the strips are out")
        wait_until(lambda: codes()["speaker"] == "zone_silent", SILENT_S, "the voice is out")
        told = [hall.draw()]
        hall.window("1", "call-next")
        wait_until(lambda: announced(stand), TOLD_S, "the hall knows that nobody noticed")
        assert announced(stand) == [("A001", False, False)]
        assert hall.get("windows/1")["announced"] == {"visible": False, "audible": False}
        troubles = {device["id"]: device["trouble"] for device in hall.get("hall")["devices"] if device["trouble"]}
        assert troubles["strips"]["means"] == {"zh": "叫号不上屏", "en": "Calls are not shown"}
        assert troubles["speaker"]["what"] == {"zh": "不出声", "en": "silent in zone hall"}
        # What comes back shows what should be shown now; the next call is noticed again.
        stand.bench.fault("strips", "plug")
        wait_until(lambda: stand.strip("1") == "请A001号办理", SILENT_S, "the strip is back")
        wait_until(lambda: codes()["strips"] == "", SILENT_S, "and told")
        hall.window("1", "recall")
        seen = {"visible": True, "audible": False}
        wait_until(lambda: hall.get("windows/1")["announced"] == seen, SILENT_S, "the second call was seen")
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_a_player_that_hangs_is_ended(tmp_path: Path) -> None:
    with Stand(tmp_path, mqtt="off", tail=_SPEAKER) as stand, stand.hall(env=with_player(tmp_path, _HANGS)) as hall:
        hall.open("1")
        (stuck,) = wait_until(lambda: hall.children("sleep"), SILENT_S, "the card is tried")
        told = [hall.draw()]
        hall.window("1", "call-next")
        wait_until(lambda: stand.strip("1") == "请A001号办理", 5, "seen while the voice is stuck")
        wait_until(lambda: stuck not in hall.children("sleep"), KILLED_S, "the player is ended")
        wait_until(lambda: "the player hung" in hall.health()["device:speaker"], SILENT_S, "and told")
        wait_until(lambda: announced(stand) == [("A001", True, False)], SILENT_S, "seen, not heard")
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_undo_takes_the_light_and_the_voice_back(tmp_path: Path) -> None:
    player = with_player(tmp_path, _PLAYS_FOR_EVER)
    with Stand(tmp_path, mqtt="off", tail=_SPEAKER) as stand, stand.hall(env=player) as hall:
        hall.open("1")
        wait_until(lambda: hall.health()["device:speaker"] == "ok", SILENT_S, "a voice")
        told = [hall.draw()]
        hall.window("1", "call-next")
        (speaking,) = wait_until(lambda: hall.children("sleep"), SILENT_S, "the call is being said")
        wait_until(lambda: stand.strip("1") == "请A001号办理", 5, "and shown")
        hall.window("1", "undo")
        wait_until(lambda: speaking not in hall.children("sleep"), CUT_OFF_S, "the voice is cut off")
        wait_until(lambda: stand.strip("1") == "等候叫号", CUT_OFF_S, "the light is out")
        wait_until(lambda: stand.pad("1")["waiting"] == 1, CUT_OFF_S, "the pad counts them again")
        assert hall.get("tickets/A001")["state"] == "waiting"
        # The next call of the same number is a call of its own: shown, said, and cut off when the person comes.
        hall.window("1", "call-next")
        (speaking,) = wait_until(lambda: hall.children("sleep"), SILENT_S, "it is said again")
        wait_until(lambda: stand.strip("1") == "请A001号办理", 5, "and shown again")
        hall.window("1", "start")
        wait_until(lambda: hall.children("sleep") == [], CUT_OFF_S, "nobody is called who has come")
        wait_until(lambda: stand.strip("1") == "正在办理A001", 5, "being served")
        # What was undone was no call; the other one was seen, and not heard to its end.
        wait_until(lambda: announced(stand) == [("A001", True, False)], SILENT_S, "the call is settled")
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_a_call_is_not_said_once_its_person_is_elsewhere(tmp_path: Path) -> None:
    player = with_player(tmp_path, _PLAYS_FOR_EVER)
    with Stand(tmp_path, mqtt="off", tail=_SPEAKER) as stand, stand.hall(env=player) as hall:
        hall.open()
        wait_until(lambda: hall.health()["device:speaker"] == "ok", SILENT_S, "a voice")
        told = [hall.draw()]
        hall.window("1", "call-next")
        wait_until(lambda: hall.children("sleep"), SILENT_S, "the call is being said")
        assert hall.post("tickets/A001/transfer", {"to_window": "2"}).status_code == 200
        wait_until(lambda: hall.children("sleep") == [], CUT_OFF_S, "the voice is cut off")
        wait_until(lambda: stand.strip("1") == "等候叫号", CUT_OFF_S, "the light is out")
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)
