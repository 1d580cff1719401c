"""The page read aloud by a program of the machine: a child for each page, ended when the page changes.

Threads: whoever calls. What is said goes by a pipe, never by arguments that others may read, and is kept nowhere.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Sequence
from typing import Protocol

from kiosk_ui.state import Language

_LOGGER = logging.getLogger(__name__)

_PROGRAM = "espeak-ng"
# What it calls a language that it does not call as we do.
_VOICES = {"zh": "cmn", "zh-Hant": "cmn"}
_SLOWLY = "150"


class Voice(Protocol):
    """`say` begins at once and ends what was being said; `speaking` while it goes on."""

    def say(self, sentences: Sequence[str], language: Language) -> None: ...

    def hush(self) -> None: ...

    @property
    def speaking(self) -> bool: ...


class Espeak:
    """espeak-ng of Debian."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._child: subprocess.Popen[bytes] | None = None

    def say(self, sentences: Sequence[str], language: Language) -> None:
        self.hush()
        voice = _VOICES.get(language, language)
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
        return self._child is not None and self._child.poll() is None


def of_this_machine() -> Voice | None:
    """None where no program speaks: then the page offers no reading."""
    program = shutil.which(_PROGRAM)
    return Espeak(program) if program else None
