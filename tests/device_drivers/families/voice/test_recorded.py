"""A hall's own voice: clips found in sentences, the engine for what is missing, and clips that are no good."""

from __future__ import annotations

import math
import os
import time
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.families.voice.clips import ClipCache
from device_drivers.families.voice.recorded import Recordings, faults, has_words, spans
from device_drivers.families.voice.sound import BadClip, Clip, encode_wav, joined, resampled, silence
from device_drivers.families.voice.synth import Synthesiser, VoiceFailed


def tone(seconds: float = 0.3, rate: int = 16_000, level: float = 0.5) -> Clip:
    wave = (int(32_767 * max(-1.0, min(1.0, level * math.sin(n / rate * 2764.6)))) for n in range(int(rate * seconds)))
    return Clip(rate, array("h", wave).tobytes())


def record(folder: Path, *words: str, language: str = "zh", clip: Clip | None = None) -> None:
    (folder / language).mkdir(parents=True, exist_ok=True)
    for word in words:
        (folder / language / f"{word}.wav").write_bytes(encode_wav(clip or tone()))


@pytest.mark.parametrize(("text", "names", "found"), [
    ("请A零二号", {"请", "A", "零", "二", "号"}, ["请", "A", "零", "二", "号"]),
    ("请A零二号", {"请A", "零二", "号"}, ["请A", "零二", "号"]),
    ("请a零号", {"A", "号"}, ["", "A", "", "号"]),
    ("请，您", {"请", "您"}, ["请", "", "您"]),
    ("", {"请"}, []), ("请", set(), [""]),
])
def test_the_longest_clip_that_fits_goes_first(text: str, names: set[str], found: list[str]) -> None:
    assert [span.name for span in spans(text, "zh", names)] == found


def test_english_goes_by_words() -> None:
    found = spans("Number A 0, please go to Window 3", "en", {"NUMBER", "A", "0", "PLEASE GO TO WINDOW"})
    assert [(span.text, span.name) for span in found] == [
        ("Number", "NUMBER"), ("A", "A"), ("0,", "0"), ("please go to Window", "PLEASE GO TO WINDOW"), ("3", ""),
    ]


@given(st.text(max_size=30), st.sets(st.text(min_size=1, max_size=3), max_size=8))
def test_nothing_of_a_sentence_is_lost(text: str, names: set[str]) -> None:
    assert "".join(span.text for span in spans(text, "zh", names)) == text


def synthesiser(tmp_path: Path, command: tuple[str, ...] = ("false",)) -> Synthesiser:
    return Synthesiser(
        cache=ClipCache(None, 0), rate=170, monotonic=time.monotonic, worker=command,
        recordings=Recordings(tmp_path),
    )


def test_a_whole_sentence_in_the_halls_own_voice_needs_no_engine(tmp_path: Path) -> None:
    record(tmp_path, "请", "A", "零", "三")
    voice = synthesiser(tmp_path)
    said = voice.clip("请A零三，请", "zh")
    assert said.rate == 16_000
    assert said.duration_s == pytest.approx(5 * 0.3 + 0.15 + 5 * 0.03, abs=0.01)
    assert (voice.counters["clips_recorded"], voice.counters["words_by_engine"]) == (1, 0)
    voice.close()


def test_what_is_missing_is_the_engines_and_never_left_out(tmp_path: Path) -> None:
    record(tmp_path, "请", "号")
    voice = Synthesiser(
        cache=ClipCache(None, 0), rate=170, monotonic=time.monotonic, recordings=Recordings(tmp_path)
    )
    said = voice.clip("请三号", "zh")
    assert said.rate == 16_000
    assert voice.counters["words_by_engine"] == 1
    assert said.duration_s > 0.66
    voice.close()


def test_a_word_that_nobody_can_say_fails_the_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, "请")
    monkeypatch.setenv("PATH", str(tmp_path))
    voice = synthesiser(tmp_path)
    assert voice.clip("请", "zh").rate == 16_000
    with pytest.raises(VoiceFailed, match="espeak-ng"):
        voice.clip("请三号", "zh")
    voice.close()


def test_a_clip_that_is_no_wav_is_not_used(tmp_path: Path) -> None:
    record(tmp_path, "请")
    (tmp_path / "zh" / "号.wav").write_bytes(b"RIFF")
    voice = Synthesiser(
        cache=ClipCache(None, 0), rate=170, monotonic=time.monotonic, recordings=Recordings(tmp_path)
    )
    voice.clip("请号", "zh")
    assert voice.counters["words_by_engine"] == 1
    voice.close()


def test_what_nobody_would_hear_or_for_too_long_says_no_word(tmp_path: Path) -> None:
    record(tmp_path, "零", clip=tone(level=0.01))
    record(tmp_path, "一", clip=tone(9.0))
    os.mkfifo(tmp_path / "zh" / "二.wav")
    recordings = Recordings(tmp_path)
    for word, why in (("零", "too quiet"), ("一", "9.0 s long"), ("二", "not a file")):
        with pytest.raises(BadClip, match=why):
            recordings.heard(recordings.names("zh")[word])


@pytest.mark.parametrize(("clip", "says"), [
    (tone(), ""), (tone(level=0.01), "too quiet"), (tone(level=2.0), "too loud"), (tone(9.0), "9.0 s long"),
    (joined([silence(16_000, 0.5), tone()], 0.0), "0.5 s of silence before"),
    (joined([tone(), silence(16_000, 0.5)], 0.0), "0.5 s of silence behind"),
])
def test_clips_that_are_no_good(clip: Clip, says: str) -> None:
    found = faults(clip)
    assert found == [] if not says else [fault for fault in found if says in fault]


def test_rates_meet() -> None:
    assert resampled(tone(), 16_000) == tone()
    up = resampled(tone(), 22_050)
    assert (up.rate, up.duration_s) == (22_050, pytest.approx(0.3, abs=0.001))
    assert up.rms == pytest.approx(tone().rms, rel=0.05)


def test_a_comma_is_no_word() -> None:
    assert [has_words(text) for text in ("，", " ", "三", "A", "·")] == [False, False, True, True, False]
