"""Zones that speak, with a player that is a real child process and a clock turned by hand."""

from __future__ import annotations

import logging
import random
import shutil
import threading
from pathlib import Path

import pytest

from device_drivers.errors import BadField, Misuse
from device_drivers.families.voice.sound import Clip, chime, decode_wav
from device_drivers.families.voice.synth import Language
from device_drivers.families.voice.zone import QUEUE_LIMIT
from device_drivers.kinds.speaker.driver import VoiceSpeaker, write_wav
from device_drivers.kinds.speaker.options import VoiceOptions, ZoneOptions
from device_drivers.options import BadOption, DeviceSpec, Environment
from device_drivers.ports import Speaker
from device_drivers.registry import build_device
from tests.device_drivers.families.voice.conftest import Start
from tests.device_drivers.families.voice.voice_rig import Clock, Outcomes, Player, call, gone, wait_until


def test_one_after_another_in_a_zone_and_zones_side_by_side(start: Start, player: Player, outcomes: Outcomes) -> None:
    player.install()
    speaker = start(ZoneOptions("hall"), ZoneOptions("upstairs", device="hw:1"))
    for ticket in ("A001", "A002", "A003"):
        speaker.say(call(ticket), outcomes)
    speaker.say(call("B001", zone="upstairs"), outcomes)
    wait_until(lambda: player.started() == 2, "both zones speak at the same time")
    player.open()
    assert outcomes.results(4) == dict.fromkeys(("A001", "A002", "A003", "B001"), "said")
    spans = _spans(player)
    assert len(spans) == 4
    overlaps = [(one, other) for one in spans for other in spans if one[0] < other[0] < one[1] and one is not other]
    assert len(overlaps) == 1, "only the first of the hall and the one upstairs"


def _spans(player: Player) -> list[tuple[int, int]]:
    begun = {entry.pid: entry.ns for entry in player.entries() if entry.what == "start"}
    return [(begun[entry.pid], entry.ns) for entry in player.entries() if entry.what == "stop"]


def test_what_is_stale_when_its_turn_comes_is_dropped(
    start: Start, player: Player, outcomes: Outcomes, clock: Clock
) -> None:
    player.install()
    speaker = start()
    speaker.say(call("A001", stale_s=clock.now + 20), outcomes)
    wait_until(lambda: player.started() == 1, "the first is spoken")
    speaker.say(call("A002", stale_s=clock.now + 1), outcomes)
    speaker.say(call("A003", stale_s=clock.now + 20), outcomes)
    clock.now += 2
    player.open()
    assert outcomes.results(3) == {"A001": "said", "A002": "dropped", "A003": "said"}
    assert player.started() == 2
    assert speaker.health().counters["dropped"] == 1


def test_what_goes_stale_while_its_clip_is_made_is_dropped(
    start: Start, player: Player, outcomes: Outcomes, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    player.install()
    speaker = start()
    clip = speaker._synthesiser.clip

    def slowly(text: str, language: Language) -> Clip:
        clock.now += 30
        return clip(text, language)

    monkeypatch.setattr(speaker._synthesiser, "clip", slowly)
    speaker.say(call("A001", stale_s=clock.now + 20), outcomes)
    outcome = outcomes.next()
    assert (outcome.result, outcome.detail) == ("dropped", "stale: its time was over 10.0 s ago")
    assert player.started() == 0


def test_a_withdrawn_call_stops_in_the_middle_and_its_player_is_gone(
    start: Start, player: Player, outcomes: Outcomes
) -> None:
    player.install()
    speaker = start()
    speaker.say(call("A001"), outcomes)
    speaker.say(call("A002"), outcomes)
    wait_until(lambda: player.started() == 1, "the first is spoken")
    speaker.withdraw("A002")
    assert outcomes.next().detail == "withdrawn"
    speaker.withdraw("A001")
    outcome = outcomes.next()
    assert (outcome.id, outcome.result, outcome.detail) == ("A001", "dropped", "withdrawn")
    assert gone(player.entries()[0].pid)
    player.open()
    speaker.say(call("A003"), outcomes)
    assert outcomes.next().result == "said"
    speaker.withdraw("A003")  # over: nothing happens
    speaker.withdraw("nobody")


def test_a_recall_joins_the_call_it_repeats(start: Start, player: Player, outcomes: Outcomes) -> None:
    player.install()
    speaker = start()
    speaker.say(call("A001"), outcomes)
    wait_until(lambda: player.started() == 1, "the first is spoken")
    speaker.say(call("A001"), outcomes)
    assert outcomes.next().detail == "being said already"
    speaker.say(call("A002"), outcomes)
    speaker.say(call("A003"), outcomes)
    speaker.say(call("A002", text="请A002号到二号窗口"), outcomes)
    merged = outcomes.next()
    assert (merged.id, merged.result, merged.detail) == ("A002", "dropped", "called again before it was said")
    speaker.say(call("A001", text="请A001号到五号窗口"), outcomes)  # other words are worth saying
    player.open()
    said = [outcomes.next() for _ in range(4)]
    assert [outcome.id for outcome in said] == ["A001", "A002", "A003", "A001"]
    assert {outcome.result for outcome in said} == {"said"}


def test_a_full_queue_pushes_the_oldest_out(start: Start, player: Player, outcomes: Outcomes) -> None:
    player.install()
    speaker = start(chime=False)
    speaker.say(call("speaking"), outcomes)
    wait_until(lambda: player.started() == 1, "the first is spoken")
    for number in range(QUEUE_LIMIT + 2):
        speaker.say(call(str(number)), outcomes)
    assert outcomes.results(2) == {"0": "dropped", "1": "dropped"}
    speaker.stop()
    rest = outcomes.results(QUEUE_LIMIT + 1)
    assert len(rest) == QUEUE_LIMIT + 1
    assert set(rest.values()) == {"dropped"}
    assert gone(player.entries()[0].pid)


def test_a_stuck_player_is_ended_and_the_zone_heard_again_later(
    start: Start, player: Player, outcomes: Outcomes, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    player.install()
    speaker = start(recheck_s=60)
    speaker.say(call("A001"), outcomes)
    wait_until(lambda: player.started() == 1, "it is spoken")
    clock.now += 30
    outcome = outcomes.next()
    assert outcome.result == "silent"
    assert "the player hung" in outcome.detail
    assert gone(player.entries()[0].pid)
    speaker.say(call("A002"), outcomes)
    assert outcomes.next().result == "silent"
    assert player.started() == 1, "a broken device is not tried at every call"
    assert speaker.health().state == "alert"
    clock.now += 61
    player.open()
    speaker.say(call("A003"), outcomes)
    assert outcomes.next().result == "said"
    assert speaker.health().state == "ready"
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"], "once each way"


def test_without_a_player_the_hall_is_silent_says_so_once_and_goes_on(
    start: Start, player: Player, outcomes: Outcomes, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    speaker = start()
    health = speaker.health()
    assert health.state == "alert"
    assert "the hall is silent in zone hall: aplay is not installed" in health.detail
    assert "install the system package alsa-utils" in health.detail
    assert (health.code, health.facts) == ("zone_silent", {"zones": "hall"})
    for ticket in ("A001", "A002"):
        speaker.say(call(ticket), outcomes)
        assert outcomes.next().result == "silent"
    assert len(caplog.records) == 1
    player.install()
    player.open()
    clock.now += 61
    wait_until(lambda: speaker.health().state == "ready", "the new player was noticed without a call")
    speaker.say(call("A003"), outcomes)
    assert outcomes.next().result == "said"


def test_a_player_that_fails_passes_its_reason_on(start: Start, player: Player, outcomes: Outcomes) -> None:
    player.install("#!/bin/sh\necho 'aplay: main: audio open error: Device or resource busy' >&2\nexit 1\n")
    speaker = start()
    speaker.say(call("A001"), outcomes)
    outcome = outcomes.next()
    assert outcome.result == "silent"
    assert "Device or resource busy" in outcome.detail
    assert "aplay -l" in outcome.detail


@pytest.mark.skipif(shutil.which("aplay") is None, reason="needs aplay (apt install alsa-utils)")
def test_the_real_player_into_the_null_device(start: Start, outcomes: Outcomes) -> None:
    speaker = start(ZoneOptions("hall", device="null"))
    speaker.say(call("A001"), outcomes)
    assert outcomes.next().result == "said"
    speaker.say(call("A002", zone="hall"), outcomes)
    assert outcomes.next().result == "said"
    assert speaker.health().reported_s == 1000.0


def test_without_a_voice_the_chime_still_turns_heads(start: Start, player: Player, outcomes: Outcomes) -> None:
    player.install()
    player.open()
    speaker = start(voice_zh="sit/none-such")
    assert speaker.health().state == "alert"
    speaker.say(call("A001"), outcomes)
    outcome = outcomes.next()
    assert outcome.result == "silent"
    assert outcome.detail.startswith("only the chime was heard: no voice sit/none-such")
    assert player.started() == 1


def test_a_folder_takes_what_would_be_heard(start: Start, outcomes: Outcomes, tmp_path: Path) -> None:
    folder = tmp_path / "said"
    for attempt in range(2):  # a second start goes on counting
        speaker = start(ZoneOptions("hall", output="file", directory=str(folder)))
        speaker.say(call(f"../A{attempt}", text="请A零二三号到三号窗口", times=2), outcomes)
        assert outcomes.next().result == "said"
        speaker.stop()
    assert sorted(path.name for path in folder.iterdir()) == ["000001-___A0.wav", "000002-___A1.wav"]
    clip = decode_wav((folder / "000001-___A0.wav").read_bytes())
    assert clip.rate == 22050
    assert 5 < clip.duration_s < 12
    assert clip.rms > 1500


def test_a_call_begins_with_the_chime_and_is_as_loud_as_its_zone(
    start: Start, outcomes: Outcomes, tmp_path: Path
) -> None:
    zones = (("hall", 1.0), ("quiet", 0.25))
    speaker = start(*(ZoneOptions(id_, output="file", directory=str(tmp_path / id_), volume=v) for id_, v in zones))
    heard = {}
    for zone, _ in zones:
        speaker.say(call("A001", zone=zone), outcomes)
        assert outcomes.next().result == "said"
        heard[zone] = decode_wav((tmp_path / zone / "000001-A001.wav").read_bytes())
    bell = chime(heard["hall"].rate)
    assert heard["hall"].pcm.startswith(bell.pcm)
    assert heard["hall"].duration_s > bell.duration_s + 1.0
    assert heard["quiet"].rms == pytest.approx(heard["hall"].rms / 4, rel=0.01)


def test_a_folder_that_cannot_be_written_is_silent(start: Start, outcomes: Outcomes, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    speaker = start(ZoneOptions("hall", output="file", directory=str(tmp_path / "file" / "x")))
    speaker.say(call("A001"), outcomes)
    assert "cannot write into" in outcomes.next().detail


def test_a_zone_may_be_silent_on_purpose(start: Start, outcomes: Outcomes) -> None:
    speaker = start(ZoneOptions("hall", output="none"))
    speaker.say(call("A001"), outcomes)
    outcome = outcomes.next()
    assert (outcome.result, outcome.detail) == ("silent", "zone hall is configured without sound")
    assert speaker.health().state == "ready"


def test_a_callback_that_raises_does_not_end_the_zone(
    start: Start, outcomes: Outcomes, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(outcome: object) -> None:
        raise RuntimeError("a bug of the caller")

    speaker = start(ZoneOptions("hall", output="none"))
    speaker.say(call("A001"), broken)
    speaker.say(call("A002"), outcomes)
    assert outcomes.next().id == "A002"
    assert "on_done" in caplog.text


def test_stop_is_quick_final_and_leaves_no_thread(start: Start, player: Player, outcomes: Outcomes) -> None:
    player.install()
    speaker = start()
    speaker.say(call("A001"), outcomes)
    wait_until(lambda: player.started() == 1, "it is spoken")
    speaker.stop()
    assert outcomes.next().detail == "the voice is stopped"
    assert speaker.health().state == "stopped"
    assert gone(player.entries()[0].pid)
    assert "voice-hall" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize(
    ("text", "times", "field"),
    [("", 1, "text"), ("，", 1, "text"), ("请" * 301, 1, "text"), ("a\x07", 1, "text"),
     ("[[eI]]1", 1, "text"), ("<b>1", 1, "text"), ("请", 0, "times"), ("请", 6, "times")],
)
def test_what_cannot_be_said_is_refused_by_name(clock: Clock, text: str, times: int, field: str) -> None:
    speaker = VoiceSpeaker("voice-1", VoiceOptions(), monotonic=clock)
    announcement = call("A001", text=text or " ", times=times)
    with pytest.raises(BadField, match=f"^{field}:"):
        speaker.say(announcement, lambda outcome: None)


def test_an_unknown_zone_is_named_with_those_that_exist(clock: Clock) -> None:
    speaker: Speaker = VoiceSpeaker("voice-1", VoiceOptions(), monotonic=clock)
    with pytest.raises(Misuse, match=r"no zone 'cellar'; it has hall"):
        speaker.say(call("A001", zone="cellar"), lambda outcome: None)


def test_built_from_the_config(clock: Clock) -> None:
    zones = [{"id": "hall", "device": "hw:0"}, {"id": "sim", "output": "file", "directory": "/x"}]
    options = {"zones": zones, "rate": 150, "chime": False}
    speaker = build_device(DeviceSpec("voice-1", "speaker", options=options), Environment(clock, random.Random(1)))
    assert isinstance(speaker, VoiceSpeaker)
    assert speaker.zones == ("hall", "sim")
    assert (speaker.options.rate, speaker.options.chime) == (150, False)
    assert (speaker.id, speaker.health().state) == ("voice-1", "init")


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"zone": []}, "zone"),
        ({"zones": []}, "zones"),
        ({"zones": [{"id": "a", "output": "mp3"}]}, "zones[0].output"),
        ({"zones": [{"id": "a"}, {"id": "a"}]}, "zones[1].id"),
        ({"zones": [{"id": "a", "output": "file"}]}, "zones[0].directory"),
        ({"zones": [{"id": "a", "directory": "/x"}]}, "zones[0].directory"),
        ({"zones": [{"id": "a", "device": "hw\0"}]}, "zones[0].device"),
        ({"rate": 20}, "rate"),
    ],
)
def test_a_wrong_option_is_refused_with_its_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(BadOption) as refused:
        build_device(DeviceSpec("voice-1", "speaker", options=options), Environment(lambda: 0.0, random.Random(1)))
    assert (refused.value.device, refused.value.key) == ("voice-1", key)


@pytest.mark.usefixtures("needs_engine")
def test_write_wav_is_what_a_zone_would_hear(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"an older file is replaced")
    written = write_wav("请A零二三号到三号窗口办理业务", path, times=2)
    clip = decode_wav(path.read_bytes())
    assert (clip.rate, written.rate) == (22050, 22050)
    assert written.duration_s == pytest.approx(clip.duration_s)
    assert written.trouble == ""
    plain = write_wav("请A零二三号到三号窗口办理业务", path, chime=False)
    assert written.duration_s > 2 * plain.duration_s + 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.wav"]
    with pytest.raises(OSError, match="nowhere"):
        write_wav("请", tmp_path / "nowhere" / "out.wav")
    with pytest.raises(BadField):
        write_wav("", path)
