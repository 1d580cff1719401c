from __future__ import annotations

import io
import math
import wave
from array import array

import pytest

from device_drivers.families.voice.sound import (
    PEAK,
    BadClip,
    Clip,
    chime,
    compose,
    decode_wav,
    encode_wav,
    normalised,
    scaled,
    silence,
    trimmed,
)


def tone(rate: int, seconds: float, hz: float = 440.0, peak: int = 1000) -> Clip:
    count = int(rate * seconds)
    values = (int(peak * math.sin(math.tau * hz * index / rate)) for index in range(count))
    return Clip(rate, array("h", values).tobytes())


def strength(clip: Clip, hz: float, from_s: float, to_s: float) -> float:
    """How much of `hz` is in a stretch of the clip."""
    samples = array("h", clip.pcm)[int(from_s * clip.rate) : int(to_s * clip.rate)]
    turn = math.tau * hz / clip.rate
    real = sum(sample * math.cos(turn * index) for index, sample in enumerate(samples))
    imaginary = sum(sample * math.sin(turn * index) for index, sample in enumerate(samples))
    return math.hypot(real, imaginary) / len(samples)


def wav_bytes(channels: int, width: int, rate: int, frames: bytes) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as wav:
        wav.setnchannels(channels)
        wav.setsampwidth(width)
        wav.setframerate(rate)
        wav.writeframes(frames)
    return target.getvalue()


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000])
def test_a_wav_comes_back_as_it_was_with_its_own_rate(rate: int) -> None:
    clip = tone(rate, 0.3)
    assert decode_wav(encode_wav(clip)) == clip
    assert clip.duration_s == pytest.approx(0.3)
    assert clip.rms == pytest.approx(1000 / math.sqrt(2), rel=0.01)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a wav"),
        (b"RIFF....WAVEjunk", "not a wav"),
        (encode_wav(tone(22050, 1))[:30], "not a wav"),
        (wav_bytes(2, 2, 22050, bytes(40_000)), "2 channels"),
        (wav_bytes(1, 1, 22050, bytes(40_000)), "8 bits"),
        (wav_bytes(1, 2, 1000, bytes(40_000)), "samples a second"),
        (wav_bytes(1, 2, 22050, b""), "0.00 s long"),
        (wav_bytes(1, 2, 8000, bytes(2 * 8000 * 61)), "61.00 s long"),
        (bytes(10_000_000), "at most"),
    ],
)
def test_a_file_that_is_no_usable_wav_says_why(data: bytes, why: str) -> None:
    with pytest.raises(BadClip, match=why):
        decode_wav(data)


def test_level_is_the_same_for_soft_and_loud_speech() -> None:
    for peak in (50, 5000, 32767):
        loudest = max(array("h", normalised(tone(22050, 0.2, peak=peak)).pcm))
        assert loudest == pytest.approx(PEAK * 32767, rel=0.01)
    quiet = silence(22050, 0.2)
    assert normalised(quiet) == quiet
    assert max(array("h", scaled(tone(22050, 0.1), 100.0).pcm)) == 32767


def test_trailing_zeros_go_and_a_low_byte_of_zero_stays() -> None:
    clip = Clip(22050, array("h", [5, 256, 0, 0]).tobytes())
    assert array("h", trimmed(clip).pcm).tolist() == [5, 256]


@pytest.mark.parametrize("rate", [16000, 22050])
def test_the_chime_goes_ding_then_dong_and_fades(rate: int) -> None:
    bell = chime(rate)
    assert bell.rate == rate
    assert 1.0 < bell.duration_s < 1.5
    assert strength(bell, 659.26, 0, 0.4) > 5 * strength(bell, 523.25, 0, 0.4)
    assert strength(bell, 523.25, 0.5, 1.1) > 5 * strength(bell, 587.33, 0.5, 1.1)
    samples = array("h", bell.pcm)
    assert max(samples) > 10_000
    assert max(abs(sample) for sample in samples[-rate // 20 :]) < 1000


def test_what_a_zone_hears_is_chime_speech_pause_speech() -> None:
    speech, bell = tone(22050, 1.0), chime(22050)
    once = compose(speech, bell=bell, times=1)
    twice = compose(speech, bell=bell, times=2)
    assert once.pcm.startswith(bell.pcm)
    assert twice.pcm.count(speech.pcm) == 2
    assert twice.duration_s - once.duration_s == pytest.approx(1.0 + 0.6, abs=0.001)
    assert compose(speech, bell=None, times=1).pcm.startswith(speech.pcm)
    assert compose(None, bell=bell, times=2).pcm.count(bell.pcm) == 1


def test_volume_softens_the_whole() -> None:
    speech, bell = normalised(tone(22050, 0.5)), chime(22050)
    loud = compose(speech, bell=bell, times=1)
    soft = compose(speech, bell=bell, times=1, volume=0.25)
    assert soft.rms == pytest.approx(loud.rms / 4, rel=0.01)
    assert soft.duration_s == loud.duration_s
