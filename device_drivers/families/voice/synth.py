"""Text to clip: pyttsx3 in a child that may be killed, espeak-ng itself when that fails, a cache first.

Owns the worker process and the temporary folder it writes into. Any thread may ask; one text at a
time. Knows no zones and no players.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import re
import select
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from device_drivers.base import child
from device_drivers.families.voice.clips import ClipCache
from device_drivers.families.voice.recorded import Recordings, has_words, spans
from device_drivers.families.voice.sound import (
    SILENT_RMS,
    BadClip,
    Clip,
    decode_wav,
    joined,
    normalised,
    resampled,
    silence,
    trimmed,
)

_LOGGER = logging.getLogger(__name__)

Language = Literal["zh", "en"]
Level = Literal["ready", "degraded", "mute"]

# `cmn` and `zh` of espeak-ng 1.51 read Hanzi as English letters; only the pinyin voice is right.
DEFAULT_VOICES: Final[dict[Language, str]] = {"zh": "sit/cmn-latn-pinyin", "en": "gmw/en-us"}
INSTALL: Final = "install the system package espeak-ng"
WORKER: Final = (sys.executable, "-P", str(Path(__file__).with_name("worker.py")))

_START_S: Final = 8.0  # importing pyttsx3 on a cold, busy machine
_SPEAK_S: Final = 2.0  # a sentence takes 0.03 s
_SUSPEND_AFTER: Final = 3  # failures in a row; then pyttsx3 is left alone for a while
_SUSPENDED_S: Final = 300.0
_COMMA_S: Final = 0.15
_BETWEEN_WORDS_S: Final = 0.03
_MAX_ANSWER: Final = 65_536  # the list of voices is about 3 kB

# In English a lone A is the article and is read "uh"; "eigh" is read as the letter.
_LETTER_A: Final = re.compile(r"\bA(?= (?:[0-9]|[A-Z]\b))|(?<=\b[A-Z] )A\b")


class VoiceFailed(Exception):
    """No clip could be made. The message says what to do."""


class _EngineFailed(Exception):
    """One engine did not make this clip."""


class Worker:
    """The handle of a child process that speaks one text. Not thread-safe, except `interrupt`."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self._command = command
        self._process: child.Child | None = None

    def launch(self) -> None:
        """Start a child unless one waits already. Raises _EngineFailed; does not wait for its hello."""
        if self._process is not None:
            return
        try:
            self._process = child.start(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise _EngineFailed(f"the voice process does not start: {error}") from error

    def speak(self, request: Mapping[str, object], speak_s: float) -> None:
        """Have one wav written. Raises _EngineFailed. The child is gone afterwards."""
        self.launch()
        try:
            voices = self._answer(_START_S).get("voices", ())
            if request["voice"] not in voices:
                raise _EngineFailed(f"there is no voice {request['voice']}")
            self._ask(request)
            self._answer(speak_s)
        finally:
            self.kill()

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            child.end(process)

    def interrupt(self) -> None:
        """From another thread: whoever waits for an answer gets the failure at once."""
        process = self._process
        if process is not None:
            process.kill()

    def _ask(self, request: Mapping[str, object]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise _EngineFailed("the voice process ended") from error

    def _answer(self, timeout_s: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        got = b""
        while not got.endswith(b"\n"):
            ready, _, _ = select.select([pipe], [], [], timeout_s)
            more = os.read(pipe, 4096) if ready else b""
            if not more or len(got) > _MAX_ANSWER:
                raise _EngineFailed(
                    "the voice process ended" if ready else f"the voice process hung for {timeout_s:g} s"
                )
            got += more
        try:
            answer: dict[str, Any] = json.loads(got)
        except ValueError as error:
            raise _EngineFailed("the voice process answered nonsense") from error
        if "error" in answer:
            raise _EngineFailed(str(answer["error"]))
        return answer


class Synthesiser:
    """`clip` gives loud, trimmed speech. `trouble` is "" or what a person should know and do,
    and `level` how bad it is."""

    def __init__(
        self,
        *,
        cache: ClipCache,
        rate: int,
        monotonic: Callable[[], float],
        voices: Mapping[Language, str] = DEFAULT_VOICES,
        worker: Sequence[str] = WORKER,
        speak_s: float = _SPEAK_S,
        recordings: Recordings | None = None,
    ) -> None:
        self._cache = cache
        self._recordings = recordings
        self._rate = rate
        self._monotonic = monotonic
        self._voices = voices
        self._worker = Worker(worker)
        self._speak_s = speak_s
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._made = 0
        self._failures = 0
        self._complained: set[Path] = set()
        self._suspended_until_s = -math.inf
        self.level: Level = "ready"
        self.trouble = ""
        self.counters: Counter[str] = Counter()

    def clip(self, text: str, language: Language) -> Clip:
        """Raises VoiceFailed: a word that nobody can say is never left out of a sentence."""
        with self._lock:
            recorded = None if self._recordings is None else self._recorded(self._recordings, text, language)
            return recorded or self._by_engine(text, language)

    def _by_engine(self, text: str, language: Language) -> Clip:
        voice = self._voices[language]
        key = ClipCache.key(text, voice, self._rate)
        kept = self._cache.maybe_clip(key)
        if kept is not None:
            self.counters["clips_from_cache"] += 1
            return kept
        made = normalised(trimmed(self._made_clip(engine_text(text, language), voice)))
        self.counters["clips_made"] += 1
        self._cache.keep(key, made)
        return made

    def _recorded(self, recordings: Recordings, text: str, language: Language) -> Clip | None:
        """In the hall's own voice, word by word; what is not recorded is the engine's. None when nothing is."""
        names = recordings.names(language)
        clips: list[Clip | str] = []
        for span in spans(text, language, names):
            try:
                clips.append(recordings.heard(names[span.name]) if span.name else span.text)
            except BadClip as error:
                self._complain_once(names[span.name], error)
                clips.append(span.text)
        own = [clip for clip in clips if isinstance(clip, Clip)]
        if not own:
            return None
        rate = own[0].rate
        said: list[Clip] = []
        for clip in clips:
            if isinstance(clip, str) and not has_words(clip):
                said.append(silence(rate, _COMMA_S))
                continue
            self.counters["words_by_engine"] += isinstance(clip, str)
            said.append(resampled(self._by_engine(clip, language) if isinstance(clip, str) else clip, rate))
        self.counters["clips_recorded"] += 1
        return joined(said, _BETWEEN_WORDS_S)

    def _complain_once(self, path: Path, error: BadClip) -> None:
        if path not in self._complained:
            self._complained.add(path)
            _LOGGER.warning("voice: the recorded clip %s is not used: %s", path, error)

    def warm(self) -> None:
        """Make one word in Mandarin, past the cache, so that `trouble` is known before the first call."""
        with self._lock:
            if self._made == 0:
                with contextlib.suppress(VoiceFailed):
                    self._made_clip("您好", self._voices["zh"])

    def close(self) -> None:
        """Ends the child, also under the hands of a thread that waits for it."""
        self._closed.set()
        self._worker.interrupt()
        with self._lock:
            self._worker.kill()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def _made_clip(self, text: str, voice: str) -> Clip:
        failed: list[str] = []
        if self._closed.is_set():
            raise VoiceFailed("the voice is stopped")
        if self._monotonic() >= self._suspended_until_s:
            try:
                clip = self._by_worker(text, voice)
            except _EngineFailed as error:
                failed.append(f"pyttsx3: {error}")
                self._count_failure()
            else:
                self._failures = 0
                self._note("ready", "")
                return clip
        if self._closed.is_set():
            raise VoiceFailed("the voice is stopped")
        try:
            clip = self._by_command(text, voice)
        except _EngineFailed as error:
            failed.append(f"espeak-ng: {error}")
            trouble = f"no voice {voice} ({'; '.join(failed)}): {INSTALL}"
            self._note("mute", trouble)
            raise VoiceFailed(trouble) from error
        self.counters["clips_by_espeak_ng"] += 1
        self._note("degraded", f"{'; '.join(failed) or 'pyttsx3 is suspended'}; espeak-ng speaks directly")
        return clip

    def _by_worker(self, text: str, voice: str) -> Clip:
        path = self._new_path()
        self._worker.speak({"text": text, "voice": voice, "rate": self._rate, "path": str(path)}, self._speak_s)
        clip = _spoken(path)
        # The next child gets ready while this clip plays.
        self._worker.launch()
        return clip

    def _by_command(self, text: str, voice: str) -> Clip:
        path = self._new_path()
        command = ["espeak-ng", "-v", voice, "-s", str(self._rate), "-b", "1", "--stdin", "-w", str(path)]
        try:
            ran = subprocess.run(
                command, input=text.encode(), capture_output=True,
                timeout=self._speak_s, check=False, start_new_session=True,
            )
        except FileNotFoundError as error:
            raise _EngineFailed("not installed") from error
        except subprocess.TimeoutExpired as error:
            raise _EngineFailed(f"took more than {self._speak_s:g} s") from error
        except OSError as error:
            raise _EngineFailed(str(error)) from error
        if ran.returncode != 0:
            raise _EngineFailed(ran.stderr.decode(errors="replace").strip()[:200] or "failed")
        return _spoken(path)

    def _new_path(self) -> Path:
        if self._folder is None:
            try:
                self._folder = tempfile.TemporaryDirectory(prefix="hall-voice-")
            except OSError as error:
                raise _EngineFailed(f"no temporary folder: {error}") from error
        self._made += 1
        return Path(self._folder.name) / f"{self._made}.wav"

    def _count_failure(self) -> None:
        self.counters["worker_failures"] += 1
        self._failures += 1
        if self._failures >= _SUSPEND_AFTER:
            self._worker.kill()
            self._suspended_until_s = self._monotonic() + _SUSPENDED_S

    def _note(self, level: Level, trouble: str) -> None:
        """Say a change once; the same trouble again is only kept for `trouble`."""
        if level != self.level:
            if level == "ready":
                _LOGGER.info("voice: pyttsx3 speaks again")
            else:
                _LOGGER.warning("voice: %s", trouble)
        self.level = level
        self.trouble = trouble


def _spoken(path: Path) -> Clip:
    """Believe the file, not the engine: it is there, is a wav, and something is heard in it."""
    try:
        clip = decode_wav(path.read_bytes())
    except OSError as error:
        raise _EngineFailed(f"the wav cannot be read: {error}") from error
    except BadClip as error:
        raise _EngineFailed(f"the wav is unusable: {error}") from error
    finally:
        path.unlink(missing_ok=True)
    if clip.rms < SILENT_RMS:
        raise _EngineFailed("the wav is silent")
    return clip


def engine_text(text: str, language: Language) -> str:
    return _LETTER_A.sub("eigh", text) if language == "en" else text
