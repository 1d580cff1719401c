"""The real engine, and children that misbehave as it does in the field."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from device_drivers.families.voice.clips import ClipCache
from device_drivers.families.voice.synth import WORKER, Synthesiser, VoiceFailed, engine_text
from tests.device_drivers.families.voice.voice_rig import Clock, wait_until

pytestmark = pytest.mark.usefixtures("needs_engine")

A023 = "请A零二三号到三号窗口办理业务"
A024 = "请A零二四号到三号窗口办理业务"
B117 = "请B一一七号到十二号窗口办理业务"
PINYIN = "sit/cmn-latn-pinyin"
VOICES = '{"voices": ["sit/cmn-latn-pinyin", "gmw/en-us"]}'

New = Callable[..., Synthesiser]


@pytest.fixture
def new(clock: Clock) -> Iterator[New]:
    made: list[Synthesiser] = []

    def _new(worker: Sequence[str] = WORKER, folder: Path | None = None, **more: Any) -> Synthesiser:
        cache = ClipCache(folder, 10_000_000)
        made.append(Synthesiser(cache=cache, rate=170, monotonic=clock, worker=worker, **more))
        return made[-1]

    yield _new
    for synthesiser in made:
        synthesiser.close()


def test_three_announcements_in_a_row_are_three_sounds_each_as_if_alone(new: New) -> None:
    one = new()
    clips = [one.clip(text, "zh") for text in (A023, A024, B117)]
    assert len({clip.pcm for clip in clips}) == 3
    assert one.counters["clips_made"] == 3
    assert one.trouble == ""
    assert clips[2] == new().clip(B117, "zh")


def test_a_clip_is_what_its_wav_says_loud_and_as_long_as_speech_is(new: New) -> None:
    synthesiser = new()
    for text, language, low_s, high_s in (
        (A023, "zh", 3.0, 5.5),
        ("Number A 0 2 3, please go to window 3.", "en", 2.0, 4.5),
        ("好", "zh", 0.1, 0.8),
    ):
        clip = synthesiser.clip(text, language)
        assert clip.rate == 22050
        assert low_s < clip.duration_s < high_s
        assert clip.rms > 1500, "speech, not silence"


def test_nothing_is_cut_off_beside_the_engine_itself(new: New, tmp_path: Path) -> None:
    through_pyttsx3 = new().clip(A023, "zh")
    direct = new(worker=("false",)).clip(A023, "zh")
    assert through_pyttsx3 == direct


def test_the_mandarin_voice_does_not_read_hanzi_as_english_letters(new: New) -> None:
    """What 1.51's `cmn` does; the voice that is used says qing-ei-ling-er-san."""
    assert _phonemes(PINYIN, A023).startswith("tɕhi2ŋ ei5 liɜŋ ər5 sa5n χɑu5")
    wrong = new(voices={"zh": "sit/cmn", "en": "gmw/en-us"}).clip(A023, "zh")
    if _phonemes("sit/cmn", A023) != _phonemes(PINYIN, A023):  # 1.52 reads both right
        assert wrong.duration_s != pytest.approx(new().clip(A023, "zh").duration_s, rel=0.05)


def test_in_english_a_is_a_letter_and_not_an_article() -> None:
    plain = "Number A 0 2 3, please go to window A 3."
    assert "ɐ zi" in _phonemes("gmw/en-us", plain), "the trap is still there"
    said = _phonemes("gmw/en-us", engine_text(plain, "en"))
    assert said.count("eɪ") == 2
    assert "ɐ" not in said
    assert engine_text("V A 1, A B 2, take A seat", "en") == "V eigh 1, eigh B 2, take A seat"
    assert engine_text("请A 零", "zh") == "请A 零"


def test_a_hung_worker_is_replaced_and_the_sentence_still_spoken(new: New, tmp_path: Path) -> None:
    """The first child says hello and then hangs; meanwhile espeak-ng speaks; the second child works."""
    once = tmp_path / "hung-once"
    script = f"if [ -e {once} ]; then exec {_quoted(WORKER)}; fi; touch {once}; echo '{VOICES}'; exec sleep 60"
    synthesiser = new(worker=("sh", "-c", script), speak_s=0.3)
    first = synthesiser.clip(A023, "zh")
    assert first.rms > 1500
    assert "hung for 0.3 s" in synthesiser.trouble
    assert synthesiser.counters["clips_by_espeak_ng"] == 1
    synthesiser.clip(A024, "zh")
    assert synthesiser.trouble == ""
    assert synthesiser.counters["worker_failures"] == 1
    assert synthesiser.counters["clips_by_espeak_ng"] == 1


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 1", "ended"),
        (f"echo '{VOICES}'; read line", "ended"),
        ("echo nonsense", "nonsense"),
        ('echo \'{"error": "pyttsx3 does not start: no module"}\'', "no module"),
        (f"echo '{VOICES}'; read line; echo '{{\"done\": \"x\"}}'; cat", "cannot be read"),
        ('echo \'{"voices": ["gmw/en-us"]}\'; cat', "no voice sit/cmn-latn-pinyin"),
    ],
)
def test_whatever_the_worker_does_wrong_espeak_ng_speaks(new: New, script: str, why: str) -> None:
    synthesiser = new(worker=("sh", "-c", script))
    assert synthesiser.clip(A023, "zh").rms > 1500
    assert why in synthesiser.trouble
    assert "espeak-ng speaks directly" in synthesiser.trouble


def test_a_silent_wav_is_not_believed(new: New, tmp_path: Path) -> None:
    """An engine that reports success and writes silence."""
    program = tmp_path / "silent.py"
    program.write_text(
        "import json, sys, wave\n"
        f"print('{VOICES}', flush=True)\n"
        "for line in sys.stdin:\n"
        "    with wave.open(json.loads(line)['path'], 'wb') as wav:\n"
        "        wav.setparams((1, 2, 22050, 0, 'NONE', ''))\n"
        "        wav.writeframes(bytes(44100))\n"
        "    print(json.dumps({'done': 1}), flush=True)\n"
    )
    synthesiser = new(worker=(sys.executable, str(program)))
    assert synthesiser.clip(A023, "zh").rms > 1500
    assert "the wav is silent" in synthesiser.trouble


def test_after_three_failures_pyttsx3_is_left_alone_for_a_while(
    new: New, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    synthesiser = new(worker=("false",))
    for number in range(5):
        synthesiser.clip(f"{number}号", "zh")
    assert synthesiser.counters["worker_failures"] == 3
    clock.now += 301
    synthesiser.clip("九号", "zh")
    assert synthesiser.counters["worker_failures"] == 4
    assert len(caplog.records) == 1, "said once"
    assert caplog.records[0].levelno == logging.WARNING


def test_without_any_engine_kept_clips_still_speak(new: New, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = new(folder=tmp_path).clip(A023, "zh")
    monkeypatch.setenv("PATH", str(tmp_path))
    later = new(worker=(str(tmp_path / "missing"),), folder=tmp_path)
    assert later.clip(A023, "zh") == spoken
    with pytest.raises(VoiceFailed, match="install the system package espeak-ng"):
        later.clip(A024, "zh")
    assert later.counters["clips_from_cache"] == 1
    assert "not installed" in later.trouble


def test_a_voice_that_does_not_exist_is_an_error_and_not_another_voice(new: New) -> None:
    synthesiser = new(voices={"zh": "sit/none-such", "en": "gmw/en-us"})
    with pytest.raises(VoiceFailed, match="sit/none-such"):
        synthesiser.clip(A023, "zh")
    assert synthesiser.clip("Number 1", "en").rms > 1000


def test_closing_does_not_wait_for_a_hung_worker(new: New, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    script = f"echo '{VOICES}'; read line; touch {asked}; exec sleep 60"
    synthesiser = new(worker=("sh", "-c", script), speak_s=50.0)
    raised: list[Exception] = []

    def speak() -> None:
        try:
            synthesiser.clip(A023, "zh")
        except VoiceFailed as error:
            raised.append(error)

    thread = threading.Thread(target=speak)
    thread.start()
    wait_until(asked.exists, "the worker was asked")
    synthesiser.close()
    thread.join(10)
    assert [str(error) for error in raised] == ["the voice is stopped"]


def _worker(request: str, answers: int) -> list[dict[str, Any]]:
    ran = subprocess.run(WORKER, input=request.encode(), capture_output=True, timeout=20, check=True)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(found) == answers, "what pyttsx3 prints is kept off our answers"
    assert PINYIN in found[0]["voices"]
    return found[1:]


def test_an_orphaned_worker_ends_with_its_stdin() -> None:
    assert _worker("", 1) == []


def test_the_worker_writes_one_file_and_says_what_was_wrong(tmp_path: Path) -> None:
    request = {"text": A023, "voice": PINYIN, "rate": 170, "path": str(tmp_path / "a.wav")}
    assert _worker(json.dumps(request) + "\n", 2) == [{"done": str(tmp_path / "a.wav")}]
    assert (tmp_path / "a.wav").stat().st_size > 100_000
    for wrong, why in (
        (json.dumps({**request, "voice": "sit/none"}), "setting voice to sit/none"),
        ("{}", "KeyError"),
        ("junk", "JSONDecodeError"),
    ):
        assert why in _worker(wrong + "\n", 2)[0]["error"]


def test_files_are_whole_while_the_machine_is_busy(new: New) -> None:
    """pyttsx3 returns before its file is written, and cancels itself, when threads are late."""
    several = [new() for _ in range(4)]
    spoken: list[tuple[bytes, str]] = []

    def speak(synthesiser: Synthesiser) -> None:
        spoken.extend((synthesiser.clip(A023, "zh").pcm, synthesiser.trouble) for _ in range(5))

    threads = [threading.Thread(target=speak, args=(one,)) for one in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(spoken) == 20
    assert len(set(spoken)) == 1
    assert spoken[0][1] == ""


def _quoted(command: Sequence[str]) -> str:
    return " ".join(f"'{word}'" for word in command)


def _phonemes(voice: str, text: str) -> str:
    ran = subprocess.run(
        ["espeak-ng", "-q", "-v", voice, "--ipa", text],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return " ".join(ran.stdout.replace("ˈ", "").replace("ˌ", "").split())
