"""Fixtures of the voice: a clock, a player on PATH, outcomes, a speaker that is stopped at the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device_drivers.kinds.speaker.driver import VoiceSpeaker
from device_drivers.kinds.speaker.options import VoiceOptions, ZoneOptions
from tests.device_drivers.families.voice.voice_rig import Clock, Outcomes, Player, wait_until


@pytest.fixture
def needs_engine() -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs espeak-ng (apt install espeak-ng)")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    made = Player(tmp_path / "player")
    for program in ("sh", "stat", "date", "sleep", "espeak-ng"):
        if (where := shutil.which(program)) is not None:
            (made.bin / program).symlink_to(where)
    monkeypatch.setenv("PATH", str(made.bin))
    return made


@pytest.fixture
def outcomes() -> Iterator[Outcomes]:
    made = Outcomes()
    yield made
    assert made.queue.empty(), f"outcomes nobody expected: {list(made.queue.queue)}"


Start = Callable[..., VoiceSpeaker]


@pytest.fixture
def start(clock: Clock, needs_engine: None) -> Iterator[Start]:
    """Start a speaker; it is stopped at the end."""
    started: list[VoiceSpeaker] = []

    def _start(*zones: ZoneOptions, recheck_s: float = 60.0, **options: object) -> VoiceSpeaker:
        wanted = VoiceOptions(zones=zones or (ZoneOptions("hall"),), **options)  # type: ignore[arg-type]
        speaker = VoiceSpeaker("voice-1", wanted, monotonic=clock, recheck_s=recheck_s)
        started.append(speaker)
        speaker.start()
        wait_until(lambda: speaker.health().state != "init", "the zones were tried")
        return speaker

    yield _start
    for speaker in started:
        speaker.stop()
