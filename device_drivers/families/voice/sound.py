"""Sound as values: clips, the chime, and how they are put together. Pure: no file, clock or thread.

Everything is mono, 16 bit, little endian. The chime is computed at the rate of the speech it
precedes, so two rates never meet and nothing is resampled.
"""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_SECONDS: Final = 60.0
MAX_RATE: Final = 48_000
MAX_WAV_BYTES: Final = int(MAX_SECONDS) * MAX_RATE * 2 + 1024
PEAK: Final = 0.89  # of full scale, about -1 dBFS: loud without clipping in a cheap amplifier
SILENT_RMS: Final = 30.0  # of 32768; speech is above 1000, an engine that says nothing gives 0
FULL_SCALE: Final = 32767

# The chime: (Hz, seconds until the next tone, seconds it rings). A falling major third, as door bells do.
_DING_DONG: Final = ((659.26, 0.42, 0.9), (523.25, 0.75, 0.9))
_PARTIALS: Final = ((1.0, 1.0), (2.0, 0.35), (3.01, 0.12))  # (times the tone, strength): a struck bar
_CHIME_PEAK: Final = 0.5  # announces, does not startle
_AFTER_CHIME_S: Final = 0.15
_BETWEEN_S: Final = 0.6
_END_S: Final = 0.1  # some cards cut the last buffer off


class BadClip(Exception):
    """Bytes that are not a usable wav. The message says why."""


@dataclass(frozen=True, slots=True)
class Clip:
    """`pcm` is mono signed 16-bit little endian at `rate` samples a second."""

    rate: int
    pcm: bytes

    @property
    def duration_s(self) -> float:
        return len(self.pcm) / 2 / self.rate

    @property
    def rms(self) -> float:
        """Root mean square, 0..32768, of at most some ten thousand samples spread over the clip."""
        samples = _samples(self.pcm)
        thinned = samples[:: max(1, len(samples) // 10_000)]
        return math.sqrt(sum(sample * sample for sample in thinned) / len(thinned)) if thinned else 0.0


def decode_wav(data: bytes) -> Clip:
    """Read the bytes of a wav file. Raises BadClip unless it is mono, 16 bit and of a sane length."""
    if len(data) > MAX_WAV_BYTES:
        raise BadClip(f"{len(data)} bytes; at most {MAX_WAV_BYTES}")
    try:
        with wave.open(io.BytesIO(data)) as wav:
            shape = (wav.getnchannels(), wav.getsampwidth())
            rate = wav.getframerate()
            pcm = wav.readframes(wav.getnframes())
    except (wave.Error, EOFError, ValueError, OverflowError) as error:
        raise BadClip(f"not a wav file: {str(error) or 'cut off'}") from error
    if shape != (1, 2):
        raise BadClip(f"{shape[0]} channels of {8 * shape[1]} bits; expected mono of 16 bits")
    if not 4_000 <= rate <= MAX_RATE:
        raise BadClip(f"{rate} samples a second; expected 4000 to {MAX_RATE}")
    clip = Clip(rate, pcm[: len(pcm) & ~1])
    if not 0.05 <= clip.duration_s <= MAX_SECONDS:
        raise BadClip(f"{clip.duration_s:.2f} s long; expected 0.05 to {MAX_SECONDS:.0f} s")
    return clip


def encode_wav(clip: Clip) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(clip.rate)
        wav.writeframes(clip.pcm)
    return target.getvalue()


def trimmed(clip: Clip) -> Clip:
    """Without the exact zeros at the end: engines append some 0.4 s of them."""
    length = len(clip.pcm.rstrip(b"\0"))
    return Clip(clip.rate, clip.pcm[: length + (length & 1)])


def normalised(clip: Clip, peak: float = PEAK) -> Clip:
    """The same sound with its loudest sample at `peak` of full scale; silence stays silence."""
    loudest = _loudest(_samples(clip.pcm))
    return scaled(clip, peak * FULL_SCALE / loudest) if loudest else clip


def scaled(clip: Clip, gain: float) -> Clip:
    """Louder or softer; what would overflow is clipped."""
    if gain == 1.0:
        return clip
    samples, top = _samples(clip.pcm), FULL_SCALE
    # The plain loop is several times faster, and other threads wait for it.
    if _loudest(samples) * gain <= top:
        louder = [int(sample * gain) for sample in samples]
    else:
        louder = [max(-top, min(top, int(sample * gain))) for sample in samples]
    return Clip(clip.rate, _bytes(array("h", louder)))


def silence(rate: int, seconds: float) -> Clip:
    return Clip(rate, bytes(2 * int(rate * seconds)))


def chime(rate: int) -> Clip:
    """Ding-dong: two struck tones that fade, the second over the end of the first."""
    total = _DING_DONG[0][1] + _DING_DONG[1][1]
    mixed = [0.0] * int(rate * total)
    start_s = 0.0
    for tone_hz, step_s, ring_s in _DING_DONG:
        first = int(rate * start_s)
        for index in range(first, min(len(mixed), first + int(rate * ring_s))):
            t = (index - first) / rate
            # 5 ms of attack against a click; the ring fades to nothing at its end.
            envelope = min(1.0, t / 0.005) * math.exp(-4.0 * t) * (1.0 - t / ring_s)
            mixed[index] += envelope * sum(
                strength * math.sin(math.tau * tone_hz * times * t) for times, strength in _PARTIALS
            )
        start_s += step_s
    loudest = max(abs(value) for value in mixed)
    gain = _CHIME_PEAK * FULL_SCALE / loudest
    return Clip(rate, _bytes(array("h", (int(value * gain) for value in mixed))))


def samples_of(clip: Clip) -> array[int]:
    return _samples(clip.pcm)


def resampled(clip: Clip, rate: int) -> Clip:
    """The same sound at another rate, by straight lines between its samples: good enough for a word among others."""
    if clip.rate == rate:
        return clip
    samples = _samples(clip.pcm)
    count, step, last = len(samples) * rate // clip.rate, clip.rate / rate, len(samples) - 1
    made = array("h")
    for index in range(count):
        at = min(index * step, last)
        low = int(at)
        high = min(low + 1, last)
        made.append(int(samples[low] + (samples[high] - samples[low]) * (at - low)))
    return Clip(rate, _bytes(made))


def joined(clips: Sequence[Clip], gap_s: float) -> Clip:
    """One after the other, all at one rate."""
    rate = clips[0].rate
    assert all(clip.rate == rate for clip in clips), "resampled before"
    return Clip(rate, silence(rate, gap_s).pcm.join(clip.pcm for clip in clips))


def compose(speech: Clip | None, *, bell: Clip | None, times: int, volume: float = 1.0) -> Clip:
    """Chime, then the speech `times` times with short pauses. Either may be missing, not both.

    `bell` has the rate of `speech`.
    """
    known = speech or bell
    assert known is not None, "neither speech nor chime"
    rate = known.rate
    parts: list[Clip] = []
    if bell is not None:
        assert bell.rate == rate, "the chime is computed at the rate of the speech"
        parts += [bell, silence(rate, _AFTER_CHIME_S)]
    if speech is not None:
        parts += [speech, silence(rate, _BETWEEN_S)] * times
        parts.pop()
    parts.append(silence(rate, _END_S))
    return scaled(Clip(rate, b"".join(part.pcm for part in parts)), volume)


def _loudest(samples: array[int]) -> int:
    return max(max(samples, default=0), -min(samples, default=0))


def _samples(pcm: bytes) -> array[int]:
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _bytes(samples: array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
