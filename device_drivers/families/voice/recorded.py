"""Clips in a hall's own voice: a folder of wav files, each called as what it says, found in a sentence word by word.

    <folder>/zh/请.wav  零.wav  A.wav  号窗口办理业务.wav        <folder>/en/Number.wav  please go to.wav

The longest clip that fits goes first; what no clip says is left to the engine. Knows wav bytes and a folder.
"""

from __future__ import annotations

import stat
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Final, Literal, NamedTuple

from device_drivers.families.voice.sound import FULL_SCALE, MAX_WAV_BYTES, BadClip, Clip, decode_wav, samples_of

Language = Literal["zh", "en"]

CLIPS_LIMIT: Final = 2000
# A word is short; somebody who speaks it and does not cut it is heard breathing.
LONGEST_S, QUIET_EDGE_S = 8.0, 0.35
QUIETEST_RMS, EDGE_LEVEL = 800.0, 330
CLIPPED_SAMPLES = 8


class Span(NamedTuple):
    """A piece of a sentence. `name`: the clip that says it, "" when none does."""

    text: str
    name: str


class Recordings:
    """Looks into the folder anew each time: clips are added while the hall runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, language: Language) -> dict[str, Path]:
        """What is recorded, by what it says, as `spoken` writes it."""
        try:
            found = sorted((self._folder / language).glob("*.wav"))[:CLIPS_LIMIT]
        except OSError:
            return {}
        return {spoken(path.stem): path for path in found}

    def clip(self, path: Path) -> Clip:
        """Raises BadClip."""
        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):
                raise BadClip("not a file")
            if about.st_size > MAX_WAV_BYTES:
                raise BadClip(f"larger than {MAX_WAV_BYTES} bytes")
            return decode_wav(path.read_bytes())
        except OSError as error:
            raise BadClip(f"cannot be read: {error.strerror}") from error

    def heard(self, path: Path) -> Clip:
        """A clip that says its word in a call. Raises BadClip for one that nobody would hear, or for too long."""
        clip = self.clip(path)
        if wrong := _unheard(clip):
            raise BadClip(wrong[0])
        return clip


def spoken(words: str) -> str:
    """Words as they are compared: letters are large, and full-width ones as wide as others."""
    return " ".join(unicodedata.normalize("NFKC", words).upper().split())


def spans(text: str, language: Language, names: Collection[str]) -> list[Span]:
    """`text` cut into what a clip of `names` says, longest first, and what none does."""
    units = text.split() if language == "en" else list(text)
    joint = " " if language == "en" else ""
    longest = max((len(name.split() if language == "en" else name) for name in names), default=0)
    found: list[Span] = []
    at = 0
    while at < len(units):
        for count in range(min(longest, len(units) - at), 0, -1):
            piece = joint.join(units[at : at + count])
            name = spoken(piece.strip(",.;:!?"))
            if name in names:
                found.append(Span(piece, name))
                at += count
                break
        else:
            if found and not found[-1].name:
                found[-1] = Span(found[-1].text + joint + units[at], "")
            else:
                found.append(Span(units[at], ""))
            at += 1
    return found


def has_words(text: str) -> bool:
    """Whether there is something to say, and not only a comma."""
    return any(character.isalnum() for character in text)


def faults(clip: Clip) -> list[str]:
    """What is wrong with a recorded word: its level, its length, its edges. [] when it can be used as it is."""
    samples = samples_of(clip)
    wrong = _unheard(clip)
    if sum(abs(sample) >= FULL_SCALE for sample in samples) > CLIPPED_SAMPLES:
        wrong.append("too loud: it is clipped")
    for edge, side in ((samples, "before"), (samples[::-1], "behind")):
        quiet = next((at for at, sample in enumerate(edge) if abs(sample) > EDGE_LEVEL), len(edge))
        if quiet / clip.rate > QUIET_EDGE_S:
            wrong.append(f"{quiet / clip.rate:.1f} s of silence {side} it, at most {QUIET_EDGE_S:g} s")
    return wrong


def _unheard(clip: Clip) -> list[str]:
    wrong = []
    if clip.duration_s > LONGEST_S:
        wrong.append(f"{clip.duration_s:.1f} s long, at most {LONGEST_S:g} s")
    if clip.rms < QUIETEST_RMS:
        wrong.append(f"too quiet: level {clip.rms:.0f}, at least {QUIETEST_RMS:.0f}")
    return wrong
