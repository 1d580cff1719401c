"""What `hall say` writes, measured and listened to by programs that are not the voice: nobody sits beside the speaker.

English is recognised by PocketSphinx, whose package holds its model. No package holds one for Chinese: there the
phonemes that the engine makes of the sentence are compared with those of its syllables, digit by digit.
"""

from __future__ import annotations

import itertools
import math
import re
import shutil
import subprocess
import wave
from array import array
from pathlib import Path

import pytest
from pocketsphinx import Decoder, get_model_path

from device_drivers.families.voice.synth import DEFAULT_VOICES
from hall_daemon.app.announcements import One, call_text
from tests.hall_daemon.cli.words import program

pytestmark = pytest.mark.skipif(
    shutil.which("espeak-ng") is None or shutil.which("sox") is None, reason="needs espeak-ng and sox (apt install)"
)

FULL = 32767
EN = "Number {number}, please go to window {window}."
ZH = "请{number}号到{window}号窗口办理业务"


def said(text: str, target: Path, language: str, *more: str) -> Path:
    done = program("say", text, "--language", language, "--wav", str(target), "--times", "1", "--json", *more)
    assert done.code == 0, done.err
    assert done.json["trouble"] == ""
    return target


# -- measured --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "low_s", "high_s"),
    [("请A023号到3号窗口办理业务", "zh", 3.0, 5.5), ("Number A023, please go to window 3.", "en", 2.0, 4.5)],
)
def test_it_is_as_long_as_speech_loud_and_not_clipped(
    text: str, language: str, low_s: float, high_s: float, tmp_path: Path
) -> None:
    for more, chime_s in ((("--no-chime",), 0.0), ((), 1.3)):
        with wave.open(str(said(text, tmp_path / "out.wav", language, *more))) as wav:
            assert (wav.getnchannels(), wav.getsampwidth()) == (1, 2)
            rate = wav.getframerate()
            samples = array("h", wav.readframes(wav.getnframes()))
        assert low_s < len(samples) / rate - chime_s < high_s
        peak = max(map(abs, samples))
        assert 0.5 * FULL < peak < 0.99 * FULL, "loud, with room above"
        level_db = 20 * math.log10(math.sqrt(sum(s * s for s in samples) / len(samples)) / FULL)
        assert -26 < level_db < -9
        assert abs(sum(samples) / len(samples)) < 0.01 * FULL, "it swings around nought"
        loud = [index / rate for index, sample in enumerate(samples) if abs(sample) > 0.02 * FULL]
        assert loud[0] < 0.2, "it begins at once"
        assert len(samples) / rate - loud[-1] < 0.5, "it ends when it has ended"
        assert max(after - before for before, after in itertools.pairwise(loud)) < 0.8, "nothing is left out in between"


# -- recognised ------------------------------------------------------------------------------------

NUMERALS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
# Everything that a hall of four queues and twelve windows can call: 48,000 sentences.
CALLS = f"""#JSGF V1.0;
grammar call;
public <call> = number <letter> <digit> <digit> <digit> please go to window <window>;
<letter> = a|b|c|d;
<digit> = {"|".join(NUMERALS[:10])};
<window> = {"|".join(NUMERALS[1:])};
"""
NUMBERS = ("A023", "B117", "C904", "D346", "A780", "B564", "C012", "D439", "A651", "B907", "C346", "D117")
# Letter, digits and window; the words between them stand in every sentence. One in ten would be right by chance.
TELLING = (1, 2, 3, 4, 9)
# A synthetic voice and a small model: C is heard as D now and then.
RIGHT = 0.8


@pytest.fixture(scope="module")
def listener() -> Decoder:
    decoder = Decoder(
        samprate=16000, hmm=get_model_path("en-us/en-us"), dict=get_model_path("en-us/cmudict-en-us.dict"),
        lm=None, wip=1.0, logfn="/dev/null",
    )  # fmt: skip
    decoder.add_jsgf_string("call", CALLS)
    decoder.activate_search("call")
    return decoder


def heard(listener: Decoder, wav: Path) -> list[str]:
    """The words of a wav file."""
    raw = ("-t", "raw", "-r", "16000", "-e", "signed", "-b", "16", "-c", "1", "-")
    pcm = subprocess.run(["sox", "-D", wav, *raw, "pad", "0.5", "0.5"], capture_output=True, check=True, timeout=20)
    listener.start_utt()
    listener.process_raw(pcm.stdout, False, True)
    listener.end_utt()
    found = listener.hyp()
    return found.hypstr.split() if found else []


def test_a_second_program_hears_the_numbers_that_were_called(listener: Decoder, tmp_path: Path) -> None:
    right, total, missed = 0, 0, []
    for window, number in enumerate(NUMBERS, 1):
        text = EN.format(number=number, window=window)
        words = heard(listener, said(text, tmp_path / f"{number}.wav", "en", "--no-chime"))
        digits = [NUMERALS[int(digit)] for digit in number[1:]]
        expected = ["number", number[0].lower(), *digits, "please", "go", "to", "window", NUMERALS[window]]
        hits = sum(words[at : at + 1] == expected[at : at + 1] for at in TELLING)
        right, total = right + hits, total + len(TELLING)
        if hits < len(TELLING):
            missed.append((number, window, " ".join(words)))
    assert right >= RIGHT * total, f"{right} of {total}: {missed}"


# -- phonemes --------------------------------------------------------------------------------------

# Syllable -> the engine's phonemes without tone and stress, as the pinyin says: líng, yī, èr, sān, sì, wǔ, …
SYLLABLES = {
    "零": "liN", "一": "ji", "幺": "jAu", "二": "@r", "三": "san", "四": "si[", "五": "wu", "六": "liou",
    "七": "tS;hi", "八": "pA", "九": "tS;iou", "十": "s.i.", "A": "ei", "B": "pi", "号": "XAu", "到": "tAu",
    "窗": "ts.hwAN", "口": "khou", "请": "tS;hiN", "办": "pan", "理": "li", "业": "jiE", "务": "wu",
}  # fmt: skip


def phonemes(text: str) -> list[str]:
    command = ["espeak-ng", "-q", "-x", "-v", DEFAULT_VOICES["zh"], text]
    spoken = subprocess.run(command, capture_output=True, check=True, timeout=20, text=True).stdout
    return [plain for part in spoken.split("|") if (plain := re.sub(r"[0-9'_,\s]", "", part))]


@pytest.mark.parametrize("one", ["一", "幺"])
@pytest.mark.parametrize(
    ("number", "window", "read"),
    [
        ("A023", "3", "请A零二三号到三号窗口办理业务"), ("B117", "12", "请B一一七号到十二号窗口办理业务"),
        ("A456", "10", "请A四五六号到十号窗口办理业务"), ("B890", "8", "请B八九零号到八号窗口办理业务"),
    ],
)  # fmt: skip
def test_a_chinese_call_is_read_syllable_by_syllable(number: str, window: str, read: str, one: One) -> None:
    digits, rest = read.split("号", 1)
    read = digits.replace("一", one) + "号" + rest
    text = call_text(ZH, number=number, window=window, one=one)
    assert text == read
    assert phonemes(text) == [SYLLABLES[syllable] for syllable in read]
