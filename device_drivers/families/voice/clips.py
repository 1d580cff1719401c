"""Clips on disk by what was said: a hall whose engine is gone still speaks what it spoke before.

Knows wav bytes and a folder, nothing of engines. The caller serialises. Names are hashes, so a
listing of the folder tells nobody what was called. Losing the folder costs time, never speech.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from pathlib import Path
from typing import Final

from device_drivers.base.atomic import write_whole
from device_drivers.families.voice.sound import BadClip, Clip, decode_wav, encode_wav

_LOGGER = logging.getLogger(__name__)

# Part of every key: raised when clips are prepared differently, so that old ones are not used.
_FORMAT: Final = "1"


class ClipCache:
    """At most `limit_bytes` of clips in `folder`; those used longest ago go first.

    `folder` None keeps nothing. A disk that is full or read-only is said once and speech goes on.
    """

    def __init__(self, folder: Path | None, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._bytes: int | None = None
        self._complained = False

    @staticmethod
    def key(text: str, voice: str, rate: int) -> str:
        spelled = "\0".join((_FORMAT, text, voice, str(rate)))
        return hashlib.sha256(spelled.encode()).hexdigest()[:40]

    def maybe_clip(self, key: str) -> Clip | None:
        """The clip, or None. A damaged file is removed and counts as not there."""
        if self._folder is None:
            return None
        path = self._path(self._folder, key)
        try:
            clip = decode_wav(path.read_bytes())
        except FileNotFoundError:
            return None
        except BadClip as error:
            _LOGGER.warning("voice clip %s is damaged (%s); it is made again", path, error)
            return None  # and replaced whole when it is
        except OSError as error:
            self._complain(error)
            return None
        with contextlib.suppress(OSError):  # a read-only folder still speaks
            os.utime(path)
        return clip

    def keep(self, key: str, clip: Clip) -> None:
        """Write atomically, then make room."""
        if self._folder is None:
            return
        data = encode_wav(clip)
        path = self._path(self._folder, key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._bytes is None:
                self._bytes = self._sweep(self._folder)
            known = path.stat().st_size if path.exists() else 0
            write_whole(path, data, durable=False, partial=f"{key}.part")
            self._bytes += len(data) - known
            if self._bytes > self._limit:
                self._bytes = self._shrink(self._folder)
        except OSError as error:
            self._complain(error)
        else:
            self._complained = False

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / f"{key}.wav"

    @staticmethod
    def _sweep(folder: Path) -> int:
        """Remove what a power cut left half-written; return the bytes that are kept."""
        for part in folder.glob("*.part"):
            part.unlink(missing_ok=True)
        return sum(path.stat().st_size for path in folder.glob("*.wav"))

    def _shrink(self, folder: Path) -> int:
        """Down to nine tenths, so that a full cache is not walked at every call."""
        found = [(path.stat(), path) for path in folder.glob("*.wav")]
        kept = sum(stat.st_size for stat, _ in found)
        for stat, path in sorted(found, key=lambda item: item[0].st_mtime_ns):
            if kept <= self._limit * 9 // 10:
                break
            path.unlink(missing_ok=True)
            kept -= stat.st_size
        return kept

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            _LOGGER.warning("voice clips cannot be kept in %s: %s; speech goes on without them", self._folder, error)
            self._complained = True
