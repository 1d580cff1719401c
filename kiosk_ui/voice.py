"""The page read aloud by a program of the machine: a child for each page, ended when the page changes.

Threads: whoever calls. What is said goes by a pipe, never by arguments that others may read, and is kept nowhere.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from kiosk_ui.state import Language

_LOGGER = logging.getLogger(__name__)

_PROGRAM = "espeak-ng"
# What it calls a language that it does not call as we do.
_VOICES = {"zh": "cmn", "zh-Hant": "cmn"}
_SLOWLY = "150"
# What takes longer hangs, in a sound card that takes nothing: nobody's session is kept open by it.
_BEGINS_S, _SIGN_S = 10.0, 0.6


class Voice(Protocol):
    """`say` begins at once and ends what was being said; `speaking` while it goes on."""

    def say(self, sentences: Sequence[str], language: Language) -> None: ...

    def hush(self) -> None: ...

    @property
    def speaking(self) -> bool: ...


class Espeak:
    """espeak-ng of Debian."""

    def __init__(self, program: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._program = program
        self._monotonic = monotonic
        self._child: subprocess.Popen[bytes] | None = None
        self._over_at_s = 0.0

    def say(self, sentences: Sequence[str], language: Language) -> None:
        self.hush()
        voice = _VOICES.get(language, language)
        self._over_at_s = self._monotonic() + _BEGINS_S + _SIGN_S * sum(map(len, sentences))
        try:
            self._child = subprocess.Popen(
                [self._program, "-v", voice, "-s", _SLOWLY, "--stdin"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            assert self._child.stdin is not None
            self._child.stdin.write("\n".join(sentences).encode())
            self._child.stdin.close()
        except OSError as error:
            _LOGGER.warning("the page cannot be read aloud: %s", error)

    def hush(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()

    @property
    def speaking(self) -> bool:
        if self._child is not None and self._monotonic() > self._over_at_s:
            _LOGGER.warning("%s hangs and is ended; is the sound card taken?", self._program)
            self.hush()
        return self._child is not None and self._child.poll() is None


def of_this_machine() -> Voice | None:
    """None where no program speaks: then the page offers no reading."""
    program = shutil.which(_PROGRAM)
    return Espeak(program) if program else None
