"""Where a zone's sound goes: a player program with one device, or a folder of wav files.

An output is used by its zone's thread only; `start` returns a playback to poll, nothing here waits
for sound to end. Knows wav bytes; nothing of announcements.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final, Protocol

from device_drivers.base import child
from device_drivers.base.atomic import write_whole

_KEPT_FILES: Final = 500  # in a folder of wav files; the oldest go
_KILL_S: Final = 1.0  # a player that does not even die sits in its driver: it is left behind


class SoundFailed(Exception):
    """Nothing is heard. The message says why and what to do."""


class Playback(Protocol):
    def poll(self) -> bool:
        """True once it was played to its end, False while it plays. Raises SoundFailed."""
        ...

    def kill(self) -> None: ...


class Output(Protocol):
    needs_probe: bool
    """Whether a moment of silence must be played before the zone is believed to be heard."""

    def start(self, wav: bytes, name: str) -> Playback:
        """Begin to play. `name` is for a person who looks at files. Raises SoundFailed."""
        ...

    def close(self) -> None: ...


class PlayerOutput:
    """A child process for each sound. `arguments` come between the program's name and the file."""

    needs_probe = True

    def __init__(self, program: str, arguments: tuple[str, ...], package: str) -> None:
        self._program = program
        self._arguments = arguments
        self._package = package
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def start(self, wav: bytes, name: str) -> Playback:
        path = self._write(wav)
        try:
            process = child.start(
                [self._program, *self._arguments, str(path)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )
        except FileNotFoundError as error:
            hint = f"install the system package {self._package}"
            raise SoundFailed(f"{self._program} is not installed: {hint}") from error
        except OSError as error:
            raise SoundFailed(f"{self._program} does not start: {error}") from error
        return _Process(process, self._program)

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _write(self, wav: bytes) -> Path:
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="hall-sound-")
            path = Path(self._folder.name) / "now.wav"
            path.write_bytes(wav)
        except OSError as error:
            raise SoundFailed(f"no room for the sound to play: {error}") from error
        return path


class _Process:
    """One running player, alone in its process group."""

    def __init__(self, process: child.Child, program: str) -> None:
        assert process.stderr is not None
        self._process = process
        self._program = program
        self._stderr = process.stderr
        os.set_blocking(self._stderr.fileno(), False)

    def poll(self) -> bool:
        code = self._process.poll()
        if code is None:
            return False
        complaint = self._complaint()
        if code != 0:
            raise SoundFailed(
                f"{self._program} failed ({complaint or f'exit {code}'}): see `aplay -l` for the cards, "
                "and whether the daemon is in the group audio"
            )
        return True

    def kill(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_KILL_S)
        self._stderr.close()

    def _complaint(self) -> str:
        """The last line the player wrote; whoever else still holds the pipe is not waited for."""
        if self._stderr.closed:
            return ""
        text = (self._stderr.read() or b"").decode(errors="replace").strip()
        self._stderr.close()
        return text.splitlines()[-1][:200] if text else ""


class FileOutput:
    """Writes `000123-<name>.wav` into a folder and counts it as played: for tests and simulations."""

    needs_probe = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: list[Path] | None = None
        self._number = 0

    def start(self, wav: bytes, name: str) -> Playback:
        try:
            if self._written is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._written = sorted(self._folder.glob("[0-9]*-*.wav"))
                self._number = int(self._written[-1].name.split("-")[0]) if self._written else 0
            self._number += 1
            path = self._folder / f"{self._number:06d}-{_file_name(name)}.wav"
            write_whole(path, wav, durable=False)
            self._written.append(path)
            while len(self._written) > _KEPT_FILES:
                self._written.pop(0).unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            raise SoundFailed(f"cannot write into {self._folder}: {error}") from error
        return _Written()

    def close(self) -> None:
        pass


class _Written:
    def poll(self) -> bool:
        return True

    def kill(self) -> None:
        pass


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64] or "sound"
